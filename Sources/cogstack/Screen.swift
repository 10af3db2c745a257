import Diagnostics
import Foundation
import Reports
import Synchronization

/// Standard error, on which lines that stay are printed above live ones that are redrawn: whoever says something during a run
/// says it here, so nothing is overwritten.
final class Screen: Sendable {
    private struct State {
        var region = LiveRegion()
        var frame: [SafeText] = []
    }

    private let state = Mutex(State())

    /// Prints lines for good, above the live ones.
    func print(_ lines: [SafeText]) {
        state.withLock { state in
            _ = Terminal.write(state.region.redraw(permanent: lines, frame: state.frame), to: STDERR_FILENO)
        }
    }

    /// Puts other live lines in the place of those there are.
    func draw(_ frame: [SafeText]) {
        state.withLock { state in
            state.frame = frame
            _ = Terminal.write(state.region.redraw(frame: frame), to: STDERR_FILENO)
        }
    }
}
