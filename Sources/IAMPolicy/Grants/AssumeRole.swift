import Model
import Schema

extension Grants {
    static let assumeRole = ShortForm(
        form: Form(
            "assumeRole",
            [
                Attribute(
                    "assumeRole",
                    .reference(
                        ReferenceTarget(
                            "roles", attribute: "arn", outside: #"arn:[^:]+:iam::\d{12}:role/.+"#, ordering: false)),
                    required: true, "The role."),
                Attribute("tagSession", .boolean, default: false, "Whether the caller also sets session tags."),
            ], "Assume a role."),
        statements: { (entry, _) throws(CompileError) in
            [ShortForm.allow(Trust.assumeActions(of: entry), on: [entry["assumeRole"]])]
        })
}
