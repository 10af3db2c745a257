import AWSClient

/// What to look at where AWS refuses a call of a client's.
enum Advice {
    static func unsigned(_ error: AWSError) -> String? {
        switch (error.operation.name, error.code) {
        case ("InitiateAuth", _) where error.message.contains("flow not enabled"):
            "The app client does not allow ALLOW_USER_PASSWORD_AUTH: look at its `explicitAuthFlows`."
        case (_, "UserLambdaValidationException"), (_, "UnexpectedLambdaException"),
            (_, "InvalidLambdaResponseException"):
            "A trigger of the user pool refused or failed: look at its `lambdaConfig` and at that function's log."
        case ("InitiateAuth", "ResourceNotFoundException"):
            "The app client is gone: `cogstack plan` shows what is missing."
        case ("InitiateAuth", "NotAuthorizedException") where error.message.contains("SECRET_HASH"):
            "The app client has got another secret meanwhile: run it again."
        case ("GetId", "ResourceNotFoundException"): "The identity pool is gone: `cogstack plan` shows what is missing."
        case ("GetId", "NotAuthorizedException"):
            "The identity pool does not take the tokens of this app client: look at its `cognitoIdentityProviders`."
        default: nil
        }
    }

    /// What an answer of the proxy that is not 200 points to. See its protocol in examples/credential-proxy.
    static func proxy(_ status: Int, function: String, role: String) -> String? {
        switch status {
        case 400: "The function does not take what the client sends: is it the stack's own code?"
        case 401: "The function is set up for another user pool, app client or identity pool: look at its environment."
        case 403:
            "The trust of the role \(role) does not let the function's IAM user in, or that user may not `sts:AssumeRole` and `sts:TagSession` on it."
        default:
            "The function's environment or the key in it: the log group /aws/lambda/\(function) says more, and `cogstack plan` shows what was changed."
        }
    }
}
