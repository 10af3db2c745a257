import AWSClient
import Provider
import Model
import Schema
import Records
import Store
import Synchronization

/// AWS as a test tells it: answers by operation, the last one for ever, and a log of all that a provider does.
final class ScriptedAWS: AWSCaller, Recorder, Pace {
    enum Answer: Sendable {
        case value(Value)
        case refused(String, String)
    }

    private struct Contents {
        var answers: [String: [Answer]]
        var reads: [String] = []
        var changes: [String] = []
        var inputs: [String: [Value]] = [:]
        var baselines: [[String]] = []
        var signers: [String] = []
    }

    private let contents: Mutex<Contents>
    /// How often each refused call was sent.
    private let attempts: Int

    init(_ answers: [String: [Answer]] = [:], attempts: Int = 1) {
        self.attempts = attempts
        contents = Mutex(Contents(answers: answers))
    }

    /// Operations that only read, in no certain order where they run side by side.
    var reads: [String] { contents.withLock { $0.reads } }
    /// What changes AWS or waits for it, in order: `intend X`, `X`, `made id`, `wait`.
    var changes: [String] { contents.withLock { $0.changes } }
    /// The operations that were sent to change something, in order.
    var writes: [String] { changes.filter { !$0.contains(" ") && $0 != "wait" } }
    /// The access keys that requests were to be signed with besides the run's own.
    var signers: [String] { contents.withLock { $0.signers } }
    var baselines: [[String]] { contents.withLock { $0.baselines } }
    func inputs(_ operation: String) -> [Value] { contents.withLock { $0.inputs[operation] ?? [] } }

    func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        let answer = contents.withLock { contents -> Answer in
            contents.inputs[operation.name, default: []].append(input)
            if operation.effect == .read {
                contents.reads.append(operation.name)
            } else {
                contents.changes.append(operation.name)
            }
            guard var answers = contents.answers[operation.name], let first = answers.first else {
                return operation.effect == .read ? .refused("NotInTheScript", operation.name) : .value([:])
            }
            if answers.count > 1 { answers.removeFirst() }
            contents.answers[operation.name] = answers
            return first
        }
        switch answer {
        case .value(let value): return value
        case .refused(let code, let message):
            throw AWSError(.service, code: code, message: message, operation: operation, attempts: attempts)
        }
    }

    func signing(with credentials: Credentials?) -> any AWSCaller {
        contents.withLock { $0.signers.append(credentials?.accessKeyId ?? "nobody") }
        return self
    }

    func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {}

    func intend(_ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address)
        async throws(ProviderError)
    {
        contents.withLock {
            $0.changes.append("intend \(operation.name)")
            if operation.effect == .create { $0.baselines.append(baseline) }
        }
    }

    func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {
        contents.withLock { $0.changes.append("made \(physicalId)") }
    }

    func pause(seconds: Double) async -> Bool { true }

    func waiting(for what: String, address: Address) async {
        contents.withLock { $0.changes.append("wait") }
    }

    func calls(_ section: String, _ name: String = "x", shared: SharedReads = SharedReads(), known: Set<String> = [])
        -> ProviderContext
    {
        ProviderContext(
            address: Address(section: section, name: name), context: Self.context, caller: self, recorder: self,
            pace: self,
            shared: shared, known: known)
    }

    static let context = StackContext(stack: "prod", partition: "aws", region: "us-east-1", account: "123456789012")
}

/// What a provider says when it gives up; nil where it does not.
func complaint(_ body: () async throws(ProviderError) -> Void) async -> String? {
    do throws(ProviderError) {
        try await body()
        return nil
    } catch {
        return error.description
    }
}

extension Value {
    /// Tags as IAM lists them.
    static func tags(_ pairs: [(String, String)]) -> Value {
        .list(pairs.map { ["Key": .string($0.0), "Value": .string($0.1)] })
    }
}

typealias Script = [String: [ScriptedAWS.Answer]]
let missing = ScriptedAWS.Answer.refused("NoSuchEntity", "The thing with name x cannot be found.")
