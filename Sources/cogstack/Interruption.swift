import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM during a run: the first lets what is under way come to its end, the second stops at once, which
/// loses nothing either, since every intent is on disk before its request.
final class Interruption: Sendable {
    private let count = Mutex(0)
    private let terminal: Terminal

    /// Whether no new action is to start.
    var isAsked: Bool { count.withLock { $0 > 0 } }

    /// Takes the signals over from here on.
    init(_ terminal: Terminal) {
        self.terminal = terminal
        let queue = DispatchQueue(label: "cogstack.interruption")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The handler holds its source, which is meant to live as long as the process.
            source.setEventHandler { [self] in
                withExtendedLifetime(source) { ask() }
            }
            source.resume()
        }
    }

    private func ask() {
        let times = count.withLock { count in
            count += 1
            return count
        }
        if times > 1 { exit(ExitStatus.interrupted.rawValue) }
        terminal.say("Interrupted: what is under way comes to its end. Once more stops at once.")
    }
}
