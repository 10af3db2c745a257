import Foundation
import Reports

/// Where results and progress go: results to standard output, progress and questions to standard error.
struct Terminal: Sendable {
    let outputStyle: Style
    let errorStyle: Style
    /// Whether progress may be redrawn in place.
    let isErrorLive: Bool
    let isInputATerminal: Bool
    private let screen = Screen()

    init(_ options: Options, environment: [String: String]) {
        let mayColour = !options.isColourless && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        let width = Self.columns
        outputStyle = Style(isColoured: mayColour && isatty(STDOUT_FILENO) == 1, width: width)
        errorStyle = Style(isColoured: mayColour && isatty(STDERR_FILENO) == 1, width: width)
        isErrorLive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        isInputATerminal = isatty(STDIN_FILENO) == 1
    }

    /// Columns of the terminal; 100 where there is none, so that logs read well.
    static var columns: Int { size.columns }

    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO]
        where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
            return (Int(size.ws_col), Int(size.ws_row))
        }
        return (100, 40)
    }

    /// Prints a result, with a line end.
    func print(_ text: String) {
        Self.write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    /// Prints a message for the person who waits, with a line end.
    func say(_ text: String) {
        if isErrorLive {
            screen.print([text])
        } else {
            Self.write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
        }
    }

    /// Puts live lines below what was said; none clears them.
    func draw(_ frame: [String]) {
        if isErrorLive { screen.draw(frame) }
    }

    /// Asks, and returns what was typed; nil at the end of the input.
    func ask(_ question: String) -> String? {
        Self.write(question, to: STDERR_FILENO)
        return readLine()?.trimmingCharacters(in: .whitespaces)
    }

    /// Throws where nobody is there to be asked.
    func mustBeAskable() throws(Failure) {
        guard isInputATerminal else {
            throw .message(
                "nobody can be asked here, and there is no --yes, so nothing was done.",
                help: "Run it in a terminal, or with `--yes`.")
        }
    }

    /// Asks, and throws unless the answer is the wanted one.
    func confirm(_ question: String, _ wanted: String = "yes") throws(Failure) {
        try mustBeAskable()
        guard ask(question) == wanted else { throw .message("not confirmed, so nothing was done.") }
    }

    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            // A closed pipe or a terminal that went away: there is nobody left to tell.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
