import AWSClient
import IAMPolicy
import Model
import Schema

/// The rows that roles and users have in common: what they may do.
enum PrincipalPolicies {
    /// The inline policy that holds what `grants` says.
    static let grantsName = "cogstack-grants"

    /// - Parameters:
    ///   - properties: those that `identityVariable` reads.
    ///   - identityVariable: what tells one user's sessions from another's, by these properties.
    static func rows(
        of kind: PrincipalKind, tellingUsersBy properties: [String] = [],
        identityVariable: @escaping @Sendable (Value, StackContext) throws(CompileError) -> IdentityVariable?
    ) -> [Attribute] {
        [
            Attribute(
                "grants", .list(.form(Grants.forms)), default: [], writtenBy: kind.putPolicy.name,
                traits: [.access(.identity), .sizeLimit(kind.inlineLimit), .exclusiveUnless("exclusivePolicies")],
                compiledWith: properties,
                compile: { (grants, resource, context) throws(CompileError) in
                    if grants.list?.isEmpty == true { return [] }
                    let variable = try identityVariable(resource, context)
                    return try Grants.compile(grants, GrantContext(context, identityVariable: variable))
                }, equivalent: PolicyDocument.equivalent,
                "What it may do, in short forms; kept in AWS as the inline policy `\(grantsName)`."),
            Attribute(
                "inlinePolicies", .map(.policyDocument(), keys: #"[\w+=,.@-]{1,128}"#), default: [:],
                writtenBy: kind.putPolicy.name,
                traits: [.access(.identity), .sizeLimit(kind.inlineLimit), .exclusiveUnless("exclusivePolicies")],
                equivalent: PolicyDocument.equivalent,
                "Inline policies, by their names."),
            Attribute(
                "managedPolicies",
                .set(.string(length: 20...2048, pattern: "arn:[^:]+:iam::.+:policy/.+"), count: 0...20),
                default: [], writtenBy: kind.attachPolicy.name,
                traits: [.access(.managed), .exclusiveUnless("exclusivePolicies")],
                "ARNs of the managed policies that are attached."),
            Attribute(
                "exclusivePolicies", .boolean, default: true, traits: [.local],
                "Whether a policy that somebody added by hand is drift, and is taken away."),
            Attribute(
                "permissionsBoundary", .string(length: 20...2048, pattern: "arn:[^:]+:iam::.+:policy/.+"),
                traits: [.access(.boundary)],
                "ARN of the managed policy that bounds what it may do."),
        ]
    }

    /// As CloudFormation calls them.
    static let otherNames = ["policies": "inlinePolicies", "managedPolicyArns": "managedPolicies"]

    /// The rows with a value that the create call does not take.
    static func writtenApart(in desired: Value) -> Set<String> {
        Set(["grants", "inlinePolicies", "managedPolicies"].filter { ![.null, [], [:]].contains(desired[$0]) })
    }

    static let grantsNameIsTaken = Rule("reserved-policy-name", over: ["inlinePolicies"]) { attributes in
        guard !attributes["inlinePolicies"][grantsName].isNull else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("inlinePolicies", grantsName),
                message: "the name \(grantsName) is kept for `grants`",
                help: "Give the inline policy another name.")
        ]
    }

    /// IAM takes no two tag keys that differ in case alone, such as one of the stack's and one of the resource's own.
    static let tagKeysDiffer = Rule("tag-keys", over: ["tags"]) { attributes in
        let keys = (attributes["tags"].map ?? [:]).filter { !$0.value.isNull }.keys.sorted()
        return Dictionary(grouping: keys) { $0.lowercased() }.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
            .map { spellings in
                RuleProblem(
                    path: PropertyPath("tags", spellings[0]),
                    message:
                        "the tag keys \(spellings.joined(separator: " and ")) are one to IAM, which does not tell capitals from small letters",
                    help: "Spell the key in one way, also among the stack's `tags`.")
            }
    }

    /// Policy documents that IAM would refuse, reported with their place before IAM is asked.
    static let documentsAreSound = [
        Rule("policy-document", over: ["inlinePolicies"]) { attributes in
            (attributes["inlinePolicies"].map ?? [:]).flatMap {
                problems(in: $1, kind: .identity, at: PropertyPath("inlinePolicies", $0))
            }
        },
        Rule("policy-document", over: ["trust"]) { attributes in
            attributes["trust"].map == nil
                ? [] : problems(in: attributes["trust"], kind: .trust, at: PropertyPath("trust"))
        },
    ]

    private static func problems(in document: Value, kind: PolicyDocument.Kind, at path: PropertyPath) -> [RuleProblem]
    {
        PolicyDocument.problems(in: document, kind: kind).map {
            RuleProblem(path: path + $0.path, message: $0.message, help: $0.help)
        }
    }

    static func path() -> Attribute {
        Attribute(
            "path", .string(length: 1...512, pattern: #"/|/[\x21-\x7E]+/"#), default: "/", change: .replacement,
            "The folder in IAM, such as /service/.")
    }
}
