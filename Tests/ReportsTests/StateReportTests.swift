import Diagnostics
import Foundation
import Planning
import Model
import Schema
import Records
import Store
import Testing

@testable import Reports

private let plain = Style(isColoured: false)

@Suite struct StateReportTests {
    private var snapshot: Snapshot {
        Snapshot(
            stack: "prod", account: "123456789012", region: "us-east-1", file: "stacks/prod.yaml",
            resources: [
                address("accessKeys.proxy"): Record(
                    type: "accessKey", physicalId: "proxy/AKIAIOSFODNN7EXAMPLE",
                    secrets: ["secret": SecretDigest(salt: "00", sha256: "11")],
                    deposed: [Deposed("proxy/AKIAI44QH8DHBEXAMPLE")]),
                address("roles.lasting"): Record(
                    type: "role", physicalId: "prod-long-lived", attributes: ["name": "prod-long-lived"]),
                address("userPools.users"): Record(type: "userPool", physicalId: nil),
            ])
    }

    private let interrupted = [
        Intent(
            address: address("userPools.users"), type: "userPool", operation: "CreateUserPool", creates: true,
            physicalId: nil,
            baseline: [], at: 0),
        Intent(
            address: address("roles.lasting"), type: "role", operation: "UpdateRole", creates: false,
            physicalId: "prod-long-lived",
            baseline: [], at: 0),
    ]

    private var list: StateListReport { StateListReport(snapshot, unfinished: interrupted) }
    private var records: ShowReport { ShowReport(snapshot, live: [:], isWhole: true) }
    private var sound: StateCheckReport { StateCheckReport(snapshot, violations: []) }
    private var unsound: StateCheckReport {
        StateCheckReport(
            snapshot,
            violations: [
                .init("roles.lasting", "it waits for itself"),
                .init("journal", "CreateBox for boxes.a: it is one of stack dev"),
            ])
    }
    private var forgot: StateChangeReport {
        StateChangeReport(
            snapshot, .forgot(snapshot.resources.filter { $0.key.section != "roles" }, calls: [interrupted[0]]))
    }
    private var moved: StateChangeReport {
        StateChangeReport(snapshot, .moved(address("roles.long-lived"), to: address("roles.lasting")))
    }

    private var rebuild: Rebuild {
        var rebuild = Rebuild(plan: Plan(stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply))
        rebuild.known = [address("roles.known"): "prod-known"]
        rebuild.missing = [address("roles.missing")]
        rebuild.left = [address("roles.left"): "prod-left exists and has no owner tags, so it may not be this stack's"]
        return rebuild
    }
    private var rebuilt: RebuildReport {
        var rebuild = rebuild
        rebuild.found = [address("roles.found"): "prod-found"]
        return RebuildReport(
            rebuild, damaged: [".cogstack/prod/state.json"], serial: 3,
            setAside: [".cogstack/prod/state.json.damaged-1"])
    }

    private let ann = LockHolder(
        user: "ann", host: "build-7", pid: 123, since: Date(timeIntervalSince1970: 1_795_428_131), command: "apply")
    private var unlocked: UnlockReport { UnlockReport("prod", .leftBehind(ann), wasRemoved: true) }

    var samples: [any Report] { [list, records, sound, unsound, forgot, moved, rebuilt, unlocked] }

    @Test func stateList() throws {
        try expectGolden(list.text(plain), "state-list.txt")
        try expectGolden(list.json, "state-list.json")
    }

    @Test func stateShow() throws {
        try expectGolden(records.text(plain), "state-show.txt")
        try expectGolden(records.json, "state-show.json")
    }

    @Test func stateCheck() throws {
        try expectGolden(sound.text(plain), "state-check-sound.txt")
        try expectGolden(unsound.text(plain), "state-check.txt")
        try expectGolden(unsound.json, "state-check.json")
    }

    @Test func stateChanges() throws {
        try expectGolden(forgot.text(plain), "state-rm.txt")
        try expectGolden(forgot.json, "state-rm.json")
        try expectGolden(moved.text(plain), "state-mv.txt")
        try expectGolden(moved.json, "state-mv.json")
    }

    @Test func stateRebuild() throws {
        var nothing = rebuild
        (nothing.known, nothing.missing, nothing.left) = ([:], [], [:])
        #expect(RebuildReport(nothing, damaged: []).isEmpty)
        #expect(!RebuildReport(nothing, damaged: ["state.json"]).isEmpty)
        try expectGolden(RebuildReport(rebuild, damaged: []).text(plain), "state-rebuild-nothing.txt")
        let report = rebuilt
        try expectGolden(report.text(plain), "state-rebuild.txt")
        try expectGolden(report.json, "state-rebuild.json")
    }

    @Test func lock() throws {
        try expectGolden(unlocked.json, "state-unlock.json")
        #expect(
            UnlockReport("prod", .held(ann)).owner.text.hasPrefix(
                "The lock of stack prod is held by ann on host build-7 (pid 123) since"))
        #expect(
            UnlockReport("prod", .held(nil)).owner
                == "The lock of stack prod is held by a process that is just starting or ending.")
        #expect(UnlockReport("prod", .free).json.text.contains("\"lock\": \"free\""))
    }
}
