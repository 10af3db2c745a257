import AWSClient
import Foundation
import Model
import Schema
import Records
import Store
import Synchronization
import TestSupport

@testable import Verification

/// A disk for cleanup records.
final class Disk: Sendable {
    let cleanupRecords: Mutex<[CleanupRecord]>
    init(_ cleanupRecords: [CleanupRecord] = []) { self.cleanupRecords = Mutex(cleanupRecords) }
    var keeper: TraceKeeper {
        TraceKeeper(
            load: { self.cleanupRecords.withLock(\.self) }, save: { new in self.cleanupRecords.withLock { $0 = new } })
    }
    var isEmpty: Bool { cleanupRecords.withLock(\.isEmpty) }
}

/// A sign-in that works, and what a test changes of it.
enum Chain {
    static let start = Date(timeIntervalSince1970: 1_700_000_000)
    static let role = "arn:aws:iam::123456789012:role/service/long"
    static let signIn = SignIn(
        region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client", identityPoolId: "us-east-1:pool",
        proxy: .init(functionName: "proxy", roleARN: role))

    static func proxy(_ status: Int = 200, expires: String = "2023-11-15T10:13:20+00:00", key: String = "LONG") -> Value
    {
        let body =
            #"{\"access_key_id\":\"\#(key)\",\"secret_access_key\":\"s\",\"session_token\":\"t\",\"expiration\":\"\#(expires)\",\"error\":\"why\"}"#
        return ["Payload": .string(#"{"statusCode":\#(status),"body":"\#(body)"}"#)]
    }

    /// The made-up identity of somebody else, of the random bytes below.
    static let neighbour = "us-east-1:00010203-0405-4607-8809-0a0b0c0d0e0f"

    static func policy(_ statements: [Value]) -> ScriptedAWS.Answer {
        let document: Value = ["Version": "2012-10-17", "Statement": .list(statements)]
        return .value([
            "PolicyDocument": .string(
                (try? JSONText.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? "")
        ])
    }
    static func objects(_ variable: String) -> [Value] {
        [
            [
                "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                "Resource": .string("arn:aws:s3:::data/\(variable)/*"),
            ],
            [
                "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
                "Condition": ["StringLike": ["s3:prefix": .string("\(variable)/*")]],
            ],
        ]
    }
    static let others: [Value] = [
        [
            "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:DeleteItem"],
            "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/sessions",
            "Condition": [
                "ForAllValues:StringEquals": ["dynamodb:LeadingKeys": "${aws:PrincipalTag/CognitoIdentityId}"]
            ],
        ],
        [
            "Effect": "Allow", "Action": "lambda:InvokeFunction",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:user-*",
        ],
    ]
    static func table(_ type: Value = "S", sort: Value = "N") -> ScriptedAWS.Answer {
        .value([
            "Table": [
                "KeySchema": [
                    ["AttributeName": "at", "KeyType": "RANGE"], ["AttributeName": "user", "KeyType": "HASH"],
                ],
                "AttributeDefinitions": [
                    ["AttributeName": "at", "AttributeType": sort], ["AttributeName": "user", "AttributeType": type],
                ],
            ]
        ])
    }
    /// In S3's words.
    static func denied(_ action: String) -> ScriptedAWS.Answer {
        .refused(
            "AccessDenied",
            "User: arn is not authorized to perform: \(action) on resource: because no identity-based policy allows the \(action) action"
        )
    }

    static let working: [String: [ScriptedAWS.Answer]] = [
        "DescribeUserPool": [.value(["UserPool": ["Policies": ["PasswordPolicy": ["MinimumLength": 50]]]])],
        "InitiateAuth": [.value(["AuthenticationResult": ["IdToken": .secret(Secret("token"))]])],
        "GetId": [.value(["IdentityId": "us-east-1:me"])],
        "GetCredentialsForIdentity": [
            .value([
                "Credentials": [
                    "AccessKeyId": "SHORT", "SecretKey": "s", "SessionToken": "t", "Expiration": 1_700_003_600,
                ]
            ])
        ],
        "GetCallerIdentity by SHORT": [
            .value(["Arn": "arn:aws:sts::123456789012:assumed-role/auth/CognitoIdentityCredentials"])
        ],
        "Invoke": [.value(proxy())],
        "GetCallerIdentity by LONG": [
            .value(["Arn": "arn:aws:sts::123456789012:assumed-role/long/CognitoAuth-cogstack-verify-1"])
        ],
        "GetRole": [.value(["Role": ["MaxSessionDuration": "43200"]])],
        "ListRolePolicies": [.value(["PolicyNames": ["isolation"]])],
        "GetRolePolicy of auth": [policy(objects("${cognito-identity.amazonaws.com:sub}"))],
        "GetRolePolicy of long": [policy(objects("${aws:PrincipalTag/CognitoIdentityId}") + others)],
        "ListObjectsV2 of another": [denied("s3:ListBucket")],
        "GetObject of self": [.refused("NoSuchKey", "no")],
        "GetObject of another": [denied("s3:GetObject")],
        "AbortMultipartUpload of self": [.refused("NoSuchUpload", "no")],
        "AbortMultipartUpload of another": [denied("s3:AbortMultipartUpload")],
        "DescribeTable": [table()],
        "GetItem of another": [.refused("AccessDeniedException", "no")],
        "DeleteItem of self": [.refused("ConditionalCheckFailedException", "no")],
        "DeleteItem of another": [.refused("AccessDeniedException", "no")],
        "Invoke by LONG": [.refused("ResourceNotFoundException", "no")],
    ]

    /// A script in which everything works but what a test changes. An answer for one signer, or for one role or one person's data,
    /// goes before that for all.
    static func script(_ changes: [String: [ScriptedAWS.Answer]] = [:]) -> ScriptedAWS {
        ScriptedAWS(working.merging(changes) { $1 }, unscripted: .value([:])) { request in
            let (operation, signer, input) = (request.operation, request.signer, request.input)
            let of = input["RoleName"].string ?? ("\(input)".contains(neighbour) ? "another" : "self")
            return ["\(operation) by \(signer) of \(of)", "\(operation) by \(signer)", "\(operation) of \(of)"]
        }
    }

    static func run(
        _ changes: [String: [ScriptedAWS.Answer]] = [:], signIn: SignIn = Chain.signIn, disk: Disk = Disk(),
        consistencyBudget: Double = 0,
        isStopped: @escaping (ScriptedAWS) -> Bool = { _ in false }, sayWait: @escaping (String) -> Void = { _ in }
    ) async -> (results: [LinkResult], script: ScriptedAWS) {
        let script = Self.script(changes)
        let clock = Mutex(Self.start)
        let time = Time(now: { clock.withLock(\.self) }, sleep: { seconds in clock.withLock { $0 += seconds } })
        let verification = Verification(
            signIn, administrator: script, time: time, random: { (0..<$0).map { UInt8(truncatingIfNeeded: $0) } },
            cleanupRecords: disk.keeper, consistencyBudget: consistencyBudget, isStopped: { isStopped(script) },
            sayWait: sayWait)
        return (await verification.run(), script)
    }

    /// What could not be removed.
    static func warned(_ results: [LinkResult]) -> (link: Link, cause: LinkFailure)? {
        for result in results { if case .warned(let cause) = result.outcome { return (result.link, cause) } }
        return nil
    }

    static func broken(_ results: [LinkResult]) -> (link: Link, cause: LinkFailure)? {
        for result in results { if case .broke(let cause) = result.outcome { return (result.link, cause) } }
        return nil
    }
}
