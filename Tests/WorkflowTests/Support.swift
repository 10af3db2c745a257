import AWSClient
import Diagnostics
import Foundation
import HTTP
import Model
import Planning
import Provider
import Records
import Schema
import Store
import Synchronization
import Testing
import Workflow
import TestSupport

/// One machine: a scratch folder with a stack file, and an account. Every workflow starts from what is in them and nothing else.
final class Machine: Sendable {
    let account = ToyAccount()
    let endpoint: ToyEndpoint
    private let scratch: Scratch
    let folder: String
    let console = ScriptedConsole()
    let stop = ScriptedStop()

    static let file = "stacks/toys.yaml"
    static let stack = """
        stack: toys
        region: us-east-1
        boxes:
          a: { name: a, size: 2 }
        keys:
          k: { box: a }
        lamps:
          l: { name: l, key: k, secret: $(keys.k.secret) }
        outputs:
          box: $(boxes.a.id)

        """

    /// The client asks for certificates before it makes a transport, which here checks none.
    private static let certificate = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"

    /// - Parameter text: the text of ``Machine/file``.
    init(_ text: String = stack) throws {
        endpoint = ToyEndpoint(account)
        scratch = try Scratch()
        folder = try #require(realPath(scratch.path))
        try FileManager.default.createDirectory(atPath: "\(folder)/stacks", withIntermediateDirectories: true)
        try write(text, to: Self.file)
    }

    /// A machine on which the stack was applied.
    static func applied(_ text: String = stack) async throws -> Machine {
        let machine = try Machine(text)
        let ending = try await machine.workspace().apply(file, Consent(isGiven: true))
        try #require(ending.result?.succeeded == true)
        await machine.account.forgetChanges()
        return machine
    }

    func workspace(_ settings: Settings = Settings()) -> Workspace {
        let environment = Environment(
            variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush", "HOME": folder],
            home: folder,
            readFile: { _ in nil },
            look: { path in path == "/etc/ssl/cert.pem" ? .file(Data(Self.certificate.utf8)) : .nothing })
        let world = World(
            environment: environment, folder: folder, registry: Toys.registry,
            time: Time(now: { Date() }, sleep: { _ in }),
            seconds: { 0 }, random: { count in (0..<count).map { UInt8(truncatingIfNeeded: $0) } },
            transport: { [endpoint] _ throws(TransportError) in endpoint })
        return Workspace(world, console, stop, settings)
    }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: "\(folder)/\(path)", atomically: true, encoding: .utf8)
    }

    var location: StateLocation { StateLocation(stack: "toys", in: folder) }

    func snapshot() throws -> Snapshot? { try StateFile(at: location).load() }

    /// The contents of every file below the folder but locks, by path.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !path.hasSuffix("/lock") {
            if let data = FileManager.default.contents(atPath: "\(folder)/\(path)") { files[path] = data }
        }
        return files
    }
}

extension Ending {
    var result: RunResult? { if case .ran(let result) = self { result } else { nil } }
}

/// What a failure says, for whoever reads it.
func words(of error: (any Error)?) -> String {
    switch error as? Failure {
    case .message(let message, let list, let help):
        ([message] + list + [help].compactMap(\.self)).joined(separator: "\n")
    case .usage(let message, let help): "\(message)\n\(help)"
    case .diagnostics(let diagnostics, _): diagnostics.sorted.map(\.message).joined(separator: "\n")
    case .state(let error): "\(error)"
    case nil: error.map { "\($0)" } ?? "no failure"
    }
}

// MARK: The user

/// Somebody who is shown and asked, and answers as the test says.
final class ScriptedConsole: Dialog {
    private struct Log {
        var said: [String] = []
        var shown: [Proposal] = []
        var questions: [Question] = []
        var events: [String] = []
        var agrees = true
    }

    private let log = Mutex(Log())

    var said: [String] { log.withLock(\.said) }
    var questions: [String] { log.withLock { $0.questions.map(\.text.text) } }
    var shown: [Proposal] { log.withLock(\.shown) }
    /// What happened in runs: `started create boxes.a`.
    var events: [String] { log.withLock(\.events) }

    func refuses() { log.withLock { $0.agrees = false } }

    func say(_ remark: SafeText) { log.withLock { $0.said.append(remark.text) } }

    func warn(_ diagnostics: Diagnostics, sources: [String: String]) {
        log.withLock { $0.said += diagnostics.sorted.map(\.message) }
    }

    func waits(for reason: String) {}

    func sent(_ attempt: AWSClient.Attempt) {}

    func show(_ proposal: Proposal) { log.withLock { $0.shown.append(proposal) } }

    func confirm(_ proposal: Proposal, _ questions: [Question]) throws(Failure) {
        let agrees = log.withLock { log in
            log.questions += questions
            return log.agrees
        }
        if !agrees { throw .message("not confirmed, so nothing was done.") }
    }

    func follow(_ run: PlannedRun) -> any RunView { View(console: self) }

    fileprivate func note(_ event: String) { log.withLock { $0.events.append(event) } }

    private struct View: RunView {
        let console: ScriptedConsole

        func note(_ event: ExecutionEvent) async {
            switch event {
            case .finished(let address, let kind, _): console.note("\(kind.rawValue) \(address)")
            case .failed(let address, let kind, let error): console.note("failed \(kind.rawValue) \(address): \(error)")
            case .skipped(let address, let kind, _): console.note("skipped \(kind.rawValue) \(address)")
            case .started, .waiting: break
            }
        }

        func waits(_ address: Address, for reason: String) async {}

        func finish(_ result: RunResult) async { console.note("finished") }
    }
}

/// A wish to stop that comes when the test says so.
final class ScriptedStop: StopSignal {
    private let raised = Mutex(false)

    var isRaised: Bool { raised.withLock(\.self) }

    func raise() { raised.withLock { $0 = true } }

    func takeOver() {}

    func sleep(_ seconds: Double) async throws {}
}

// MARK: AWS

/// An account of toys behind a transport: what the client sends is read as AWS would read it.
final class ToyEndpoint: Transport {
    private let account: ToyAccount
    private let number = Mutex("123456789012")

    init(_ account: ToyAccount) { self.account = account }

    /// The credentials are of another account from here on.
    func become(_ number: String) { self.number.withLock { $0 = number } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let target = request.headers.first(where: { $0.name == "X-Amz-Target" })?.value else {
            let number = number.withLock(\.self)
            return Self.answer(
                200, "text/xml",
                Data(
                    """
                    <GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::\(number):user/me</Arn>\
                    <Account>\(number)</Account></GetCallerIdentityResult>\
                    <ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></GetCallerIdentityResponse>
                    """.utf8))
        }
        let json = "application/x-amz-json-1.1"
        do {
            let answer = try await account.call(
                Self.operation(String(target.dropFirst("Toys.".count))), try JSONText.decode(request.body))
            return Self.answer(200, json, try JSONText.encode(answer))
        } catch let refusal as AWSError {
            return Self.answer(400, json, Data(#"{"__type": "\#(refusal.code)", "message": "no"}"#.utf8))
        } catch {
            throw TransportError(.unreadable, "\(error)")
        }
    }

    private static func operation(_ name: String) -> AWSOperation {
        let reads = ["Get", "List", "Probe"].contains(where: name.hasPrefix)
        return AWSOperation(.toys, name, reads ? .read : name.hasPrefix("Create") ? .create : .repeatable)
    }

    private static func answer(_ status: Int, _ type: String, _ body: Data) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": type, "x-amzn-RequestId": "request"], body: body)
    }
}
