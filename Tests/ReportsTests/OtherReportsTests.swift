import Diagnostics
import Planning
import Model
import Schema
import Records
import Testing

@testable import Reports

private let plain = Style(isColoured: false)

@Suite struct ApplyReportTests {
    private func report(_ events: [ExecutionEvent], outputs: [String: Value] = [:]) -> ApplyReport {
        var report = ApplyReport(
            samplePlan([
                (address("lambdaFunctions.proxy"), .create), (address("roles.a"), .create),
                (address("roles.b"), .update),
                (address("roles.c"), .create),
            ]), command: "cogstack apply stacks/prod.yaml")
        for event in events { report.note(event) }
        report.outputs = outputs
        report.cost = Cost(apiCalls: 23, seconds: 72.5)
        return report
    }

    private let good: [ExecutionEvent] = [
        .started(address("roles.a"), .create), .finished(address("roles.a"), .create, seconds: 0.4),
        .finished(address("roles.b"), .update, seconds: 1), .finished(address("roles.c"), .create, seconds: 2),
    ]

    private let bad: [ExecutionEvent] = [
        .finished(address("roles.a"), .create, seconds: 0.4),
        .failed(
            address("roles.b"), .update,
            error: "AccessDenied: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:UpdateRole"),
        .skipped(address("lambdaFunctions.proxy"), .create, because: "roles.b failed"),
    ]

    private var done: ApplyReport { report(good, outputs: ["userPoolId": "us-east-1_Example01", "id": "x"]) }
    private var incomplete: ApplyReport { report(bad, outputs: ["id": "x"]) }

    var samples: [any Report] { [done, incomplete] }

    @Test func success() throws {
        let report = done
        #expect(report.succeeded)
        try expectGolden(report.text(plain), "apply-success.txt")
        try expectGolden(report.json, "apply-success.json")
    }

    /// A plan, its progress and its result count alike: a resource is one, however many actions it takes.
    @Test func oneArithmetic() {
        let (a, b, c, d) = (address("roles.a"), address("roles.b"), address("roles.c"), address("roles.d"))
        var plan = samplePlan([(a, .replace), (b, .create), (c, .none), (d, .update)])
        plan.changes[0].physicalId = "old"
        plan.actions = [
            Action(id: 1, address: a, .create(Action.Properties())),
            Action(id: 2, address: a, .delete(Action.Deletion("old"))),
            Action(id: 3, address: a, .delete(Action.Deletion("older"))),
            Action(id: 4, address: b, .create(Action.Properties())),
            Action(id: 5, address: b, .update(Action.Update(nil))),
            Action(id: 6, address: c, .adopt(Action.Adoption("c"))),
            Action(id: 7, address: d, .update(Action.Update("d"))),
        ]
        #expect(
            PlanReport(plan, cost: Cost(apiCalls: 0, seconds: 0)).text(plain).text.contains(
                "Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 unchanged."))
        var progress = Progress(plan, isLive: true, style: plain)
        var report = ApplyReport(plan)
        let lines = plan.actions.flatMap { action -> [SafeText] in
            let event = ExecutionEvent.finished(action.address, action.kind, seconds: 1)
            report.note(event)
            return progress.note(event, at: 1)
        }
        // What only the state is about has no line, and a first step of several counts nothing.
        #expect(lines.map { $0.text.split(separator: " ").last } == ["s", "1/4", "2/4", "s", "3/4", "4/4"])
        #expect(report.text(plain).text.contains("Apply done: 1 created, 1 updated, 1 replaced, 1 deleted."))
        // What else was to be done with what failed is no second failure.
        report = ApplyReport(plan)
        report.note(.failed(b, .create, error: "no"))
        report.note(.skipped(b, .update, because: "roles.b failed"))
        report.note(.skipped(d, .update, because: "roles.b failed"))
        #expect(report.text(plain).text.contains("Apply incomplete: 1 failed, 1 not done."))
        #expect(report.text(plain).text.ranges(of: "roles.b:").count == 1)
    }

    @Test func failure() throws {
        let report = incomplete
        #expect(!report.succeeded)
        try expectGolden(report.text(plain), "apply-failure.txt")
        try expectGolden(report.json, "apply-failure.json")
    }
}

@Suite struct OutputsReportTests {
    let report = OutputsReport([
        "userPoolId": "us-east-1_Example01", "retries": 3, "list": ["a", "b c"], "who's": "it's $HOME `id` \"x\"\nnext",
        "none": .null,
    ])

    @Test func goldens() throws {
        try expectGolden(report.text(plain), "outputs.txt")
        try expectGolden(report.json, "outputs.json")
        try expectGolden(report.environment(), "outputs.env")
    }

    @Test(arguments: [
        ("userPoolId", "us-east-1_Example01\n"), ("retries", "3\n"), ("list", "[\"a\",\"b c\"]\n"), ("missing", nil),
    ])
    func single(name: String, expected: String?) {
        #expect(report.single(name) == expected)
    }

    @Test(arguments: [
        ("userPoolId", "USER_POOL_ID"), ("apiURLPath", "API_URL_PATH"), ("s3Bucket", "S3_BUCKET"), ("a-b.c", "A_B_C"),
        ("2fa", "_2FA"), ("ARN", "ARN"), ("straße", "STRA_E"), ("user_pool", "USER_POOL"),
    ])
    func variables(name: String, variable: String) {
        #expect(OutputsReport.variable(name) == variable)
    }

    @Test func twoNamesForOneVariableAreRefused() {
        let report = OutputsReport(["userPool": "a", "user-pool": "b"])
        #expect(throws: OutputsReport.SameVariable(variable: "USER_POOL", outputs: ["user-pool", "userPool"])) {
            try report.environment()
        }
    }
}

@Suite struct ShowReportTests {
    private let digest: Value = ["salt": "00", "sha256": "11"]

    private var snapshot: Snapshot {
        Snapshot(
            stack: "prod", account: "123456789012", region: "us-east-1", file: "stacks/prod.yaml",
            resources: [
                address("roles.long-lived"): Record(
                    type: "role", physicalId: "CognitoLongLivedRole",
                    attributes: ["maxSessionDuration": 43200, "description": "Long-lived"],
                    outputs: ["arn": "arn:aws:iam::123456789012:role/CognitoLongLivedRole"],
                    dependsOn: [address("iamUsers.proxy")],
                    isProtected: true),
                address("lambdaFunctions.proxy"): Record(
                    type: "lambdaFunction", physicalId: "proxy",
                    attributes: ["environment": ["KEY": digest, "LEVEL": "1"]]),
                address("accessKeys.proxy"): Record(
                    type: "accessKey", physicalId: "AKIAIOSFODNN7EXAMPLE",
                    secrets: ["secret": SecretDigest(salt: "00", sha256: "11")],
                    deposed: [Deposed("AKIAI44QH8DHBEXAMPLE")]),
                address("roles.hand-attached"): Record(
                    type: "role", physicalId: "HandAttached", attributes: ["description": "Has what nobody gave it"]),
                address("roles.open"): Record(
                    type: "role", physicalId: "Open", attributes: ["exclusivePolicies": false]),
                address("userPools.users"): Record(type: "userPool", physicalId: "us-east-1_Example01"),
            ])
    }

    private let live: [Address: ShowReport.Liveness] = [
        address("roles.long-lived"): .live(["maxSessionDuration": 3600, "description": "Long-lived"]),
        address("roles.hand-attached"): .live([
            "description": "Has what nobody gave it", "inlinePolicies": ["byhand": Self.everything],
            "managedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"],
        ]),
        address("roles.open"): .live(
            ["exclusivePolicies": false],
            foreign: [
                "inlinePolicies": ["byhand": Self.everything],
                "managedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"],
                "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
            ]),
        address("lambdaFunctions.proxy"): .live(["environment": ["KEY": "hunter2", "LEVEL": "2"]]),
        address("userPools.users"): .missing,
    ]

    private static let everything: Value = [
        "Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": "*", "Resource": "*"]],
    ]

    private let identity = WhoamiReport(
        account: "123456789012", arn: "arn:aws:iam::123456789012:user/ci", region: "us-east-1", endpoint: nil,
        source: "profile dev in ~/.aws/credentials")

    var samples: [any Report] {
        [
            ShowReport(snapshot, live: live), ShowReport(snapshot, live: live, only: address("roles.long-lived")),
            identity,
        ]
    }

    @Test(arguments: [60, 100]) func widths(width: Int) throws {
        try expectGolden(
            ShowReport(snapshot, live: live).text(Style(isColoured: false, width: width)), "show-\(width).txt")
    }

    @Test func wholeStack() throws {
        let report = ShowReport(snapshot, live: live)
        try expectGolden(report.text(plain), "show.txt")
        try expectGolden(report.json, "show.json")
    }

    @Test(arguments: ["roles.long-lived", "accessKeys.proxy", "lambdaFunctions.proxy"])
    func oneResource(name: String) throws {
        try expectGolden(ShowReport(snapshot, live: live, only: address(name)).text(plain), "show-\(name).txt")
    }

    @Test func secretsAreNotShown() {
        for only in [nil, address("lambdaFunctions.proxy"), address("accessKeys.proxy")] {
            let report = ShowReport(snapshot, live: live, only: only)
            for text in [report.text(plain).text, report.json.text] {
                #expect(!text.contains("hunter2"))
                #expect(!text.contains("sha256"))
            }
        }
    }

    @Test func whoami() throws {
        try expectGolden(identity.text(plain), "whoami.txt")
        try expectGolden(identity.json, "whoami.json")
    }
}
