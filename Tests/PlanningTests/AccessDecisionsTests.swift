import IAMPolicy
import Model
import Schema
import Records
import TestSupport
import Testing

@testable import Planning

/// What a plan says of access: all that it changes, and nothing else.
@Suite struct AccessDecisionsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let title: String
        /// What is live and was applied; nil where there is nothing yet.
        var live: Value?
        /// What was applied, where that is something else.
        var applied: Value?
        /// What the file says; nil where it does not name the resource any more.
        var desired: Value?
        var lifecycle = Lifecycle()
        var section = "robots"
        let lines: [String]

        var testDescription: String { title }
    }

    static let admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    static let unread = "arn:aws:iam::123456789012:policy/hidden"
    static let small = "arn:aws:iam::123456789012:policy/small"
    static let large = "arn:aws:iam::123456789012:policy/large"

    static let documents: [String: Value] = [
        admin: allow("*", on: "*"), small: allow("s3:GetObject", on: "*"), large: allow("s3:*", on: "*"),
    ]

    static func allow(_ action: Value, on resource: Value) -> Value {
        ["Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": action, "Resource": resource]]]
    }

    static func trust(_ principal: Value, where condition: Value = [:]) -> Value {
        [
            "Version": "2012-10-17",
            "Statement": [
                ["Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition]
            ],
        ]
    }

    static let own = trust(["AWS": "arn:aws:iam::123456789012:user/proxy"])
    static let guests = trust(
        ["Federated": "cognito-identity.amazonaws.com"],
        where: [
            "StringEquals": ["cognito-identity.amazonaws.com:aud": "pool"],
            "ForAnyValue:StringLike": ["cognito-identity.amazonaws.com:amr": "unauthenticated"],
        ])
    static let anything = allow("*", on: "*")
    static let reading = allow("s3:GetObject", on: "*")

    static let cases = [
        Case(
            title: "a new principal",
            desired: ["name": "r", "trust": own, "policies": ["a": reading], "bound": .string(small)],
            lines: [
                "+ may now be assumed by arn:aws:iam::123456789012:user/proxy with sts:AssumeRole",
                "+ may now s3:GetObject on *",
            ]),
        Case(
            title: "a new principal for guests", desired: ["name": "r", "trust": guests, "policies": ["a": reading]],
            lines: [
                "+ may now be assumed by guests (cognito-identity.amazonaws.com) with sts:AssumeRole, where any cognito-identity.amazonaws.com:amr is like unauthenticated and cognito-identity.amazonaws.com:aud is pool",
                "+ may now s3:GetObject on * (open to guests)",
            ]),
        Case(
            title: "more for guests", live: ["trust": guests, "policies": ["a": reading]],
            desired: ["trust": guests, "policies": ["a": anything]],
            lines: ["+ may now * on * (open to guests)"]),
        Case(
            title: "trust to another account", live: ["trust": own], desired: ["trust": trust(["AWS": "210987654321"])],
            lines: [
                "+ may now be assumed by other accounts (210987654321) with sts:AssumeRole",
                "- may no longer be assumed by arn:aws:iam::123456789012:user/proxy with sts:AssumeRole",
            ]),
        Case(
            title: "trust to everybody", live: ["trust": own], desired: ["trust": trust("*")],
            lines: ["+ may now be assumed by everybody with sts:AssumeRole"]),
        Case(
            title: "a condition that goes",
            live: [
                "trust": trust(["AWS": "123456789012"], where: ["StringEquals": ["aws:RequestedRegion": "us-east-1"]])
            ],
            desired: ["trust": trust(["AWS": "123456789012"])],
            lines: ["+ may now be assumed by 123456789012 with sts:AssumeRole"]),
        Case(
            title: "a managed policy that was read", live: ["size": 1],
            desired: ["size": 1, "managed": [.string(admin)]],
            lines: ["+ may now * on *"]),
        Case(
            title: "a managed policy that may not be read", live: ["size": 1],
            desired: ["size": 1, "managed": [.string(unread)]],
            lines: ["+ may now do all that \(unread) allows"]),
        Case(
            title: "managed policies that go", live: ["managed": [.string(admin), .string(unread)]],
            desired: ["managed": []],
            lines: ["- may no longer * on *", "- may no longer do what \(unread) allows"]),
        Case(
            title: "a managed policy attached by hand, which goes", live: ["size": 1, "managed": [.string(admin)]],
            applied: ["size": 1],
            desired: ["size": 1], lines: ["- may no longer * on *"]),
        Case(
            title: "a managed policy in place of the same inline", live: ["policies": ["a": anything]],
            desired: ["managed": [.string(admin)]], lines: []),
        Case(
            title: "a boundary that goes", live: ["bound": .string(small)], desired: ["size": 1],
            lines: ["+ is no longer bounded by \(small)"]),
        Case(
            title: "a boundary that comes", live: ["size": 1], desired: ["bound": .string(small)],
            lines: ["- is now bounded by \(small)"]),
        Case(
            title: "a wider boundary", live: ["bound": .string(small)], desired: ["bound": .string(large)],
            lines: ["+ its permissions boundary now lets through s3:* on *"]),
        Case(
            title: "a boundary that may not be read", live: ["bound": .string(small)],
            desired: ["bound": .string(unread)],
            lines: ["+ is no longer bounded by \(small)", "- is now bounded by \(unread)"]),
        Case(
            title: "a principal that goes",
            live: ["trust": own, "policies": ["a": reading], "managed": [.string(admin)], "bound": .string(small)],
            lines: [
                "- may no longer be assumed by arn:aws:iam::123456789012:user/proxy with sts:AssumeRole",
                "- may no longer * on *",
            ]),
        Case(
            title: "a row that is let be",
            live: ["size": 1, "trust": trust("*"), "policies": ["a": anything], "managed": [.string(admin)]],
            desired: ["size": 2, "trust": own, "policies": ["a": reading], "managed": []],
            lifecycle: Lifecycle(ignoreChanges: ["trust", "policies", "managed"]), lines: []),
        Case(
            title: "a policy that is let be", live: ["size": 1, "policies": ["byhand": anything]], applied: ["size": 1],
            desired: ["size": 1],
            lifecycle: Lifecycle(ignoreChanges: ["policies.byhand"]), lines: []),
        Case(
            title: "beside a policy that is let be",
            live: ["policies": ["byhand": allow("sqs:*", on: "*"), "a": reading]],
            applied: ["policies": ["a": reading]], desired: ["policies": ["a": allow("s3:PutObject", on: "*")]],
            lifecycle: Lifecycle(ignoreChanges: ["policies.byhand"]),
            lines: ["+ may now s3:PutObject on *", "- may no longer s3:GetObject on *"]),
        Case(
            title: "others' policies stay",
            live: ["exclusive": false, "policies": ["byhand": anything], "managed": [.string(unread)]],
            applied: ["exclusive": false],
            desired: ["exclusive": false, "policies": ["a": allow("s3:PutObject", on: "*")]],
            lines: []),
        Case(
            title: "what the file takes out goes, and others' stays",
            live: ["exclusive": false, "policies": ["byhand": allow("sqs:*", on: "*"), "a": reading]],
            applied: ["exclusive": false, "policies": ["a": reading]], desired: ["exclusive": false],
            lines: ["- may no longer s3:GetObject on *"]),
        Case(
            title: "a new object has none of others' policies",
            live: ["name": "r", "exclusive": false, "policies": ["byhand": allow("sqs:*", on: "*"), "a": reading]],
            applied: ["name": "r", "exclusive": false, "policies": ["a": reading]],
            desired: ["name": "q", "exclusive": false, "policies": ["a": reading]],
            lines: ["- may no longer sqs:* on *"]),
        Case(
            title: "nothing of it changes", live: ["size": 1, "trust": trust("*"), "policies": ["a": anything]],
            desired: ["size": 2, "trust": trust("*"), "policies": ["a": anything]], lines: []),
        Case(
            title: "what is retained", live: ["policies": ["a": anything]], lifecycle: Lifecycle(isRetained: true),
            lines: []),
        Case(
            title: "guests let in", live: ["name": "d", "leadsTo": "hall"],
            desired: ["name": "d", "leadsTo": "hall", "isOpen": true],
            section: "doors", lines: ["+ guests may now door:Enter on hall"]),
        Case(
            title: "guests let in by a property that is written later", live: ["name": "d", "isOpen": true],
            desired: ["name": "d", "isOpen": true, "leadsTo": "hall"], section: "doors",
            lines: ["+ guests may now door:Enter on hall"]),
        Case(
            title: "what a deleted object let others do", live: ["name": "d", "leadsTo": "hall", "isOpen": true],
            section: "doors",
            lines: [
                "- other accounts (210987654321) may no longer door:Knock on d",
                "- guests may no longer door:Enter on hall",
            ].reversed()),
        Case(
            title: "a replaced object's own policy goes", live: ["name": "d"], desired: ["name": "e"], section: "doors",
            lines: ["- other accounts (210987654321) may no longer door:Knock on d"]),
        Case(
            title: "an updated object's own policy stays", live: ["name": "d"],
            desired: ["name": "d", "leadsTo": "hall"], section: "doors", lines: []),
    ]

    private func scene(_ cases: [String: Case]) -> Scene {
        var scene = Scene()
        for (address, one) in cases {
            if let live = one.live { scene.applied(address, one.applied ?? live, live: live) }
            guard let key = Address(address) else { continue }
            if one.section == "doors" {
                scene.observation.resourcePolicies[key] = [
                    "Version": "2012-10-17",
                    "Statement": [
                        [
                            "Effect": "Allow", "Principal": ["AWS": "210987654321"], "Action": "door:Knock",
                            "Resource": "d",
                        ]
                    ],
                ]
            }
            if let desired = one.desired {
                scene.desired.append(Toys.resource(address, desired, lifecycle: one.lifecycle))
            } else {
                scene.prior[key]?.isRetained = one.lifecycle.isRetained
            }
        }
        scene.observation.policies = Self.documents
        return scene
    }

    @Test(arguments: cases) func isToldInWords(one: Case) throws {
        let permissions = try scene(["\(one.section).a": one]).plan().permissions
        #expect(
            permissions.flatMap { $0.gained.map { "+ \($0.words(.gained))" } + $0.lost.map { "- \($0.words(.lost))" } }
                == one.lines)
    }

    /// A property that closes a cycle is decided last, and is no less there until then.
    @Test func guestsLetInThroughACycle() throws {
        var scene = Scene()
        let trust = Self.trust(["Federated": Toys.reference("doors.d.id")])
        scene.desired = [
            Toys.resource("doors.d", ["name": "d", "isOpen": true, "leadsTo": Toys.reference("robots.r.arn")]),
            Toys.resource("robots.r", ["name": "r", "trust": trust]),
        ]
        scene.applied("doors.d", ["name": "d", "leadsTo": "arn-r"])
        scene.applied(
            "robots.r", ["name": "r", "trust": Self.trust(["Federated": "id-d"])], liveOutputs: ["arn": "arn-r"])
        let plan = try scene.plan()
        #expect(plan.permissions.map(\.principal.name) == ["d"])
        #expect(plan.permissions.first?.gained.map { $0.words(.gained) } == ["guests may now door:Enter on arn-r"])
    }

    @Test func whatIsOpenToTheMostComesFirst() throws {
        func trusting(_ trust: Value) -> Case {
            Case(title: "", live: ["trust": Self.own], desired: ["trust": trust], lines: [])
        }
        let plan = try scene([
            "robots.a": trusting(Self.trust(["Service": "lambda.amazonaws.com"])),
            "robots.b": trusting(Self.trust(["AWS": "210987654321"])),
            "robots.c": trusting(Self.guests), "robots.d": trusting(Self.trust("*")),
            "robots.e": trusting(Self.trust(["AWS": "210987654322"])),
        ]).plan()
        #expect(plan.permissions.map(\.principal.name) == ["d", "c", "b", "e", "a"])
    }

    /// What is to be read for it, and nothing that does not change.
    @Test func namesWhatItDoesNotKnow() throws {
        var scene = scene([
            "robots.a": Case(
                title: "", live: ["managed": [.string(Self.small), .string(Self.unread)]],
                desired: ["managed": [.string(Self.admin), .string(Self.unread)]],
                lines: []),
            "robots.b": Case(
                title: "", live: ["managed": [.string(Self.large)]], desired: ["managed": [.string(Self.large)]],
                lines: []),
            "doors.d": Case(title: "", live: ["name": "d"], section: "doors", lines: []),
            "doors.e": Case(
                title: "", live: ["name": "e"], desired: ["name": "e", "isOpen": true], section: "doors", lines: []),
        ])
        scene.observation.policies = [:]
        let plan = try scene.plan()
        #expect(plan.unreadPolicies == [Address(section: "robots", name: "a"): [Self.small, Self.admin]])
        #expect(plan.withGoingPolicies(Toys.types) == [Address(section: "doors", name: "d"): "id-d"])
    }

    /// What others attached is named beside what was applied, and only what a plan takes away is a difference.
    @Test(
        arguments: [
            (["size": 1], ["size": 1, "managed": ["m"], "policies": ["x": anything]], [:]),
            (
                ["size": 1, "exclusive": false], ["size": 1, "managed": ["m"], "policies": ["x": anything]],
                ["managed": ["m"], "policies": ["x": anything]]
            ),
            (
                ["exclusive": false, "managed": ["m"], "policies": ["x": anything]],
                ["managed": ["n", "m"], "policies": ["x": anything, "y": reading]],
                ["managed": ["n"], "policies": ["y": reading]]
            ),
            (["size": 1], ["size": 1, "bound": "b"], ["bound": "b"]),
        ] as [(Value, Value, Value)])
    func foreignPolicies(applied: Value, attributes: Value, foreign: Value) {
        let record = Record(type: "robot", physicalId: "r", attributes: applied)
        let live = Live("r", attributes: attributes, outputs: [:])
        let form = record.liveForm(of: live, Toys.robot, secrets: [:])
        #expect(record.foreignPolicies(of: live, Toys.robot, excluding: form) == foreign)
        #expect((form == applied) == (foreign != [:]))
    }
}
