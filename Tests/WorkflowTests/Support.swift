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

/// One machine: a scratch folder with a stack file, and an account. Every workflow starts from what is in them and nothing else.
final class Machine: Sendable {
    let account: ToyAccount
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
    init(_ text: String = stack, account: ToyAccount = ToyAccount()) throws {
        self.account = account
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cogstack-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent("stacks"), withIntermediateDirectories: true)
        folder = try #require(realPath(root.path))
        try write(text, to: Self.file)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

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
            transport: { [account] _ throws(TransportError) in account })
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
actor ToyAccount: Transport {
    struct Object: Equatable {
        var attributes: [String: Value]
        var tags: Value
        var secret: String?
    }

    private(set) var objects: [String: Object] = [:]
    /// Calls that change something, in order.
    private(set) var changes: [String] = []
    private(set) var requests = 0
    private var number = "123456789012"
    private var nextKey = 1

    func forgetChanges() { changes = [] }

    /// The credentials are of another account from here on.
    func become(_ number: String) { self.number = number }

    func set(_ name: String, of id: String, to value: Value) { objects[id]?.attributes[name] = value }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        requests += 1
        guard let target = request.headers.first(where: { $0.name == "X-Amz-Target" })?.value else {
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
            let input = try JSONText.decode(request.body)
            let answer = try carryOut(String(target.dropFirst("Toys.".count)), input)
            return Self.answer(200, json, try JSONText.encode(answer))
        } catch let refusal as Refusal {
            return Self.answer(400, json, Data(#"{"__type": "\#(refusal.code)", "message": "no"}"#.utf8))
        } catch {
            throw TransportError(.unreadable, "\(error)")
        }
    }

    private static func answer(_ status: Int, _ type: String, _ body: Data) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": type, "x-amzn-RequestId": "request"], body: body)
    }

    private struct Refusal: Error {
        let code: String
    }

    private func carryOut(_ operation: String, _ input: Value) throws -> Value {
        let id = input["id"].string ?? input["attributes"]["name"].string ?? ""
        let isChange = !operation.hasPrefix("Get") && !operation.hasPrefix("List")
        if isChange { changes.append("\(operation) \(id)") }
        switch operation {
        case "CreateKey":
            let id = "key-\(nextKey)"
            nextKey += 1
            let secret = "hush-\(id)"
            objects[id] = Object(attributes: input["attributes"].map ?? [:], tags: [:], secret: secret)
            return ["id": .string(id), "secret": .string(secret)]
        case "CreateBox", "CreateLamp":
            if objects[id] != nil { throw Refusal(code: "AlreadyExists") }
            objects[id] = Object(attributes: input["attributes"].map ?? [:], tags: input["tags"])
            return ["id": .string(id)]
        case "ListKey":
            let keys = objects.filter { $0.value.secret != nil }.sorted { $0.key < $1.key }
            return ["objects": .list(keys.map { ["id": .string($0), "attributes": .map($1.attributes)] })]
        default: break
        }
        guard let object = objects[id] else { throw Refusal(code: "NoSuchObject") }
        if operation.hasPrefix("Get") { return ["attributes": .map(object.attributes), "tags": object.tags] }
        if operation.hasPrefix("Update") {
            for (name, value) in input["attributes"].map ?? [:] {
                objects[id]?.attributes[name] = value.isNull ? nil : value
            }
            if !input["tags"].isNull { objects[id]?.tags = input["tags"] }
        } else {
            objects[id] = nil
        }
        return [:]
    }
}

/// Resource types that only these tests know.
enum Toys {
    static let registry = Registry([ToyProvider(box), ToyProvider(key), ToyProvider(lamp)])

    static let box = ResourceType(
        section: "boxes", name: "box", identity: .uniqueName(isTaggable: true), losesWhenDeleted: "user accounts",
        "A box.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("size", .integer(), default: 1, "How large it is."),
        ],
        outputs: [Output("id", uniqueId: true, "Its id.")])

    static let key = ResourceType(
        section: "keys", name: "key", identity: .baseline, "A key.",
        attributes: [
            Attribute(
                "box", .reference(ReferenceTarget("boxes", attribute: "id")), required: true, change: .replacement,
                "Whose it is.")
        ],
        outputs: [Output("id", "Its id."), Output("secret", secrecy: .onceShownSecret, "Its secret.")])

    static let lamp = ResourceType(
        section: "lamps", name: "lamp", identity: .uniqueName(isTaggable: true), "A lamp.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("key", .reference(ReferenceTarget("keys", attribute: "id")), "The key's id."),
            Attribute("secret", .string(), traits: [.sensitive], "The key's secret."),
        ],
        outputs: [Output("id", "Its id.")])
}

private struct ToyProvider: RetirableProvider, PeopleHoldingProvider {
    let type: ResourceType

    var locatedBy: [String] { type.section == "keys" ? ["box"] : ["name"] }

    init(_ type: ResourceType) { self.type = type }

    func read(_ physicalId: String, _ context: ProviderContext) async throws(ProviderError) -> Live? {
        let answer = try await context.readIfPresent(
            operation("Get", .read), ["id": .string(physicalId)], missing: "NoSuchObject")
        guard let answer else { return nil }
        var attributes = answer["attributes"]
        if type.identity.isTaggable { attributes["tags"] = answer["tags"] }
        return Live(
            physicalId, attributes: attributes, outputs: ["id": .string(physicalId)], isOff: attributes["isOff"] == true
        )
    }

    func create(_ desired: Value, _ context: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let isKey = type.section == "keys"
        let baseline = isKey ? try await keys(of: desired["box"], context) : []
        var attributes = desired.map ?? [:]
        attributes["tags"] = nil
        let create = AWSOperation(.toys, "Create\(name)", .create, answers: "id", secrets: ["secret"])
        let answer = try await context.write(
            create, ["attributes": .map(attributes), "tags": desired["tags"]], baseline: baseline)
        let outputs: [String: Value] = isKey ? ["id": answer["id"], "secret": answer["secret"]] : ["id": answer["id"]]
        try await context.recordCreated(answer["id"].string ?? "", outputs: outputs)
        return outputs
    }

    func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ context: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let values = type.withDefaults(desired, for: changed)
        let attributes = changed.subtracting(["tags"]).reduce(into: [String: Value]()) { $0[$1] = values[$1] }
        var input: Value = ["id": .string(physicalId), "attributes": .map(attributes)]
        if changed.contains("tags") { input["tags"] = desired["tags"] }
        try await context.write(operation("Update", .repeatable), input, on: physicalId)
        return [:]
    }

    func delete(_ physicalId: String, _ context: ProviderContext) async throws(ProviderError) {
        try await context.remove(
            operation("Delete", .repeatable), ["id": .string(physicalId)], on: physicalId, missing: "NoSuchObject")
    }

    func switchOff(_ physicalId: String, _ context: ProviderContext) async throws(ProviderError) {
        try await turn(physicalId, isOff: true, context)
    }

    func switchOn(_ physicalId: String, _ context: ProviderContext) async throws(ProviderError) {
        try await turn(physicalId, isOff: false, context)
    }

    func locate(_ desired: Value, intents: [Intent], _ context: ProviderContext) async throws(ProviderError) -> Located
    {
        if type.section == "keys" {
            let ids = try await keys(of: desired["box"], context)
            return ids.count > 1 ? .ambiguous(ids) : ids.first.map { .ours($0) } ?? .none
        }
        guard let name = desired["name"].string,
            let answer = try await context.readIfPresent(
                operation("Get", .read), ["id": .string(name)], missing: "NoSuchObject")
        else { return .none }
        return Ownership.located(name, tags: answer["tags"], stack: context.context.stack, address: context.address)
    }

    /// People live in boxes: as many as its attribute says that no stack file has.
    func userAccounts(_ physicalId: String, _ context: ProviderContext) async throws(ProviderError) -> Int? {
        guard type.section == "boxes" else { return nil }
        let box = try await context.read(operation("Get", .read), ["id": .string(physicalId)])
        return box["attributes"]["people"].integer ?? 0
    }

    private func turn(_ physicalId: String, isOff: Bool, _ context: ProviderContext) async throws(ProviderError) {
        try await context.remove(
            operation("Update", .repeatable), ["id": .string(physicalId), "attributes": ["isOff": .boolean(isOff)]],
            on: physicalId,
            missing: "NoSuchObject")
    }

    private func keys(of box: Value, _ context: ProviderContext) async throws(ProviderError) -> [String] {
        try await context.read(operation("List", .read))["objects"].elements
            .filter { $0["attributes"]["box"] == box }.compactMap { $0["id"].string }
    }

    private var name: String { type.name.prefix(1).uppercased() + type.name.dropFirst() }

    private func operation(_ verb: String, _ effect: AWSOperation.Effect) -> AWSOperation {
        switch verb {
        case "Get": AWSOperation(.toys, verb + name, effect, answers: "attributes")
        case "List": AWSOperation(.toys, verb + name, effect, answers: "objects")
        default: AWSOperation(.toys, verb + name, effect)
        }
    }
}

extension Service {
    fileprivate static let toys = Service(name: "Toys", endpointPrefix: "toys", format: .json(targetPrefix: "Toys"))
}
