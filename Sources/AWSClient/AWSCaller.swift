package import Model

/// Something that carries out AWS operations: ``AWSClient``, or a script in a test.
package protocol AWSCaller: Sendable {
    /// Carries out one operation.
    ///
    /// Input and output are maps with AWS's own member names, whatever the service's protocol is. Two things differ by
    /// protocol, and the readers ``Schema/Value/elements``, ``Schema/Value/wireInteger`` and ``Schema/Value/wireBoolean``
    /// even them out: the query services (IAM, STS) answer with text where the others answer with numbers and
    /// booleans, and an empty list of theirs is empty text. Members that are secrets (``AWSOperation/secrets``) come as
    /// `.secret`.
    ///
    /// - Throws: `AWSError`; its `kind` says whether the operation may have happened all the same.
    func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value

    /// The same caller, which tells `observer` when a call has to wait for AWS, and why.
    func tellingWaits(_ observer: @escaping WaitObserver) -> any AWSCaller

    /// The same, signing with other credentials; nil sends requests unsigned, as operations that need no credentials take them.
    func signing(with credentials: Credentials?) -> any AWSCaller
}

/// Called with why a call waits, in words for the person who waits with it; may be called with the same many times.
package typealias WaitObserver = @Sendable (_ reason: String) async -> Void

extension AWSCaller {
    /// For a caller that never waits.
    package func tellingWaits(_ observer: @escaping WaitObserver) -> any AWSCaller { self }

    /// All elements of a paged list, in order.
    ///
    /// - Parameters:
    ///   - items: the output member that holds a page's elements.
    ///   - inputToken: the input member that takes the token.
    ///   - outputToken: the output member that gives the next page's token; absent or empty on the last page.
    ///   - more: the boolean output member that says whether there is a next page (IAM's `IsTruncated`, where it exists).
    /// - Throws: also when the service gives a token a second time, or more than ``pageLimit`` pages.
    package func all(
        _ operation: AWSOperation, _ input: Value = [:], items: String, inputToken: String, outputToken: String,
        more: String? = nil
    ) async throws(AWSError) -> [Value] {
        var found: [Value] = []
        var tokens: Set<Value> = []
        var input = input
        for _ in 0..<pageLimit {
            let page = try await call(operation, input)
            found += page[items].elements
            let token = page[outputToken]
            if token.isNull || token == "" || more.map({ page[$0].wireBoolean == true }) == false { return found }
            guard tokens.insert(token).inserted else {
                throw AWSError(
                    .garbled, code: "RepeatedPageToken",
                    message: "the list did not end: the service gave the token of a page that it had given before",
                    operation: operation)
            }
            input[inputToken] = token
        }
        throw AWSError(
            .garbled, code: "TooManyPages", message: "the list did not end after \(pageLimit) pages",
            operation: operation)
    }
}

/// More pages than any list that is read here has: the smallest pages hold 50 to 60 elements.
package let pageLimit = 1_000

extension Value {
    /// The elements of a list in an answer; none where the member is absent, null, or the empty text that stands for
    /// an empty list in XML.
    package var elements: [Value] { list ?? [] }

    /// A whole number of an answer, from a number or from its text in XML.
    package var wireInteger: Int? { integer ?? string.flatMap { Int($0) } }

    /// A boolean of an answer, from a boolean or from its text in XML.
    package var wireBoolean: Bool? { boolean ?? string.flatMap { Bool($0) } }
}
