import AWSClient
import Foundation
import Model
import Schema
import Records
import Store
import Synchronization
import Testing
import TestSupport

@testable import Verification

@Suite("What is left of a run, and its removal")
struct RemovalTests {
    private static func left(identity: String? = nil, asked: Bool = false) -> CleanupRecord {
        var trace = CleanupRecord(
            userPoolId: "us-east-1_AbCdEfGhI", clientId: "client", identityPoolId: "us-east-1:pool",
            username: "cogstack-verify-old")
        (trace.identityId, trace.mayHaveIdentity) = (identity, asked)
        return trace
    }

    @Test(
        "the next run removes what a killed one left; an identity whose id never arrived is asked for once more",
        arguments: [
            (left(), []), (left(identity: "us-east-1:old", asked: true), ["us-east-1:old"]),
            (left(asked: true), ["us-east-1:me"]),
        ])
    func leftovers(trace: CleanupRecord, identities: [String]) async {
        let disk = Disk([trace])
        let (results, script) = await Chain.run(disk: disk)
        #expect(Chain.broken(results) == nil && disk.isEmpty)
        #expect(
            script.inputs("DeleteIdentities").dropLast().map { $0["IdentityIdsToDelete"] }
                == identities.map { .list([.string($0)]) })
        #expect(
            script.inputs("AdminDeleteUser").map { $0["Username"] } == [
                "cogstack-verify-old", "cogstack-verify-0001020304050607",
            ])
    }

    @Test("an identity that is gone already does not hold up the next run")
    func goneAlready() async {
        let disk = Disk([Self.left(identity: "us-east-1:old", asked: true)])
        let (results, _) = await Chain.run(
            [
                "DeleteIdentities": [
                    .value(["UnprocessedIdentityIds": [["IdentityId": "us-east-1:old", "ErrorCode": "AccessDenied"]]]),
                    .value([:]),
                ],
                "DescribeIdentity": [.refused("ResourceNotFoundException", "no")],
            ], disk: disk)
        #expect(Chain.broken(results) == nil && disk.isEmpty)
    }

    @Test("old users of this kind go; young ones and people's stay")
    func strays() async {
        func user(_ name: String, age: Double) -> Value {
            ["Username": .string(name), "UserCreateDate": .number(Chain.start.timeIntervalSince1970 - age)]
        }
        let (_, script) = await Chain.run([
            "ListUsers": [
                .value([
                    "Users": [
                        user("cogstack-verify-a", age: 901), user("cogstack-verify-b", age: 899),
                        user("ann", age: 9999),
                    ]
                ])
            ]
        ])
        #expect(
            script.inputs("AdminDeleteUser").map { $0["Username"] } == [
                "cogstack-verify-a", "cogstack-verify-0001020304050607",
            ])
    }

    @Test("nothing is made that cannot be written down first")
    func unwritable() async {
        struct Full: Error {}
        let script = Chain.script()
        let verification = Verification(
            Chain.signIn, administrator: script, time: Time(now: { Chain.start }, sleep: { _ in }),
            random: { [UInt8](repeating: 0, count: $0) },
            cleanupRecords: TraceKeeper(load: { [] }, save: { _ in throw Full() }))
        #expect(Chain.broken(await verification.run())?.link == .user)
        #expect(!script.operations.contains("AdminCreateUser"))
    }

    // MARK: - Users without a trace

    private static func stray(_ more: [String: [ScriptedAWS.Answer]] = [:]) -> [String: [ScriptedAWS.Answer]] {
        let user: Value = [
            "Username": "cogstack-verify-a", "UserCreateDate": .number(Chain.start.timeIntervalSince1970 - 901),
        ]
        return ["ListUsers": [.value(["Users": [user]])]].merging(more) { $1 }
    }

    private static func leftovers(_ results: [LinkResult]) -> LinkResult.Outcome? { results.first?.outcome }

    @Test("the identity of a user without a trace goes with it, and is asked for as that user")
    func strayIdentity() async throws {
        let disk = Disk()
        let (results, script) = await Chain.run(
            Self.stray(["GetId": [.value(["IdentityId": "us-east-1:stray"]), .value(["IdentityId": "us-east-1:me"])]]),
            disk: disk)
        #expect(Chain.broken(results) == nil && disk.isEmpty)
        #expect(Self.leftovers(results) == .holds("removed cogstack-verify-a"))
        #expect(
            script.inputs("DeleteIdentities").map { $0["IdentityIdsToDelete"] } == [
                ["us-east-1:stray"], ["us-east-1:me"],
            ])
        let (set, used) = (
            try #require(script.inputs("AdminSetUserPassword").first), try #require(script.inputs("InitiateAuth").first)
        )
        #expect(set["Username"] == "cogstack-verify-a" && set["Password"] == used["AuthParameters"]["PASSWORD"])
        // While the user is there.
        let start = script.operations.prefix { $0 != "AdminDeleteUser" }
        #expect(start.suffix(4) == ["AdminSetUserPassword", "InitiateAuth", "GetId", "DeleteIdentities"])
    }

    @Test("in a pool of addresses it is the address that signs in")
    func strayAddress() async {
        let user: Value = [
            "Username": "f3a1", "UserCreateDate": .number(Chain.start.timeIntervalSince1970 - 901),
            "Attributes": [["Name": "email", "Value": "cogstack-verify-a@example.com"]],
        ]
        let (_, script) = await Chain.run([
            "DescribeUserPool": [.value(["UserPool": ["UsernameAttributes": ["email"]]])],
            "ListUsers": [.value(["Users": [user]])],
        ])
        #expect(script.inputs("InitiateAuth").first?["AuthParameters"]["USERNAME"] == "cogstack-verify-a@example.com")
        #expect(script.inputs("AdminDeleteUser").first?["Username"] == "cogstack-verify-a@example.com")
    }

    @Test(
        "where its identity cannot be found, the user goes all the same, and why is said",
        arguments: ["AdminSetUserPassword", "InitiateAuth", "GetId"])
    func strayWithoutIdentity(operation: String) async throws {
        let good = Chain.working[operation] ?? [.value([:])]
        let disk = Disk()
        let (results, script) = await Chain.run(
            Self.stray([operation: [.refused("NotAuthorizedException", "not you")] + good]), disk: disk)
        #expect(Chain.broken(results) == nil && disk.isEmpty)
        #expect(
            Self.leftovers(results)
                == .holds(
                    "removed cogstack-verify-a; an identity of cogstack-verify-a may be left in us-east-1:pool: NotAuthorizedException: not you"
                ))
        #expect(script.inputs("AdminDeleteUser").first?["Username"] == "cogstack-verify-a")
    }

    @Test("an identity that was found and is not deleted is kept in mind, and named beside those that may be left")
    func strayIdentityStays() async throws {
        let disk = Disk([Self.left(asked: true)])
        let (results, script) = await Chain.run(
            Self.stray([
                "AdminSetUserPassword": [.refused("InternalErrorException", "oh"), .value([:])],
                "GetId": [.value(["IdentityId": "us-east-1:stray"])],
                "DeleteIdentities": [.refused("AccessDeniedException", "no")],
            ]), disk: disk)
        let found = try #require(Chain.warned(results))
        // It is no reason to try nothing else.
        #expect(found.link == .leftovers && Chain.broken(results) == nil && results.count > 5)
        #expect(found.cause.advice?.hasPrefix("The identity us-east-1:stray is still there.") == true)
        #expect(
            found.cause.advice?.hasSuffix(
                "an identity of cogstack-verify-old may be left in us-east-1:pool: InternalErrorException: oh.") == true
        )
        #expect(
            script.inputs("AdminDeleteUser").prefix(2).map { $0["Username"] } == [
                "cogstack-verify-old", "cogstack-verify-a",
            ])
        // The chain's own identity, which the script lets be the same, is not removed either.
        #expect(disk.cleanupRecords.withLock(\.self).map(\.identityId) == ["us-east-1:stray", "us-east-1:stray"])
    }

    // MARK: - What cannot be deleted

    @Test(
        "user and identity are each deleted whatever came of the other; what is left is named, and the next run tries again",
        arguments: [
            (
                ["DeleteIdentities"],
                "The identity us-east-1:me is still there. Run `cogstack verify` again as somebody who may, or delete it: "
                    + "`aws cognito-identity delete-identities --identity-ids-to-delete us-east-1:me`."
            ),
            (
                ["AdminDeleteUser"],
                "The user cogstack-verify-0001020304050607 is still there. Run `cogstack verify` again as somebody who may, or delete it: "
                    + "`aws cognito-idp admin-delete-user --user-pool-id us-east-1_AbCdEfGhI --username cogstack-verify-0001020304050607`."
            ),
            (
                ["DeleteIdentities", "AdminDeleteUser"],
                "The identity us-east-1:me and the user cogstack-verify-0001020304050607 are still there. Run `cogstack verify` again as somebody "
                    + "who may, or delete them: `aws cognito-identity delete-identities --identity-ids-to-delete us-east-1:me`, "
                    + "`aws cognito-idp admin-delete-user --user-pool-id us-east-1_AbCdEfGhI --username cogstack-verify-0001020304050607`."
            ),
        ])
    func refused(operations: [String], advice: String) async throws {
        let disk = Disk()
        let refusals = operations.map { ($0, [ScriptedAWS.Answer.refused("AccessDeniedException", "no \($0)")]) }
        let (results, script) = await Chain.run(Dictionary(uniqueKeysWithValues: refusals), disk: disk)
        #expect(Chain.broken(results) == nil)
        let found = try #require(Chain.warned(results))
        #expect(found.link == .removal && found.cause.advice == advice)
        let said = [found.cause.what, found.cause.words ?? ""].joined(separator: ": ")
        #expect(
            operations.allSatisfy { said.contains("\($0) was refused: AccessDeniedException: no \($0)") }, "\(said)")
        #expect(script.operations.suffix(2) == ["DeleteIdentities", "AdminDeleteUser"])

        let (again, next) = await Chain.run(disk: disk)
        #expect(Self.leftovers(again) == .holds("removed cogstack-verify-0001020304050607") && disk.isEmpty)
        #expect(next.inputs("DeleteIdentities").first?["IdentityIdsToDelete"] == ["us-east-1:me"])
    }

    // MARK: - The file of cleanup records

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("cleanup records come back from their file, which goes with the last of them")
    func file() async throws {
        let path = scratch.path + "/verify.json"
        let keeper = TraceKeeper(file: path)
        #expect(try keeper.load() == [])
        try keeper.save([Self.left(identity: "us-east-1:old")])
        #expect(try keeper.load() == [Self.left(identity: "us-east-1:old")])
        try keeper.save([])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "a damaged file is named, with what to do, and left as it is; nothing is asked of AWS",
        arguments: [
            ("", "it is empty"), ("[{\"userPoolId\": \"us-e", "it is not JSON"),
            ("{}", "its JSON has not the form that `verify` writes"),
            ("[{}]", "its JSON has not the form that `verify` writes"),
            ("null", "its JSON has not the form that `verify` writes"),
        ])
    func damaged(text: String, reason: String) async throws {
        let path = scratch.path + "/verify.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let script = Chain.script()
        let verification = Verification(
            Chain.signIn, administrator: script, time: Time(now: { Chain.start }, sleep: { _ in }),
            random: { [UInt8](repeating: 0, count: $0) },
            cleanupRecords: TraceKeeper(file: path))
        let results = await verification.run()
        let found = try #require(Chain.broken(results))
        #expect(found.link == .leftovers && results.count == 1 && script.operations.isEmpty)
        #expect(found.cause.what == "the file \(path) is damaged: \(reason)")
        let advice = try #require(found.cause.advice)
        #expect(
            ["a killed run left", "delete it", "cogstack-verify-… that are older than 15 minutes"].allSatisfy(
                advice.contains))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
}
