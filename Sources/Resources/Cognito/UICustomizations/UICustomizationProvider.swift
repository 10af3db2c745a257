import AWSClient
package import Model
package import Provider
package import Schema

/// Looks of the classic hosted UI. The physical id is `<pool id>/<client id>`, or `<pool id>/ALL`.
package struct UICustomizationProvider: UserPoolPart {
    static let all = "ALL"

    package let type = ResourceType.uiCustomization
    package let calls = PartCalls(
        read: AWSOperation(.cognitoIdentityProvider, "GetUICustomization", .read, answers: "UICustomization"),
        in: "UICustomization", create: set, update: set, delete: set)
    private let files: UploadedFiles

    package init(files: UploadedFiles) {
        self.files = files
    }

    /// For a client that has no look of its own AWS answers with that of all (GetUICustomization), and one that was reset has nothing.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let key = key(physicalId)
        let answer = try await calls.readIfPresent(self.calls.read, key, missing: self.calls.missing)
        let found = answer?[self.calls.object] ?? [:]
        guard (found["ClientId"].string ?? Self.all) == key["ClientId"].string,
            ["CSS", "ImageUrl"].contains(where: { found[$0].string?.isEmpty == false })
        else { return nil }
        return found
    }

    /// AWS tells where the logo is, and not its bytes: while there is one, it is taken to be the one that was written last.
    package func attributes(of object: Value, _ calls: ProviderContext) -> Value {
        var attributes = type.attributes(fromWire: object)
        let hasImage = object["ImageUrl"].string?.isEmpty == false
        let recorded = calls.recorded["imageFile"]
        attributes["imageFile"] = hasImage ? (recorded.isNull ? ["sha256": "unknown"] : recorded) : .null
        return attributes.withoutNulls
    }

    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        let url = [object, object[calls.object]].map { $0["ImageUrl"] }.first { $0.string?.isEmpty == false }
        return url.map { ["imageUrl": $0] } ?? [:]
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var desired = desired
        desired["imageFile"] = try files.bytes(desired["imageFile"], calls)
        return try await make(desired.withoutNulls, calls)
    }

    /// The call sets both: what it does not say may stay, or go. So it always says both, and what is to go goes first with everything.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        guard !changed.isEmpty else { return [:] }
        let live = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await object(physicalId, calls)
        }
        let css = changed.contains("css") ? desired["css"].string ?? "" : live["CSS"].string ?? ""
        let image = try files.bytes(desired["imageFile"], calls)
        let losesImage = changed.contains("imageFile") && image.isNull
        if losesImage || (css.isEmpty && live["CSS"].string?.isEmpty == false) {
            try await calls.write(Self.set, key(physicalId), on: physicalId, retrying: .cognito)
        }
        let input: Value = ["CSS": css.isEmpty ? .null : .string(css), "ImageFile": image]
        let answer = try await calls.write(
            Self.set, key(physicalId).overlaid(by: input.withoutNulls), on: physicalId, retrying: .cognito)
        return outputs(of: answer, desired, calls.context)
    }

    // MARK: Parts

    /// With neither a style sheet nor a logo it brings AWS's own look back.
    private static let set = AWSOperation(
        .cognitoIdentityProvider, "SetUICustomization", .repeatable, answers: "UICustomization")
}
