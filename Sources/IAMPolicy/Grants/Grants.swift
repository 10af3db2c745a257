package import Model
package import Schema

/// Short forms for what a role or a user may do.
package enum Grants {
    /// What the stack file may say.
    package static let forms = all.map(\.form)

    /// The identity policy that a list of grants stands for. References must be ARNs or templates by now.
    ///
    /// - Throws: where an entry has no form, or isolation is asked for in sessions that nothing tells apart.
    package static func compile(_ grants: Value, _ context: GrantContext) throws(CompileError) -> Value {
        try ShortForm.document(of: grants, among: all, noun: "grant", context: context)
    }

    /// One line each, in the order in which the reference shows them.
    static let all = [
        invokeFunction,
        invokeFunctions,
        assumeRole,
        writeLogs,
        readSecret,
        readParameter,
        s3,
        dynamodb,
        cognitoIdentity,
    ]

    static func isARN(_ value: Value) -> Bool {
        PolicyDocument.text(value).hasPrefix("arn:")
    }
}
