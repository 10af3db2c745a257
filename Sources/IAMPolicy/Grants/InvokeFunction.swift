import Model
import Schema

extension Grants {
    /// Only the unqualified ARN: a call that names a version or an alias is another resource to IAM and not allowed by it
    /// (Lambda Developer Guide, "Resources and conditions for Lambda actions").
    static let invokeFunction = ShortForm(
        form: Form(
            "invokeFunction",
            [
                Attribute(
                    "invokeFunction",
                    .reference(
                        ReferenceTarget(
                            "lambdaFunctions", attribute: "arn", outside: #"arn:[^:]+:lambda:.+"#, ordering: false)),
                    required: true, "The function.")
            ], "Invoke one Lambda function."),
        statements: { (entry, _) throws(CompileError) in
            [ShortForm.allow(["lambda:InvokeFunction"], on: [entry["invokeFunction"]])]
        })
}
