import Model
import Schema

extension Grants {
    /// Without `logs:CreateLogGroup`, because the stack makes the log group.
    static let writeLogs = ShortForm(
        form: Form(
            "writeLogs",
            [
                Attribute(
                    "writeLogs",
                    .reference(
                        ReferenceTarget(
                            "lambdaFunctions", attribute: "logGroupArn",
                            outside: #"arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+"#, ordering: false)),
                    required: true,
                    "The Lambda function whose log group it is, or the ARN of a log group, without :* at its end.")
            ], "Write to a log group."),
        statements: { (entry, _) throws(CompileError) in
            [
                ShortForm.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"], on: [.joined([entry["writeLogs"], ":*"])])
            ]
        })
}
