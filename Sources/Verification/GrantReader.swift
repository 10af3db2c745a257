import IAMPolicy
import Model
import Schema

/// Reads out of a role's policies what can be tried of them. Pure.
///
/// It knows the statements that the short grant forms compile to, and others that are like them. What it does not understand it
/// names, and a refusal that something it does not understand may have caused proves nothing.
struct GrantReader {
    /// What is known of the session that the policies are those of.
    struct Login: Sendable {
        var kind: SessionKind
        /// Where the stack is: what is elsewhere is not tried.
        var region: String
        var partition: String
        var account: String
        var identity: String
        /// A made-up identity of somebody else.
        var neighbour: String
        /// The function that is called anyway.
        var calledFunction: String?
        /// Why any refusal would prove nothing, such as a permissions boundary.
        var doubt: String?
    }

    let session: Login
    let policies: IdentityPolicies
    /// Each kind of session's variable for the identity id, as policies spell it.
    let variables: [String]

    static func probes(in documents: [Value], of session: Login) -> ProbeList {
        let reader = GrantReader(documents, session)
        var list = ProbeList()
        for statement in reader.policies.statements where statement.effect == .allow {
            reader.read(statement, into: &list)
        }
        return list
    }

    private init(_ documents: [Value], _ session: Login) {
        self.session = session
        let own: IdentityVariable = session.kind == .long ? .sessionTag : .tokenSubject
        // The other kind's variable has no value here: a grant that isolates by it gives nothing, which is to be seen.
        let values = IdentityVariable.allCases.map { variable in
            (
                variable.text(region: session.region, partition: session.partition),
                variable == own ? session.identity : nil
            )
        }
        variables = values.map(\.0)
        policies = IdentityPolicies(documents, variables: Dictionary(uniqueKeysWithValues: values))
    }

    private static let tried = [
        "s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload",
        "dynamodb:GetItem",
        "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
        "lambda:InvokeFunction",
    ]

    private func read(_ statement: PolicyStatement, into list: inout ProbeList) {
        guard Self.tried.contains(where: statement.concerns) else { return nameUntried(statement, &list) }
        guard case .these(let resources) = statement.resources, case .these = statement.actions else {
            return list.skip("a statement with NotAction or NotResource", "what it grants cannot be listed")
        }
        for resource in resources {
            guard let arn = ARN(resource) else {
                list.skip(resource, "it names nothing that could be tried")
                continue
            }
            let unknown = statement.knowsVariables ? filled(resource, "").firstMatch(of: #/\$\{[^}]*\}/#) : nil
            if let unknown {
                list.skip(resource, "what \(unknown.output) stands for is not known")
            } else if resource.contains("${"), !statement.knowsVariables {
                list.skip(resource, "its policy lacks `Version: 2012-10-17`, so ${…} is plain text")
            } else {
                switch arn.service {
                case "s3": readS3(statement, arn, into: &list)
                case "dynamodb": readDynamoDB(statement, arn, into: &list)
                case "lambda": readLambda(statement, arn, into: &list)
                default: break
                }
            }
        }
    }

    /// What is none of the short forms' actions for people's own data, save what the sign-in itself has shown.
    private func nameUntried(_ statement: PolicyStatement, _ list: inout ProbeList) {
        guard case .these(let actions) = statement.actions else { return }
        let others = actions.filter { !$0.lowercased().hasPrefix("cognito-identity:") }
        guard let first = others.first else { return }
        list.skip(others.count == 1 ? first : "\(first) and \(others.count - 1) more", "verify does not try it")
    }

    // MARK: - For each service

    /// - Parameters:
    ///   - isolating: the variable in what the grant covers.
    ///   - standsFor: other actions of IAM that `action` is to tell about.
    func add(
        _ list: inout ProbeList, _ access: Probe.Access, _ action: String, _ place: Probe.Place, isolating: String?,
        standsFor: [String] = [], mayList: Bool = false,
        _ attempt: (_ identity: String) -> (Probe.Attempt, PolicyRequest)
    ) {
        let (own, request) = attempt(session.identity)
        var probe = Probe(
            access: access, action: action, place: place, own: own,
            doubt: session.doubt ?? (policies.denies(request) == .no ? nil : "a Deny statement may cover it"),
            mayList: mayList)
        if isolating != nil {
            let (others, request) = attempt(session.neighbour)
            probe.others = others
            probe.openings = standsFor.filter { action in
                // A scan has no keys (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
                let context = action == "dynamodb:Scan" ? ["dynamodb:leadingkeys": []] : request.context
                return policies.allows(PolicyRequest(action, on: request.resource, context: context)) != .no
            }
            probe.variable = isolating
        }
        list.add(probe)
    }

    func filled(_ text: String, _ identity: String) -> String {
        variables.reduce(text) { $0.replacing($1, with: identity) }
    }

    func place(_ start: String, _ pattern: String) -> Probe.Place {
        let mark: Character = "\0"
        let text = start + filled(pattern, String(mark))
        return Probe.Place(parts: text.split(separator: mark, omittingEmptySubsequences: false).map(String.init))
    }

    /// The variable in a value of a condition, `.some(nil)` where there is none; nil where the value says what is not known here.
    func isolating(_ value: String, _ statement: PolicyStatement, at what: String, _ list: inout ProbeList) -> String??
    {
        guard value.contains("${") else { return .some(nil) }
        guard statement.knowsVariables else {
            list.skip(what, "its policy lacks `Version: 2012-10-17`, so ${…} is plain text")
            return nil
        }
        guard !filled(value, "").contains("${") else {
            list.skip(what, "what \(value) stands for is not known")
            return nil
        }
        return .some(variables.first(where: value.contains))
    }

    /// An ARN of the granted kind in the session's own region and account.
    func here(_ granted: ARN, _ resource: Substring) -> String {
        let arn = ARN(
            partition: granted.partition, service: granted.service, region: session.region[...],
            account: session.account[...],
            resource: resource)
        return arn.description
    }

    func isHere(_ arn: ARN, _ what: String, _ list: inout ProbeList) -> Bool {
        if !["*", session.region].contains(String(arn.region)) {
            list.skip(what, "it is in \(arn.region)")
        } else if !["*", session.account].contains(String(arn.account)) {
            list.skip(what, "it is in the account \(arn.account)")
        } else {
            return true
        }
        return false
    }

    func conditions(_ statement: PolicyStatement) -> String {
        "it is under a condition on \(Set(statement.conditions.map(\.key)).sorted().joined(separator: ", "))"
    }

    /// What nobody calls anything of theirs.
    static let madeUp = "cogstack-verify"

    /// A pattern without the wildcards at its end.
    static func beginning(_ pattern: String) -> String {
        var text = pattern
        while text.hasSuffix("*") { text.removeLast() }
        return text
    }

    /// Something that a pattern matches: its last `*` is `ending`.
    static func example(of pattern: String, ending: String) -> String {
        let parts = pattern.replacing("?", with: "x").split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return String(parts[0]) }
        return parts.dropLast().joined(separator: "x") + ending + parts[parts.count - 1]
    }
}
