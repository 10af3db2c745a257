import Diagnostics
import Schema
import YAMLSource

/// Makes the desired stack from the merged file: the head, the parameters, then each resource by its type's table.
struct Assembly {
    let path: String
    let root: Node
    let types: [ResourceType]
    let environment: [String: String]
    let settings: [String: String]

    /// What a checker needs while `inputs` change under it.
    private final class Reading {
        var inputs: Inputs
        init(_ inputs: Inputs) { self.inputs = inputs }
    }
    private let reading: Reading

    init(
        path: String, root: Node, types: [ResourceType], environment: [String: String], settings: [String: String],
        inputs: Inputs
    ) {
        self.path = path
        self.root = root
        self.types = types
        self.environment = environment
        self.settings = settings
        reading = Reading(inputs)
    }

    func stack(_ diagnostics: inout Diagnostics, _ inputs: inout Inputs) -> DesiredStack? {
        defer { inputs = reading.inputs }
        checkTopLevel(&diagnostics)
        let names = resourceNames(&diagnostics)
        let stackName = self.stackName(&diagnostics)
        let parameters = self.parameters(stackName: stackName ?? "", &diagnostics)
        let text = Interpolation(
            stack: stackName ?? "", parameters: parameters, environment: environment, names: names, types: types)

        var checker = Checker(surroundings(names, text))
        let head = checker.members(of: root.only(Self.head.map(\.name)), Self.head, path: "", whole: "the stack file")
        var stack = DesiredStack(
            name: stackName ?? "", file: path, account: head?["account"].string, region: head?["region"].string,
            isProtected: head?["protect"].boolean ?? false)
        stack.outputs = head?["outputs"].map ?? [:]
        diagnostics.append(contentsOf: checker.diagnostics)

        for type in types {
            for entry in root.mappingEntry(type.section)?.value.mapping ?? [] where names[type.section]?.contains(entry.name) == true {
                let address = Address(section: type.section, name: entry.name)
                stack.resources[address] = resource(
                    address, type, entry, stack: stack, tags: head?["tags"].map ?? [:], surroundings(names, text), &diagnostics)
            }
        }
        stack.inputs = reading.inputs.digests
        if stackName == nil { return nil }
        return stack
    }

    private func surroundings(_ names: [String: Set<String>], _ text: Interpolation) -> Checker.Surroundings {
        let reading = reading
        return Checker.Surroundings(
            names: names,
            value: { node, diagnostics in text.value(of: node, &diagnostics) },
            document: { node, diagnostics in
                guard let name = text.plainText(of: node, &diagnostics) else { return nil }
                let path = Files.path(name, besides: node.range.file)
                guard let bytes = reading.inputs.bytes(of: path, namedAt: node.range, &diagnostics) else { return nil }
                // JSON is YAML, so that a policy file may be either.
                let (node, found) = YAMLReader.read(bytes, file: path)
                diagnostics.append(contentsOf: found)
                return node.flatMap { text.tree(of: $0, &diagnostics) }
            },
            artifact: { node, diagnostics in
                guard let name = text.plainText(of: node, &diagnostics) else { return nil }
                let path = Files.path(name, besides: node.range.file)
                return reading.inputs.artifact(path, namedAt: node.range, &diagnostics)
            })
    }

    // MARK: The head

    /// What a stack file says besides its resources.
    private static let head: [Attribute] = [
        Attribute(
            "stack", .string(length: 1...64, pattern: "[a-z][a-z0-9-]*"), required: true,
            "The stack's name: names the state and, with a resource's name, whatever is not named otherwise."),
        Attribute("extends", .string(), "A file over which this one is laid."),
        Attribute("account", .string(pattern: "[0-9]{12}"), "The only account that may be touched: twelve digits."),
        Attribute("region", .string(pattern: "[a-z]{2}(-[a-z]+)+-[0-9]+"), "The AWS region, such as us-east-1."),
        Attribute("protect", .boolean, "Refuses destroy, and any change that loses data."),
        Attribute(
            "tags", .map(.string(length: 0...256), keys: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}"#),
            "Tags of every resource that can have tags."),
        Attribute("parameters", .map(.string()), "Values that `--set` may override, used as `$(parameters.x)`."),
        Attribute("outputs", .map(.string()), "What `cogstack output` prints."),
    ]

    /// What every resource may say besides its type's properties.
    private static let common: [Attribute] = [
        Attribute("dependsOn", .list(.string()), "Addresses of resources that must be done before."),
        Attribute(
            "lifecycle",
            .object([
                Attribute("protect", .boolean, "Never deleted or replaced."),
                Attribute("retain", .boolean, "Left in AWS when it goes from the file."),
                Attribute("adopt", .boolean, "A live object of the wanted name that carries nobody's tags is taken over."),
                Attribute("ignoreChanges", .list(.string()), "Paths whose differences are let be."),
            ]), "How far cogstack may go with it."),
    ]

    private func checkTopLevel(_ diagnostics: inout Diagnostics) {
        let known = Self.head.map(\.name) + types.map(\.section)
        for entry in root.mapping ?? [] where !known.contains(entry.name) {
            let meant = nearest(entry.name, in: known).map { "Did you mean `\($0)`?" }
            diagnostics.error(
                "unknown-key", "a stack file has no section `\(entry.name)`", at: entry.key.range,
                help: meant ?? "It has \(known.joined(separator: ", ")).")
        }
    }

    private func stackName(_ diagnostics: inout Diagnostics) -> String? {
        guard let entry = root.mappingEntry("stack") else { return nil }
        return entry.value.scalar.flatMap { if case .string(let name) = $0 { name } else { nil } }
    }

    private func resourceNames(_ diagnostics: inout Diagnostics) -> [String: Set<String>] {
        var names: [String: Set<String>] = [:]
        for type in types {
            guard let entry = root.mappingEntry(type.section), entry.value.scalar != .null else { continue }
            guard let entries = entry.value.mapping else {
                diagnostics.error(
                    "wrong-type", "\(type.section) must be a map of names to properties, and this is \(entry.value.kindDescription)",
                    at: entry.value.range)
                continue
            }
            for entry in entries where entry.value.scalar != .null {
                if entry.name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]*/) == nil {
                    diagnostics.error(
                        "wrong-form", "`\(entry.name)` cannot name a resource", at: entry.key.range,
                        help: "Use letters, digits, - and _, and start with a letter.")
                } else {
                    names[type.section, default: []].insert(entry.name)
                }
            }
        }
        return names
    }

    private func parameters(stackName: String, _ diagnostics: inout Diagnostics) -> [String: Value] {
        let plain = Interpolation(stack: stackName, parameters: nil, environment: environment, names: [:], types: [])
        var parameters: [String: Value] = [:]
        let entries = root.mappingEntry("parameters")?.value.mapping ?? []
        for entry in entries {
            if let given = settings[entry.name] {
                parameters[entry.name] = .string(given)
            } else if let value = plain.value(of: entry.value, &diagnostics) {
                parameters[entry.name] = value
            }
        }
        for name in settings.keys.sorted() where !entries.contains(where: { $0.name == name }) {
            let known = entries.map(\.name)
            let meant = nearest(name, in: known).map { "Did you mean `\($0)`? " } ?? ""
            diagnostics.error(
                "unknown-parameter", "--set names `\(name)`, and \(path) has no such parameter",
                at: root.mappingEntry("parameters")?.key.range,
                help: meant + (known.isEmpty ? "Add it under `parameters`." : "It has \(known.joined(separator: ", "))."))
        }
        return parameters
    }

    // MARK: A resource

    private func resource(
        _ address: Address, _ type: ResourceType, _ entry: Node.Entry, stack: DesiredStack, tags: [String: Value],
        _ surroundings: Checker.Surroundings, _ diagnostics: inout Diagnostics
    ) -> DesiredResource? {
        var checker = Checker(surroundings)
        let members = checker.members(of: entry.value, type.attributes + Self.common, path: "", whole: "\(address)")
        diagnostics.append(contentsOf: checker.diagnostics)
        guard case .map(var attributes) = members else { return nil }

        var resource = DesiredResource(address: address, attributes: [:], origins: checker.origins)
        resource.origins[""] = entry.key.range
        resource.dependsOn = dependsOn(attributes.removeValue(forKey: "dependsOn"), surroundings.names, resource, &diagnostics)
        resource.lifecycle = lifecycle(attributes.removeValue(forKey: "lifecycle"))
        if type.attribute("name") != nil, attributes["name"] == nil {
            attributes["name"] = .string("\(stack.name)-\(address.name)")
        }
        if type.identity.isTaggable {
            let own = attributes["tags"]?.map ?? [:]
            attributes["tags"] = .map(
                tags.merging(own) { $1 }.merging(Ownership.tags(stack: stack.name, address: address)) { $1 })
        }
        resource.attributes = .map(attributes)
        return resource
    }

    private func dependsOn(
        _ value: Value?, _ names: [String: Set<String>], _ resource: DesiredResource, _ diagnostics: inout Diagnostics
    ) -> [Address] {
        (value?.list ?? []).enumerated().compactMap { index, element in
            guard let text = element.string else { return nil }
            if let address = Address(text), names[address.section]?.contains(address.name) == true { return address }
            let known = names.flatMap { section, names in names.map { "\(section).\($0)" } }.sorted()
            diagnostics.error(
                "dangling-reference", "there is no resource `\(text)`", at: resource.origin(of: "dependsOn[\(index)]"),
                help: nearest(text, in: known).map { "Did you mean `\($0)`?" } ?? "Write an address: section.name.")
            return nil
        }
    }

    private func lifecycle(_ value: Value?) -> Lifecycle {
        let value = value ?? [:]
        return Lifecycle(
            isProtected: value["protect"].boolean ?? false, isRetained: value["retain"].boolean ?? false,
            mayAdopt: value["adopt"].boolean ?? false,
            ignoreChanges: (value["ignoreChanges"].list ?? []).compactMap(\.string))
    }
}

extension Node {
    /// A map with those entries alone.
    fileprivate func only(_ names: [String]) -> Node {
        Node(.mapping((mapping ?? []).filter { names.contains($0.name) }), range: range, tag: tag)
    }
}
