import Diagnostics
import Model
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
    private let patterns = Patterns()

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
        let misspelt = checkTopLevel(&diagnostics)
        let names = resourceNames(misspelt, &diagnostics)
        let stackName = head(
            [Self.name],
            Interpolation(
                stack: nil, parameters: nil, environment: environment, names: ResourceNames(), types: []), names,
            &diagnostics
        ).properties["stack"].string
        let parameters = self.parameters(stackName: stackName ?? "", misspelt, &diagnostics)
        let text = Interpolation(
            stack: stackName ?? "", parameters: parameters.values, areParametersReadable: parameters.areReadable,
            environment: environment,
            names: names, types: types)

        let (head, secrets) = head(Self.head, text, names, &diagnostics)
        var stack = DesiredStack(
            name: stackName ?? "", file: path, account: head["account"].string, region: head["region"].string,
            isProtected: head["protect"].boolean ?? false)
        stack.outputs = secrets.hide(head["outputs"], at: PropertyPath("outputs")).map ?? [:]

        for type in types {
            let rows = type.attributes.filter { $0.derivation == nil } + Self.common
            for entry in root.mappingEntry(type.section)?.value.mapping ?? [] where entry.value.scalar != .null {
                guard Self.isName(entry.name) else { continue }
                let address = Address(section: type.section, name: entry.name)
                stack.resources[address] = resource(
                    address, type, rows, entry, stack: stack, tags: head["tags"].map ?? [:], secrets, text, &diagnostics
                )
            }
        }
        stack.inputs = reading.inputs.digests
        for text in reading.inputs.sources.values {
            var rest = text[...]
            while let start = rest.firstReference {
                rest = rest[start...].dropFirst(2)
                guard rest.hasPrefix("env."), let end = rest.firstIndex(of: ")") else { continue }
                let name = String(rest[..<end].dropFirst(4))
                if !name.isEmpty { stack.variables[name] = environment[name] ?? "" }
            }
        }
        return stack
    }

    /// The properties of the stack itself that stand in `rows`.
    private func head(
        _ rows: [Attribute], _ text: Interpolation, _ names: ResourceNames, _ diagnostics: inout Diagnostics
    ) -> (properties: Value, secrets: SecretPaths) {
        var checker = Checker(context(names, text))
        let head = checker.members(of: root.only(rows.map(\.name)), rows, path: .root, subject: "the stack file") ?? [:]
        diagnostics.append(contentsOf: checker.diagnostics)
        for name in ["stack", "account", "region", "protect"] {
            requireKnown(head[name], PropertyPath(name), checker.origins, &diagnostics)
        }
        refuseReserved(head["tags"], checker.origins, &diagnostics)
        refuseSecrets(head, .root, checker.origins, text, &diagnostics)
        return (head, SecretPaths(checker.secretPaths))
    }

    private func context(_ names: ResourceNames, _ text: Interpolation) -> Checker.Context {
        let reading = reading
        return Checker.Context(
            names: names, patterns: patterns,
            value: { node, diagnostics in text.value(of: node, &diagnostics) },
            document: { node, diagnostics in
                guard let name = text.plainText(of: node, as: "a path", &diagnostics) else { return nil }
                let path = Files.path(name, relativeTo: node.range.file)
                guard let bytes = reading.inputs.bytes(of: path, namedAt: node.range, &diagnostics) else { return nil }
                // JSON is YAML, so a policy file may be either.
                let (node, found) = YAMLReader.read(bytes, file: path)
                diagnostics.append(contentsOf: found)
                return node
            },
            artifact: { node, diagnostics in
                guard let name = text.plainText(of: node, as: "a path", &diagnostics) else { return nil }
                let path = Files.path(name, relativeTo: node.range.file)
                return reading.inputs.artifact(path, namedAt: node.range, &diagnostics)
            },
            file: { node, diagnostics in
                guard let name = text.plainText(of: node, as: "a path", &diagnostics) else { return nil }
                let path = Files.path(name, relativeTo: node.range.file)
                return reading.inputs.content(path, namedAt: node.range, &diagnostics)
            })
    }

    // MARK: The head

    private static let name = Attribute(
        "stack", .string(length: 1...64, pattern: "[a-z][a-z0-9-]*"), required: true,
        "The stack's name: names the state and, with a resource's name, whatever is not named otherwise.")

    /// What a stack file says besides its name, its parameters and its resources.
    private static let head: [Attribute] = [
        Attribute("extends", .string(), "A file over which this one is laid."),
        Attribute("account", .string(pattern: "[0-9]{12}"), "The only account that may be touched: twelve digits."),
        Attribute("region", .string(pattern: "[a-z]{2,}(-[a-z]+)+-[0-9]+"), "The AWS region, such as us-east-1."),
        Attribute("protect", .boolean, "Refuses destroy, and any change that loses data."),
        Attribute(
            "tags", .map(.string(length: 0...256), keys: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}"#),
            "Tags of every resource that can have tags."),
        Attribute("outputs", .map(.string()), "What `cogstack output` prints."),
    ]

    /// What every resource may say besides its type's properties.
    private static let common: [Attribute] = [
        Attribute("dependsOn", .list(.string()), "Addresses of resources that must be done before."),
        Attribute(
            "lifecycle",
            .object([
                Attribute("protect", .boolean, "Never deleted or replaced."),
                Attribute("retain", .boolean, "Left in AWS when it is removed from the file."),
                Attribute("adopt", .boolean, "A live object of the wanted name that has no owner tags is taken over."),
                Attribute("ignoreChanges", .list(.string()), "Paths whose differences are ignored."),
            ]), "How far cogstack may go with it."),
    ]

    /// The sections that have a name which is none, by the name that is meant.
    private func checkTopLevel(_ diagnostics: inout Diagnostics) -> [String: [Node]] {
        var misspelt: [String: [Node]] = [:]
        let known = [Self.name.name, "parameters"] + Self.head.map(\.name) + types.map(\.section)
        for entry in root.mapping ?? [] where !known.contains(entry.name) {
            let meant = nearest(entry.name, in: known)
            if let meant { misspelt[meant, default: []].append(entry.value) }
            diagnostics.error(
                "unknown-key", "a stack file has no section `\(entry.name)`", at: entry.key.range,
                help: meant.map { "Did you mean `\($0)`?" } ?? "It has \(known.joined(separator: ", ")).")
        }
        return misspelt
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isLetter else { return false }
        return name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// The names that a reference may name without being a mistake of its own: those of misspelt sections, and those that no resource can
    /// have, are reported where they stand.
    private func resourceNames(_ misspelt: [String: [Node]], _ diagnostics: inout Diagnostics) -> ResourceNames {
        var names = ResourceNames()
        for type in types {
            for section in misspelt[type.section] ?? [] {
                guard let entries = section.mapping else {
                    names.insertUnreadable(type.section)
                    continue
                }
                for entry in entries { names.insert(entry.name, in: type.section) }
            }
            guard let entry = root.mappingEntry(type.section), entry.value.scalar != .null else { continue }
            guard let entries = entry.value.mapping else {
                diagnostics.error(
                    "wrong-type",
                    "\(type.section) must be a map of names to properties, and this is \(entry.value.kindDescription)",
                    at: entry.value.range)
                names.insertUnreadable(type.section)
                continue
            }
            for entry in entries {
                names.insert(entry.name, in: type.section)
                if entry.value.scalar == .null {
                    diagnostics.error(
                        "empty-resource", "\(type.section).\(entry.name) says nothing", at: entry.key.range,
                        help: "Write `\(entry.name): {}` for one that leaves everything open, or take the line out: "
                            + "there is nothing below it that it could take away.")
                }
                if !Self.isName(entry.name) {
                    diagnostics.error(
                        "wrong-form", "`\(entry.name)` cannot name a resource", at: entry.key.range,
                        help: "Use letters, digits, - and _, and start with a letter.")
                }
            }
        }
        return names
    }

    /// The parameters as text, which a property that wants a number or a boolean reads as such: so they are whether the
    /// file or `--set` gives them. Null stands for one that was found wrong.
    private func parameters(
        stackName: String, _ misspelt: [String: [Node]], _ diagnostics: inout Diagnostics
    ) -> (values: [String: Value], areReadable: Bool) {
        let plain = Interpolation(
            stack: stackName, parameters: nil, environment: environment, names: ResourceNames(), types: [])
        let section = root.mappingEntry("parameters")
        var areReadable = true
        if let node = section?.value, node.mapping == nil, node.scalar != .null {
            diagnostics.error(
                "wrong-type", "parameters must be a map of names to values, and this is \(node.kindDescription)",
                at: node.range)
            areReadable = false
        }
        let entries = section?.value.mapping ?? []
        var parameters: [String: Value] = [:]
        // A parameter whose value was given under a misspelt name has one.
        let known = entries.map(\.name)
        let misnamed = settings.keys.filter { !known.contains($0) }.compactMap { nearest($0, in: known) }
        for entry in entries {
            if entry.value.scalar == .null, misnamed.contains(entry.name) {
                parameters[entry.name] = .null
                continue
            }
            parameters[entry.name] =
                settings[entry.name].map(Value.string) ?? parameter(entry, plain, &diagnostics) ?? .null
        }
        for node in misspelt["parameters"] ?? [] {
            for entry in node.mapping ?? [] where parameters[entry.name] == nil { parameters[entry.name] = .null }
            if node.mapping == nil { areReadable = false }
        }
        for name in settings.keys.sorted() where parameters[name] == nil && areReadable {
            diagnostics.error(
                "unknown-parameter", "--set names `\(name)`, and \(path) has no such parameter", at: section?.key.range,
                help: nearest(name, in: known).map { "Did you mean `\($0)`?" }
                    ?? (known.isEmpty ? "Add it under `parameters`." : "It has \(known.joined(separator: ", "))."))
        }
        return (parameters, areReadable)
    }

    private func parameter(_ entry: Node.Entry, _ plain: Interpolation, _ diagnostics: inout Diagnostics) -> Value? {
        switch entry.value.scalar {
        case .null:
            diagnostics.error(
                "missing-parameter", "the parameter `\(entry.name)` has no value", at: entry.key.range,
                help: "Give it with `--set \(entry.name)=…`, or write one here.")
            return nil
        case .boolean(let flag): return .string(String(flag))
        // As it is written, so an account's leading zeros stay.
        case .integer, .number: return entry.value.spelling.map { .string($0.text) }
        case .string: return plain.value(of: entry.value, &diagnostics)
        case nil:
            diagnostics.error(
                "wrong-type", "a parameter is a single value, and this is \(entry.value.kindDescription)",
                at: entry.value.range)
            return nil
        }
    }

    // MARK: A resource

    private func resource(
        _ address: Address, _ type: ResourceType, _ rows: [Attribute], _ entry: Node.Entry, stack: DesiredStack,
        tags: [String: Value],
        _ inherited: SecretPaths, _ text: Interpolation, _ diagnostics: inout Diagnostics
    ) -> DesiredResource? {
        var checker = Checker(context(text.names, text), type.apiNames)
        let members = checker.members(
            of: entry.value, rows, path: .root, subject: "\(address)",
            defaulted: Set(type.attributes.filter { $0.defaultName != nil }.map(\.name)))
        guard case .map(var attributes) = members else {
            diagnostics.append(contentsOf: checker.diagnostics)
            return nil
        }
        for row in type.attributes where attributes[row.name] == nil && !checker.mistaken.contains(row.name) {
            guard let name = row.defaultName?.text(of: address, inStack: stack.name, attributes), !stack.name.isEmpty
            else {
                continue
            }
            checker.check(defaulted: name, for: row, at: entry.key.range)
            attributes[row.name] = .string(name)
        }
        diagnostics.append(contentsOf: checker.diagnostics)
        let misplaced = refuseSecrets(
            type.withoutSensitive(.map(attributes)), .root, checker.origins, text, &diagnostics)
        refuseReserved(attributes["tags"], checker.origins, &diagnostics)
        requireKnown(attributes["lifecycle"], PropertyPath("lifecycle"), checker.origins, &diagnostics)

        attributes["dependsOn"] = nil
        var resource = DesiredResource(
            address: address, attributes: [:], origins: checker.origins, secretPaths: SecretPaths(checker.secretPaths),
            mistaken: checker.mistaken.union(misplaced))
        resource.origins[.root] = entry.key.range
        resource.dependsOn = (entry.value.mappingEntry("dependsOn")?.value.sequence ?? []).compactMap {
            dependency($0, text, &diagnostics)
        }
        let lifecycle = attributes.removeValue(forKey: "lifecycle") ?? [:]
        resource.lifecycle = Lifecycle(
            isProtected: lifecycle["protect"].boolean ?? false, isRetained: lifecycle["retain"].boolean ?? false,
            mayAdopt: lifecycle["adopt"].boolean ?? false,
            ignoreChanges: ignoredPaths(
                (lifecycle["ignoreChanges"].list ?? []).compactMap(\.string), resource, type, &diagnostics))
        if type.identity.isTaggable {
            let own = attributes["tags"]?.map ?? [:]
            attributes["tags"] = .map(
                tags.merging(own) { $1 }.merging(Ownership.tags(stack: stack.name, address: address)) { $1 })
        }
        resource.attributes = .map(type.completed(attributes, ignoring: resource.lifecycle.ignoreChanges))
        for row in type.attributes {
            guard let source = row.derivation?.source else { continue }
            let (path, sourcePath) = (PropertyPath(row.name), PropertyPath(source))
            resource.origins[path] = resource.origins[sourcePath]
            if resource.secretPaths.reaches(into: sourcePath) {
                resource.secretPaths = resource.secretPaths.union(SecretPaths([path]))
            }
        }
        // Of what it has from the stack's head, tags alone can be secrets.
        resource.secretPaths = resource.secretPaths.union(type.secretPaths(of: resource.attributes)).union(inherited)
        return resource
    }

    private func dependency(_ node: Node, _ text: Interpolation, _ diagnostics: inout Diagnostics) -> Address? {
        guard let name = text.plainText(of: node, as: "an address", &diagnostics) else { return nil }
        if let address = Address(name), text.names.mayHave(address.name, in: address.section) { return address }
        diagnostics.error(
            "dangling-reference", "there is no resource `\(name)`", at: node.range,
            help: Suggestion(
                for: name, among: { [names = text.names] in names.addresses }, listing: "The file has",
                none: "Write an address: section.name."))
        return nil
    }
}

extension Node {
    /// A map with those entries alone.
    fileprivate func only(_ names: [String]) -> Node {
        Node(.mapping((mapping ?? []).filter { names.contains($0.name) }), range: range, tag: tag)
    }
}
