import AWSClient
package import Model
package import Provider
package import Schema

/// Styles of managed login. The physical id is that of the app client: `<pool id>/<client id>`.
package struct ManagedLoginBrandingProvider: UserPoolPart {
    package let type = ResourceType.managedLoginBranding
    package let calls = PartCalls(
        read: operation("DescribeManagedLoginBrandingByClient", .read), in: "ManagedLoginBranding",
        create: operation("CreateManagedLoginBranding", .create),
        update: operation("UpdateManagedLoginBranding", .repeatable),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteManagedLoginBranding", .repeatable),
        taken: "ManagedLoginBrandingExistsException", id: id)
    private let files: UploadedFiles

    package init(files: UploadedFiles) {
        self.files = files
    }

    package func attributes(of object: Value, _ calls: ProviderContext) -> Value {
        var object = object
        if object["Settings"] == [:] { object["Settings"] = .null }
        object["Assets"] = .list(
            object["Assets"].elements.map { asset in
                var asset = asset
                asset["Bytes"] = UploadedFiles.asRead(asset["Bytes"])
                return asset.withoutNulls
            })
        return type.attributes(fromWire: object)
    }

    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        let id = [object, object[calls.object]].map { $0[Self.id] }.first { $0.string != nil }
        return id.map { ["id": $0] } ?? [:]
    }

    /// "This operation has a 2-megabyte request-size limit", and what a later request does not say stays: a large style is written in
    /// several.
    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var first = desired
        let parts = try parts(of: desired, calls)
        first["assets"] = .null
        guard let physicalId = type.key(desired) else { return try await make(first, calls) }
        let input = wireForm(first).overlaid(by: parts[0])
        let answer: Value
        do {
            answer = try await calls.write(self.calls.create, input, retrying: .cognito)
        } catch {
            throw error.code == self.calls.taken ? .keyTaken(physicalId, calls.address) : error
        }
        let outputs = outputs(of: answer, desired, calls.context)
        try await calls.recordCreated(physicalId, outputs: outputs)
        for part in parts.dropFirst() {
            try await write(part, physicalId, answer[self.calls.object], calls)
        }
        return outputs
    }

    /// Whether AWS keeps what a request leaves out of `settings` and `assets` is not documented in full: where it does, the style goes back
    /// to AWS's own and is written again.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        guard !changed.isEmpty else { return [:] }
        let live = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await object(physicalId, calls)
        }
        if desired[Self.usesAWS] == true {
            try await write(["UseCognitoProvidedValues": true], physicalId, live, calls)
            return [:]
        }
        let isChanged = { (name: String) in changed.contains(name) || changed.contains(Self.usesAWS) }
        let settings = isChanged("settings") ? desired["settings"] : live["Settings"]
        var wanted = try parts(of: desired, calls)
        if !isChanged("assets") { wanted = Self.parts(live["Assets"].elements) }
        wanted[0]["Settings"] = settings == [:] ? .null : settings
        let count = isChanged("assets") ? desired["assets"].elements.count : live["Assets"].elements.count
        try await writeAll(wanted, physicalId, live, calls)
        let found = try await object(physicalId, calls) ?? [:]
        let hasSettings = (found["Settings"].isNull ? [:] : found["Settings"]).withWholeNumbers
        guard
            hasSettings != (settings.isNull ? [:] : settings).withWholeNumbers
                || found["Assets"].elements.count != count
        else { return [:] }
        try await write(["UseCognitoProvidedValues": true], physicalId, live, calls)
        try await writeAll(wanted, physicalId, live, calls)
        return [:]
    }

    // MARK: Parts

    private static let id = "ManagedLoginBrandingId"
    private static let usesAWS = "useCognitoProvidedValues"

    private static func operation(_ name: String, _ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(.cognitoIdentityProvider, name, effect, answers: "ManagedLoginBranding.\(id)")
    }

    private func write(
        _ members: Value, _ physicalId: String, _ live: Value, _ calls: ProviderContext
    ) async throws(ProviderError) {
        try await calls.write(
            self.calls.update, key(physicalId, live).overlaid(by: members), on: physicalId, retrying: .cognito)
    }

    private func writeAll(
        _ parts: [Value], _ physicalId: String, _ live: Value, _ calls: ProviderContext
    ) async throws(ProviderError) {
        for part in parts.map(\.withoutNulls) where part != [:] { try await write(part, physicalId, live, calls) }
    }

    /// The images as requests take them, as many in one as fit.
    private func parts(of desired: Value, _ calls: ProviderContext) throws(ProviderError) -> [Value] {
        let rows = type.attribute("assets")?.type
        var assets: [Value] = []
        for asset in desired["assets"].elements {
            var wire = rows?.wireForm([asset]).elements.first ?? [:]
            wire["Bytes"] = try files.bytes(asset["bytes"], calls)
            assets.append(wire.withoutNulls)
        }
        return Self.parts(assets)
    }

    private static func parts(_ assets: [Value]) -> [Value] {
        var parts: [[Value]] = [[]]
        var size = 0
        for asset in assets {
            let length = asset["Bytes"].string?.utf8.count ?? 0
            if size + length > largestRequest, parts.last?.isEmpty == false {
                parts.append([])
                size = 0
            }
            parts[parts.count - 1].append(asset)
            size += length
        }
        return parts.map { $0.isEmpty ? [:] : ["Assets": .list($0)] }
    }

    /// Base64 of images, with room left for the settings.
    private static let largestRequest = 1_500_000
}
