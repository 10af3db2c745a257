import Provider

/// Carries a typed error over an `async let`.
func outcome<Success: Sendable>(
    _ body: () async throws(ProviderError) -> Success
) async -> Result<Success, ProviderError> {
    do { return .success(try await body()) } catch { return .failure(error) }
}

/// What `body` gives for each key, all at once; a key for which it gives nothing is left out.
func all<Key: Hashable & Sendable, Output: Sendable>(
    _ keys: [Key], _ body: @escaping @Sendable (Key) async throws(ProviderError) -> Output?
) async throws(ProviderError) -> [Key: Output] {
    let outcomes = await withTaskGroup(of: (Key, Result<Output?, ProviderError>).self) { group in
        for key in keys {
            group.addTask {
                do throws(ProviderError) { return (key, .success(try await body(key))) } catch {
                    return (key, .failure(error))
                }
            }
        }
        return await group.reduce(into: [Key: Result<Output?, ProviderError>]()) { $0[$1.0] = $1.1 }
    }
    var outputs: [Key: Output] = [:]
    for (key, result) in outcomes { outputs[key] = try result.get() }
    return outputs
}
