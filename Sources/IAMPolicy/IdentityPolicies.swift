package import Model
import Schema

/// A request of which what matters to policies is known, as far as it is known before it is sent.
package struct PolicyRequest: Sendable, Hashable {
    /// Such as `s3:GetObject`.
    package let action: String
    package let resource: String
    /// Condition keys, in lower case, with their values; none for a key that the request does not have. What is not here is not known.
    package let context: [String: [String]]

    package init(_ action: String, on resource: String, context: [String: [String]] = [:]) {
        self.action = action
        self.resource = resource
        self.context = context
    }
}

/// How far something is known.
package enum Certainty: Sendable, Hashable {
    case yes, no, unclear

    static func not(_ value: Certainty) -> Certainty {
        switch value {
        case .yes: .no
        case .no: .yes
        case .unclear: .unclear
        }
    }

    static func any(_ values: [Certainty]) -> Certainty {
        values.contains(.yes) ? .yes : values.contains(.unclear) ? .unclear : .no
    }

    static func all(_ values: [Certainty]) -> Certainty { not(any(values.map(not))) }
}

/// All identity policies of one session: what they say of a request.
///
/// What they say is not all that AWS asks: a permissions boundary, an organisation's policies and the resource's own policy have
/// their say too (IAM User Guide, "Policy evaluation logic").
package struct IdentityPolicies: Sendable {
    package let statements: [PolicyStatement]
    private let variables: [String: String?]

    /// - Parameter variables: policy variables, such as `${aws:username}`, and what they stand for in the session; nil for one that
    ///   has no value there. Others may stand for anything.
    package init(_ documents: [Value], variables: [String: String?]) {
        statements = documents.flatMap(PolicyStatement.all)
        self.variables = variables
    }

    /// Whether a statement denies it.
    package func denies(_ request: PolicyRequest) -> Certainty { applies(.deny, to: request) }

    /// Whether a statement allows it and none denies it.
    package func allows(_ request: PolicyRequest) -> Certainty {
        .all([applies(.allow, to: request), .not(denies(request))])
    }

    private func applies(_ effect: Access.Effect, to request: PolicyRequest) -> Certainty {
        .any(statements.filter { $0.effect == effect }.map { $0.applies(to: request, variables) })
    }
}
