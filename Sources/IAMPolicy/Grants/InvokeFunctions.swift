import Model
import Schema

extension Grants {
    static let invokeFunctions = ShortForm(
        form: Form(
            "invokeFunctions",
            [
                Attribute(
                    "invokeFunctions",
                    .object([
                        Attribute(
                            "pattern", .string(length: 1...140, pattern: #"[A-Za-z0-9_*?\-]+"#), required: true,
                            "Function names, with * and ?, such as user-function-*.")
                    ]), required: true, "Which functions.")
            ], "Invoke the Lambda functions of this account and region whose names match."),
        statements: { (entry, context) throws(CompileError) in
            let name = Value.joined(["function:", entry["invokeFunctions"]["pattern"]])
            return [ShortForm.allow(["lambda:InvokeFunction"], on: [context.arn("lambda", name)])]
        })
}
