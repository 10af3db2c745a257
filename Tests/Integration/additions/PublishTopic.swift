import Model
import Schema

extension Grants {
    /// An example of a new grant.
    static let publishTopic = ShortForm(
        form: Form(
            "publishTopic",
            [
                Attribute(
                    "publishTopic", .string(length: 1...256, pattern: "[A-Za-z0-9_-]+"), required: true,
                    "The topic's name.")
            ], "Publish to a topic of this account and region."),
        statements: { (entry, context) throws(CompileError) in
            [ShortForm.allow(["sns:Publish"], on: [context.arn("sns", entry["publishTopic"])])]
        })
}
