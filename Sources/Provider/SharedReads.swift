package import Model
import Schema

/// Answers that several resources of one run need: each is asked for once, and whoever comes while it is under way
/// waits for the same answer.
package actor SharedReads {
    private var tasks: [String: Task<Result<Value, ProviderError>, Never>] = [:]

    package init() {}

    /// The answer known by `key`, asked for by `body` where nobody has yet.
    package func value(
        _ key: String, _ body: @escaping @Sendable () async throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        if let task = tasks[key] { return try await task.value.get() }
        let task = Task<Result<Value, ProviderError>, Never> {
            do throws(ProviderError) { return .success(try await body()) } catch { return .failure(error) }
        }
        tasks[key] = task
        return try await task.value.get()
    }
}
