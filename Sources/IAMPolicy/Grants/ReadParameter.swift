import Model
import Schema

extension Grants {
    static let readParameter = ShortForm(
        form: Form(
            "readParameter",
            [
                Attribute(
                    "readParameter",
                    .reference(
                        ReferenceTarget(
                            "ssmParameters", attribute: "arn", outside: #"arn:[^:]+:ssm:[^:]+:\d{12}:parameter/.+"#,
                            ordering: false)),
                    required: true, "The parameter."),
                decryptingKey,
            ], "Read the value of a parameter of Systems Manager."),
        statements: { (entry, context) throws(CompileError) in
            [ShortForm.allow(["ssm:GetParameter"], on: [entry["readParameter"]])]
                + decryption(of: entry, through: "ssm", context)
        })
}
