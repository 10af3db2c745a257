package import AWSClient
package import Model
package import Provider
import Records
package import Schema
import Store
import Synchronization

/// AWS as a test tells it: answers by operation, one after the other, the last one for ever; and a log of who asked what, and of all
/// that a provider does besides.
package final class ScriptedAWS: AWSCaller, Recorder, Pace {
    package enum Answer: Sendable {
        case value(Value)
        case refused(String, String = "", AWSError.Kind = .service)
    }

    /// A request, and whose access key signs it; `run` for the run's own.
    package struct Request: Sendable {
        package let operation: String
        package let signer: String
        package let input: Value
    }

    private struct Contents {
        var answers: [String: [Answer]]
        var requests: [Request] = []
        var reads: [String] = []
        var changes: [String] = []
        var created: [String] = []
        var baselines: [[String]] = []
        var signers: [String] = []
    }

    private let contents: Mutex<Contents>
    /// How often each refused call was sent.
    private let attempts: Int
    private let unscripted: Answer?
    private let keys: @Sendable (Request) -> [String]

    /// - Parameters:
    ///   - unscripted: what a read is answered for which there is no answer: nil for a refusal. A change succeeds.
    ///   - keys: under which keys a request's answers are looked for before those of its operation.
    package init(
        _ answers: [String: [Answer]] = [:], attempts: Int = 1, unscripted: Answer? = nil,
        keys: @escaping @Sendable (Request) -> [String] = { _ in [] }
    ) {
        self.attempts = attempts
        self.unscripted = unscripted
        self.keys = keys
        contents = Mutex(Contents(answers: answers))
    }

    // MARK: What was asked and done

    package var requests: [Request] { contents.withLock(\.requests) }
    package var operations: [String] { requests.map(\.operation) }
    package func inputs(_ operation: String) -> [Value] {
        requests.filter { $0.operation == operation }.map(\.input)
    }
    package func signers(_ operation: String) -> [String] {
        requests.filter { $0.operation == operation }.map(\.signer)
    }
    /// The access keys that requests were to be signed with besides the run's own.
    package var signers: [String] { contents.withLock(\.signers) }
    /// Operations that only read, in no certain order where they run side by side.
    package var reads: [String] { contents.withLock(\.reads) }
    /// What changes AWS or waits for it, in order: `intend X`, `X`, `created id`, `wait`.
    package var changes: [String] { contents.withLock(\.changes) }
    /// The operations that were sent to change something, in order.
    package var writes: [String] { changes.filter { !$0.contains(" ") && $0 != "wait" } }
    /// The physical ids that were recorded.
    package var created: [String] { contents.withLock(\.created) }
    /// Those of create calls that have one.
    package var baselines: [[String]] { contents.withLock(\.baselines) }

    // MARK: AWS

    package func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        try answer(operation, input, signer: "run")
    }

    package func signing(with credentials: Credentials?) -> any AWSCaller {
        let signer = credentials?.accessKeyId ?? "nobody"
        contents.withLock { $0.signers.append(signer) }
        return Signed(aws: self, signer: signer)
    }

    private struct Signed: AWSCaller {
        let aws: ScriptedAWS
        let signer: String

        func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
            try aws.answer(operation, input, signer: signer)
        }

        func signing(with credentials: Credentials?) -> any AWSCaller { aws.signing(with: credentials) }
    }

    private func answer(_ operation: AWSOperation, _ input: Value, signer: String) throws(AWSError) -> Value {
        let request = Request(operation: operation.name, signer: signer, input: input)
        let answer = contents.withLock { contents -> Answer in
            contents.requests.append(request)
            if operation.effect == .read {
                contents.reads.append(operation.name)
            } else {
                contents.changes.append(operation.name)
            }
            let key = keys(request).first { contents.answers[$0] != nil } ?? operation.name
            guard var answers = contents.answers[key], let first = answers.first else {
                return operation.effect == .read ? unscripted ?? .refused("NotInTheScript") : .value([:])
            }
            if answers.count > 1 { answers.removeFirst() }
            contents.answers[key] = answers
            return first
        }
        switch answer {
        case .value(let value): return value
        case .refused(let code, let message, let kind):
            throw AWSError(
                kind, code: code, message: message.isEmpty ? code : message, operation: operation, attempts: attempts)
        }
    }

    // MARK: Journal and time

    package func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {}

    package func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        contents.withLock {
            $0.changes.append("intend \(operation.name)")
            if !baseline.isEmpty { $0.baselines.append(baseline) }
        }
    }

    package func recordCreated(
        _ physicalId: String, outputs: [String: Value], address: Address
    ) async throws(ProviderError) {
        contents.withLock {
            $0.changes.append("created \(physicalId)")
            $0.created.append(physicalId)
        }
    }

    package func pause(seconds: Double) async -> Bool { true }

    package func waiting(for what: String, address: Address) async {
        contents.withLock { $0.changes.append("wait") }
    }

    // MARK: Providers

    /// What a provider that works on an address is given.
    package func calls(
        _ section: String, _ name: String = "x", shared: SharedReads = SharedReads(), known: Set<String> = []
    ) -> ProviderContext {
        ProviderContext(
            address: Address(section: section, name: name), context: Self.context, caller: self, recorder: self,
            pace: self, shared: shared, known: known)
    }

    package static let context = StackContext(
        stack: "prod", partition: "aws", region: "us-east-1", account: "123456789012")
}
