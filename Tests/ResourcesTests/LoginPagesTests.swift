import Archive
import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

/// Looks of the sign-in pages, old and new, and the terms that they link to.
@Suite struct LoginPagesTests {
    static let files = UploadedFiles { path throws(ArchiveError) in FileContent(bytes: Array(path.utf8)) }
    static let styles = ManagedLoginBrandingProvider(files: files)
    static let looks = UICustomizationProvider(files: files)
    static let client: Value = ["UserPoolId": "us-east-1_A", "ClientId": "c1"]

    static func file(_ path: String) -> Value {
        ["path": .string(path), "sha256": .string(FileContent(bytes: Array(path.utf8)).sha256)]
    }

    // MARK: Managed login

    /// `a.png` in Base64.
    static let bytes: Value = "YS5wbmc="
    static let asset: Value = [
        "category": "FORM_LOGO", "colorMode": "LIGHT", "extension": "PNG", "bytes": file("a.png"),
    ]
    static let sentAsset: Value = [
        "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": bytes,
    ]

    static func style(_ settings: Value, _ assets: [Value] = []) -> ScriptedAWS.Answer {
        .value([
            "ManagedLoginBranding": [
                "ManagedLoginBrandingId": "b", "UserPoolId": "us-east-1_A", "UseCognitoProvidedValues": false,
                "Settings": settings, "Assets": .list(assets),
            ]
        ])
    }

    @Test func imagesAreComparedByTheirDigests() async throws {
        let shown = Self.sentAsset.overlaid(by: ["ResourceId": "AWS's"])
        let script = ScriptedAWS(["DescribeManagedLoginBrandingByClient": [Self.style(["a": 1], [shown])]])
        let live = try #require(
            try await Self.styles.read("us-east-1_A/c1", script.calls("managedLoginBranding")))
        #expect(script.inputs("DescribeManagedLoginBrandingByClient") == [Self.client])
        #expect(live.attributes["appClient"] == "us-east-1_A/c1")
        #expect(live.attributes["assets"].list?.first?["bytes"] == ["sha256": Self.file("a.png")["sha256"]])
        #expect(live.outputs == ["id": "b"])
        let isSame = try #require(ResourceType.managedLoginBranding.attribute("assets")?.equivalent)
        #expect(isSame([Self.asset], live.attributes["assets"]))
        #expect(!isSame([Self.asset.overlaid(by: ["bytes": Self.file("b.png")])], live.attributes["assets"]))
        #expect(!isSame([Self.asset.overlaid(by: ["resourceId": "own"])], live.attributes["assets"]))
        #expect(!isSame([], live.attributes["assets"]))
    }

    @Test func aStyleIsMadeWithItsImages() async throws {
        let script = ScriptedAWS(["CreateManagedLoginBranding": [Self.style(["a": 1])]])
        let outputs = try await Self.styles.create(
            ["appClient": "us-east-1_A/c1", "settings": ["a": 1], "assets": [Self.asset]],
            script.calls("managedLoginBranding"))
        #expect(outputs == ["id": "b"])
        #expect(
            script.inputs("CreateManagedLoginBranding") == [
                Self.client.overlaid(by: ["Settings": ["a": 1], "Assets": [Self.sentAsset]])
            ])
        #expect(script.created == ["us-east-1_A/c1"])
    }

    @Test func aFileThatChangedSinceThePlanIsRefused() async {
        let script = ScriptedAWS()
        let said = await complaint { () async throws(ProviderError) in
            let asset = Self.asset.overlaid(by: ["bytes": ["sha256": "other"]])
            _ = try await Self.styles.create(
                ["appClient": "us-east-1_A/c1", "assets": [asset]], script.calls("managedLoginBranding"))
        }
        #expect(said?.contains("a.png of managedLoginBranding.x changed after the plan") == true)
        #expect(script.writes.isEmpty)
    }

    static let own: Value = ["UserPoolId": "us-east-1_A", "ManagedLoginBrandingId": "b"]
    static let reset = own.overlaid(by: ["UseCognitoProvidedValues": true])

    @Test(
        "What AWS keeps although it was left out goes with the whole style, which is then written again",
        arguments: [
            // AWS replaced the settings.
            (["settings": ["b": 1]], ["settings"], ["b": 1], [own.overlaid(by: ["Settings": ["b": 1]])]),
            // AWS merged them.
            (
                ["settings": ["b": 1]], ["settings"], ["a": 1, "b": 1],
                [
                    own.overlaid(by: ["Settings": ["b": 1]]), reset, own.overlaid(by: ["Settings": ["b": 1]]),
                ]
            ),
            (["useCognitoProvidedValues": true], ["useCognitoProvidedValues", "settings"], [:], [reset]),
        ] as [(Value, Set<String>, Value, [Value])])
    func whatIsLeftOut(desired: Value, changed: Set<String>, found: Value, sent: [Value]) async throws {
        let script = ScriptedAWS([
            "DescribeManagedLoginBrandingByClient": [Self.style(["a": 1]), Self.style(found)]
        ])
        _ = try await Self.styles.update(
            "us-east-1_A/c1", to: desired, changed: changed, script.calls("managedLoginBranding"))
        #expect(script.inputs("UpdateManagedLoginBranding") == sent)
    }

    @Test func aStyleIsDeletedByItsId() async throws {
        let script = ScriptedAWS(["DescribeManagedLoginBrandingByClient": [Self.style([:])]])
        try await Self.styles.delete("us-east-1_A/c1", script.calls("managedLoginBranding"))
        #expect(script.inputs("DeleteManagedLoginBranding") == [Self.own])
        let none = ScriptedAWS(["DescribeManagedLoginBrandingByClient": [.refused("ResourceNotFoundException")]])
        try await Self.styles.delete("us-east-1_A/c1", none.calls("managedLoginBranding"))
        #expect(none.writes.isEmpty)
    }

    @Test(
        arguments: [
            (["useCognitoProvidedValues": true], []), (["settings": ["a": 1]], []), (["assets": [asset]], []),
            ([:], ["style"]), (["useCognitoProvidedValues": false], ["style"]),
            (["useCognitoProvidedValues": true, "settings": ["a": 1]], ["style"]),
        ] as [(Value, [String])])
    func rules(style: Value, codes: [String]) {
        #expect(ResourceType.managedLoginBranding.rules.filter { !$0.check(style).isEmpty }.map(\.code) == codes)
    }

    // MARK: The classic hosted UI

    static func look(_ css: Value, image: Value = .null, client: Value = "c1") -> ScriptedAWS.Answer {
        let found: Value = ["UserPoolId": "us-east-1_A", "ClientId": client, "CSS": css, "ImageUrl": image]
        return .value(["UICustomization": found.withoutNulls])
    }

    @Test(
        "A client without a look shows that of all, and one that was reset has none",
        arguments: [
            (look(".a"), "c1", true), (look(".a", client: "ALL"), "c1", false),
            (look(".a", client: .null), "c1", false),
            (look(".a", client: .null), "ALL", true), (look(""), "c1", false), (look("", image: "u"), "c1", true),
            (.value(["UICustomization": [:]]), "c1", false),
        ] as [(ScriptedAWS.Answer, String, Bool)])
    func whoseLookItIs(answer: ScriptedAWS.Answer, client: String, isThere: Bool) async throws {
        let script = ScriptedAWS(["GetUICustomization": [answer]])
        let live = try await Self.looks.read("us-east-1_A/\(client)", script.calls("uiCustomizations"))
        #expect((live != nil) == isThere)
    }

    @Test(
        "Both parts are said, and what is to go goes first with everything",
        arguments: [
            (
                ["css": ".b", "imageFile": file("a.png")], ["css"], look(".a", image: "u"),
                [["CSS": ".b", "ImageFile": bytes]]
            ),
            (["css": ".a"], ["imageFile"], look(".a", image: "u"), [[:], ["CSS": ".a"]]),
            (
                ["imageFile": file("a.png")], ["css"], look(".a", image: "u"),
                [[:], ["ImageFile": bytes]]
            ),
        ] as [(Value, Set<String>, ScriptedAWS.Answer, [Value])])
    func aLookIsSetWhole(desired: Value, changed: Set<String>, live: ScriptedAWS.Answer, sent: [Value]) async throws {
        let script = ScriptedAWS(["GetUICustomization": [live]])
        _ = try await Self.looks.update(
            "us-east-1_A/c1", to: desired, changed: changed, script.calls("uiCustomizations"))
        #expect(script.inputs("SetUICustomization") == sent.map { Self.client.overlaid(by: $0) })
    }

    @Test func aLookIsDeletedBySettingNone() async throws {
        let script = ScriptedAWS()
        try await Self.looks.delete("us-east-1_A/ALL", script.calls("uiCustomizations"))
        #expect(script.inputs("SetUICustomization") == [["UserPoolId": "us-east-1_A", "ClientId": "ALL"]])
    }

    // MARK: Terms

    static func terms(_ id: Value, _ client: Value) -> ScriptedAWS.Answer {
        .value([
            "Terms": [
                "TermsId": id, "UserPoolId": "us-east-1_A", "ClientId": client, "TermsName": "terms-of-use",
                "TermsSource": "LINK", "Enforcement": "NONE", "Links": ["cognito:default": "u"],
            ]
        ])
    }

    static let listed = ScriptedAWS.Answer.value([
        "Terms": [
            ["TermsId": "1", "TermsName": "privacy-policy"], ["TermsId": "2", "TermsName": "terms-of-use"],
            ["TermsId": "3", "TermsName": "terms-of-use"],
        ]
    ])
    static let termsId = "terms-of-use/us-east-1_A/c1"

    @Test func termsAreFoundByTheirClient() async throws {
        let script = ScriptedAWS([
            "ListTerms": [Self.listed], "DescribeTerms": [Self.terms("2", "c0"), Self.terms("3", "c1")],
        ])
        let provider = TermsProvider()
        let live = try #require(try await provider.read(Self.termsId, script.calls("terms")))
        #expect(live.attributes["appClient"] == "us-east-1_A/c1")
        #expect(live.outputs == ["id": "3"])
        #expect(script.inputs("DescribeTerms").map { $0["TermsId"] } == ["2", "3"])
        let gone = ScriptedAWS(["ListTerms": [.refused("ResourceNotFoundException")]])
        #expect(try await provider.read(Self.termsId, gone.calls("terms")) == nil)
    }

    @Test func termsAreChangedByTheirId() async throws {
        let script = ScriptedAWS(["ListTerms": [Self.listed], "DescribeTerms": [Self.terms("2", "c1")]])
        _ = try await TermsProvider().update(
            Self.termsId, to: ["links": ["cognito:default": "v"]], changed: ["links"], script.calls("terms"))
        #expect(
            script.inputs("UpdateTerms") == [
                [
                    "UserPoolId": "us-east-1_A", "TermsId": "2", "TermsSource": "LINK", "Enforcement": "NONE",
                    "Links": ["cognito:default": "v"],
                ]
            ])
    }
}
