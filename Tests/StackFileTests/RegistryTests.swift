import Diagnostics
import Planning
import Provider
import Resources
import Model
import Schema
import StackFile
import Testing

/// The reader with the types of this build.
@Suite struct RegistryTests {
    /// The checker refuses everything by a pattern that is none.
    @Test func everyPatternIsOne() {
        for type in ResourceTypes.registry.types {
            let patterns = type.attributes.flatMap { Self.patterns($0.type) }
            for pattern in patterns { #expect((try? Regex(pattern)) != nil, "\(type.section): \(pattern)") }
        }
        #expect(Self.patterns(.map(.set(.string(pattern: "a")), keys: "b")) == ["b", "a"])
    }

    private static func patterns(_ type: AttributeType) -> [String] {
        switch type {
        case .string(_, let pattern): pattern.map { [$0] } ?? []
        case .list(let element, _), .set(let element, _): patterns(element)
        case .map(let element, let keys, _): (keys.map { [$0] } ?? []) + patterns(element)
        case .object(let rows): rows.flatMap { patterns($0.type) }
        case .form(let forms), .policyDocument(let forms): forms.flatMap(\.attributes).flatMap { patterns($0.type) }
        case .reference(let target): [target.outside]
        case .oneOf, .boolean, .integer, .number, .duration, .text, .file, .json, .artifact: []
        }
    }

    /// The sign-in system that cogstack is made for.
    @Test func theWholeSystemIsRight() throws {
        let texts = [
            "stacks/prod.yaml": Self.prod,
            "stacks/base.yaml": "tags: { team: platform, costCentre: \"42\" }",
            "stacks/policies/audit.json": """
            {
            	"Version": "2012-10-17",
            	"Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]
            }
            """,
        ]
        let reader = StackFileReader(
            types: ResourceTypes.registry.types,
            files: Files(
                read: { path throws(FileProblem) in
                    guard let text = texts[path] else { throw FileProblem("there is no such file") }
                    return Array(text.utf8)
                },
                code: { _ throws(FileProblem) in Files.Code(digest: "digest") }),
            environment: [:])
        let outcome = reader.read("stacks/prod.yaml", settings: ["dataBucket": "other-data"])
        let stack = try #require(outcome.draft)
        var diagnostics = outcome.diagnostics
        diagnostics.append(contentsOf: StaticChecks(types: ResourceTypes.registry.bySection).check(stack))
        #expect(DiagnosticRenderer(sources: outcome.sources, colour: false).render(diagnostics).text == "")
        #expect(stack.resources.count == 9)
    }

    /// Each row: a role's trust, what names the role, and what is said of it.
    @Test(
        arguments: [
            ("[{ service: lambda.amazonaws.com }]", "{ guests: guest }", []),
            (
                "[{ service: ec2.amazonaws.com }]", "{ function: r }",
                ["error: roles.r does not let lambda.amazonaws.com assume it"]
            ),
            ("[{ service: ec2.amazonaws.com }, { service: lambda.amazonaws.com }]", "{ function: r }", []),
            ("[{ identityPool: ids, amr: authenticated }]", "{ users: r }", []),
            ("[{ identityPool: ids, amr: unauthenticated }]", "{ guests: r }", []),
            (
                "[{ identityPool: ids, amr: authenticated }]", "{ guests: r }",
                ["warning: roles.r does not let guests of the identity pool assume it"]
            ),
            (
                "[{ service: lambda.amazonaws.com }]", "{ users: r }",
                ["warning: roles.r does not let signed-in users of the identity pool assume it"]
            ),
            (
                "[{ identityPool: ids, amr: authenticated }, { identityPool: ids, amr: unauthenticated }]",
                "{ users: r, guests: r }",
                ["warning: guests get the same role as people who signed in"]
            ),
            // Outside the file nobody can look.
            ("[{ service: ec2.amazonaws.com }]", "{ guests: 'arn:aws:iam::123456789012:role/elsewhere' }", []),
            // What a condition asks for may be so.
            (
                #"{ Version: 2012-10-17, Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:*", Condition: { StringEquals: { "aws:SourceAccount": "1" } } } }"#,
                "{ function: r }", []
            ),
            (
                #"{ Version: 2012-10-17, Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:*" }, { Effect: Deny, Principal: "*", Action: "sts:*" }] }"#,
                "{ function: r }", []
            ),
            (
                #"{ Version: 2012-10-17, Statement: [{ Effect: Allow, NotPrincipal: { Service: lambda.amazonaws.com }, Action: "sts:*" }] }"#,
                "{ function: r }", ["error: roles.r does not let lambda.amazonaws.com assume it"]
            ),
        ])
    func whoTakesARoleMayAssumeIt(trust: String, users: String, said: [String]) throws {
        let roles = users.wholeMatch(of: /\{ (.*) \}/).map { String($0.1) } ?? ""
        var text =
            "stack: s\nregion: us-east-1\nroles: { r: { trust: \(trust) }, guest: { trust: [{ identityPool: ids, amr: unauthenticated }] } }\n"
        let pool = roles.replacing("users:", with: "authenticated:").replacing("guests:", with: "unauthenticated:")
        text +=
            "identityPools: { ids: { allowUnauthenticatedIdentities: true\(roles.contains("function") ? "" : ", roles: { \(pool) }") } }\n"
        if roles.contains("function") {
            text += "lambdaFunctions: { f: { runtime: python3.13, handler: a.b, code: code, role: r } }\n"
        }
        let input = text
        let reader = StackFileReader(
            types: ResourceTypes.registry.types,
            files: Files(
                read: { _ throws(FileProblem) in Array(input.utf8) },
                code: { _ throws(FileProblem) in Files.Code(digest: "digest") }),
            environment: [:])
        let outcome = reader.read("s.yaml", settings: [:])
        var diagnostics = outcome.diagnostics
        if let draft = outcome.draft {
            diagnostics.append(contentsOf: StaticChecks(types: ResourceTypes.registry.bySection).check(draft))
        }
        let found = diagnostics.sorted.map { "\($0.severity == .error ? "error" : "warning"): \($0.message)" }
        #expect(found.count == said.count && zip(found, said).allSatisfy { $0.hasPrefix($1) }, "\(found)")
    }

    private static let prod = """
        # yaml-language-server: $schema=cogstack.schema.json
        stack: prod
        extends: base.yaml
        account: "123456789012"
        region: us-east-1
        protect: true
        tags: { team: identity }
        parameters:
          dataBucket: production-data

        userPools:
          users:
            name: prod-users
            deletionProtection: ACTIVE
            mfaConfiguration: OPTIONAL
            softwareTokenMfaConfiguration: { enabled: true }
            passwordPolicy: { minimumLength: 14, requireSymbols: true }

        appClients:
          cli:
            userPool: users
            name: cognito-auth-client
            explicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]

        identityPools:
          identities:
            name: CognitoAuthIdentityPool
            cognitoIdentityProviders: [{ appClient: cli }]
            roles: { authenticated: authenticated }

        roles:
          authenticated:
            name: CognitoAuthenticatedRole
            trust: [{ identityPool: identities, amr: authenticated }]
            grants:
              - invokeFunction: credential-proxy
              - s3: { bucket: $(parameters.dataBucket), access: readWrite, isolateBy: identity }
          long-lived:
            name: CognitoLongLivedRole
            maxSessionDuration: 12h
            trust: [{ iamUser: proxy, tagSession: true, requestedRegions: [us-east-1] }]
            grants:
              - s3: { bucket: $(parameters.dataBucket), access: readWrite, isolateBy: identity }
              - dynamodb: { table: user-sessions, access: readWrite, isolateBy: identity }
            inlinePolicies:
              audit: { file: policies/audit.json }
          proxy-execution:
            trust: [{ service: lambda.amazonaws.com }]
            grants: [{ writeLogs: credential-proxy }]

        iamUsers:
          proxy:
            name: CognitoCredentialProxyUser
            grants: [{ assumeRole: long-lived, tagSession: true }]

        accessKeys:
          proxy: { iamUser: proxy, rotateAfter: 90d }

        lambdaFunctions:
          credential-proxy:
            name: cognito-credential-proxy
            runtime: python3.13
            handler: lambda_function.lambda_handler
            code: ../examples/credential-proxy
            role: proxy-execution
            environment:
              IAM_USER_ACCESS_KEY_ID: $(accessKeys.proxy.id)
              IAM_USER_SECRET_ACCESS_KEY: $(accessKeys.proxy.secret)
              DEFAULT_ROLE_ARN: $(roles.long-lived.arn)
            logRetentionDays: 30

        outputs:
          userPoolId: $(userPools.users.id)
        """
}
