import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

@Suite struct IdentityProvidersTests {
    static let provider = IdentityProviderProvider()
    static let id = "us-east-1_A/Google"
    static let social: Value = ["client_id": "1", "client_secret": "s", "authorize_scopes": "openid"]

    /// A provider as AWS answers it, with what it derives.
    static let live: Value = [
        "UserPoolId": "us-east-1_A", "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": [
            "client_id": "1", "client_secret": .secret(Secret("hidden")), "authorize_scopes": "openid",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "attributes_url_add_attributes": "true",
            "oidc_issuer": "https://accounts.google.com", "token_request_method": "POST",
        ],
        "AttributeMapping": ["username": "sub", "email": "email"], "IdpIdentifiers": ["g"], "CreationDate": 1,
    ]

    static func script(_ live: Value = live) -> ScriptedAWS {
        ScriptedAWS(["DescribeIdentityProvider": [.value(["IdentityProvider": live])]])
    }

    // MARK: Rules

    @Test(
        arguments: [
            (["providerType": "Google", "providerName": "Google", "providerDetails": social], []),
            (["providerType": "Google", "providerName": "g", "providerDetails": social], ["social-name"]),
            (
                ["providerType": "SAML", "providerName": "Google", "providerDetails": ["MetadataURL": "u"]],
                ["social-name"]
            ),
            (["providerType": "SAML", "providerName": "corp", "providerDetails": ["MetadataURL": "u"]], []),
            (["providerType": "SAML", "providerName": "corp", "providerDetails": [:]], ["provider-details"]),
            (
                [
                    "providerType": "SAML", "providerName": "corp",
                    "providerDetails": ["MetadataURL": "u", "MetadataFile": "f"],
                ], ["provider-details"]
            ),
            (
                [
                    "providerType": "SAML", "providerName": "corp",
                    "providerDetails": ["MetadataURL": "u", "client_id": "1"],
                ], ["provider-details"]
            ),
            (
                ["providerType": "OIDC", "providerName": "o", "providerDetails": ["client_id": "1"]],
                ["provider-details"]
            ),
            (
                [
                    "providerType": "OIDC", "providerName": "o",
                    "providerDetails": [
                        "client_id": "1", "oidc_issuer": "i", "authorize_scopes": "openid",
                        "attributes_request_method": "GET",
                    ],
                ], []
            ),
            (
                [
                    "providerType": "SignInWithApple", "providerName": "SignInWithApple",
                    "providerDetails": ["client_id": "1", "client_secret": "s"],
                ], ["provider-details"]
            ),
        ] as [(Value, [String])])
    func rules(provider: Value, codes: [String]) {
        #expect(ResourceType.identityProvider.rules.filter { !$0.check(provider).isEmpty }.map(\.code) == codes)
    }

    @Test(arguments: [("Google", "Google"), ("SAML", "corp"), ("LoginWithAmazon", "LoginWithAmazon")])
    func aSocialProviderIsCalledAsItsTypeIs(type: String, name: String) throws {
        let row = try #require(ResourceType.identityProvider.attribute("providerName")?.defaultName)
        let address = Address(section: "identityProviders", name: "corp")
        #expect(row.text(of: address, inStack: "prod", ["providerType": .string(type)]) == name)
    }

    @Test func secretsAreDeclaredByPath() {
        let type = ResourceType.identityProvider
        #expect(type.sensitivePaths == ["providerDetails.client_secret", "providerDetails.private_key"])
        let hidden = type.secretPaths(of: [:]).hide(["providerDetails": Self.social])
        #expect(hidden["providerDetails"]["client_secret"] == .secret(Secret("s")))
        #expect(hidden["providerDetails"]["client_id"] == "1")
    }

    // MARK: Reading and writing

    @Test func readTellsTheSecretForComparisonAlone() async throws {
        let live = try #require(try await Self.provider.read(Self.id, Self.script().calls("identityProviders")))
        #expect(live.attributes["providerDetails"]["client_secret"] == "hidden")
        #expect(live.attributes["providerDetails"]["attributes_url_add_attributes"] == true)
        #expect(live.attributes["attributeMapping"] == ["username": "sub", "email": "email"])
        #expect(live.outputs == ["providerName": "Google"])
    }

    @Test func flagsAreSentAsTexts() async throws {
        let script = ScriptedAWS()
        _ = try await Self.provider.create(
            [
                "userPool": "us-east-1_A", "providerName": "corp", "providerType": "SAML",
                "providerDetails": ["MetadataURL": "u", "IDPSignout": true],
            ], script.calls("identityProviders"))
        #expect(
            script.inputs("CreateIdentityProvider") == [
                [
                    "UserPoolId": "us-east-1_A", "ProviderName": "corp", "ProviderType": "SAML",
                    "ProviderDetails": ["MetadataURL": "u", "IDPSignout": "true"],
                ]
            ])
        #expect(script.created == ["us-east-1_A/corp"])
    }

    struct Update: Sendable {
        var live: Value = IdentityProvidersTests.live
        var desired: Value
        var changed: Set<String>
        var sent: Value
    }

    static let updates = [
        // What AWS derives is not sent back; the secret that the file has is.
        Update(
            desired: ["providerDetails": social.overlaid(by: ["authorize_scopes": "email"])],
            changed: ["providerDetails"],
            sent: [
                "ProviderDetails": ["client_id": "1", "client_secret": "s", "authorize_scopes": "email"],
                "AttributeMapping": ["username": "sub", "email": "email"], "IdpIdentifiers": ["g"],
            ]),
        // Of the attributes, others have some.
        Update(
            desired: ["attributeMapping": ["name": "name", "email": .null]], changed: ["attributeMapping"],
            sent: ["AttributeMapping": ["username": "sub", "name": "name"], "IdpIdentifiers": ["g"]]),
        Update(
            desired: [:], changed: ["idpIdentifiers"],
            sent: ["AttributeMapping": ["username": "sub", "email": "email"], "IdpIdentifiers": []]),
        // The addresses that were looked up at the old issuer go with it, and those that the file has stay.
        Update(
            live: [
                "ProviderType": "OIDC",
                "ProviderDetails": [
                    "oidc_issuer": "a", "token_url": "a/token", "jwks_uri": "a/jwks", "client_id": "1",
                    "attributes_url_add_attributes": "false",
                ],
            ],
            desired: ["providerDetails": ["oidc_issuer": "b", "jwks_uri": "own"]], changed: ["providerDetails"],
            sent: [
                "ProviderDetails": [
                    "oidc_issuer": "b", "jwks_uri": "own", "client_id": "1", "attributes_url_add_attributes": "false",
                ]
            ]),
        Update(
            live: [
                "ProviderType": "OIDC",
                "ProviderDetails": ["oidc_issuer": "a", "token_url": "a/token", "client_id": "1"],
            ],
            desired: ["providerDetails": ["oidc_issuer": "a", "client_id": "2"]], changed: ["providerDetails"],
            sent: ["ProviderDetails": ["oidc_issuer": "a", "token_url": "a/token", "client_id": "2"]]),
        // One form of the metadata takes the place of the other.
        Update(
            live: [
                "ProviderType": "SAML",
                "ProviderDetails": [
                    "MetadataURL": "u", "SSORedirectBindingURI": "x", "ActiveEncryptionCertificate": "c",
                    "IDPInit": "true",
                ],
            ],
            desired: ["providerDetails": ["MetadataFile": "f"]], changed: ["providerDetails"],
            sent: ["ProviderDetails": ["MetadataFile": "f", "IDPInit": "true"]]),
    ]

    @Test(arguments: updates) func anUpdateSendsWhatIsSomebodys(_ update: Update) async throws {
        let script = Self.script(update.live)
        _ = try await Self.provider.update(
            Self.id, to: update.desired, changed: update.changed, script.calls("identityProviders"))
        let key: Value = ["UserPoolId": "us-east-1_A", "ProviderName": "Google"]
        #expect(script.inputs("UpdateIdentityProvider") == [key.overlaid(by: update.sent)])
    }
}
