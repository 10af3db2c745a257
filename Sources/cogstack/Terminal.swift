import Workflow
import Diagnostics
import Foundation
import Reports
import Synchronization

/// Where results and progress go: results to standard output, progress and questions to standard error. Nothing else prints, and
/// what is printed is ``SafeText``: nothing that came from outside can steer the terminal.
struct Terminal: Sendable {
    let outputStyle: Style
    let errorStyle: Style
    /// Whether progress may be redrawn in place.
    let isErrorLive: Bool
    let isInputATerminal: Bool
    private let screen = Screen()
    private let loss = Loss()
    private let asking = Asking()

    /// Why a part of the result did not arrive where standard output leads, such as a full disk: a value of `errno`. Nil where
    /// all of it did, and where whoever read it went away.
    var lostResult: Int32? { loss.code.withLock(\.self) }

    private final class Loss: Sendable {
        let code = Mutex<Int32?>(nil)
    }

    /// How long somebody was asked, which is no time that the program took.
    var timeAsked: Duration { asking.total.withLock(\.self) }

    private final class Asking: Sendable {
        let total = Mutex(Duration.zero)
    }

    init(_ options: OutputOptions, environment: [String: String]) {
        let mayColour =
            !options.isColourless && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        let width = Self.columns
        outputStyle = Style(isColoured: mayColour && isatty(STDOUT_FILENO) == 1, width: width)
        errorStyle = Style(isColoured: mayColour && isatty(STDERR_FILENO) == 1, width: width)
        isErrorLive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        isInputATerminal = isatty(STDIN_FILENO) == 1
    }

    /// Columns to which help keeps: those of standard output where that is a terminal, else 80.
    static var helpWidth: Int { width(of: STDOUT_FILENO) ?? 80 }

    /// Columns to which sentences on standard error keep; nil where it is no terminal, so logs have them whole.
    static var errorWidth: Int? { width(of: STDERR_FILENO) }

    private static func width(of descriptor: Int32) -> Int? {
        size(of: descriptor).map { Style(isColoured: false, width: $0.columns).width }
    }

    /// Columns of the terminal; 100 where there is none, so logs read well.
    static var columns: Int { size.columns }

    static var size: (columns: Int, rows: Int) {
        size(of: STDOUT_FILENO) ?? size(of: STDERR_FILENO) ?? (100, 40)
    }

    /// Nil where the descriptor is no terminal.
    private static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Prints a value for a program to take, byte for byte: `$(cogstack output NAME)` must get what is recorded. On a terminal nobody
    /// but a person takes it, who is shown what is in it.
    func print(raw text: String) {
        print(isatty(STDOUT_FILENO) == 1 ? SafeText(lines: text) : SafeText(verbatim: text))
    }

    /// Prints sentences for a person, wrapped on a terminal.
    func print(sentence: SafeText) { print(sentence.wrapped(to: Self.width(of: STDOUT_FILENO))) }

    /// Prints a result, with a line end.
    func print(_ text: SafeText) {
        let code = Self.write(text.endingItsLine, to: STDOUT_FILENO)
        if code != 0, code != EPIPE, code != EIO { loss.code.withLock { $0 = code } }
    }

    /// Prints a message for the person who waits, with a line end.
    func say(_ text: SafeText) { show(text.wrapped(to: Self.errorWidth)) }

    /// Prints what has its lines already, such as a report, for the person who waits.
    func show(_ text: SafeText) {
        if isErrorLive {
            screen.print([text])
        } else {
            Self.write(text.endingItsLine, to: STDERR_FILENO)
        }
    }

    /// Prints what is wrong with files.
    func show(_ diagnostics: Diagnostics, sources: [String: String]) {
        let renderer = DiagnosticRenderer(sources: sources, colour: errorStyle.isColoured, width: Self.errorWidth)
        show(renderer.render(diagnostics))
    }

    /// Puts live lines below what was said; none clears them.
    func draw(_ frame: [SafeText]) {
        if isErrorLive { screen.draw(frame) }
    }

    /// Asks, and returns what was typed; nil at the end of the input.
    func ask(_ question: SafeText) -> String? {
        Self.write(question.wrapped(to: Self.errorWidth), to: STDERR_FILENO)
        let start = ContinuousClock.now
        defer { asking.total.withLock { $0 += ContinuousClock.now - start } }
        guard let line = readLine() else {
            // A terminal that was closed sends its signal a moment after its input ends, and that is an interruption.
            if isInputATerminal { usleep(200_000) }
            return nil
        }
        return line.trimmingCharacters(in: .whitespaces)
    }

    /// Throws where nobody is there to answer.
    func mustBeAskable() throws(Failure) {
        guard isInputATerminal else {
            throw .message(
                "stdin is not a terminal and --yes was not given, so nothing was done.",
                help: "Run it in a terminal, or with `--yes`.")
        }
    }

    /// Asks, and throws unless the answer is the wanted one.
    func confirm(_ question: SafeText, _ wanted: String = "yes") throws(Failure) {
        try mustBeAskable()
        guard ask(question) == wanted else { throw .message("not confirmed, so nothing was done.") }
    }

    /// Writes all of a text, and says why not where that fails: `errno`, 0 for success. A closed pipe or a terminal that went away
    /// (EPIPE, EIO) leave nobody to tell.
    @discardableResult
    static func write(_ text: SafeText, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody who shares the descriptor has made it non-blocking.
                var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&readiness, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
