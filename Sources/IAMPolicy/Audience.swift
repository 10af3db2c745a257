package import Model
import Schema

/// Who, other than the account's own principals and AWS's services, a piece of access is open to; the widest first.
package enum Audience: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case everybody
    /// Users of an identity pool who did not sign in.
    case guests
    case otherAccounts = "other accounts"

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: Audience, right: Audience) -> Bool { left.rank < right.rank }

    /// The principal kind by which a resource type says who gets something from it where IAM has no principal for them.
    package static let cognitoKind = "Cognito"

    /// The widest audience that some documents let in; nil where they let in nobody but the account's own.
    package static func widest(in documents: [Value], account: String?) -> Audience? {
        documents.flatMap(Atom.atoms).filter { $0.effect == .allow }.compactMap { $0.audience(relativeTo: account) }.min()
    }
}

extension Atom {
    /// - Parameter account: the account whose principals are no audience; nil where it is not known.
    func audience(relativeTo account: String?) -> Audience? {
        switch principal {
        case .absent: nil
        case .allBut: .everybody
        case .one(let pattern):
            switch pattern.principalKind {
            case "AWS": audience(ofAWS: pattern.shown, relativeTo: account)
            case "Federated": audience(ofFederated: pattern.shown, relativeTo: account)
            case Substring(Audience.cognitoKind): pattern.shown == Audience.guests.rawValue ? .guests : nil
            // A canonical user id names an account without saying which.
            case "CanonicalUser": .otherAccounts
            default: nil
            }
        }
    }

    private func audience(ofAWS name: String, relativeTo account: String?) -> Audience? {
        name == "*" ? .everybody : Self.isForeign(name, to: account) ? .otherAccounts : nil
    }

    /// The issuers that anybody may have a token from let in everybody, unless a condition names whom a token is for.
    private func audience(ofFederated name: String, relativeTo account: String?) -> Audience? {
        if name == "*" { return .everybody }
        if Self.isForeign(name, to: account) { return .otherAccounts }
        let isIdentityPool = name.hasPrefix("cognito-identity") && name.contains(".amazonaws.com")
        guard isIdentityPool || Self.publicIssuers.contains(name) else { return nil }
        func values(of key: String) -> Set<String>? {
            tests.first { $0.key.lowercased() == "\(name):\(key)" && $0.condition?.polarity == .anyOf }?.values
        }
        guard values(of: "aud") != nil || values(of: "app_id") != nil else { return .everybody }
        guard isIdentityPool else { return nil }
        // Without a test of `amr` a guest's token is as good as a user's.
        return values(of: "amr")?.allSatisfy { !Wildcards.match($0, "unauthenticated") } ?? false ? nil : .guests
    }

    /// IAM User Guide, "Available keys for AWS OIDC federation".
    private static let publicIssuers: Set = ["accounts.google.com", "graph.facebook.com", "www.amazon.com"]

    private static func isForeign(_ name: String, to account: String?) -> Bool {
        guard let account else { return false }
        let theirs =
            ARN(name)?.principalAccount
            ?? name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first
        return theirs.map { $0.isAccountNumber && $0 != account } ?? false
    }
}

/// Atoms among which those that can cover another one are found without a look at all: a managed policy of AWS's may have thousands.
struct AtomIndex {
    private var byService: [String: [Atom]] = [:]
    /// Those whose actions may be of any service.
    private var others: [Atom] = []
    private let all: Set<Atom>

    init(_ atoms: Set<Atom>) {
        all = atoms
        for atom in atoms {
            if let service = Self.service(of: atom) {
                byService[service, default: []].append(atom)
            } else {
                others.append(atom)
            }
        }
    }

    /// Whatever covers `atom` is among these.
    func candidates(for atom: Atom) -> [Atom] {
        (Self.service(of: atom).flatMap { byService[$0] } ?? []) + others
    }

    func covers(_ atom: Atom) -> Bool {
        all.contains(atom) || candidates(for: atom).contains { $0.covers(atom) }
    }

    private static func service(of atom: Atom) -> String? {
        if case .one(let pattern) = atom.action { pattern.literalFirstPart } else { nil }
    }
}
