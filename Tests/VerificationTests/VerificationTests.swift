import AWSClient
import Digest
import Foundation
import Model
import Schema
import Records
import Store
import Synchronization
import Testing
import TestSupport

@testable import Verification

@Suite("The chain of a sign-in")
struct VerificationTests {
    @Test("all links hold, each asked as the client asks")
    func holds() async throws {
        let disk = Disk()
        let (results, script) = await Chain.run(disk: disk)
        #expect(results.map(\.link) == Link.allCases)
        #expect(results.allSatisfy { if case .holds = $0.outcome { true } else { false } }, "\(results)")
        #expect(
            script.signers("InitiateAuth") + script.signers("GetId") + script.signers("GetCredentialsForIdentity") == [
                "nobody", "nobody", "nobody",
            ])
        #expect(
            script.signers("Invoke") == ["SHORT", "LONG"]
                && script.signers("ListObjectsV2") == ["SHORT", "LONG", "SHORT", "LONG"])
        #expect(script.operations.suffix(2) == ["DeleteIdentities", "AdminDeleteUser"])
        #expect(disk.isEmpty)
    }

    @Test(
        "a broken link is named, and what was made is removed",
        arguments: [
            ("AdminCreateUser", .refused("AccessDeniedException", "no"), .user, nil),
            ("AdminSetUserPassword", .refused("InvalidPasswordException", "no"), .password, nil),
            (
                "InitiateAuth",
                .refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"), .signIn,
                "ALLOW_USER_PASSWORD_AUTH"
            ),
            ("InitiateAuth", .refused("UserLambdaValidationException", "PreAuthentication failed"), .signIn, "trigger"),
            ("InitiateAuth", .value(["ChallengeName": "SMS_MFA"]), .signIn, "MFA"),
            (
                "InitiateAuth",
                .value(["ChallengeName": "MFA_SETUP", "ChallengeParameters": ["MFAS_CAN_SETUP": "[\"SMS_MFA\"]"]]),
                .signIn, "softwareTokenMfaConfiguration"
            ),
            (
                "GetId", .refused("NotAuthorizedException", "Token is not from a supported provider"), .identity,
                "cognitoIdentityProviders"
            ),
            ("GetId", .refused("ResourceNotFoundException", "no"), .identity, "gone"),
            (
                "GetCredentialsForIdentity", .refused("InvalidIdentityPoolConfigurationException", "no"), .credentials,
                "no authenticated role"
            ),
            ("GetCallerIdentity by SHORT", .refused("InvalidClientTokenId", "no"), .shortSession, "the identity pool"),
            ("Invoke", .refused("AccessDeniedException", "no"), .proxy, "may not invoke"),
            ("Invoke", .refused("ResourceNotFoundException", "no"), .proxy, "gone"),
            (
                "Invoke", .value(["FunctionError": "Unhandled", "Payload": "{\"errorMessage\":\"oh\"}"]), .proxy,
                "/aws/lambda/proxy"
            ),
            ("Invoke", .value(["Payload": "null"]), .proxy, "own code"),
            ("Invoke", .value(Chain.proxy(401)), .proxy, "another user pool"),
            ("Invoke", .value(Chain.proxy(403)), .proxy, "sts:TagSession"),
            ("Invoke", .value(Chain.proxy(500)), .proxy, "key"),
            ("Invoke", .value(Chain.proxy(key: "SHORT")), .longSession, "DEFAULT_ROLE_ARN"),
            (
                "GetCallerIdentity by LONG",
                .value(["Arn": "arn:aws:sts::123456789012:assumed-role/admin/CognitoAuth-x"]), .longSession,
                "DEFAULT_ROLE_ARN"
            ),
            (
                "Invoke", .value(Chain.proxy(expires: "2023-11-14T23:13:20.5+00:00")), .longSession,
                "MAX_SESSION_SECONDS"
            ),
            ("ListObjectsV2", .refused("AccessDenied", "no"), .grants, "own policy"),
            ("ListObjectsV2 of another", .value([:]), .isolation, "other policies"),
            (
                "DeleteIdentities", .value(["UnprocessedIdentityIds": [["ErrorCode": "AccessDenied"]]]), .removal,
                "again"
            ),
            ("AdminDeleteUser", .refused("AccessDeniedException", "no"), .removal, "still there"),
        ] as [(String, ScriptedAWS.Answer, Link, String?)])
    fileprivate func breaks(operation: String, answer: ScriptedAWS.Answer, link: Link, advice: String?) async throws {
        let disk = Disk()
        let (results, script) = await Chain.run([operation: [answer]], disk: disk)
        // What could not be removed is no break of the sign-in.
        let found = try #require(link == .removal ? Chain.warned(results) : Chain.broken(results))
        #expect(found.link == link && (link == .removal) == (Chain.broken(results) == nil))
        if let advice { #expect(found.cause.advice?.contains(advice) == true, "\(found.cause)") }
        if case .refused(_, let words, _) = answer { #expect(found.cause.words?.contains(words) == true) }
        #expect(results.last?.link == .removal && script.operations.contains("AdminDeleteUser"))
        #expect(
            script.operations.contains("DeleteIdentities")
                == (script.inputs("GetId").count == 1 && operation != "GetId"))
        #expect(disk.isEmpty == (link != .removal))
        #expect(results.filter { $0.link != .removal }.last?.link == (link == .removal ? .isolation : link))
    }

    @Test("a role that allows an hour gives an hour")
    func hour() async {
        let (results, _) = await Chain.run([
            "Invoke": [.value(Chain.proxy(expires: "2023-11-14T23:13:20+00:00"))],
            "GetRole": [.value(["Role": ["MaxSessionDuration": "3600"]])],
        ])
        #expect(Chain.broken(results) == nil)
    }

    @Test("without a proxy the chain ends with the short session")
    func noProxy() async {
        let short = SignIn(
            region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client",
            identityPoolId: "us-east-1:pool", proxy: nil)
        let (results, script) = await Chain.run(signIn: short)
        #expect(
            Chain.broken(results) == nil
                && results.map(\.link).suffix(5) == [.shortSession, .proxy, .grants, .isolation, .removal])
        #expect(!script.operations.contains("Invoke"))
        // What the stack does not have leaves nothing unchecked.
        #expect(results.allSatisfy { $0.isChecked })
    }

    @Test("a refusal is borne as long as asked, and no longer")
    func consistencyBudget() async {
        let refusal = ScriptedAWS.Answer.refused("InvalidIdentityPoolConfigurationException", "no")
        let good = Chain.working["GetCredentialsForIdentity"] ?? []
        #expect(
            Chain.broken(
                await Chain.run(["GetCredentialsForIdentity": [refusal, refusal] + good], consistencyBudget: 2).results)
                == nil)
        let (results, script) = await Chain.run(
            ["GetCredentialsForIdentity": [refusal, refusal, refusal] + good], consistencyBudget: 2)
        #expect(Chain.broken(results)?.link == .credentials && script.inputs("GetCredentialsForIdentity").count == 3)
        // What no waiting heals is not waited for.
        let (_, other) = await Chain.run(
            ["GetCredentialsForIdentity": [.refused("NotAuthorizedException", "no")]], consistencyBudget: 2)
        #expect(other.inputs("GetCredentialsForIdentity").count == 1)
    }

    @Test("a wait is said once per kind of refusal, though the words differ each time")
    func waits() async {
        let said = Mutex<[String]>([])
        func refusals(_ code: String) -> [ScriptedAWS.Answer] {
            (1...3).map { .refused(code, "no (request id \($0))") }
        }
        let good = Chain.working["GetCredentialsForIdentity"] ?? []
        let (results, _) = await Chain.run(
            [
                "GetCredentialsForIdentity": refusals("InvalidIdentityPoolConfigurationException")
                    + refusals("AccessDenied") + good,
                "Invoke": refusals("AccessDenied") + [
                    .value(Chain.proxy(403)), .value(Chain.proxy(500)), .value(Chain.proxy()),
                ],
            ], consistencyBudget: 99, sayWait: { words in said.withLock { $0.append(words) } })
        #expect(Chain.broken(results) == nil)
        #expect(
            said.withLock(\.self) == [
                "InvalidIdentityPoolConfigurationException: no (request id 1)", "AccessDenied: no (request id 1)",
                "AccessDenied: no (request id 1)",
                "why", "why",
            ])
    }

    @Test(
        "how long sessions last is said as it is",
        arguments: [("2023-11-14T23:15:20+00:00", "1 h 2 min"), ("2023-11-14T22:43:20+00:00", "30 min")])
    func lengths(expires: String, length: String) async {
        let (results, _) = await Chain.run(["Invoke": [.value(Chain.proxy(expires: expires))]])
        #expect(
            Chain.broken(results)?.cause.what
                == "the proxy gave \(length), where the identity pool gives 1 h and the role long allows 12 h")
    }

    @Test("a required software token is set up, with the code of its key")
    func softwareToken() async throws {
        let result = try #require(Chain.working["InitiateAuth"]?.first)
        let (results, script) = await Chain.run([
            "InitiateAuth": [
                .value([
                    "ChallengeName": "MFA_SETUP", "Session": "one",
                    "ChallengeParameters": [
                        "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]", "USER_ID_FOR_SRP": "the-user",
                    ],
                ])
            ],
            "AssociateSoftwareToken": [
                .value(["SecretCode": .secret(Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")), "Session": "two"])
            ],
            "VerifySoftwareToken": [.value(["Status": "SUCCESS", "Session": "three"])],
            "RespondToAuthChallenge": [.value(["ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "four"]), result],
        ])
        #expect(Chain.broken(results) == nil)
        func code(at seconds: Int) -> Value {
            .secret(Secret(OneTimePassword.code(key: Array("12345678901234567890".utf8), at: 1_700_000_000 + seconds)))
        }
        #expect(script.inputs("AssociateSoftwareToken") == [["Session": "one"]])
        #expect(script.inputs("VerifySoftwareToken").map { $0["Session"] } == ["two"])
        #expect(script.inputs("VerifySoftwareToken").map { $0["UserCode"] } == [code(at: 0)])
        let responses = script.inputs("RespondToAuthChallenge")
        #expect(responses.map { $0["Session"] } == ["three", "four"])
        #expect(responses.map { $0["ChallengeResponses"]["USERNAME"] } == ["the-user", "the-user"])
        // The code that set it up is used.
        #expect(responses.last?["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"] == code(at: 30))
    }

    /// The proof is HMAC-SHA-256 of name and client id (Cognito Developer Guide, "Computing secret hash values").
    @Test("a client with a secret proves it; a pool of addresses gets one")
    func secretAndAddress() async throws {
        let (_, script) = await Chain.run([
            "DescribeUserPoolClient": [.value(["UserPoolClient": ["ClientSecret": .secret(Secret("hidden"))]])],
            "DescribeUserPool": [.value(["UserPool": ["UsernameAttributes": ["email"]]])],
        ])
        let name = "cogstack-verify-0001020304050607@example.com"
        let made = try #require(script.inputs("AdminCreateUser").first)
        #expect(made["Username"] == .string(name) && made["MessageAction"] == "SUPPRESS")
        #expect(made["UserAttributes"].list?.first == ["Name": "email", "Value": .string(name)])
        let hash = Data(HMAC.sha256(key: Array("hidden".utf8), Array((name + "client").utf8))).base64EncodedString()
        #expect(script.inputs("InitiateAuth").first?["AuthParameters"]["SECRET_HASH"] == .secret(Secret(hash)))
        #expect(script.inputs("ListUsers").first?["Filter"] == #"email ^= "cogstack-verify-""#)
    }

    @Test(
        "a run that is stopped begins nothing more and removes what it made",
        arguments: ["AdminCreateUser", "GetId", "Invoke", "GetObject"])
    func stopped(operation: String) async {
        let disk = Disk()
        let (results, script) = await Chain.run(disk: disk, isStopped: { $0.operations.contains(operation) })
        #expect(Chain.broken(results) == nil && disk.isEmpty)
        #expect(results.last?.link == .removal && script.operations.last == "AdminDeleteUser")
        #expect(
            !script.operations.drop { $0 != operation }.dropFirst().contains {
                !$0.hasPrefix("Delete") && !$0.hasPrefix("AdminDelete")
            })
    }

    @Test("passwords have each kind of character and the policy's length", arguments: [6, 32, 50, 99])
    func passwords(minimum: Int) {
        let password = Password.make(minimumLength: minimum) { (0..<$0).map { _ in UInt8.random(in: 0...255) } }
        #expect(password.count == max(32, minimum))
        #expect(
            password.contains(where: \.isUppercase) && password.contains(where: \.isLowercase)
                && password.contains(where: \.isNumber))
        #expect(password.contains { "!@#%^*-_".contains($0) })
    }
}
