import AWSClient
import Provider
import Model
import Schema
import Records
import Store
import Synchronization
import Testing

/// What a provider's calls promise: an intent before each change, patience where time heals, and no more.
@Suite struct CallsTests {
    static let write = AWSOperation(.sts, "PutThing", .repeatable)
    static let read = AWSOperation(.sts, "GetThing", .read)

    static func calls(_ script: Script, known: Set<String> = []) -> ProviderContext {
        ProviderContext(
            address: Address(section: "things", name: "a"),
            context: StackContext(stack: "s", partition: "aws", region: "us-east-1", account: "123456789012"),
            caller: script,
            recorder: script, pace: script, shared: SharedReads(), known: known)
    }

    @Test func anIntentComesBeforeItsRequest() async throws {
        let script = Script([.success(["x": 1])])
        #expect(try await Self.calls(script).write(Self.write, [:], on: "id", baseline: ["b"]) == ["x": 1])
        #expect(script.log == ["intend PutThing id [b]", "call PutThing"])
    }

    @Test func withoutAnIntentNothingIsSent() async {
        let script = Script([.success([:])], refusesIntents: true)
        await #expect(throws: ProviderError.self) { try await Self.calls(script).write(Self.write, [:]) }
        #expect(script.log == [])
    }

    @Test func readingAnnouncesNothing() async throws {
        let script = Script([.success([:])])
        _ = try await Self.calls(script).read(Self.read)
        #expect(script.log == ["call GetThing"])
    }

    @Test(arguments: [("Gone", true), ("AccessDenied", false)]) func whatIsGoneIsRemoved(_ code: String, _ isFine: Bool)
        async
    {
        let script = Script([.failure(code)])
        let removed: Bool
        do {
            try await Self.calls(script).remove(Self.write, [:], on: "id", missing: "Gone")
            removed = true
        } catch {
            removed = false
        }
        #expect(removed == isFine)
    }

    @Test func whatIsMissingIsNil() async throws {
        #expect(try await Self.calls(Script([.failure("Gone")])).readIfPresent(Self.read, [:], missing: "Gone") == nil)
        await #expect(throws: ProviderError.self) {
            try await Self.calls(Script([.failure("AccessDenied")])).readIfPresent(Self.read, [:], missing: "Gone")
        }
    }

    @Test func waitingEndsWhenAWSIsReady() async throws {
        let script = Script([.failure("NotYet"), .failure("NotYet"), .success(["x": 1])])
        let calls = Self.calls(script)
        let answer = try await calls.retryUntilConsistent("a role", isTransient: { $0.code == "NotYet" }) {
            () async throws(ProviderError) in try await calls.read(Self.read)
        }
        #expect(answer == ["x": 1])
        #expect(
            script.log == ["call GetThing", "wait a role 0.25", "call GetThing", "wait a role 0.375", "call GetThing"])
    }

    @Test func waitingIsBoundedAndEndsWithAWSsWords() async {
        let script = Script(Array(repeating: .failure("NotYet"), count: 1000))
        let calls = Self.calls(script)
        do {
            _ = try await calls.retryUntilConsistent("a role", seconds: 30, isTransient: { _ in true }) {
                () async throws(ProviderError) in try await calls.read(Self.read)
            }
            Issue.record("it ended well")
        } catch {
            #expect(error.description == "waited 30 s for a role. AWS's last words: NotYet! Run it again to go on.")
        }
        #expect(script.waited == 30)
    }

    @Test func anErrorThatTimeDoesNotHealEndsTheWait() async {
        let script = Script([.failure("AccessDenied")])
        let calls = Self.calls(script)
        do {
            _ = try await calls.retryUntilConsistent("a role", isTransient: { $0.code == "NotYet" }) {
                () async throws(ProviderError) in try await calls.read(Self.read)
            }
            Issue.record("it ended well")
        } catch {
            #expect(error.code == "AccessDenied")
        }
        #expect(script.waited == 0)
    }

    @Test func pollingEndsWithItsResult() async throws {
        let script = Script([.success(["ready": false]), .success(["ready": true])])
        let calls = Self.calls(script)
        let answer = try await calls.polling("it") { () async throws(ProviderError) -> Poll<String> in
            try await calls.read(Self.read)["ready"] == true ? .done("done") : .notYet("pending")
        }
        #expect(answer == "done")
        #expect(script.waited == 0.25)
    }

    @Test func aStopEndsTheWait() async {
        let script = Script([.failure("NotYet"), .success([:])], stops: true)
        let calls = Self.calls(script)
        let settling = await #expect(throws: ProviderError.self) {
            try await calls.retryUntilConsistent("a role", isTransient: { _ in true }) {
                () async throws(ProviderError) in try await calls.read(Self.read)
            }
        }
        let polling = await #expect(throws: ProviderError.self) {
            try await calls.polling("a role") { () async throws(ProviderError) -> Poll<Void> in .notYet("NotYet!") }
        }
        for error in [settling, polling] {
            #expect(error?.isInterruption == true)
            #expect(error?.description == "interrupted while waiting for a role. AWS's last words: NotYet!")
        }
        #expect(script.log == ["call GetThing", "wait a role 0.25", "wait a role 0.25"])
    }

    @Test func aSharedAnswerIsAskedForOnce() async throws {
        let shared = SharedReads()
        let script = Script([.success(["x": 1]), .success(["x": 2])])
        let calls = Self.calls(script)
        let answers = try await withThrowingTaskGroup(of: Value.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await shared.value("key") { () async throws(ProviderError) in try await calls.read(Self.read) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: ["x": 1], count: 20))
        #expect(script.log == ["call GetThing"])
    }

    @Test(arguments: [
        (Located.ours("known"), Located.none), (.ours("new"), .ours("new")), (.unowned("known"), .none),
        (.lost(["known", "new"]), .lost(["new"])), (.lost(["known"]), .none), (.none, .none),
        (.ambiguous(["known", "new"]), .ambiguous(["known", "new"])),
        (.foreign("x", owner: "o"), .foreign("x", owner: "o")),
    ]) func whatTheStateKnowsIsNotFoundAgain(_ found: Located, _ expected: Located) async throws {
        let calls = Self.calls(Script([]), known: ["known"])
        #expect(try await Finder(found: found).locateUnknown([:], intents: [], calls) == expected)
    }
}

/// Answers in order, and writes down what is asked of it.
final class Script: AWSCaller, Recorder, Pace {
    enum Answer: Sendable {
        case success(Value)
        case failure(String)
    }

    private let answers: Mutex<[Answer]>
    private let lines = Mutex<[String]>([])
    private let seconds = Mutex(0.0)
    private let refusesIntents: Bool
    private let stops: Bool

    init(_ answers: [Answer], refusesIntents: Bool = false, stops: Bool = false) {
        self.answers = Mutex(answers)
        self.refusesIntents = refusesIntents
        self.stops = stops
    }

    var log: [String] { lines.withLock { $0 } }
    var waited: Double { seconds.withLock { $0 } }

    func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        lines.withLock { $0.append("call \(operation.name)") }
        switch answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
        case .success(let value): return value
        case .failure(let code): throw AWSError(.service, code: code, message: "\(code)!", operation: operation)
        case nil: throw AWSError(.unreachable, message: "the script is over", operation: operation)
        }
    }

    func signing(with credentials: Credentials?) -> any AWSCaller { self }

    func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {}

    func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        if refusesIntents { throw .refused(message: "no.", help: "") }
        lines.withLock {
            $0.append(
                "intend \(operation.name) \(physicalId ?? "") \(baseline.isEmpty ? "" : "[\(baseline.joined())]")")
        }
    }

    func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {}

    func pause(seconds: Double) async -> Bool {
        self.seconds.withLock { $0 += seconds }
        lines.withLock { lines in lines[lines.count - 1] += " \(seconds)" }
        return !stops
    }

    func waiting(for what: String, address: Address) async { lines.withLock { $0.append("wait \(what)") } }
}

/// Finds what it is told.
private struct Finder: Provider {
    let found: Located
    let type = ResourceType(
        section: "things", name: "thing", identity: .baseline, "A thing.", attributes: [], outputs: [])

    func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? { nil }
    func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] { [:] }
    func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] { [:] }
    func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {}
    func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError) -> Located {
        found
    }
}
