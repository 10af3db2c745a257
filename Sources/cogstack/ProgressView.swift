import Diagnostics
import Foundation
import Planning
import Reports
import Model
import Schema
import Workflow

/// Shows a run on standard error while it goes on, and gathers its events for the report at its end.
actor ProgressView: RunView {
    private var report: ApplyReport
    private var progress: Reports.Progress
    private var kinds: [Address: Action.Kind] = [:]
    private let console: Console
    private let terminal: Terminal
    private let isLive: Bool
    private let isQuiet: Bool
    private let start = ContinuousClock.now

    private var animation: Task<Void, Never>?

    init(_ run: PlannedRun, _ console: Console, isQuiet: Bool) {
        report = ApplyReport(run.plan, command: run.command)
        self.console = console
        terminal = console.terminal
        isLive = terminal.isErrorLive && !isQuiet
        self.isQuiet = isQuiet
        progress = Reports.Progress(run.plan, isLive: isLive, style: terminal.errorStyle)
    }

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    func note(_ event: ExecutionEvent) {
        if isLive, animation == nil { animation = Task { await animate() } }
        if case .started(let address, let kind) = event { kinds[address] = kind }
        report.note(event)
        show(progress.note(event, at: now))
    }

    func waits(_ address: Address, for reason: String) {
        guard let kind = kinds[address] else { return }
        show(progress.note(.waiting(address, kind, reason: reason), at: now))
    }

    /// Redraws the live lines ten times a second, until the task that runs this is cancelled.
    private func animate() async {
        while isLive, (try? await Task.sleep(for: .milliseconds(100))) != nil { show([]) }
    }

    /// Leaves the terminal with nothing but the lines that stay, and reports.
    func finish(_ result: RunResult) {
        animation?.cancel()
        if isLive { terminal.draw([]) }
        report.outputs = result.outputs
        report.cost = console.cost(apiCalls: result.apiCalls)
        console.print(report)
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
