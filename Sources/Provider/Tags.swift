import AWSClient
package import Model
package import Schema

/// An object's tags. AWS's services take and show them as a map or as a list of keys and values; between here and there they are a map.
package enum Tags {
    /// Without those that AWS keeps itself (`aws:cloudformation:stack-name` and the like), which no request may carry.
    package static func own(_ tags: Value) -> Value { .map((tags.map ?? [:]).filter { !$0.key.hasPrefix("aws:") }) }

    /// The map of a list of `Key` and `Value`, without those that AWS keeps itself.
    package static func own(in list: Value) -> Value {
        var tags: [String: Value] = [:]
        for tag in list.elements { if let key = tag["Key"].string { tags[key] = tag["Value"] } }
        return own(.map(tags))
    }

    /// A list of `Key` and `Value`, in one order, without the tags that go.
    package static func list(_ tags: Value) -> Value {
        .list(
            (tags.map ?? [:]).filter { !$0.value.isNull }.sorted { $0.key < $1.key }
                .map { ["Key": .string($0.key), "Value": $0.value] })
    }

    /// Which of the objects with the wanted name is the address's, as their tags say, where AWS allows equal names: one's own is
    /// looked for among all of them first.
    package static func located(_ found: [(id: String, tags: Value)], _ calls: ProviderContext) -> Located {
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
}

/// What must be done to an object's tags. Tags that the wanted ones do not name may be somebody else's and stay.
package struct TagChanges: Sendable, Equatable {
    /// Those to write.
    package let set: [String: Value]
    /// The keys of those to take away, in their order.
    package let removed: [String]

    /// All that is wanted, where the live tags need not be read.
    ///
    /// - Parameter desired: a key is null to be taken away.
    package init(to desired: Value) {
        let wanted = desired.map ?? [:]
        set = wanted.filter { !$0.value.isNull }
        removed = wanted.filter(\.value.isNull).keys.sorted()
    }

    /// What the live tags lack, or have too many. Those that name the owner always stay.
    package init(from live: Value, to desired: Value) {
        let all = TagChanges(to: desired)
        set = all.set.filter { live[$0.key] != $0.value }
        removed = all.removed.filter {
            !live[$0].isNull && $0 != Ownership.stackTag && $0 != Ownership.addressTag
        }
    }

    /// `live` with the changes done.
    package func applied(to live: Value) -> Value {
        let kept = (live.map ?? [:]).filter { !removed.contains($0.key) }
        return .map(kept.merging(set) { $1 })
    }

    /// Writes the changes, in as few calls as there are kinds of change: none where there is nothing to do.
    ///
    /// - Parameters:
    ///   - write: sends the tags to write, as a map.
    ///   - remove: sends the keys to take away, as a list.
    package func write(
        _ write: (_ tags: Value) async throws(ProviderError) -> Void,
        removing remove: (_ keys: Value) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        if !set.isEmpty { try await write(.map(set)) }
        if !removed.isEmpty { try await remove(.list(removed.map(Value.string))) }
    }
}
