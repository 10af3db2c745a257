import Model
package import Schema

/// An IAM user: a name for a machine to sign in with, and what it may do.
package let iamUserType = ResourceType(
    section: "iamUsers", name: "iamUser", identity: .key(isTaggable: true, ignoresCase: true), "An IAM user.",
    attributes: [
        Attribute(
            "name", .string(length: 1...64, pattern: IAM.namePattern), change: .replacement,
            wire: "UserName", "Its name, unique in the account."),
        PrincipalPolicies.path(),
    ] + PrincipalPolicies.rows(of: .user) { _, _ in nil },
    // A password for the console: CloudFormation has it among the user's properties.
    apiNames: APINames(unmanaged: ["loginProfile", "groups"], otherwise: PrincipalPolicies.otherNames),
    outputs: [
        Output("arn", from: ["name", "path"], "Its ARN.") { IAM.predictedARN(of: .user, $0, $1) },
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
        Output(
            "uniqueId", uniqueId: true,
            "The id that a user of the same name, re-created, does not have, AIDA and so on."),
    ],
    rules: [PrincipalPolicies.grantsNameIsTaken, PrincipalPolicies.tagKeysDiffer] + PrincipalPolicies.documentsAreSound)
