import Model

/// Who takes the role that a property names: the role's trust must let them, and AWS says so only when it is too late, or never.
package struct Assumption: Sendable {
    /// Who, in words.
    package let who: String
    /// The kind of principal and its name, as policies have them: `Service`, `lambda.amazonaws.com`.
    package let principal: @Sendable (StackContext) -> (kind: String, name: String)
    /// Such as `sts:AssumeRole`.
    package let action: String
    /// What is known of the request: condition keys, without their prefix, with their values.
    package let context: [String: String]
    /// Whether AWS refuses the resource otherwise.
    package let isRefused: Bool
    /// What to do.
    package let help: String

    package init(
        by who: String, action: String, context: [String: String] = [:], isRefused: Bool, help: String,
        principal: @escaping @Sendable (StackContext) -> (kind: String, name: String)
    ) {
        self.who = who
        self.principal = principal
        self.action = action
        self.context = context
        self.isRefused = isRefused
        self.help = help
    }
}
