import Diagnostics
import Planning
import Provider
import Resources
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
        case .oneOf, .boolean, .integer, .duration, .artifact: []
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
