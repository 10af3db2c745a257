import Diagnostics
import Model
import Schema

/// What no single row of a table can say about a stack file.
extension Assembly {
    /// A slip in `ignoreChanges` would let nothing be, without a word.
    func checkIgnored(_ resource: DesiredResource, _ type: ResourceType, _ diagnostics: inout Diagnostics) {
        let known = type.attributes.map(\.name)
        for (index, path) in resource.lifecycle.ignoreChanges.enumerated() {
            let name = String(path.prefix { $0 != "." && $0 != "[" })
            if known.contains(name) { continue }
            let unknown = type.apiNames.unknownKey(name, among: type.attributes)
            diagnostics.error(
                unknown.code, unknown.message(in: "\(resource.address)"),
                at: resource.origin(of: "lifecycle.ignoreChanges[\(index)]"), help: unknown.help)
        }
    }

    /// What decides where cogstack may go cannot wait for AWS's answers.
    func requireKnown(
        _ value: Value?, _ path: String, _ origins: [String: SourceRange], _ diagnostics: inout Diagnostics
    ) {
        for (path, _) in (value ?? .null).templates(path) {
            diagnostics.error(
                "reference-too-early", "\(path) must be known before AWS is asked", at: origins[path],
                help: Interpolation.knownEarly)
        }
    }

    /// Tells of secrets where they would be recorded and shown, and gives back the properties that have one.
    @discardableResult
    func refuseSecrets(
        _ value: Value, _ path: String, _ origins: [String: SourceRange], _ text: Interpolation,
        _ diagnostics: inout Diagnostics
    ) -> Set<String> {
        var misplaced: Set<String> = []
        for (path, template) in value.templates(path) {
            guard let secret = template.references.first(where: text.isSecret) else { continue }
            misplaced.insert(String(path.prefix { $0 != "." && $0 != "[" }))
            let places = types.flatMap { type in
                type.attributes.filter(\.isSensitive).map { "`\($0.name)` of \(type.section)" }
            }
            diagnostics.error(
                "secret-in-clear", "\(secret) is a secret, and \(path) is no place for one", at: origins[path],
                help: "It can go to \(places.joined(separator: ", ")) and nowhere else: all else is recorded and shown."
            )
        }
        return misplaced
    }

    /// AWS keeps `aws:` for itself, and cogstack tells by its own tags whose an object is.
    func refuseReserved(
        _ tags: Value?, _ origins: [String: SourceRange], _ diagnostics: inout Diagnostics
    ) {
        for name in (tags?.map ?? [:]).keys.sorted() {
            guard let prefix = ["aws:", "cogstack:"].first(where: name.lowercased().hasPrefix) else { continue }
            diagnostics.error(
                "reserved-tag", "tags that start with `\(prefix)` are not the file's to give",
                at: origins["tags.\(name)"],
                help: "Give the tag another name.")
        }
    }
}

extension Value {
    /// Every template in it, with its path below `path`.
    fileprivate func templates(_ path: String) -> [(path: String, template: Template)] {
        switch self {
        case .template(let template): [(path, template)]
        case .list(let elements): elements.enumerated().flatMap { $1.templates("\(path)[\($0)]") }
        case .map(let members):
            members.sorted { $0.key < $1.key }.flatMap { $1.templates(path.isEmpty ? $0 : "\(path).\($0)") }
        default: []
        }
    }
}
