import Model
import Schema

/// The smallest piece of a policy: one action on one resource for one principal, under the conditions of its statement.
///
/// A statement means the same as all combinations of its actions, resources and principals, each as a statement of its own.
/// So a document means the set of its atoms, however it is divided into statements. What is not understood in a
/// statement takes part in its atoms as a test that only equals itself: nothing is dropped unseen.
struct Atom: Hashable {
    let effect: Access.Effect
    let principal: Selector
    let action: Selector
    let resource: Selector
    /// All of them must hold.
    let tests: Set<ConditionTest>
    /// Whether a `${…}` in it is plain text, as it is before version 2012-10-17.
    let takesVariablesAsText: Bool

    /// Whether this holds in every case in which `other` does.
    func covers(_ other: Atom) -> Bool {
        effect == other.effect && takesVariablesAsText == other.takesVariablesAsText
            && action.covers(other.action) && principal.covers(other.principal) && resource.covers(other.resource)
            && tests.allSatisfy { test in other.tests.contains(where: test.isImplied) }
    }

    func isCovered(by atoms: Set<Atom>) -> Bool {
        atoms.contains(self) || atoms.contains { $0.covers(self) }
    }
}

/// What a statement says of actions, resources or principals.
enum Selector: Hashable {
    /// Nothing at all, as a trust policy of resources.
    case absent
    case one(Pattern)
    /// `NotAction`, `NotResource`, `NotPrincipal`.
    case allBut(Set<Pattern>)

    func covers(_ other: Selector) -> Bool {
        switch (self, other) {
        case (.one(let mine), .one(let theirs)):
            mine.covers(theirs)
        case (.one(let mine), .allBut):
            mine == .action("*")
        case (.allBut(let mine), .allBut(let theirs)):
            mine.allSatisfy { excluded in theirs.contains { $0.covers(excluded) } }
        case (.allBut(let mine), .one(let theirs)):
            theirs.isLiteral && mine.allSatisfy { !$0.containsUnknown && !$0.covers(theirs) }
        default:
            self == other
        }
    }

    var usesVariables: Bool {
        switch self {
        case .absent: false
        case .one(let pattern): pattern.usesVariables
        case .allBut(let patterns): patterns.contains(where: \.usesVariables)
        }
    }
}

/// One test of a statement's condition: an operator, a key and the values it is compared with.
struct ConditionTest: Hashable {
    /// Nil for what is no test that IAM knows; then only equal texts are equal.
    let condition: ConditionOperator?
    /// What was written in the operator's place.
    let written: String
    /// As it was written.
    let key: String
    let values: Set<String>

    init(_ written: String, key: String, values: [String]) {
        self.condition = ConditionOperator(written)
        self.written = written
        self.key = key
        self.values = Set(values)
    }

    /// The case of operators and keys has no meaning.
    private var identity: [String] { [condition?.spelling ?? written, key.lowercased()] }

    static func == (left: ConditionTest, right: ConditionTest) -> Bool {
        left.identity == right.identity && left.values == right.values
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(identity)
        hasher.combine(values)
    }

    /// Whether this test holds wherever `narrower` does.
    func isImplied(by narrower: ConditionTest) -> Bool {
        guard identity == narrower.identity else { return false }
        return switch condition?.polarity {
        case .anyOf?: narrower.values.isSubset(of: values)
        case .noneOf?: values.isSubset(of: narrower.values)
        case nil: values == narrower.values
        }
    }

    var words: String {
        let ordered = values.sorted()
        return condition?.words(key: key, values: ordered)
            ?? "\(written)\(key.isEmpty ? "" : " \(key)") \(ordered.joined(separator: ", "))"
    }
}

extension Atom {
    static func atoms(of document: Value) -> Set<Atom> {
        switch document {
        case .null:
            return []
        case .map:
            let isCurrent = PolicyDocument.version(of: document) != PolicyDocument.defaultVersion
            return PolicyDocument.statements(of: document).reduce(into: []) { atoms, statement in
                atoms.formUnion(self.atoms(ofStatement: statement, knowsVariables: isCurrent))
            }
        default:
            return [unreadable(document)]
        }
    }

    private static func atoms(ofStatement statement: Value, knowsVariables: Bool) -> Set<Atom> {
        guard case .map(var rest) = statement else { return [unreadable(statement)] }
        rest["Sid"] = nil
        let effect = rest["Effect"]?.string?.lowercased()
        if effect == "allow" || effect == "deny" { rest["Effect"] = nil }
        let actions = take("Action", from: &rest) { PolicyDocument.texts($0).map(Pattern.action) }
        let resources = take("Resource", from: &rest) { PolicyDocument.texts($0).map(Pattern.resource) }
        let principals = take("Principal", from: &rest, as: principals)
        var tests = takeCondition(from: &rest)
        for (member, value) in rest {
            tests.insert(ConditionTest(member, key: "", values: PolicyDocument.texts(value)))
        }

        var atoms: Set<Atom> = []
        for action in actions {
            for resource in resources {
                for principal in principals {
                    let usesVariables =
                        [action, resource, principal].contains(where: \.usesVariables)
                        || tests.contains { $0.values.contains { $0.contains("${") } }
                    atoms.insert(
                        Atom(
                            effect: effect == "deny" ? .deny : .allow, principal: principal, action: action,
                            resource: resource, tests: tests, takesVariablesAsText: usesVariables && !knowsVariables))
                }
            }
        }
        return atoms
    }

    /// Takes `member` or its `Not` form out of a statement. Where both stand there, which IAM refuses, the second stays.
    private static func take(
        _ member: String, from statement: inout [String: Value], as patterns: (Value) -> [Pattern]
    ) -> [Selector] {
        if let value = statement.removeValue(forKey: member) {
            let ones = patterns(value).map(Selector.one)
            return ones.isEmpty ? [.absent] : ones
        }
        if let value = statement.removeValue(forKey: "Not\(member)") {
            return [.allBut(Set(patterns(value)))]
        }
        return [.absent]
    }

    private static func principals(_ value: Value) -> [Pattern] {
        guard case .map(let kinds) = value else {
            // `"*"` is short for `{"AWS": "*"}`.
            return PolicyDocument.texts(value).map { Pattern.principal("AWS", $0) }
        }
        return kinds.flatMap { kind, names in PolicyDocument.texts(names).map { Pattern.principal(kind, $0) } }
    }

    private static func takeCondition(from statement: inout [String: Value]) -> Set<ConditionTest> {
        guard case .map(let operators)? = statement["Condition"], operators.values.allSatisfy({ $0.map != nil }) else {
            return []
        }
        statement["Condition"] = nil
        var tests: Set<ConditionTest> = []
        for (name, keys) in operators {
            for (key, values) in keys.map ?? [:] {
                tests.insert(ConditionTest(name, key: key, values: PolicyDocument.texts(values)))
            }
        }
        return tests
    }

    private static func unreadable(_ value: Value) -> Atom {
        let test = ConditionTest("Statement", key: "", values: [PolicyDocument.text(value)])
        return Atom(
            effect: .allow, principal: .absent, action: .absent, resource: .absent, tests: [test],
            takesVariablesAsText: false)
    }
}
