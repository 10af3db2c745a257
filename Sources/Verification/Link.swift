import AWSClient

/// A link of the chain from a user's name and password to the long session, in their order; the first and the last surround it.
package enum Link: String, Sendable, CaseIterable {
    case leftovers, user, password, signIn, identity, credentials, shortSession, proxy, longSession, grants, isolation,
        removal

    /// What is done there, for people.
    package var title: String {
        switch self {
        case .leftovers: "clean up after earlier runs"
        case .user: "create a user"
        case .password: "set a password"
        case .signIn: "sign in"
        case .identity: "get an identity"
        case .credentials: "get its credentials"
        case .shortSession: "use the short session"
        case .proxy: "call the proxy"
        case .longSession: "use the long session"
        case .grants: "do what the grants allow"
        case .isolation: "be kept from another user's data"
        case .removal: "remove user and identity"
        }
    }
}

/// What came of one link.
package struct LinkResult: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// It holds; says what was seen and, where that is not all, what was not checked and why.
        case holds(String, except: String? = nil)
        /// It was not tried, or proved nothing; says why.
        case notChecked(String)
        /// The stack has nothing that could be tried there; says what it lacks.
        case absent(String)
        /// What verify made, or an earlier run, could not be removed: nothing of the sign-in is broken by that.
        case warned(LinkFailure)
        case broke(LinkFailure)
    }

    package let link: Link
    package let outcome: Outcome
    package let seconds: Double

    package init(link: Link, outcome: Outcome, seconds: Double) {
        self.link = link
        self.outcome = outcome
        self.seconds = seconds
    }

    package var isBroken: Bool {
        if case .broke = outcome { true } else { false }
    }

    /// Whether nothing of it is left unproved.
    package var isChecked: Bool {
        switch outcome {
        case .holds(_, let unchecked): unchecked == nil
        case .absent, .warned: true
        case .notChecked, .broke: false
        }
    }
}

/// Where and why the chain broke.
package struct LinkFailure: Error, Sendable, Equatable {
    /// What happened, as a sentence without its full stop.
    package let what: String
    /// What AWS or the proxy said, as it said it; nil where it is not about an answer's words.
    package let words: String?
    /// What to look at; nil where the words say all.
    package let advice: String?
    /// AWS's own code for it; nil where it has none.
    let code: String?
    /// Whether AWS says the same for some seconds after a change that it has not spread yet.
    let mayPass: Bool

    package init(_ what: String, words: String? = nil, advice: String? = nil) {
        self.init(what, words: words, advice: advice, code: nil)
    }

    init(_ what: String, words: String? = nil, advice: String? = nil, code: String?, mayPass: Bool = false) {
        self.what = what
        self.words = words
        self.advice = advice
        self.code = code
        self.mayPass = mayPass
    }

    /// A call that AWS did not carry out.
    init(_ error: AWSError, advice: String?) {
        // Where AWS has not spoken, what to look at is the way to it, whatever a refusal would mean.
        let hasSpoken = ![.garbled, .uncertain, .unavailable, .unreachable].contains(error.kind)
        let what = error.kind == .service ? "was refused" : hasSpoken ? "failed" : "failed at \(error.endpoint)"
        self.init(
            "\(error.operation) \(what)", words: error.words, advice: hasSpoken ? advice : error.advice,
            code: error.code.isEmpty ? nil : error.code, mayPass: Self.passing.contains(error.code))
    }

    private static let passing: Set<String> = [
        "AccessDenied", "AccessDeniedException", "InvalidIdentityPoolConfigurationException", "InvalidClientTokenId",
        // What Lambda says of a function that is not ready yet.
        "ResourceConflictException",
    ]
}

extension AWSError {
    /// What AWS said; nil where it said nothing.
    var words: String? {
        let said = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        return said.isEmpty ? nil : said
    }
}
