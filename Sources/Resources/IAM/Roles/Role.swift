import IAMPolicy
import Model
package import Schema

/// An IAM role: who may become it (`trust`), and what it may do (`grants` and the policies).
package let roleType = ResourceType(
    section: "roles", name: "role", identity: .key(isTaggable: true, ignoresCase: true), "An IAM role.",
    attributes: [
        Attribute(
            "name", .string(length: 1...64, pattern: IAM.namePattern), change: .replacement,
            wire: "RoleName", "Its name, unique in the account."),
        PrincipalPolicies.path(),
        Attribute(
            "description", .string(length: 0...1000, pattern: #"[\u{9}\u{A}\u{D}\u{20}-\u{7E}\u{A1}-\u{FF}]*"#),
            default: "",
            "What it is for, in Latin letters: IAM takes no other ones."),
        Attribute(
            "maxSessionDuration", .duration(.seconds, 3600...43200), default: 3600,
            "How long a session may last: from 1h to 12h."),
        Attribute(
            "trust", .policyDocument(shortForms: Trust.forms), required: true, wire: "AssumeRolePolicyDocument",
            traits: [.access(.trust), .sizeLimit(PolicyDocument.SizeLimit.trust), .boundToObject],
            compile: { (trust, _, context) throws(CompileError) in try Trust.compile(trust, context) },
            equivalent: PolicyDocument.equivalent, "Who may assume it."),
    ]
        + PrincipalPolicies.rows(of: .role, tellingUsersBy: ["trust"]) { (role, context) throws(CompileError) in
            try Trust.identityVariable(of: role["trust"], context)
        },
    apiNames: APINames(otherwise: PrincipalPolicies.otherNames),
    outputs: [
        Output("arn", from: ["name", "path"], "Its ARN.") { IAM.predictedARN(of: .role, $0, $1) },
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
        Output(
            "uniqueId", uniqueId: true,
            "The id that a role of the same name, re-created, does not have, AROA and so on."),
    ],
    rules: [PrincipalPolicies.grantsNameIsTaken, PrincipalPolicies.tagKeysDiffer] + PrincipalPolicies.documentsAreSound)
