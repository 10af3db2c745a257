package import AWSClient
package import Model
import Provider
package import Records
package import Schema
package import Store

/// An account of toys, as strict as AWS: names are unique, references must hold, what is in use is not deleted, a box takes two
/// keys. It can fail in every way in which AWS can, and checks that whoever changes it has written the intent down before.
package actor ToyAccount: AWSCaller {
    package struct Object: Equatable {
        package var type: ResourceType { Toys.registry[section]?.type ?? Toys.box }
        package let section: String
        package var attributes: [String: Value]
        package var tags: Value
        package var secret: String?
    }

    /// What goes wrong with a call.
    package enum Fault: Sendable, Equatable, CaseIterable {
        case refused, throttled, expired, lostBefore, lostAfter
        /// As `lostAfter`; lists show what it made only once something else was made.
        case lostAndLate
        /// The process ends before the request leaves, or before its answer arrives.
        case killedBefore, killedAfter
    }

    package struct Request: Sendable {
        /// From 1, over all calls since the faults were set.
        package let number: Int
        package let operation: AWSOperation
        package let input: Value
    }

    package private(set) var objects: [String: Object] = [:]
    /// Lamps that go on with the secret that they have, whatever they are told.
    private var stuck: Set<String> = []
    private var broken: Set<String> = []
    /// What lists do not show yet.
    private var late: String?
    /// Every secret that ever was.
    package private(set) var secrets: Set<String> = []
    /// Calls that change something, in the order in which they were carried out.
    package private(set) var changes: [String] = []
    /// Lamps whose key was deleted while they had its secret.
    package private(set) var darkened: [String] = []
    /// Changes whose intent was not on disk.
    package private(set) var unannounced: [String] = []
    package private(set) var requests: [Request] = []
    /// The most calls that were under way at once.
    package private(set) var peak = 0
    private var underWay = 0
    private var nextId = 1
    private var fault: @Sendable (Request) -> Fault? = { _ in nil }
    private var location: StateLocation?
    private var isDead = false
    /// Called at the instant of a kill.
    private var onKill: @Sendable () -> Void = {}

    package init() {}

    // MARK: Set up

    package func attach(
        to location: StateLocation, onKill: @escaping @Sendable () -> Void = {},
        fault: @escaping @Sendable (Request) -> Fault? = { _ in nil }
    ) {
        self.location = location
        self.onKill = onKill
        self.fault = fault
        requests = []
        changes = []
        peak = 0
        isDead = false
    }

    package func put(_ id: String, _ section: String, _ attributes: [String: Value], tags: Value = [:]) {
        var object = Object(section: section, attributes: attributes, tags: tags)
        if section == "keys" { object.secret = "known-only-to-\(id)" }
        objects[id] = Self.withDefaults(object)
    }

    package func remove(_ id: String) { objects[id] = nil }

    package func set(_ name: String, of id: String, to value: Value) { objects[id]?.attributes[name] = value }

    package func stick(_ lamp: String) { stuck.insert(lamp) }

    /// It works no more, whatever key it has.
    package func darken(_ lamp: String) { broken.insert(lamp) }

    package func forgetChanges() { changes = [] }

    package var wasKilled: Bool { isDead }

    // MARK: Calls

    package nonisolated func signing(with credentials: Credentials?) -> any AWSCaller { self }

    package func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        underWay += 1
        defer { underWay -= 1 }
        // Whoever may come at the same time comes now.
        for _ in 0..<20 { await Task.yield() }
        peak = max(peak, underWay)
        let request = Request(number: requests.count + 1, operation: operation, input: input)
        requests.append(request)
        if isDead { throw dead(operation) }
        let fault = fault(request)
        switch fault {
        case .refused: throw AWSError(.service, code: "AccessDenied", message: "no", operation: operation)
        case .throttled: throw AWSError(.throttled, code: "Throttling", message: "slowly", operation: operation)
        case .expired: throw AWSError(.expiredCredentials, code: "ExpiredToken", message: "over", operation: operation)
        case .lostBefore: throw lost(operation)
        case .killedBefore: throw die(operation)
        case .lostAfter, .lostAndLate, .killedAfter, nil: break
        }
        let result: Result<Value, AWSError>
        do throws(AWSError) {
            result = .success(try carryOut(operation, input))
        } catch {
            result = .failure(error)
        }
        if fault == .lostAndLate { late = try? result.get()["id"].string }
        if fault == .lostAfter || fault == .lostAndLate { throw lost(operation) }
        if fault == .killedAfter { throw die(operation) }
        return try result.get()
    }

    private func lost(_ operation: AWSOperation) -> AWSError {
        AWSError(
            operation.effect == .create ? .uncertain : .unavailable, message: "the connection broke",
            operation: operation)
    }

    private func dead(_ operation: AWSOperation) -> AWSError {
        AWSError(.cancelled, code: "Killed", message: "the process has ended", operation: operation)
    }

    private func die(_ operation: AWSOperation) -> AWSError {
        isDead = true
        onKill()
        return dead(operation)
    }

    // MARK: What they do

    private func carryOut(_ operation: AWSOperation, _ input: Value) throws(AWSError) -> Value {
        func refuse(_ code: String) -> AWSError {
            AWSError(.service, code: code, message: "\(input)", operation: operation)
        }
        let id = input["id"].string ?? ""
        let verb = operation.name.prefix { $0.isUppercase || $0.isLowercase }
        if operation.effect != .read {
            checkIntent(of: operation, on: input["id"].string)
            changes.append("\(operation.name) \(id)")
        }
        if verb.hasPrefix("Create") {
            let section =
                ["CreateBox": "boxes", "CreateLid": "lids", "CreateKey": "keys", "CreateLamp": "lamps"][operation.name]
                ?? ""
            var attributes = input["attributes"].map ?? [:]
            guard input["attributes"].isKnown else { throw refuse("UnresolvedReference") }
            attributes = attributes.mapValues(\.inClear)
            try check(attributes, refuse)
            let id: String
            switch section {
            case "boxes", "lamps":
                id = attributes["name"]?.string ?? ""
                if objects[id] != nil { throw refuse("AlreadyExists") }
            case "lids": id = "lid-\(nextId)"
            default:
                let box = attributes["box"]?.string ?? ""
                if objects.values.filter({ $0.section == "keys" && $0.attributes["box"]?.string == box }).count >= 2 {
                    throw refuse("LimitExceeded")
                }
                id = "\(box)/key-\(nextId)"
            }
            nextId += 1
            late = nil
            var object = Object(section: section, attributes: attributes, tags: input["tags"])
            if section == "keys" || section == "lids" {
                let secret = "hush-hush-\(nextId)"
                object.secret = secret
                secrets.insert(secret)
            }
            objects[id] = Self.withDefaults(object)
            return ["id": .string(id), "outputs": .map(outputs(of: object, id, isNew: true))]
        }
        if verb.hasPrefix("List") {
            let section = ["ListLid": "lids", "ListKey": "keys"][operation.name]
            return [
                "objects": .list(
                    objects.filter { $0.value.section == section && $0.key != late }.sorted { $0.key < $1.key }.map {
                        id, object in
                        ["id": .string(id), "attributes": .map(object.attributes), "tags": object.tags]
                    })
            ]
        }
        guard let object = objects[id], "\(operation.name)".hasSuffix(object.type.name.dropFirst()) else {
            throw refuse("NoSuchObject")
        }
        if verb.hasPrefix("Probe") {
            let isLit = objects.values.contains {
                $0.section == "keys" && $0.attributes["isOff"] != true
                    && $0.secret.map(Value.string) == object.attributes["secret"]
            }
            return isLit && !broken.contains(id) ? [:] : ["complaint": "it is dark"]
        }
        if verb.hasPrefix("Get") {
            return [
                "attributes": .map(object.attributes), "tags": object.tags,
                "outputs": .map(outputs(of: object, id, isNew: false)),
            ]
        }
        if verb.hasPrefix("Label") {
            var labels = object.attributes["labels"]?.map ?? [:]
            for (name, value) in input["labels"].map ?? [:] { labels[name] = value.isNull ? nil : value }
            objects[id]?.attributes["labels"] = labels.isEmpty ? nil : .map(labels)
        } else if verb.hasPrefix("Update") {
            guard input["attributes"].isKnown else { throw refuse("UnresolvedReference") }
            let values = (input["attributes"].map ?? [:]).mapValues(\.inClear)
            try check(values, refuse)
            for (name, value) in values {
                if case .replacement = object.type.attribute(name)?.change { throw refuse("Immutable") }
                if name == "secret", stuck.contains(id) { continue }
                objects[id]?.attributes[name] = value.isNull ? nil : value
            }
            if !input["tags"].isNull { objects[id]?.tags = object.tags.overlaid(by: input["tags"]) }
        } else {
            // As an IAM user is not deleted while it has keys.
            if objects.contains(where: { $0.value.section == "keys" && $0.value.attributes["box"]?.string == id }) {
                throw refuse("InUse")
            }
            if let secret = object.secret {
                darkened += objects.filter { $0.value.attributes["secret"] == .string(secret) }.keys.sorted().map {
                    "\($0) lost \(id)"
                }
            }
            objects[id] = nil
        }
        return [:]
    }

    private static func withDefaults(_ object: Object) -> Object {
        var object = object
        for row in object.type.attributes where object.attributes[row.name] == nil {
            object.attributes[row.name] = row.awsDefault
        }
        return object
    }

    /// What is referred to must be there.
    private func check(_ attributes: [String: Value], _ refuse: (String) -> AWSError) throws(AWSError) {
        for name in ["box", "cover", "lid", "key"] {
            guard let id = attributes[name]?.string else { continue }
            let isThere = name == "key" ? objects.keys.contains { $0.hasSuffix("/" + id) } : objects[id] != nil
            if !isThere { throw refuse("NoSuchReference") }
        }
    }

    private func outputs(of object: Object, _ id: String, isNew: Bool) -> [String: Value] {
        switch object.section {
        case "boxes":
            return [
                "id": .string(id), "serial": .string("serial of \(id)"),
                "arn": .string("arn:aws:box:123456789012:\(id)"),
            ]
        case "lids": return ["id": .string(id), "code": .secret(Secret(object.secret ?? ""))]
        case "keys":
            let name = id.split(separator: "/").last.map(String.init) ?? id
            return isNew
                ? ["id": .string(name), "secret": .secret(Secret(object.secret ?? ""))] : ["id": .string(name)]
        default: return ["id": .string(id)]
        }
    }

    private func checkIntent(of operation: AWSOperation, on id: String?) {
        guard let location else { return }
        let pending = (try? Journal.pending(at: location)) ?? []
        let isThere = pending.contains { entry in
            entry.intent.operation == operation.name && entry.intent.creates == (operation.effect == .create)
                && entry.intent.physicalId == id
        }
        if !isThere { unannounced.append("\(operation.name) \(id ?? "")") }
    }

    // MARK: What there is

    /// What differs between the account and a stack file, in words: empty where the file's resources are there as it says, and
    /// nothing else is. `others` are ids that are not the stack's.
    package func differences(from desired: DesiredStack, _ snapshot: Snapshot?, others: Set<String> = []) -> [String] {
        var words: [String] = []
        var left = Set(objects.keys).subtracting(others)
        let records = snapshot?.resources ?? [:]
        var known: [Address: [String: Value]] = [:]
        for (address, record) in records {
            guard let id = record.physicalId, let object = objects[id] else { continue }
            known[address] = outputs(of: object, id, isNew: true)
        }
        let resolver = ResolverForTests(known: known)
        for (address, resource) in desired.resources.sorted(by: { $0.key < $1.key }) {
            guard let id = records[address]?.physicalId, let object = objects[id] else {
                words.append("\(address) is not there")
                continue
            }
            left.remove(id)
            for row in object.type.attributes where row.name != "tags" {
                let wanted = resolver.resolve(resource.attributes[row.name]).inClear
                let expected = wanted.isNull ? row.awsDefault ?? .null : wanted
                let found = object.attributes[row.name] ?? .null
                if expected != found { words.append("\(address).\(row.name) is \(found), not \(expected)") }
            }
        }
        return words + left.sorted().map { "\($0) is left over" }
    }
}

/// References filled in from the account, apart from the product's own resolver.
private struct ResolverForTests {
    let known: [Address: [String: Value]]

    func resolve(_ value: Value) -> Value {
        switch value {
        case .map(let members): .map(members.mapValues(resolve))
        case .list(let elements): .list(elements.map(resolve))
        case .template(let template): template.references.first.flatMap { known[$0.address]?[$0.attribute] } ?? value
        default: value
        }
    }
}

extension Value {
    /// Secrets as the account keeps them.
    fileprivate var inClear: Value {
        if case .secret(let secret) = self { .string(secret.clearText) } else { self }
    }
}
