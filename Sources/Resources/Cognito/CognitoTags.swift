import AWSClient
import Provider
import Model
import Schema

/// What tags say of an object's owner, and how they are written. User pools and identity pools have the same calls.
struct CognitoTags {
    /// All tags of an object but those that AWS keeps itself (`aws:cloudformation:stack-name` and the like), which no
    /// request may carry.
    static func own(_ tags: Value) -> Value {
        .map((tags.map ?? [:]).filter { !$0.key.hasPrefix("aws:") })
    }

    /// Which of the objects with the wanted name is the address's, as their tags say.
    ///
    /// AWS allows equal names, so that one's own is looked for among all of them first.
    static func located(_ found: [(id: String, tags: Value)], _ calls: ProviderContext) -> Located {
        var ours: [String] = []
        var unowned: [String] = []
        var foreign: Located?
        for (id, tags) in found where !calls.known.contains(id) {
            let one = Ownership.located(id, tags: tags, stack: calls.context.stack, address: calls.address)
            switch one {
            case .ours: ours.append(id)
            case .unowned: unowned.append(id)
            default: foreign = foreign ?? one
            }
        }
        if ours.count > 1 { return .ambiguous(ours) }
        if let id = ours.first { return .ours(id) }
        if unowned.count > 1 { return .ambiguous(unowned) }
        if let id = unowned.first { return .unowned(id) }
        return foreign ?? .none
    }

    /// Tags to write and keys to take away.
    let set: [String: Value]
    let removed: [String]

    /// What must be done to have `desired`, where a key is null to be taken away. Keys that `desired` does not name may be
    /// somebody else's and stay, and those that name the owner always do.
    init(from live: Value, to desired: Value) {
        let wanted = desired.map ?? [:]
        set = wanted.filter { !$0.value.isNull && live[$0.key] != $0.value }
        removed = wanted.filter {
            $0.value.isNull && !live[$0.key].isNull && $0.key != Ownership.stackTag && $0.key != Ownership.addressTag
        }.keys.sorted()
    }

    /// `live` with the changes done.
    func applied(to live: Value) -> Value {
        let kept = (live.map ?? [:]).filter { !removed.contains($0.key) }
        return .map(kept.merging(set) { $1 })
    }

    /// Writes the changes, in as few calls as there are kinds of change.
    func write(
        to arn: String, of physicalId: String, tag: AWSOperation, untag: AWSOperation, _ calls: ProviderContext
    ) async throws(ProviderError) {
        if !set.isEmpty {
            try await calls.write(tag, ["ResourceArn": .string(arn), "Tags": .map(set)], on: physicalId)
        }
        if !removed.isEmpty {
            let keys = removed.map(Value.string)
            try await calls.write(untag, ["ResourceArn": .string(arn), "TagKeys": .list(keys)], on: physicalId)
        }
    }
}
