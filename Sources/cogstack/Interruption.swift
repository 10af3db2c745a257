import Diagnostics
import Dispatch
import Foundation
import Synchronization
import Workflow

/// Ctrl-C, SIGTERM and a terminal that is closed. Until a run has begun each of them ends the program at once. During a run the
/// first lets what is under way come to its end and cuts its waits short; a second Ctrl-C or SIGTERM stops at once, which
/// loses nothing either, since every intent is on disk before its request.
///
/// A reader that went away (`cogstack apply | head`, a log that broke) asks for nothing: the plan was agreed to, a half of it
/// is of use to nobody, and what was done is in the state, not only on the screen. SIGHUP does, as the person who would
/// press Ctrl-C is gone; under `nohup` it stays without effect. It never counts as the second: the kernel and the shell send
/// one each where a window is closed.
final class Interruption: StopSignal {
    private struct State {
        var isAsked = false
        /// Whether Ctrl-C or SIGTERM has come; SIGHUP does not count.
        var isPressed = false
        var waits: Set<Task<Void, any Error>> = []
    }

    private let state = Mutex(State())
    private let terminal: Terminal

    /// Whether no new action is to start.
    var isRaised: Bool { state.withLock(\.isAsked) }

    init(_ terminal: Terminal) {
        self.terminal = terminal
    }

    /// Ends the program at a signal from here on, until ``takeOver()``: nothing has been changed yet.
    static func endsAtOnce() {
        for number in signals {
            signal(number) { _ in
                // Only what POSIX allows in a signal handler.
                let words: StaticString = "\nInterrupted. Nothing was changed.\n"
                _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                _exit(ExitStatus.interrupted.rawValue)
            }
        }
    }

    /// Takes the signals over: a run begins.
    func takeOver() {
        let queue = DispatchQueue(label: "cogstack.interruption")
        for number in Self.signals {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The handler holds its source, which is meant to live as long as the process.
            source.setEventHandler { [self] in
                withExtendedLifetime(source) { ask(isHangUp: number == SIGHUP) }
            }
            #if canImport(Darwin)
                // Here a source only watches the signal, and something else has to keep it from ending the process.
                source.setRegistrationHandler { signal(number, SIG_IGN) }
            #endif
            source.resume()
        }
    }

    /// Waits; throws at once when the run is asked to stop, also where it was before.
    func sleep(_ seconds: Double) async throws {
        let wait = Task { try await Task.sleep(for: .seconds(seconds)) }
        state.withLock { state in
            if state.isAsked { wait.cancel() } else { state.waits.insert(wait) }
        }
        defer { _ = state.withLock { $0.waits.remove(wait) } }
        try await withTaskCancellationHandler {
            try await wait.value
        } onCancel: {
            wait.cancel()
        }
    }

    private func ask(isHangUp: Bool) {
        let (isFirst, isAgain) = state.withLock { state in
            defer {
                state.isAsked = true
                if !isHangUp { state.isPressed = true }
            }
            return (!state.isAsked, state.isPressed && !isHangUp)
        }
        // Not `exit`, which would run what other threads are in the middle of.
        if isAgain { _exit(ExitStatus.interrupted.rawValue) }
        guard isFirst else { return }
        // Elsewhere: a screen that takes nothing (Ctrl-S, a full pipe) must not hold up the second Ctrl-C.
        DispatchQueue.global().async { [self] in
            terminal.say("Interrupted: what is under way comes to its end. Press Ctrl-C again to stop now.")
            for wait in state.withLock(\.waits) { wait.cancel() }
        }
    }

    /// Without SIGHUP under `nohup`.
    private static var signals: [Int32] {
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        #if canImport(Darwin)
            let handler = hangUp.__sigaction_u.__sa_handler
        #else
            let handler = hangUp.__sigaction_handler.sa_handler
        #endif
        let isIgnored = unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP])
    }
}
