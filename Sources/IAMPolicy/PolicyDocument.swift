package import Model
import Schema

/// What can be done with an IAM policy document, which is a `Value` with IAM's own member names.
package enum PolicyDocument {
    /// Where a document is used, which decides what it must and must not contain.
    package enum Kind: Sendable {
        /// Attached to a user, group or role: what they may do.
        case identity
        /// A role's trust policy: who may assume it.
        case trust
    }

    /// The most characters that IAM takes, white space not counted (IAM User Guide, "IAM and AWS STS quotas").
    package enum SizeLimit {
        /// All inline policies of a role together.
        package static let roleInline = 10_240
        /// All inline policies of a user together.
        package static let userInline = 2_048
        /// A trust policy, at the default quota.
        package static let trust = 2_048
        /// One managed policy.
        package static let managed = 6_144
    }

    /// The size that IAM's quotas count: characters without white space. A reference that is not known yet counts
    /// as its own text, so the size of a document with such references is an estimate.
    package static func size(_ document: Value) -> Int {
        json(document).count { !$0.isWhitespace }
    }

    /// The text to send to AWS: compact JSON, with members always in one order.
    ///
    /// - Throws: for a reference that is not known yet, and for a secret; both with the path at which they stand.
    package static func render(_ document: Value) throws(PolicyError) -> String {
        try requireKnown(document)
        return json(document)
    }

    /// Whether two documents mean the same to IAM.
    ///
    /// Without meaning are: the order of anything, repetitions, a scalar against a list of one, the case of actions,
    /// condition operators and condition keys, `Id` and `Sid`, quotes around booleans and numbers, an account id against
    /// its root ARN, and what another part of the same document says already. A missing `Version` is `2008-10-17`, and
    /// the two versions differ, because only the later one knows policy variables. No document (`null`) equals an
    /// empty one. Where IAM's meaning is in doubt the answer is no.
    package static func equivalent(_ left: Value, _ right: Value) -> Bool {
        if left == right { return true }
        guard version(of: left) == version(of: right) else { return false }
        let leftAtoms = Atom.atoms(of: left)
        let rightAtoms = Atom.atoms(of: right)
        return rightAtoms.allSatisfy { $0.isCovered(by: leftAtoms) }
            && leftAtoms.allSatisfy { $0.isCovered(by: rightAtoms) }
    }

    /// One document with the statements of two, for the time in which both must hold: it allows at least what both allow, and nothing
    /// that neither allows.
    ///
    /// Nil where there is none: the two are of different versions. Statements of `live` that name a principal which is gone are left out,
    /// since IAM takes no document with them.
    package static func union(live: Value, _ wanted: Value) -> Value? {
        if statements(of: live).isEmpty { return wanted }
        if statements(of: wanted).isEmpty { return live }
        guard version(of: live) == version(of: wanted) else { return nil }
        let added = statements(of: live).filter { old in
            orphanedPrincipals(in: ["Statement": old]).isEmpty
                && !statements(of: wanted).contains { equivalent(["Statement": $0], ["Statement": old]) }
        }
        var whole = wanted
        // A Sid may stand once in a document.
        whole["Statement"] = .list(
            statements(of: wanted) + added.map { .map(($0.map ?? [:]).filter { $0.key != "Sid" }) })
        return whole
    }

    /// The unique ids of users (`AIDA…`) and roles (`AROA…`) that stand for principals. IAM shows them in place of the ARN once
    /// the principal was deleted, and a new one of the same name does not bring the trust back: the document must be
    /// written again.
    package static func orphanedPrincipals(in document: Value) -> [String] {
        var found: Set<String> = []
        for statement in statements(of: document) {
            for member in ["Principal", "NotPrincipal"] {
                for text in texts(statement[member]["AWS"]) where text.utf8.count >= 16 && isUniqueId(text) {
                    found.insert(text)
                }
            }
        }
        return found.sorted()
    }

    /// Whether a text is the unique id of a user (`AIDA…`) or of a role (`AROA…`).
    static func isUniqueId(_ text: String) -> Bool {
        (text.hasPrefix("AIDA") || text.hasPrefix("AROA")) && text.utf8.count > 4
            && text.utf8.allSatisfy { $0.isCapital || $0.isDigit }
    }

    static let currentVersion = "2012-10-17"
    static let defaultVersion = "2008-10-17"

    static func version(of document: Value) -> String {
        document["Version"].isNull ? defaultVersion : text(document["Version"])
    }

    /// The statements, whether they stand in a list or alone.
    static func statements(of document: Value) -> [Value] {
        elements(document["Statement"])
    }

    /// The elements of a list, a scalar as a list of one, nothing as an empty list.
    static func elements(_ value: Value) -> [Value] {
        switch value {
        case .null: []
        case .list(let elements): elements
        default: [value]
        }
    }

    static func texts(_ value: Value) -> [String] {
        elements(value).map(text)
    }

    /// A value as a policy means it, where `true` is `"true"`. A reference takes part by its written form, and a plain `$(` is
    /// escaped as in a stack file, so the two cannot be mistaken for each other.
    static func text(_ value: Value) -> String {
        switch value {
        case .string(let text): Template([.literal(text)]).description
        case .boolean(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(let number): Int(exactly: number).map { String($0) } ?? String(number)
        case .template(let template): template.description
        default: json(value)
        }
    }

    private static func requireKnown(_ document: Value) throws(PolicyError) {
        for (path, leaf) in document.leaves() {
            switch leaf {
            case .template(let template):
                throw PolicyError(
                    path: path, message: "\(template) is not known yet",
                    help: "send the document after what it refers to exists")
            case .secret, .sealed:
                throw PolicyError(
                    path: path, message: "a secret stands in a policy document",
                    help: "policy documents are readable: take it out")
            default:
                break
            }
        }
    }

    private static let memberOrder = [
        "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
        "NotResource", "Condition",
    ]

    private static func json(_ value: Value) -> String {
        switch value {
        case .null: return "null"
        case .boolean(let flag): return String(flag)
        case .integer(let number): return String(number)
        case .number(let number): return Int(exactly: number).map { String($0) } ?? String(number)
        case .string(let text): return quoted(text)
        case .template(let template): return quoted(template.description)
        case .secret, .sealed: return quoted(Secret.placeholder)
        case .list(let elements): return "[\(elements.map(json).joined(separator: ","))]"
        case .map(let members):
            let ordered = members.sorted { left, right in
                let ranks = [left, right].map { memberOrder.firstIndex(of: $0.key) ?? memberOrder.count }
                return (ranks[0], left.key) < (ranks[1], right.key)
            }
            return "{\(ordered.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String { JSONText.quoted(text) }
}

/// What is wrong with a policy document: where, what, and what to do.
package struct PolicyError: Error, Sendable, Equatable {
    /// Where in the document, such as `Statement[0].Action[1]`.
    package let path: PropertyPath
    package let message: String
    package let help: String
}
