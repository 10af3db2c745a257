import Model
import Schema

extension Grants {
    /// AWS ends a secret's ARN in a hyphen and six characters of its own; the question marks stand for just those, so a secret
    /// whose name only begins alike is not meant (Secrets Manager User Guide, "Identity-based policies").
    static let readSecret = ShortForm(
        form: Form(
            "readSecret",
            [
                Attribute(
                    "readSecret",
                    .reference(
                        ReferenceTarget(
                            "secrets", attribute: "name", outside: #"arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+"#,
                            ordering: false)),
                    required: true, "The secret."),
                decryptingKey,
            ], "Read the value of a secret in Secrets Manager."),
        statements: { (entry, context) throws(CompileError) in
            let secret = entry["readSecret"]
            let arn = isARN(secret) ? secret : context.arn("secretsmanager", .joined(["secret:", secret, "-??????"]))
            return [ShortForm.allow(["secretsmanager:GetSecretValue"], on: [arn])]
                + decryption(of: entry, through: "secretsmanager", context)
        })
}
