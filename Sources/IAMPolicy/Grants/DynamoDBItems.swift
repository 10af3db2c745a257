import Model
import Schema

extension Grants {
    /// `ForAllValues` also holds for a request without leading keys, hence the `Null` test; a scan has none, so it is
    /// only allowed without isolation (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
    static let dynamodb = ShortForm(
        form: Form(
            "dynamodb",
            [
                Attribute(
                    "dynamodb",
                    .object([
                        Attribute(
                            "table",
                            .string(
                                length: 3...1024, pattern: #"(arn:[^:]+:dynamodb:[^:]+:\d{12}:table/)?[A-Za-z0-9_.\-]+"#
                            ),
                            required: true,
                            "A table of this account and region by its name, or any by its ARN."),
                        access, isolateBy,
                    ]), required: true, "Which table, and what may be done with its items.")
            ], "Read or write items of a DynamoDB table and its indexes."),
        statements: { (entry, context) throws(CompileError) in
            let grant = entry["dynamodb"]
            let variable = try isolation(of: grant, at: "dynamodb", context)
            let read = ["GetItem", "BatchGetItem", "Query", "ConditionCheckItem"] + (variable == nil ? ["Scan"] : [])
            let write = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]
            let actions = (reads(grant) ? read : []) + (writes(grant) ? write : [])
            let table =
                isARN(grant["table"]) ? grant["table"] : context.arn("dynamodb", .joined(["table/", grant["table"]]))
            var condition: Value = [:]
            if let variable {
                condition = [
                    "ForAllValues:StringEquals": ["dynamodb:LeadingKeys": .list([variable])],
                    "Null": ["dynamodb:LeadingKeys": "false"],
                ]
            }
            return [
                ShortForm.allow(
                    actions.map { "dynamodb:\($0)" }, on: [table, .joined([table, "/index/*"])], where: condition)
            ]
        })
}
