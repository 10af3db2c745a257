import AWSClient
import Diagnostics
import Foundation
import Model
import Planning
import Reports
import Synchronization
import Workflow

/// The user at the terminal, or the program that reads what is printed, as workflows know them.
struct Console: Dialog {
    let terminal: Terminal
    let output: OutputOptions
    private let clock = CommandClock()
    private let reasons = Reasons()

    /// What has been said to be waited for: each reason is said once.
    private final class Reasons: Sendable {
        let said = Mutex<Set<String>>([])
    }

    /// Whether requests and answers are shown: `COGSTACK_DEBUG=wire`.
    private let isTracing: Bool

    init(_ terminal: Terminal, _ output: OutputOptions, isTracing: Bool = false) {
        self.terminal = terminal
        self.output = output
        self.isTracing = isTracing
    }

    /// What it took to come here, apart from the time in which somebody was asked.
    func cost(apiCalls: Int) -> Cost { Cost(apiCalls: apiCalls, seconds: clock.seconds(without: terminal.timeAsked)) }

    func say(_ remark: SafeText) { terminal.say(remark) }

    func warn(_ diagnostics: Diagnostics, sources: [String: String]) {
        if !output.isQuiet { tell(.diagnostics(diagnostics, sources: sources), terminal) }
    }

    func waits(for reason: String) {
        guard !output.isQuiet, reasons.said.withLock({ $0.insert(reason).inserted }) else { return }
        terminal.say("Waiting: \(reason).")
    }

    func sent(_ attempt: AWSClient.Attempt) {
        if isTracing {
            terminal.say(
                SafeText(
                    lines:
                        "> \(attempt.operation) to \(attempt.endpoint)\n> \(Self.json(attempt.input))\n< \(attempt.line)\n< \(Self.json(attempt.output))"
                ))
        } else if output.isVerbose {
            terminal.say(SafeText(line: attempt.line))
        }
    }

    private static func json(_ value: Value) -> String {
        (try? JSONText.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "(not to be shown)"
    }

    func show(_ proposal: Proposal) {
        if output.isJSON { return }
        let style = terminal.outputStyle
        switch proposal {
        case .run(let run):
            // What stays in AWS, for instance, is printed also where nothing is changed there.
            if run.hasVisibleChanges || !run.plan.notices.isEmpty {
                let report = report(of: run)
                terminal.print(run.wasShown ? report.summaryLine(style) : report.text(style))
            }
            if !run.hasVisibleChanges {
                terminal.print(sentence: "Stack \(run.place): only the state is brought up to date.")
            }
        case .rebuild(let rebuild, let damaged, let whereabouts):
            terminal.print(RebuildReport(rebuild, damaged: damaged, Origin(whereabouts)).text(style))
        }
    }

    func confirm(_ proposal: Proposal, _ questions: [Question]) throws(Failure) {
        try terminal.mustBeAskable()
        // What is asked about must be seen, also where standard output is for a program.
        if output.isJSON {
            switch proposal {
            case .run(let run): terminal.show(report(of: run).text(terminal.errorStyle))
            case .rebuild(let rebuild, let damaged, let whereabouts):
                terminal.show(RebuildReport(rebuild, damaged: damaged, Origin(whereabouts)).text(terminal.errorStyle))
            }
        }
        for question in questions { try terminal.confirm(question.text, question.answer) }
    }

    func follow(_ run: PlannedRun) -> any RunView {
        ProgressView(run, self, isQuiet: output.isQuiet || !run.hasVisibleChanges)
    }

    func report(of run: PlannedRun) -> PlanReport {
        PlanReport(run.plan, cost: cost(apiCalls: run.apiCalls), Origin(run.whereabouts))
    }
}

/// The time since the command began.
private struct CommandClock {
    private let start = ContinuousClock.now

    func seconds(without asked: Duration) -> Double { (ContinuousClock.now - start - asked) / .seconds(1) }
}

extension Origin {
    init(_ whereabouts: Whereabouts) { self.init(file: whereabouts.file, state: whereabouts.state) }
}

extension AWSClient.Attempt {
    /// One line for `--verbose`.
    fileprivate var line: String {
        let outcome = [status.map(String.init), error].compactMap(\.self).joined(separator: " ")
        let again = number > 1 ? " (attempt \(number))" : ""
        let id = requestId.map { " \($0)" } ?? ""
        return "\(operation)\(again): \(outcome) in \(Int((duration * 1000).rounded())) ms\(id)"
    }
}
