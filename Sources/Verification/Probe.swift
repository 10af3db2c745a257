/// One thing that a grant lets a session do, and how it is tried without touching anybody's data.
struct Probe: Sendable, Hashable {
    /// What a grant gives, in a word.
    enum Access: String, Sendable, CaseIterable {
        case list, read, write, invoke
    }

    /// A call that shows whether an action is allowed, and changes nothing either way.
    enum Attempt: Sendable, Hashable {
        case list(bucket: String, prefix: String)
        case getObject(bucket: String, key: String)
        /// Ends an upload that was never begun: it stands for all of an object's writing.
        case abortUpload(bucket: String, key: String)
        case getItem(table: String, key: String)
        /// Under a condition that no item meets.
        case deleteItem(table: String, key: String)
        /// A dry run.
        case invoke(function: String)
    }

    let access: Access
    /// IAM's name of what is tried.
    let action: String
    /// Where, for people: `s3://data/<identity>/`, with a word for the identity id.
    let place: Place
    let own: Attempt
    /// The same with what belongs to another identity; nil where the grant keeps nobody apart.
    var others: Attempt?
    /// Why a refusal would prove nothing; nil where the grants leave no doubt.
    let doubt: String?
    /// Whether the policies also let the session list where `own` is tried: then S3 says of a missing object that it is missing.
    var mayList = false
    /// What the policies may allow with another identity's data that this does not show, by IAM's names.
    var openings: [String] = []
    /// The policy variable that the grant isolates by.
    var variable: String?

    /// A place that may depend on the identity.
    struct Place: Sendable, Hashable {
        /// What stands before, between and after the identity ids.
        let parts: [String]

        func text(_ identity: String) -> String { parts.joined(separator: identity) }
    }
}

/// What can be tried of a role's grants, and what cannot, with the reasons.
struct ProbeList: Sendable, Hashable {
    var probes: [Probe] = []
    var unchecked: [String] = []

    mutating func add(_ probe: Probe) {
        if !probes.contains(where: { ($0.own, $0.place, $0.variable) == (probe.own, probe.place, probe.variable) }) {
            probes.append(probe)
        }
    }

    mutating func skip(_ what: String, _ why: String) {
        let reason = "\(what): \(why)"
        if !unchecked.contains(reason) { unchecked.append(reason) }
    }
}

/// The two kinds of session that a user gets.
enum SessionKind: String, Sendable, CaseIterable {
    case short, long
}
