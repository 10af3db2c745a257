import Diagnostics
package import Model
import Schema

extension PolicyDocument {
    /// All that IAM would refuse in a document, or would silently take for something else than it looks like, in the order
    /// of the document. Texts with references that are not known yet are not looked into.
    package static func problems(in document: Value, kind: Kind) -> [PolicyError] {
        var check = PolicyCheck(kind: kind)
        check.document(document)
        return check.problems
    }

    /// Throws the first of ``problems(in:kind:)``.
    package static func check(_ document: Value, kind: Kind) throws(PolicyError) {
        if let first = problems(in: document, kind: kind).first { throw first }
    }
}

/// One walk through a document. Rules: IAM User Guide, "Grammar of the IAM JSON policy language".
private struct PolicyCheck {
    let kind: PolicyDocument.Kind
    private(set) var problems: [PolicyError] = []
    private var knowsVariables = true
    private var sids: Set<String> = []

    init(kind: PolicyDocument.Kind) {
        self.kind = kind
    }

    private mutating func report(_ path: PropertyPath, _ message: String, _ help: String) {
        problems.append(PolicyError(path: path, message: message, help: help))
    }

    mutating func document(_ document: Value) {
        guard case .map(let members) = document else {
            return report(
                .root, "a policy document is a map, not \(document.kindName)", "give it Version and Statement")
        }
        names(members, known: ["Version", "Id", "Statement"], at: .root)
        let versions = [PolicyDocument.currentVersion, PolicyDocument.defaultVersion]
        let version = members["Version"] ?? .null
        if !version.isNull, !versions.map(Value.string).contains(version) {
            report(
                PropertyPath("Version"), "\(PolicyDocument.text(version)) is no version of the policy language",
                "write \"\(versions[0])\"")
        }
        knowsVariables = PolicyDocument.version(of: document) == PolicyDocument.currentVersion
        if let id = members["Id"] { _ = self.text(id, at: PropertyPath("Id")) }

        switch members["Statement"] ?? .null {
        case .null:
            report(PropertyPath("Statement"), "a policy document needs a Statement", "list at least one statement")
        case .list(let statements):
            if statements.isEmpty {
                report(PropertyPath("Statement"), "Statement is empty", "list at least one statement")
            }
            for (index, statement) in statements.enumerated() {
                self.statement(statement, at: PropertyPath("Statement")[index])
            }
        case let statement:
            self.statement(statement, at: PropertyPath("Statement"))
        }
    }

    private mutating func statement(_ statement: Value, at path: PropertyPath) {
        guard case .map(let members) = statement else {
            return report(
                path, "a statement is a map, not \(statement.kindName)",
                "give it Effect, Action and what belongs to them")
        }
        names(
            members,
            known: [
                "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
                "Condition",
            ], at: path)
        if let value = members["Sid"] { sid(value, at: path["Sid"]) }
        switch members["Effect"] {
        case .string("Allow")?, .string("Deny")?: break
        case nil: report(path["Effect"], "a statement needs an Effect", "write Allow or Deny")
        case let effect?:
            report(
                path["Effect"], "Effect is \(PolicyDocument.text(effect))",
                "write Allow or Deny, in exactly this spelling")
        }
        who(members, at: path)
        if oneOf("Action", "NotAction", in: members, at: path, isRequired: true) {
            for name in ["Action", "NotAction"] {
                each(members[name], at: path[name]) { $0.action($1, at: $2) }
            }
        }
        what(members, at: path)
        if let value = members["Condition"] { condition(value, at: path["Condition"]) }
    }

    private mutating func sid(_ value: Value, at path: PropertyPath) {
        guard let sid = text(value, at: path), !sid.isEmpty else { return }
        if !sid.utf8.allSatisfy(\.isLetterOrDigit) {
            report(path, "Sid is \(sid)", "use letters and digits only")
        }
        if !sids.insert(sid).inserted {
            report(
                path, "another statement has the Sid \(sid) too",
                "make each Sid unique in its document, or leave it out")
        }
    }

    private mutating func who(_ members: [String: Value], at path: PropertyPath) {
        switch kind {
        case .identity:
            for name in ["Principal", "NotPrincipal"] where members[name] != nil {
                report(
                    path[name],
                    "an identity policy has no \(name): it applies to the principal that it is attached to",
                    "take it out, or move the statement into the trust policy")
            }
        case .trust:
            guard oneOf("Principal", "NotPrincipal", in: members, at: path, isRequired: true) else { return }
            for name in ["Principal", "NotPrincipal"] {
                if let value = members[name] { principal(value, at: path[name]) }
            }
        }
    }

    private mutating func what(_ members: [String: Value], at path: PropertyPath) {
        switch kind {
        case .identity:
            guard oneOf("Resource", "NotResource", in: members, at: path, isRequired: true) else { return }
            for name in ["Resource", "NotResource"] {
                each(members[name], at: path[name]) { $0.resource($1, at: $2) }
            }
        case .trust:
            for name in ["Resource", "NotResource"] where members[name] != nil {
                report(
                    path[name], "a trust policy has no \(name): its resource is the role itself", "take it out")
            }
        }
    }

    /// Whether there is exactly one of two members that exclude each other.
    private mutating func oneOf(
        _ name: String, _ opposite: String, in members: [String: Value], at path: PropertyPath, isRequired: Bool
    ) -> Bool {
        switch (members[name], members[opposite]) {
        case (_?, _?):
            report(path[opposite], "a statement has either \(name) or \(opposite)", "take one of them out")
            return false
        case (nil, nil):
            report(path[name], "the statement has neither \(name) nor \(opposite)", "add \(name)")
            return false
        default:
            return true
        }
    }

    private mutating func action(_ action: String, at path: PropertyPath) {
        guard Self.isAction(action) else {
            return report(path, "\(action) is no action", "write service:Name, such as s3:GetObject, or *")
        }
        if kind == .trust, !action.lowercased().hasPrefix("sts:") {
            report(
                path, "a trust policy cannot speak of \(action)",
                "use the actions of sts that assume a role, such as sts:AssumeRole")
        }
    }

    /// `*` or `service:Name`, either with wildcards.
    private static func isAction(_ text: String) -> Bool {
        if text == "*" { return true }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let service = parts.first, let name = parts.last, !service.isEmpty, !name.isEmpty else {
            return false
        }
        let isAnyService = service.elementsEqual("*".utf8)
        return (isAnyService || service.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") })
            && name.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    private mutating func resource(_ resource: String, at path: PropertyPath) {
        let colons = resource.count { $0 == ":" }
        if resource != "*", !(resource.hasPrefix("arn:") && colons >= 5) {
            report(path, "\(resource) is no ARN", "write arn:partition:service:region:account:resource, or *")
        }
        variables(resource, at: path)
    }

    private mutating func principal(_ value: Value, at path: PropertyPath) {
        let kinds = ["AWS", "Federated", "Service", "CanonicalUser"]
        switch value {
        case .string("*"): break
        case .map(let members):
            names(members, known: kinds, at: path)
            if members.isEmpty {
                report(path, "no principal is named", "name a principal by its kind: \(kinds.joined(separator: ", "))")
            }
            for kind in kinds {
                each(members[kind], at: path[kind]) { check, name, path in
                    if kind == "AWS" { check.awsPrincipal(name, at: path) }
                }
            }
        default:
            report(
                path, "a principal is \"*\" or a map by kind",
                "write it as { AWS: … }, { Service: … } or { Federated: … }")
        }
    }

    private mutating func awsPrincipal(_ name: String, at path: PropertyPath) {
        let isNamed =
            name == "*" || name.isAccountNumber
            || ARN(name).map { $0.principalAccount != nil && !$0.resource.isEmpty } == true
        if !isNamed, !PolicyDocument.isUniqueId(name) {
            report(
                path, "\(name) is no principal",
                "write an account id of 12 digits, or the ARN of a user, role or session")
        } else if !isNamed {
            report(path, "\(name) is the id of a deleted principal", "write the ARN of the principal that is meant now")
        }
    }

    private mutating func condition(_ value: Value, at path: PropertyPath) {
        guard case .map(let operators) = value else {
            return report(path, "a Condition is a map, not \(value.kindName)", "write operator: { key: value }")
        }
        for (name, keys) in operators.sorted(by: { $0.key < $1.key }) {
            let path = path[name]
            if ConditionOperator(name)?.spelling != name { unknownOperator(name, at: path) }
            guard case .map(let tests) = keys else {
                report(
                    path, "\(name) needs a map, not \(keys.kindName)",
                    "write key: value, such as aws:SourceIp: 192.0.2.0/24")
                continue
            }
            for (key, values) in tests.sorted(by: { $0.key < $1.key }) {
                for (value, path) in elements(of: values, at: path[key]) {
                    switch value {
                    case .string(let text): variables(text, at: path)
                    case .boolean, .integer, .number, .template: break
                    default:
                        report(
                            path, "a condition's value is a text, not \(value.kindName)",
                            "write a text or a list of texts")
                    }
                }
            }
        }
    }

    private mutating func unknownOperator(_ name: String, at path: PropertyPath) {
        let prefix = ConditionOperator.Quantifier.allCases.map(\.rawValue).first { name.hasPrefix($0) } ?? ""
        let suffix = name.hasSuffix("IfExists") ? "IfExists" : ""
        let meant =
            ConditionOperator(name)?.spelling
            ?? nearest(String(name.dropFirst(prefix.count).dropLast(suffix.count)), in: ConditionOperator.names)
            .map { $0 == "Null" ? $0 : prefix + $0 + suffix }
        report(
            path, "\(name) is no condition operator",
            meant.map { "did you mean \($0)?" } ?? "see the IAM User Guide for the condition operators")
    }

    private mutating func variables(_ text: String, at path: PropertyPath) {
        if !knowsVariables, text.contains("${") {
            report(
                path, "the policy variable in \(text) would be taken as plain text",
                "set Version to \"\(PolicyDocument.currentVersion)\"")
        }
    }

    private mutating func names(_ members: [String: Value], known: [String], at path: PropertyPath) {
        for name in members.keys.sorted() where !known.contains(name) {
            report(
                path[name], "\(name) is not known here",
                nearest(name, in: known).map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))")
        }
    }

    /// The texts of a member that is a text or a list of texts, those that are known.
    private mutating func each(
        _ value: Value?, at path: PropertyPath, _ check: (inout PolicyCheck, String, PropertyPath) -> Void
    ) {
        guard let value else { return }
        for (element, path) in elements(of: value, at: path) {
            if let text = text(element, at: path) { check(&self, text, path) }
        }
    }

    private mutating func elements(of value: Value, at path: PropertyPath) -> [(Value, PropertyPath)] {
        guard case .list(let elements) = value else { return [(value, path)] }
        if elements.isEmpty { report(path, "the list is empty", "name at least one, or take the member out") }
        return elements.enumerated().map { ($1, path[$0]) }
    }

    /// Nil for a template, which is fine, and for what is no text, which is reported.
    private mutating func text(_ value: Value, at path: PropertyPath) -> String? {
        switch value {
        case .string(let text): return text
        case .template: return nil
        default:
            report(path, "expected a text, not \(value.kindName)", "write a text")
            return nil
        }
    }
}

extension Value {
    fileprivate var kindName: String {
        switch self {
        case .null: "nothing"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string, .template: "a text"
        case .list: "a list"
        case .map: "a map"
        case .secret, .sealed: "a secret"
        }
    }
}
