import AWSClient
import Provider
import Resources
import Model
import Schema
import Synchronization

/// AWS as a test writes it: for each operation its answers in order, the last one for ever; and all that happened, in order.
final class CognitoScript: AWSCaller, Recorder, Pace {
    enum Answer: Sendable {
        case value(Value)
        case error(String, AWSError.Kind = .service)
    }

    struct Sent: Sendable, Equatable {
        let name: String
        let input: Value
    }

    private struct Contents {
        var answers: [String: [Answer]]
        var sent: [Sent] = []
        var events: [String] = []
        var baselines: [[String]] = []
        var made: [String] = []
    }

    private let contents: Mutex<Contents>

    init(_ answers: [String: [Answer]]) {
        contents = Mutex(Contents(answers: answers))
    }

    /// Requests in the order in which they were sent.
    var sent: [Sent] { contents.withLock(\.sent) }
    /// Intents, changes and results, in order: reads are left out, since they go side by side.
    var events: [String] { contents.withLock(\.events) }
    var baselines: [[String]] { contents.withLock(\.baselines) }
    var made: [String] { contents.withLock(\.made) }

    /// The inputs of one operation.
    func inputs(_ name: String) -> [Value] { sent.filter { $0.name == name }.map(\.input) }

    func signing(with credentials: Credentials?) -> any AWSCaller { self }

    func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        let answer = contents.withLock { contents -> Answer in
            contents.sent.append(Sent(name: operation.name, input: input))
            if operation.effect != .read { contents.events.append(operation.name) }
            guard var rest = contents.answers[operation.name], let first = rest.first else {
                return operation.effect == .read ? .error("NotInTheScript") : .value([:])
            }
            if rest.count > 1 { rest.removeFirst() }
            contents.answers[operation.name] = rest
            return first
        }
        switch answer {
        case .value(let value): return value
        case .error(let code, let kind): throw AWSError(kind, code: code, message: code, operation: operation)
        }
    }

    func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {}

    func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        contents.withLock {
            $0.events.append("intend \(operation.name)")
            if !baseline.isEmpty { $0.baselines.append(baseline) }
        }
    }

    func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {
        contents.withLock {
            $0.events.append("made")
            $0.made.append(physicalId)
        }
    }

    func pause(seconds: Double) async -> Bool { true }
    func waiting(for what: String, address: Address) async {
        contents.withLock { $0.events.append("wait") }
    }

    func calls(_ address: String) -> ProviderContext {
        let parts = address.split(separator: ".").map(String.init)
        return ProviderContext(
            address: Address(section: parts[0], name: parts[1]),
            context: StackContext(stack: "prod", partition: "aws", region: "us-east-1", account: "123456789012"),
            caller: self, recorder: self, pace: self, shared: SharedReads())
    }
}

/// The code of the refusal that `body` ends in; nil where it succeeds.
func refusal(_ body: () async throws(ProviderError) -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch {
        return error.description
    }
}

let prodTags: Value = ["cogstack:stack": "prod", "cogstack:address": "userPools.users"]
