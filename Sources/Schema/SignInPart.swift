import Model

/// What a resource contributes to signing in: facts from which a client's set-up follows, and a check of the whole.
package enum SignInPart: Sendable, Equatable {
    /// Who signed in with the app client gets an identity id and credentials from the identity pool.
    case identities(identityPoolId: String, userPoolId: String, clientId: String)
    /// The function exchanges id tokens for longer credentials of the role. It takes the tokens of these only; where an id is nil,
    /// it does not say.
    case proxy(functionName: String, roleARN: String, identityPoolId: String?, userPoolId: String?, clientId: String?)
}
