import Foundation
import HTTP
import Model
import Schema
import Testing

@testable import AWSClient

@Suite("Config files")
struct SharedConfigTests {
    static let suite = "kotlin-profile-suites/parser_test_suite_json.json"

    @Test("the SDKs' parser suite", .enabled(if: Vectors.arePresent, "the vectors are absent"))
    func parser() throws {
        let cases = try Vectors.json(Self.suite)["tests"].elements
        #expect(cases.count == 67)
        for test in cases {
            let name = Comment(rawValue: test["name"].string ?? "")
            let input = test["input"], output = test["output"]
            let result = Result {
                try SharedConfig(parsing: input["configFile"].string ?? "", as: .config, path: "config")
                    .merging(
                        SharedConfig(
                            parsing: input["credentialsFile"].string ?? "", as: .credentials, path: "credentials"))
            }
            if let text = output["errorContaining"].string {
                #expect(throws: ConfigurationError.self, name) { try result.get() }
                if case .failure(let error as ConfigurationError) = result {
                    #expect(error.description.contains(text), name)
                }
            } else {
                let config = try result.get()
                #expect(Self.value(config.profiles) == Self.members(output["profiles"]), name)
                #expect(Self.value(config.ssoSessions) == Self.members(output["sso-sessions"]), name)
                #expect(Self.value(config.services) == Self.members(output["services"]), name)
                #expect(Self.value(config.others) == Self.members(output["unknown"]), name)
            }
        }
    }

    private static func members(_ value: Value) -> Value { value.isNull ? [:] : value }

    private static func value(_ sections: [String: SharedConfig.Section]) -> Value {
        .map(
            sections.mapValues { section in
                .map(
                    section.mapValues { property in
                        switch property {
                        case .text(let text): .string(text)
                        case .nested(let members): .map(members.mapValues(Value.string))
                        }
                    })
            })
    }

    @Test("a mistake is told with its file and line")
    func place() {
        let error = #expect(throws: ConfigurationError.self) {
            try SharedConfig(parsing: "[default]\nregion us-east-1", as: .config, path: "~/.aws/config")
        }
        #expect(error?.description.contains("~/.aws/config, line 2") == true)
    }
}

@Suite("Configuration")
struct AWSConfigurationTests {
    private static func environment(
        _ variables: [String: String] = [:], config: String? = nil, credentials: String? = nil
    ) -> Environment {
        Environment(
            variables: variables.merging(["HOME": "/home/user"]) { given, _ in given }, home: "/other",
            readFile: { path in
                switch path {
                case "/home/user/.aws/config", "/elsewhere/config", "/home/user/c": config
                case "/home/user/.aws/credentials", "/elsewhere/credentials": credentials
                default: nil
                }
            })
    }

    static let config = """
        [default]
        region = eu-west-1
        aws_access_key_id = CONFIG
        aws_secret_access_key = c
        [profile prod]
        region = eu-central-1
        max_attempts = 7
        [profile sso]
        sso_session = corp
        [profile role]
        role_arn = arn:aws:iam::123456789012:role/x
        aws_access_key_id = K
        aws_secret_access_key = s
        [profile process]
        credential_process = /bin/x
        [profile half]
        aws_access_key_id = K
        """
    static let credentials = """
        [prod]
        aws_access_key_id = PROD
        aws_secret_access_key = p
        aws_session_token = t
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let variables: [String: String]
        var profile: String?
        let key: String
        let source: String
        var testDescription: String { "\(variables.sorted { $0.key < $1.key }) \(profile ?? "")" }
    }

    static let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "e"]

    @Test(
        "which credentials win",
        arguments: [
            Case(variables: [:], key: "CONFIG", source: "profile default of /home/user/.aws/config"),
            Case(variables: keys, key: "ENV", source: "environment variables"),
            Case(
                variables: ["AWS_PROFILE": "prod"], key: "PROD", source: "profile prod of /home/user/.aws/credentials"),
            Case(variables: keys.merging(["AWS_PROFILE": "prod"]) { $1 }, key: "ENV", source: "environment variables"),
            Case(variables: keys, profile: "prod", key: "PROD", source: "profile prod of /home/user/.aws/credentials"),
            Case(
                variables: ["AWS_PROFILE": "half"], profile: "prod", key: "PROD",
                source: "profile prod of /home/user/.aws/credentials"),
            Case(
                variables: ["AWS_PROFILE": "prod", "AWS_SHARED_CREDENTIALS_FILE": "/elsewhere/credentials"],
                key: "PROD",
                source: "profile prod of /elsewhere/credentials"),
            Case(variables: ["AWS_CONFIG_FILE": "~/c"], key: "CONFIG", source: "profile default of /home/user/c"),
            Case(
                variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""], key: "CONFIG",
                source: "profile default of /home/user/.aws/config"),
        ])
    func credentials(test: Case) throws {
        let found = try AWSConfiguration(
            Self.environment(test.variables, config: Self.config, credentials: Self.credentials), profile: test.profile,
            region: "us-east-1"
        ).credentials()
        #expect(found.accessKeyId == test.key)
        #expect(found.source == test.source)
    }

    @Test("a session token belongs to its keys")
    func token() throws {
        let environment = Self.environment(
            Self.keys.merging(["AWS_SESSION_TOKEN": "et"]) { $1 }, config: Self.config, credentials: Self.credentials)
        #expect(try AWSConfiguration(environment).credentials().sessionToken == Secret("et"))
        #expect(try AWSConfiguration(environment, profile: "prod").credentials().sessionToken == Secret("t"))
    }

    @Test(
        "credentials that cannot be had name the reason",
        arguments: [
            ("sso", .unsupported, "sso_session"), ("role", .unsupported, "role_arn"),
            ("process", .unsupported, "credential_process"),
            ("half", .noCredentials, "aws_secret_access_key"),
        ] as [(String, ConfigurationError.Kind, String)])
    func refused(profile: String, kind: ConfigurationError.Kind, word: String) throws {
        let configuration = try AWSConfiguration(
            Self.environment(config: Self.config), profile: profile, region: "us-east-1")
        let error = #expect(throws: ConfigurationError.self) { try configuration.credentials() }
        #expect(error?.kind == kind && error?.description.contains(word) == true)
    }

    @Test(
        "an environment that gives none names what it has",
        arguments: [
            ([:], .noCredentials, "AWS_ACCESS_KEY_ID"),
            (["AWS_ACCESS_KEY_ID": "K"], .noCredentials, "AWS_SECRET_ACCESS_KEY"),
            (["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], .unsupported, "AWS_WEB_IDENTITY_TOKEN_FILE"),
            (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x"], .unsupported, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ] as [([String: String], ConfigurationError.Kind, String)])
    func none(variables: [String: String], kind: ConfigurationError.Kind, word: String) throws {
        let configuration = try AWSConfiguration(Self.environment(variables), region: "us-east-1")
        let error = #expect(throws: ConfigurationError.self) { try configuration.credentials() }
        #expect(error?.kind == kind && error?.description.contains(word) == true)
    }

    @Test("a profile that is nowhere is an error that names those there are")
    func noProfile() {
        let error = #expect(throws: ConfigurationError.self) {
            try AWSConfiguration(Self.environment(config: Self.config), profile: "prdo", region: "us-east-1")
        }
        #expect(error?.kind == .noSuchProfile && error?.description.contains("prdo") == true)
        #expect(error?.description.contains("half") == true)
    }

    @Test("a file that cannot be read is an error that names it")
    func unreadable() {
        let environment = Environment(
            variables: ["HOME": "/h"], home: "", readFile: { _ in throw CocoaError(.fileReadNoPermission) })
        let error = #expect(throws: ConfigurationError.self) { try AWSConfiguration(environment, region: "us-east-1") }
        #expect(error?.kind == .file && error?.description.contains("/h/.aws/config") == true)
    }

    /// A request with such a key would go out unsigned.
    @Test(
        "keys with what stands in no key are told by name",
        arguments: [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE\n", "AWS_ACCESS_KEY_ID ends in a line break"),
            ("AWS_ACCESS_KEY_ID", "AKID\r\nEXAMPLE", "AWS_ACCESS_KEY_ID has a line break in it"),
            ("AWS_SECRET_ACCESS_KEY", "s ", "AWS_SECRET_ACCESS_KEY ends in white space"),
            ("AWS_SECRET_ACCESS_KEY", "\ts", "AWS_SECRET_ACCESS_KEY begins with white space"),
            ("AWS_SESSION_TOKEN", "a b", "AWS_SESSION_TOKEN has white space in it"),
            ("AWS_SESSION_TOKEN", "a\u{200b}b", "AWS_SESSION_TOKEN has a character that stands in no key"),
            ("AWS_SECURITY_TOKEN", "t\n", "AWS_SECURITY_TOKEN ends in a line break"),
        ])
    func badKeys(name: String, value: String, told: String) throws {
        let configuration = try AWSConfiguration(
            Self.environment(
                ["AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "hidden-in-any-case"].merging([name: value]) { $1 },
                config: Self.config))
        let error = #expect(throws: ConfigurationError.self) { try configuration.credentials() }
        #expect(error?.kind == .noCredentials && error?.description.hasPrefix(told) == true)
        #expect(error?.description.contains("hidden") == false && error?.description.contains("AKID") == false)
    }

    @Test("the same in a file")
    func badKeysInAFile() throws {
        let environment = Self.environment(
            config: Self.config, credentials: "[default]\naws_access_key_id = AK ID\naws_secret_access_key = s\n")
        let error = #expect(throws: ConfigurationError.self) { try AWSConfiguration(environment).credentials() }
        #expect(
            error?.description.hasPrefix(
                "aws_access_key_id of profile default in /home/user/.aws/credentials has white space in it") == true)
    }

    // MARK: Certificates

    private static let pem = Environment.Entry.file(
        Data("# mine\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".utf8))

    private static func certificates(
        _ variables: [String: String], bundle: String? = nil, _ entries: [String: Environment.Entry]
    ) throws -> Certificates? {
        let environment = Environment(
            variables: variables.merging(["HOME": "/h"]) { given, _ in given }, home: "",
            readFile: { path in
                path == "/h/.aws/config" ? "[default]\n" + (bundle.map { "ca_bundle = \($0)\n" } ?? "") : nil
            },
            look: { entries[$0] ?? .nothing })
        return try AWSConfiguration(environment, region: "us-east-1").transport().certificates
    }

    @Test(
        "which certificates count",
        arguments: [
            (
                ["AWS_CA_BUNDLE": "/a", "SSL_CERT_FILE": "/c"], "/b",
                Certificates(.bundle("/a"), namedBy: "AWS_CA_BUNDLE")
            ),
            (["SSL_CERT_FILE": "/c"], "~/b", Certificates(.bundle("/h/b"), namedBy: "ca_bundle of the profile")),
            (
                ["SSL_CERT_FILE": "/c", "SSL_CERT_DIR": "/d"], nil,
                Certificates(.bundle("/c"), namedBy: "SSL_CERT_FILE")
            ),
            (["SSL_CERT_DIR": "/d"], nil, Certificates(.folder("/d"), namedBy: "SSL_CERT_DIR")),
            (["AWS_CA_BUNDLE": ""], nil, Certificates(.bundle("/etc/pki/tls/certs/ca-bundle.crt"))),
            (["AWS_ENDPOINT_URL": "http://127.0.0.1:1"], nil, nil),
            (
                ["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_IAM": "https://h", "AWS_CA_BUNDLE": "/a"],
                nil, Certificates(.bundle("/a"), namedBy: "AWS_CA_BUNDLE")
            ),
        ] as [([String: String], String?, Certificates?)])
    func certificates(variables: [String: String], bundle: String?, certificates: Certificates?) throws {
        let entries = Dictionary(
            uniqueKeysWithValues: ["/a", "/h/b", "/c", "/etc/pki/tls/certs/ca-bundle.crt"].map { ($0, Self.pem) })
        #expect(
            try Self.certificates(variables, bundle: bundle, entries.merging(["/d": .folder]) { $1 }) == certificates)
    }

    @Test(
        "certificates that are not where they should be",
        arguments: [
            (["AWS_CA_BUNDLE": "/a"], nil, "AWS_CA_BUNDLE names /a, and there is no such file."),
            (["AWS_CA_BUNDLE": "/n"], nil, "AWS_CA_BUNDLE names /n, in which there is no certificate."),
            (["AWS_CA_BUNDLE": "/d"], nil, "AWS_CA_BUNDLE names /d, which is a folder."),
            (["SSL_CERT_FILE": "/e"], nil, "SSL_CERT_FILE names /e, in which there is no certificate."),
            (["SSL_CERT_FILE": "/u"], nil, "SSL_CERT_FILE names /u, which cannot be read: why."),
            ([:], "/a", "ca_bundle of the profile names /a, and"),
            (["SSL_CERT_DIR": "/e"], nil, "SSL_CERT_DIR names /e, which is no folder."),
            ([:], nil, "Install the package ca-certificates"),
        ] as [([String: String], String?, String)])
    func noCertificates(variables: [String: String], bundle: String?, told: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.certificates(
                variables, bundle: bundle,
                [
                    "/d": .folder, "/e": .file(Data("no".utf8)), "/u": .unreadable("why"),
                    "/n": .file(Data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)),
                ])
        }
        #expect(error?.kind == .certificates && error?.description.contains(told) == true)
    }

    @Test(
        "which region wins",
        arguments: [
            (["AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"], "o-1", "o-1"),
            (["AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"], nil, "a-1"),
            (["AWS_DEFAULT_REGION": "b-1"], nil, "b-1"), ([:], nil, "eu-west-1"),
            (["AWS_PROFILE": "prod"], nil, "eu-central-1"),
        ] as [([String: String], String?, String)])
    func region(variables: [String: String], option: String?, region: String) throws {
        #expect(try AWSConfiguration(Self.environment(variables, config: Self.config), region: option).region == region)
    }

    @Test(
        "what is no region is refused, as it becomes a host name",
        arguments: ["", "us_east", "evil.com/", "-a", "a-", "US-EAST-1", "a b"])
    func badRegion(region: String) {
        #expect(throws: ConfigurationError.self) { try AWSConfiguration(Self.environment(), region: region) }
    }

    @Test(
        "the number of attempts",
        arguments: [
            ([:], 3), (["AWS_MAX_ATTEMPTS": "5"], 5), (["AWS_PROFILE": "prod"], 7), (["AWS_MAX_ATTEMPTS": "0"], nil),
            (["AWS_MAX_ATTEMPTS": "x"], nil),
        ]
            as [([String: String], Int?)])
    func attempts(variables: [String: String], attempts: Int?) throws {
        let result = Result {
            try AWSConfiguration(Self.environment(variables, config: Self.config), region: "us-east-1")
        }
        #expect((try? result.get())?.retry.maxAttempts == attempts)
    }
}

@Suite("Endpoints")
struct EndpointTests {
    @Test("botocore's configured endpoint URLs", .enabled(if: Vectors.arePresent, "the vectors are absent"))
    func configured() throws {
        let file = "botocore-configured-endpoint-urls/tests/functional/configured_endpoint_urls/profile-tests.json"
        let suite = try Vectors.json(file)["testSuites"].elements[0]
        let cases = suite["endpointUrlTests"].elements
        #expect(cases.count == 39)
        for test in cases {
            let name = Comment(rawValue: test["name"].string ?? "")
            func member(_ group: String, _ key: String) -> Value { suite[group][test[key].string ?? ""] }
            let client = member("client_configs", "client_config")
            var profile = Self.section(member("profiles", "profile"))
            if client["ignore_configured_endpoint_urls"].boolean == true {
                profile["ignore_configured_endpoint_urls"] = .text("true")
            }
            let services = suite["services"][profile["services"]?.text ?? ""]
            let variables = (member("environments", "environment").map ?? [:]).compactMapValues(\.string)
            let endpoints = try Endpoints(
                region: "fake-region-10", endpointURL: client["endpoint_url"].string, variables: variables,
                profile: profile,
                services: Self.section(services))
            let service = Service(
                name: test["service"] == "s3" ? "S3" : "DynamoDB", endpointPrefix: test["service"].string ?? "",
                format: .restJSON)
            let expected = test["output"]["endpointUrl"].string ?? "none"
            let own = "https://\(service.endpointPrefix).fake-region-10.amazonaws.com"
            #expect(
                endpoints[service].origin
                    == (expected.hasPrefix("https://\(service.endpointPrefix).fake") ? own : expected), name)
        }
    }

    private static func section(_ value: Value) -> SharedConfig.Section {
        (value.map ?? [:]).mapValues { value in
            value.string.map { .text($0) } ?? .nested((value.map ?? [:]).compactMapValues(\.string))
        }
    }

    static let services: [Service] = [.cognitoIdentityProvider, .cognitoIdentity, .iam, .sts, .lambda, .logs]

    /// All cases of one region and AWS's own endpoint, without FIPS, dual stack and the old global endpoint of STS, which
    /// this program does not offer.
    @Test("botocore's endpoint rules", .enabled(if: Vectors.arePresent, "the vectors are absent"), arguments: services)
    func rules(service: Service) throws {
        var checked = 0
        for test in try Vectors.json("endpoints/\(service.endpointPrefix)/endpoint-tests-1.json")["testCases"].elements
        {
            let parameters = test["params"]
            guard ["UseFIPS", "UseDualStack", "UseGlobalEndpoint"].allSatisfy({ parameters[$0].boolean != true }),
                let region = parameters["Region"].string, region != "aws-global", parameters["Endpoint"].isNull,
                let url = test["expect"]["endpoint"]["url"].string
            else { continue }
            let endpoints = try Endpoints(region: region)
            #expect(endpoints[service] == Endpoint(origin: url), "\(region)")
            let scheme = test["expect"]["endpoint"]["properties"]["authSchemes"].elements.first ?? .null
            if let signingRegion = scheme["signingRegion"].string {
                #expect(endpoints.signingRegion(service) == signingRegion)
            }
            checked += 1
        }
        #expect(checked >= (service == .sts ? 3 : 8))
    }

    @Test(
        "partitions",
        arguments: [
            ("us-east-1", "aws"), ("mx-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov"),
            ("us-iso-west-1", "aws-iso"), ("us-isob-west-1", "aws-iso-b"), ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-east-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ])
    func partitions(region: String, name: String) {
        #expect(Partition(region: region).name == name)
    }

    @Test("a configured endpoint keeps port and path and says who set it")
    func parts() throws {
        let endpoints = try Endpoints(
            region: "us-east-1", endpointURL: nil,
            variables: ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:4566/base/"], profile: [:],
            services: [:])
        let endpoint = endpoints[.cognitoIdentityProvider]
        #expect(endpoint.origin == "http://127.0.0.1:4566" && endpoint.path == "/base")
        #expect(endpoint.setBy == "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")
        #expect(endpoints[.cognitoIdentity].setBy == nil)
    }

    @Test(
        "what is not an endpoint URL is refused, with its place",
        arguments: ["localhost:4566", "ftp://h", "http://", "http://u:p@h", "http://h?x", "http://h#f", "h"])
    func bad(url: String) {
        let error = #expect(throws: ConfigurationError.self) { try Endpoints(region: "us-east-1", endpointURL: url) }
        #expect(error?.kind == .badEndpoint && error?.description.contains("--endpoint-url") == true)
    }
}
