package import Model
import Schema

/// The access that a change of one principal's policy documents gives and takes.
///
/// It compares the documents with each other, not with what else decides a request: managed policies that are not
/// among them, boundaries, the policies of buckets and organisations.
package struct AccessChange: Sendable, Hashable, Codable {
    /// What it may do only afterwards, and what it is denied no longer.
    package let gained: [Access]
    /// What it might do only before, and what it is denied only now.
    package let lost: [Access]

    /// - Parameters:
    ///   - prior: all documents of the principal before the change, or the trust policy of one role.
    ///   - desired: the same afterwards.
    ///   - account: the account in which it is, so others are told from it; nil where it is not known.
    package init(from prior: [Value], to desired: [Value], account: String? = nil) {
        let before = prior.reduce(into: Set<Atom>()) { $0.formUnion(Atom.atoms(of: $1)) }
        let after = desired.reduce(into: Set<Atom>()) { $0.formUnion(Atom.atoms(of: $1)) }
        let (indexBefore, indexAfter) = (AtomIndex(before), AtomIndex(after))
        let added = after.filter { !indexBefore.covers($0) }
        let removed = before.filter { !indexAfter.covers($0) }
        gained = Self.grouped(
            added.filter { $0.effect == .allow }.union(removed.filter { $0.effect == .deny }), account)
        lost = Self.grouped(removed.filter { $0.effect == .allow }.union(added.filter { $0.effect == .deny }), account)
    }

    package var isEmpty: Bool { gained.isEmpty && lost.isEmpty }

    /// One line for each piece of access, those gained first.
    package var lines: [String] {
        gained.map { $0.words(.gained) } + lost.map { $0.words(.lost) }
    }

    /// What remains of a group's identity when one of its fields is collected over atoms.
    private struct Group: Hashable {
        var audience: Audience?
        var effect: Access.Effect
        var conditions: String?
        var actions: Set<Selector>
        var resources: Set<Selector>
        var principals: Set<Selector>
    }

    /// Atoms put together again: first the actions with all else equal, then the resources, then the principals.
    private static func grouped(_ atoms: Set<Atom>, _ account: String?) -> [Access] {
        var groups = Set(withoutCovered(atoms).map { group($0, account) })
        for field in [\Group.actions, \Group.resources, \Group.principals] {
            groups = merged(groups, field)
        }
        return groups.map(access).sorted { sortKey($0).lexicographicallyPrecedes(sortKey($1)) }.widestAudienceFirst
    }

    private static func merged(_ groups: Set<Group>, _ field: WritableKeyPath<Group, Set<Selector>>) -> Set<Group> {
        var collected: [Group: Set<Selector>] = [:]
        for group in groups {
            var rest = group
            rest[keyPath: field] = []
            // `NotAction` and its like cannot stand in one list with others.
            if group[keyPath: field].contains(where: { if case .one = $0 { false } else { true } }) {
                rest[keyPath: field] = group[keyPath: field]
            }
            collected[rest, default: []].formUnion(group[keyPath: field])
        }
        return Set(
            collected.map { rest, selectors in
                var group = rest
                group[keyPath: field] = selectors
                return group
            })
    }

    private static func withoutCovered(_ atoms: Set<Atom>) -> [Atom] {
        let index = AtomIndex(atoms)
        return atoms.filter { atom in
            !index.candidates(for: atom).contains { other in
                // Of two that cover each other, such as `s3:*` and `s3:**`, the first stays.
                other != atom && other.covers(atom) && !(atom.covers(other) && precedes(group(atom), group(other)))
            }
        }
    }

    private static func group(_ atom: Atom, _ account: String? = nil) -> Group {
        Group(
            audience: atom.audience(relativeTo: account), effect: atom.effect, conditions: conditions(of: atom),
            actions: [atom.action], resources: [atom.resource],
            principals: [atom.principal])
    }

    private static func precedes(_ left: Group, _ right: Group) -> Bool {
        sortKey(access(left)).lexicographicallyPrecedes(sortKey(access(right)))
    }

    private static func conditions(of atom: Atom) -> String? {
        var words = atom.tests.map(\.words).sorted()
        if atom.takesVariablesAsText { words.append("${…} is plain text") }
        return words.isEmpty ? nil : words.joined(separator: " and ")
    }

    private static func access(_ group: Group) -> Access {
        Access(
            group.effect, principals: texts(group.principals), notPrincipals: exceptions(group.principals),
            actions: texts(group.actions), notActions: exceptions(group.actions),
            resources: texts(group.resources), notResources: exceptions(group.resources), conditions: group.conditions,
            audience: group.audience)
    }

    private static func texts(_ selectors: Set<Selector>) -> [String] {
        selectors.compactMap { if case .one(let pattern) = $0 { pattern } else { nil } }.sorted().map(\.shown)
    }

    private static func exceptions(_ selectors: Set<Selector>) -> [String] {
        selectors.flatMap { if case .allBut(let patterns) = $0 { patterns.sorted() } else { [Pattern]() } }.map(\.shown)
    }

    private static func sortKey(_ access: Access) -> [String] {
        [
            access.effect.rawValue, access.principals.joined(separator: " "),
            access.notPrincipals.joined(separator: " "),
            access.actions.joined(separator: " "), access.notActions.joined(separator: " "),
            access.resources.joined(separator: " "), access.notResources.joined(separator: " "),
            access.conditions ?? "",
        ]
    }
}
