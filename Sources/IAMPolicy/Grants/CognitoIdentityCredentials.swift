import Model
import Schema

extension Grants {
    /// The action knows no resources.
    static let cognitoIdentity = ShortForm(
        form: Form(
            "cognitoIdentity",
            [Attribute("cognitoIdentity", .oneOf(["credentials"]), required: true, "What may be fetched.")],
            "Fetch credentials from an identity pool."),
        statements: { (_, _) throws(CompileError) in
            [ShortForm.allow(["cognito-identity:GetCredentialsForIdentity"], on: ["*"])]
        })
}
