package import AWSClient
package import Model
package import Schema
import Records

/// What a provider may do to the world while it works on one address: read, change (after its intent is on disk), wait,
/// and say what it made.
package struct ProviderContext: Sendable {
    package let address: Address
    package let context: StackContext
    package let caller: any AWSCaller
    private let recorder: any Recorder
    private let pace: any Pace
    /// Reads that several resources share in one run.
    package let shared: SharedReads
    /// Physical ids that the state has for the address: a look for an object that the state lost passes over them.
    package let known: Set<String>
    /// The properties that were applied last, as the state has them; an empty map where it does not know the address.
    package let recorded: Value

    package init(
        address: Address, context: StackContext, caller: any AWSCaller, recorder: any Recorder, pace: any Pace,
        shared: SharedReads, known: Set<String> = [], recorded: Value = [:]
    ) {
        self.address = address
        self.context = context
        self.caller = caller.tellingWaits { reason in await pace.waiting(for: reason, address: address) }
        self.recorder = recorder
        self.pace = pace
        self.shared = shared
        self.known = known
        self.recorded = recorded
    }

    package func read(_ operation: AWSOperation, _ input: Value = [:]) async throws(ProviderError) -> Value {
        do { return try await caller.call(operation, input) } catch { throw .aws(error) }
    }

    /// Reads an object; nil where AWS answers with one of `missing`.
    package func readIfPresent(
        _ operation: AWSOperation, _ input: Value, missing: String...
    ) async throws(ProviderError) -> Value? {
        do {
            return try await caller.call(operation, input)
        } catch {
            if missing.contains(error.code) { return nil }
            throw .aws(error)
        }
    }

    package func readAll(
        _ operation: AWSOperation, _ input: Value = [:], items: String, inputToken: String, outputToken: String,
        more: String? = nil
    ) async throws(ProviderError) -> [Value] {
        do {
            return try await caller.all(
                operation, input, items: items, inputToken: inputToken, outputToken: outputToken, more: more)
        } catch { throw .aws(error) }
    }

    /// Sends a request that changes something, once its intent is on disk.
    ///
    /// - Parameter baseline: the ids that exist before a create call whose result has neither a fixed name nor tags.
    @discardableResult
    package func write(
        _ operation: AWSOperation, _ input: Value, on physicalId: String? = nil, baseline: [String] = []
    ) async throws(ProviderError) -> Value {
        try await recorder.intend(operation, on: physicalId, baseline: baseline, address: address)
        do {
            return try await caller.call(operation, input)
        } catch {
            if !error.mayHaveHappened { await recorder.changedNothing(operation, on: physicalId, address: address) }
            throw .aws(error)
        }
    }

    /// Deletes something; one of `missing` means that it is gone already.
    package func remove(
        _ operation: AWSOperation, _ input: Value, on physicalId: String, missing: String...
    ) async throws(ProviderError) {
        do {
            try await write(operation, input, on: physicalId)
        } catch {
            guard let code = error.code, missing.contains(code) else { throw error }
        }
    }

    /// Records that AWS has made the address's object, so a kill from here on loses nothing.
    package func recordCreated(_ physicalId: String, outputs: [String: Value] = [:]) async throws(ProviderError) {
        try await recorder.recordCreated(physicalId, outputs: outputs, address: address)
    }

    /// Tries until it succeeds, fails for another reason, or `seconds` have gone by: for what AWS lets be seen late.
    ///
    /// - Parameters:
    ///   - what: what is waited for, in words for the person who waits.
    ///   - isTransient: whether an error is one that time heals.
    package func retryUntilConsistent<Result: Sendable>(
        _ what: String, seconds: Int = 120, isTransient: (AWSError) -> Bool,
        _ body: () async throws(ProviderError) -> Result
    ) async throws(ProviderError) -> Result {
        var waiting = Waiting(seconds: seconds)
        while true {
            do {
                return try await body()
            } catch {
                guard case .aws(let cause) = error, isTransient(cause) else { throw error }
                guard let delay = waiting.next() else {
                    throw .timedOut(waitingFor: what, seconds: seconds, last: cause.message)
                }
                try await pause(delay, waitingFor: what, last: cause.message)
            }
        }
    }

    /// Polls until `body` gives a result; nil means not yet, with AWS's words for it.
    package func polling<Result: Sendable>(
        _ what: String, seconds: Int = 120, _ body: () async throws(ProviderError) -> Poll<Result>
    ) async throws(ProviderError) -> Result {
        var waiting = Waiting(seconds: seconds)
        while true {
            switch try await body() {
            case .done(let result): return result
            case .notYet(let words):
                guard let delay = waiting.next() else {
                    throw .timedOut(waitingFor: what, seconds: seconds, last: words)
                }
                try await pause(delay, waitingFor: what, last: words)
            }
        }
    }

    /// Waits, whatever happens: for what cannot be asked for.
    package func wait(for what: String, seconds: Int) async throws(ProviderError) {
        if seconds > 0 { try await pause(Double(seconds), waitingFor: "\(seconds) s for \(what)", last: "") }
    }

    private func pause(_ seconds: Double, waitingFor what: String, last: String) async throws(ProviderError) {
        await pace.waiting(for: what, address: address)
        guard await pace.pause(seconds: seconds) else { throw .stopped(waitingFor: what, last: last) }
    }
}

package enum Poll<Result: Sendable>: Sendable {
    case done(Result)
    case notYet(String)
}

/// Where intents and results go: the journal and the state, or nowhere while planning.
package protocol Recorder: Sendable {
    func intend(_ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address)
        async throws(ProviderError)
    /// A request that was announced has provably changed nothing.
    func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async
    func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError)
}

/// Time, as a provider may spend it.
package protocol Pace: Sendable {
    /// Waits; false as soon as the run is asked to stop.
    func pause(seconds: Double) async -> Bool
    /// Says that an address waits, and for what.
    func waiting(for what: String, address: Address) async
}

/// The delays between polls: from 250 ms, half as long again each time, up to 5 s, until the sum comes to the bound.
struct Waiting {
    private var left: Double
    private var delay = 0.25

    init(seconds: Int) { left = Double(seconds) }

    /// The next delay in seconds; nil when the bound is reached.
    mutating func next() -> Double? {
        guard left > 0 else { return nil }
        let now = min(delay, left)
        left -= now
        delay = min(delay * 1.5, 5)
        return now
    }
}
