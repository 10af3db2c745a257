import Diagnostics
import Model
import Schema

/// What no single row of a table can say about a stack file.
extension Assembly {
    /// The paths of `ignoreChanges`. With a slip in one of them nothing would be ignored, without a word.
    func ignoredPaths(
        _ texts: [String], _ resource: DesiredResource, _ type: ResourceType, _ diagnostics: inout Diagnostics
    ) -> [PropertyPath] {
        texts.enumerated().compactMap { index, text in
            let place = resource.origin(of: PropertyPath("lifecycle", "ignoreChanges")[index])
            guard let path = PropertyPath(reading: text) else {
                diagnostics.error(
                    "wrong-form", "`\(text)` is not the path of a property", at: place,
                    help:
                        "Write a property, or a member of one: `passwordPolicy.minimumLength`. \(PropertyPath.quotingHelp)"
                )
                return nil
            }
            if let unknown = type.unknownKey(on: path) {
                diagnostics.error(
                    unknown.code, unknown.message(in: "\(resource.address)"), at: place, help: unknown.help)
            }
            return path
        }
    }

    /// What decides where cogstack may go cannot wait for AWS's answers.
    func requireKnown(
        _ value: Value?, _ path: PropertyPath, _ origins: [PropertyPath: SourceRange], _ diagnostics: inout Diagnostics
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
        _ value: Value, _ path: PropertyPath, _ origins: [PropertyPath: SourceRange], _ text: Interpolation,
        _ diagnostics: inout Diagnostics
    ) -> Set<String> {
        var misplaced: Set<String> = []
        for (path, template) in value.templates(path) {
            guard let secret = template.references.first(where: text.isSecret) else { continue }
            if let name = path.attribute { misplaced.insert(name) }
            let places = types.flatMap { type in
                type.sensitivePaths.map { "`\($0)` of \(type.section)" }
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
        _ tags: Value?, _ origins: [PropertyPath: SourceRange], _ diagnostics: inout Diagnostics
    ) {
        for name in (tags?.map ?? [:]).keys.sorted() {
            guard let prefix = ["aws:", "cogstack:"].first(where: name.lowercased().hasPrefix) else { continue }
            diagnostics.error(
                "reserved-tag", "tags that start with `\(prefix)` are not the file's to give",
                at: origins[PropertyPath("tags", name)],
                help: "Give the tag another name.")
        }
    }
}

extension Value {
    /// Every template in it, with its path below `path`.
    fileprivate func templates(_ path: PropertyPath) -> [(path: PropertyPath, template: Template)] {
        // Nearly every value has none, and then no path need be written.
        guard !isKnown else { return [] }
        return leaves(at: path).compactMap { path, leaf in
            if case .template(let template) = leaf { (path, template) } else { nil }
        }
    }
}
