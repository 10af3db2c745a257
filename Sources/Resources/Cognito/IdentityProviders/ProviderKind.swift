import Model
import Schema

/// A type of identity provider, and which of the details AWS wants of it.
enum ProviderKind: String, CaseIterable {
    case saml = "SAML"
    case oidc = "OIDC"
    case google = "Google"
    case facebook = "Facebook"
    case apple = "SignInWithApple"
    case amazon = "LoginWithAmazon"

    /// Those that a pool has one of each of, and that are called as their type is.
    static let social: [ProviderKind] = [.google, .facebook, .apple, .amazon]

    var required: [String] {
        switch self {
        case .saml: []
        case .oidc: ["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"]
        case .google, .facebook, .amazon: ["client_id", "client_secret", "authorize_scopes"]
        case .apple: ["client_id", "team_id", "key_id", "private_key", "authorize_scopes"]
        }
    }

    /// The details that may be given.
    var known: Set<String> {
        switch self {
        case .saml: Self.samlKeys
        case .oidc: Self.openKeys.union(["client_secret"])
        case .google, .amazon: Self.openKeys.union(["client_secret"])
        case .facebook: Self.openKeys.union(["client_secret", "api_version"])
        case .apple: Self.openKeys.union(["team_id", "key_id", "private_key"])
        }
    }

    /// The details that AWS finds out by itself where a file does not give them: those of social providers are fixed, and those of an OIDC
    /// provider come from its issuer.
    var derived: Set<String> {
        switch self {
        case .saml: []
        case .oidc: ["authorize_url", "token_url", "attributes_url", "jwks_uri"]
        case .google, .facebook, .apple, .amazon: Self.openKeys.subtracting(["client_id", "authorize_scopes"])
        }
    }

    private static let samlKeys: Set = [
        "MetadataURL", "MetadataFile", "IDPSignout", "IDPInit", "EncryptedResponses", "RequestSigningAlgorithm",
    ]
    private static let openKeys: Set = [
        "client_id", "authorize_scopes", "attributes_request_method", "oidc_issuer", "authorize_url", "token_url",
        "attributes_url", "jwks_uri", "attributes_url_add_attributes", "token_request_method",
    ]

    /// The rows of `providerDetails`, whatever the type.
    static let details = [
        text("client_id", "The application's id at the provider."),
        text("client_secret", isSecret: true, "The application's secret there: `$(env.NAME)` or `{ file: path }`."),
        Attribute(
            "authorize_scopes", anyText, wire: "authorize_scopes",
            equivalent: { words(in: $0) == words(in: $1) },
            "What is asked for about people, such as `openid email profile`."),
        text("team_id", "The id of the team at Apple."),
        text("key_id", "The id of the private key at Apple."),
        text("private_key", isSecret: true, "The private key that Apple gave: `$(env.NAME)` or `{ file: path }`."),
        text("api_version", "The version of Facebook's API, such as `v17.0`."),
        text("oidc_issuer", "The issuer in the provider's tokens, where its addresses are looked up."),
        Attribute(
            "attributes_request_method", .oneOf(["GET", "POST"]), wire: "attributes_request_method",
            "How people's attributes are asked for."),
        text("authorize_url", "Where people sign in, where the issuer does not tell."),
        text("token_url", "Where tokens are fetched, where the issuer does not tell."),
        text("attributes_url", "Where people's attributes are fetched, where the issuer does not tell."),
        text("jwks_uri", "Where the keys of its tokens are, where the issuer does not tell."),
        flag("attributes_url_add_attributes", "Whether the names of the attributes are added to `attributes_url`."),
        Attribute(
            "token_request_method", .oneOf(["GET", "POST"]), wire: "token_request_method",
            "How tokens are fetched."),
        text("MetadataURL", "Where the SAML metadata are."),
        text("MetadataFile", "The SAML metadata themselves: XML, or `{ file: path }`."),
        flag("IDPSignout", "Whether signing out of the pool signs people out of the provider."),
        flag("IDPInit", "Whether people may begin at the provider."),
        flag("EncryptedResponses", "Whether the provider must encrypt what it says."),
        Attribute(
            "RequestSigningAlgorithm", .oneOf(["rsa-sha256"]), wire: "RequestSigningAlgorithm",
            "How requests to the provider are signed; they are not where it is left out."),
    ]

    private static let anyText = AttributeType.text(length: 1...131_072)

    private static func text(_ name: String, isSecret: Bool = false, _ help: String) -> Attribute {
        Attribute(name, anyText, wire: name, traits: isSecret ? [.sensitive, .secret { _ in true }] : [], help)
    }

    private static func flag(_ name: String, _ help: String) -> Attribute {
        Attribute(name, .boolean, default: false, wire: name, help)
    }

    /// Scopes are separated by spaces, at Facebook by commas too, and their order means nothing.
    private static func words(in value: Value) -> Set<Substring> {
        Set((value.string ?? "").split { $0.isWhitespace || $0 == "," })
    }
}

/// What AWS refuses over several properties of an identity provider.
let identityProviderRules = [
    Rule("social-name", over: ["providerName", "providerType"]) { provider in
        guard let name = provider["providerName"].string, let type = provider["providerType"].string, name != type,
            let social = ProviderKind.social.map(\.rawValue).first(where: { [name, type].contains($0) })
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("providerName"),
                message: "AWS keeps the name `\(social)` for a provider of that type, which has no other",
                help: social == type ? "Take `providerName` out." : "Give the provider another name.")
        ]
    },
    Rule("provider-details", over: ["providerType", "providerDetails"]) { provider in
        guard let kind = provider["providerType"].string.flatMap(ProviderKind.init),
            let details = provider["providerDetails"].map
        else { return [] }
        let path = PropertyPath("providerDetails")
        let type = kind.rawValue
        var problems = details.keys.filter { !kind.known.contains($0) }.sorted().map { key in
            RuleProblem(
                path: path[key], message: "a provider of type \(type) has no `\(key)`",
                help: "It takes \(kind.known.sorted().joined(separator: ", ")).")
        }
        let missing = kind.required.filter { details[$0] ?? .null == .null }
        if !missing.isEmpty {
            problems.append(
                RuleProblem(
                    path: path,
                    message:
                        "a provider of type \(type) needs \(missing.map { "`\($0)`" }.joined(separator: ", "))",
                    help: "Add it to `providerDetails`, as the provider shows it where the application is registered."))
        }
        let metadata = ["MetadataURL", "MetadataFile"].filter { details[$0] ?? .null != .null }
        if kind == .saml, metadata.count != 1 {
            problems.append(
                RuleProblem(
                    path: metadata.isEmpty ? path : path["MetadataFile"],
                    message: metadata.isEmpty
                        ? "a provider of type SAML needs its metadata" : "the metadata are given twice",
                    help: "Write either `MetadataURL: https://…` or `MetadataFile: { file: metadata.xml }`."))
        }
        return problems
    },
]
