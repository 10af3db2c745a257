import Diagnostics
import Foundation
import Planning
import Provider
import Reports
import Model
import Schema

/// Shows a run on standard error while it goes on, and gathers its events for the report at its end.
actor ProgressView {
    private(set) var report: ApplyReport
    private var progress: Reports.Progress
    private var kinds: [Address: Action.Kind] = [:]
    private let terminal: Terminal
    private let isLive: Bool
    private let isQuiet: Bool
    private let start = ContinuousClock.now

    /// - Parameter command: what goes on with the run where it is cut short.
    init(_ plan: Plan, _ terminal: Terminal, command: String, isQuiet: Bool) {
        report = ApplyReport(plan, command: command)
        self.terminal = terminal
        isLive = terminal.isErrorLive && !isQuiet
        self.isQuiet = isQuiet
        progress = Reports.Progress(plan, isLive: isLive, style: terminal.errorStyle)
    }

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    func note(_ event: ExecutionEvent) {
        if case .started(let address, let kind) = event { kinds[address] = kind }
        report.note(event)
        show(progress.note(event, at: now))
    }

    func waits(_ address: Address, for what: String) {
        guard let kind = kinds[address] else { return }
        show(progress.note(.waiting(address, kind, reason: what), at: now))
    }

    /// Redraws the live lines ten times a second, until the task that runs this is cancelled.
    func animate() async {
        while isLive, (try? await Task.sleep(for: .milliseconds(100))) != nil { show([]) }
    }

    /// Leaves the terminal with nothing but the lines that stay.
    func close() {
        if isLive { terminal.draw([]) }
    }

    func conclude(outputs: [String: Value], cost: Cost) -> ApplyReport {
        report.outputs = outputs
        report.cost = cost
        return report
    }

    private func show(_ lines: [SafeText]) {
        if isQuiet { return }
        for line in lines { terminal.say(line) }
        if isLive {
            let size = Terminal.size
            terminal.draw(progress.frame(at: now, columns: size.columns, rows: size.rows))
        }
    }
}

/// Time in a run: waits show in the progress view, and are cut short when the run is asked to stop.
struct RunPace: Pace {
    let view: ProgressView
    let interruption: Interruption

    func pause(seconds: Double) async -> Bool {
        (try? await interruption.sleep(seconds)) != nil
    }

    func waiting(for what: String, address: Address) async {
        await view.waits(address, for: what)
    }
}
