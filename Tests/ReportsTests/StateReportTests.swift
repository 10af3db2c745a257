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

    @Test func list() throws {
        let report = StateListReport(snapshot, unfinished: interrupted)
        try expectGolden(report.text(plain), "state-list.txt")
        try expectGolden(report.json, "state-list.json")
    }

    @Test func records() throws {
        let report = ShowReport(snapshot, live: [:], isWhole: true)
        try expectGolden(report.text(plain), "state-show.txt")
        try expectGolden(report.json, "state-show.json")
    }

    @Test func check() throws {
        try expectGolden(StateCheckReport(snapshot, violations: []).text(plain), "state-check-sound.txt")
        let report = StateCheckReport(
            snapshot,
            violations: [
                .init("roles.lasting", "it waits for itself"),
                .init("journal", "CreateBox for boxes.a: it is one of stack dev"),
            ])
        try expectGolden(report.text(plain), "state-check.txt")
        try expectGolden(report.json, "state-check.json")
    }

    @Test func changes() throws {
        let forgot = StateChangeReport(
            snapshot, .forgot(snapshot.resources.filter { $0.key.section != "roles" }, calls: [interrupted[0]]))
        try expectGolden(forgot.text(plain), "state-rm.txt")
        try expectGolden(forgot.json, "state-rm.json")
        let moved = StateChangeReport(snapshot, .moved(address("roles.long-lived"), to: address("roles.lasting")))
        try expectGolden(moved.text(plain), "state-mv.txt")
        try expectGolden(moved.json, "state-mv.json")
    }

    @Test func rebuild() throws {
        var rebuild = Rebuild(plan: Plan(stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply))
        #expect(RebuildReport(rebuild, damaged: []).isEmpty)
        #expect(!RebuildReport(rebuild, damaged: ["state.json"]).isEmpty)
        rebuild.known = [address("roles.known"): "prod-known"]
        rebuild.missing = [address("roles.missing")]
        rebuild.left = [address("roles.left"): "prod-left exists and has no owner tags, so it may not be this stack's"]
        try expectGolden(RebuildReport(rebuild, damaged: []).text(plain), "state-rebuild-nothing.txt")
        rebuild.found = [address("roles.found"): "prod-found"]
        let report = RebuildReport(
            rebuild, damaged: [".cogstack/prod/state.json"], serial: 3,
            setAside: [".cogstack/prod/state.json.damaged-1"])
        try expectGolden(report.text(plain), "state-rebuild.txt")
        try expectGolden(report.json, "state-rebuild.json")
    }

    @Test func lock() throws {
        let ann = LockHolder(
            user: "ann", host: "build-7", pid: 123, since: Date(timeIntervalSince1970: 1_795_428_131), command: "apply")
        try expectGolden(UnlockReport("prod", .leftBehind(ann), wasRemoved: true).json, "state-unlock.json")
        #expect(
            UnlockReport("prod", .held(ann)).owner.text.hasPrefix(
                "The lock of stack prod is held by ann on host build-7 (pid 123) since"))
        #expect(
            UnlockReport("prod", .held(nil)).owner
                == "The lock of stack prod is held by a process that is just starting or ending.")
        #expect(UnlockReport("prod", .free).json.text.contains("\"lock\": \"free\""))
    }
}
