import IAMPolicy
import Model
import Schema
import Records
import TestSupport
import Testing

@testable import Planning

/// Whatever is edited in a plan that was kept is named, or makes no difference to what is done.
@Suite struct PlanComparisonTests {
    struct Edit: CustomTestStringConvertible {
        let field: String
        let says: String?
        let edit: @Sendable (inout Plan) -> Void

        init(_ field: String, says: String?, _ edit: @escaping @Sendable (inout Plan) -> Void) {
            self.field = field
            self.says = says
            self.edit = edit
        }

        var testDescription: String { field }
    }

    static let box = Address(section: "boxes", name: "a")
    static let lid = Address(section: "lids", name: "l")
    static let other = Address(section: "lids", name: "other")
    static let cup = Address(section: "boxes", name: "cup")

    /// A replacement, an update that waits for it, a deletion.
    static let plan = Plan(
        stack: "toys", account: "123456789012", region: "us-east-1", purpose: .apply,
        changes: [
            Change(
                address: box, type: "box", kind: .replace, physicalId: "old",
                attributes: [
                    AttributeChange(path: "size", before: 1, after: 2, cause: .stackFile, at: "toys.yaml:3:5"),
                    AttributeChange(
                        path: "shelf", before: "/", after: "/top", cause: .stackFile, forcesReplacement: true),
                ],
                loses: "3 user accounts"),
            Change(
                address: lid, type: "lid", kind: .none, physicalId: "lid-1", after: [box], reason: "is tied to boxes.a"),
        ],
        actions: [
            Action(id: 1, address: box, .create(Action.Properties(["size": 2, "policy": ["length": 8]]))),
            Action(
                id: 2, address: lid,
                .update(
                    Action.Update(
                        "lid-1", changed: ["box"], resets: ["policy.length": 8], outputs: ["id": "lid-1"],
                        Action.Properties(
                            ["box": "a"], boundTo: [box],
                            settings: RecordSettings(dependsOn: [box], isRetained: false, isProtected: false)))),
                after: [1]),
            Action(
                id: 3, address: box, .delete(Action.Deletion("old", grace: Grace(drain: 30, soak: 60), users: [lid])),
                after: [2]),
            Action(
                id: 4, address: cup,
                .adopt(Action.Adoption("cup-1", outputs: ["id": "cup-1"], Action.Properties(["size": 1])))),
        ],
        permissions: [
            PermissionChange(
                principal: box, gained: [Access(actions: ["s3:GetObject"], resources: ["a"])],
                lost: [Access(actions: ["s3:PutObject"], resources: ["a"])])
        ],
        userAccountsAtStake: 3, outputs: ["boxId": "a"], notices: ["the key is 91 days old"])

    static let edits: [Edit] = [
        Edit("Plan.stack", says: "it is for stack shop, and the file is stack toys") { $0.stack = "shop" },
        Edit("Plan.account", says: "it is for account 999999999999, and the credentials are of 123456789012") {
            $0.account = "999999999999"
        },
        Edit("Plan.region", says: "it is for region eu-west-1, and this is us-east-1") { $0.region = "eu-west-1" },
        Edit("Plan.purpose", says: "it is there to destroy, and this is apply") { $0.purpose = .destroy },
        Edit("Plan.changes", says: "lids.l: it is to be done, and the saved plan leaves it out") {
            $0.changes.removeLast()
        },
        Edit("Plan.changes", says: "boxes.a: it is in the saved plan more than once") {
            $0.changes.append($0.changes[0])
        },
        Edit("Plan.actions", says: "boxes.a: delete: it is to be done, and the saved plan leaves it out") {
            $0.actions.remove(at: 2)
        },
        Edit(
            "Plan.actions", says: "lids.other: delete: it is in the saved plan, and there is nothing of the kind to do"
        ) {
            $0.actions.append(Action(id: 5, address: other, .delete(Action.Deletion("strange"))))
        },
        Edit("Plan.permissions", says: "boxes.a: it is to be done, and the saved plan leaves it out") {
            $0.permissions = []
        },
        Edit("Plan.userAccountsAtStake", says: "it counts 0 user accounts that would be lost, and it is 3") {
            $0.userAccountsAtStake = 0
        },
        Edit("Plan.outputs", says: "the output boxId is not what the stack file says") { $0.outputs["boxId"] = "b" },
        Edit("Plan.outputs", says: "the output more is not what the stack file says") { $0.outputs["more"] = "b" },
        // Told anew in any case, and of time too.
        Edit("Plan.notices", says: nil) { $0.notices = [] },

        Edit("Change.address", says: "lids.other: it is in the saved plan, and there is nothing of the kind to do") {
            $0.changes[1].address = other
        },
        Edit("Change.type", says: "boxes.a: its type is box, not lid") { $0.changes[0].type = "lid" },
        Edit("Change.kind", says: "boxes.a: it is to replace, not to stay") { $0.changes[0].kind = .none },
        Edit("Change.physicalId", says: "boxes.a: its object is old, not strange") {
            $0.changes[0].physicalId = "strange"
        },
        Edit("Change.attributes", says: "boxes.a: size is not what the stack file says") {
            $0.changes[0].attributes.removeFirst()
        },
        Edit("Change.after", says: "lids.l: it is said to wait for other resources than it does") {
            $0.changes[1].after = []
        },
        Edit("Change.reason", says: "lids.l: the reason for it is another") { $0.changes[1].reason = nil },
        Edit("Change.loses", says: "boxes.a: what it loses differs") { $0.changes[0].loses = nil },
        Edit("AttributeChange.path", says: "boxes.a: size is not what the stack file says") {
            $0.changes[0].attributes[0].path = "colours"
        },
        Edit("AttributeChange.before", says: "boxes.a: size is not what AWS has") {
            $0.changes[0].attributes[0].before = 2
        },
        Edit("AttributeChange.after", says: "boxes.a: size is not what the stack file says") {
            $0.changes[0].attributes[0].after = 3
        },
        Edit("AttributeChange.cause", says: "boxes.a: size has another cause, place or kind of change") {
            $0.changes[0].attributes[0].cause = .drift
        },
        Edit("AttributeChange.forcesReplacement", says: "boxes.a: shelf has another cause, place or kind of change") {
            $0.changes[0].attributes[1].forcesReplacement = false
        },
        Edit("AttributeChange.at", says: "boxes.a: size has another cause, place or kind of change") {
            $0.changes[0].attributes[0].at = "toys.yaml:4:5"
        },

        Edit("Action.id", says: "lids.l: it waits for other actions") { $0.actions[0].id = 7 },
        Edit(
            "Action.address",
            says: "lids.other: delete: it is in the saved plan, and there is nothing of the kind to do"
        ) {
            $0.actions[2].address = other
        },
        Edit("Action.work", says: "boxes.a: forget: it is in the saved plan, and there is nothing of the kind to do") {
            $0.actions[2].work = .forget(physicalId: nil)
        },
        Edit("Properties.attributes", says: "boxes.a: policy is not what the stack file says") {
            $0.actions[0].attributes["policy"] = ["length": 1]
        },
        Edit("Properties.attributes", says: "boxes.a: owner is not what the stack file says") {
            $0.actions[0].attributes["owner"] = "me"
        },
        Edit("Properties.attributes", says: "boxes.a: its properties are not what the stack file says") {
            $0.actions[0].attributes = .null
        },
        Edit("Properties.boundTo", says: "lids.l: what it refers to differs") {
            $0.actions[1].properties?.boundTo = []
        },
        Edit("Properties.settings", says: "boxes.a: what it depends on differs") {
            $0.actions[0].properties?.settings = RecordSettings(dependsOn: [lid])
        },
        Edit("Update.physicalId", says: "lids.l: its object is lid-1, and the saved plan names none") {
            $0.editUpdate { $0.physicalId = nil }
        },
        Edit("Update.changed", says: "lids.l: it is about other properties than those that change") {
            $0.editUpdate { $0.changed = [] }
        },
        Edit("Update.resets", says: "lids.l: policy.length does not go back to that") {
            $0.editUpdate { $0.resets["policy.length"] = 1 }
        },
        Edit("Update.outputs", says: "lids.l: its id is not what AWS has") {
            $0.editUpdate { $0.outputs["id"] = "strange" }
        },
        Edit("Update.properties", says: "lids.l: box is not what the stack file says") {
            $0.editUpdate { $0.properties.attributes["box"] = "b" }
        },
        Edit("Adoption.physicalId", says: "boxes.cup: its object is cup-1, not strange") {
            $0.actions[3].work = .adopt(
                Action.Adoption("strange", outputs: ["id": "cup-1"], Action.Properties(["size": 1])))
        },
        Edit("Adoption.outputs", says: "boxes.cup: its id is not what AWS has") {
            $0.actions[3].work = .adopt(Action.Adoption("cup-1", Action.Properties(["size": 1])))
        },
        Edit("Adoption.properties", says: "boxes.cup: size is not what the stack file says") {
            $0.actions[3].attributes["size"] = 2
        },
        Edit("Deletion.physicalId", says: "boxes.a: its object is old, not strange") {
            $0.editDeletion { $0.physicalId = "strange" }
        },
        Edit("Deletion.grace", says: "boxes.a: how long its old object stays differs") {
            $0.editDeletion { $0.grace = nil }
        },
        Edit("Deletion.users", says: "boxes.a: what uses it differs") { $0.editDeletion { $0.users = [] } },
        Edit("Deletion.isOrphan", says: "boxes.a: whether its old object is an orphan differs") {
            $0.editDeletion { $0.isOrphan = true }
        },
        Edit("Deletion.settings", says: "boxes.a: whether it is protected is not what the stack file says") {
            $0.editDeletion { $0.settings.isProtected = true }
        },
        Edit("Action.after", says: "lids.l: it waits for other actions") { $0.actions[1].after = [] },
        Edit("RecordSettings.dependsOn", says: "lids.l: what it depends on differs") {
            $0.actions[1].properties?.settings.dependsOn = []
        },
        Edit("RecordSettings.isRetained", says: "lids.l: whether it is retained is not what the stack file says") {
            $0.actions[1].properties?.settings.isRetained = true
        },
        Edit("RecordSettings.isProtected", says: "lids.l: whether it is protected is not what the stack file says") {
            $0.actions[1].properties?.settings.isProtected = true
        },
        Edit("Grace.drain", says: "boxes.a: how long its old object stays differs") {
            $0.editDeletion { $0.grace?.drain = 0 }
        },
        Edit("Grace.soak", says: "boxes.a: how long its old object stays differs") {
            $0.editDeletion { $0.grace?.soak = 0 }
        },
        Edit(
            "PermissionChange.principal",
            says: "lids.l: it is in the saved plan, and there is nothing of the kind to do"
        ) {
            $0.permissions[0].principal = lid
        },
        Edit(
            "PermissionChange.gained",
            says: "boxes.a: the access that it is said to gain or lose is not what its policies give"
        ) {
            $0.permissions[0].gained = []
        },
        Edit(
            "PermissionChange.lost",
            says: "boxes.a: the access that it is said to gain or lose is not what its policies give"
        ) {
            $0.permissions[0].lost = []
        },
    ]

    @Test(arguments: edits) func anEditIsNamed(edit: Edit) {
        var edited = Self.plan
        edit.edit(&edited)
        let differences = Self.plan.differences(from: edited)
        if let says = edit.says {
            #expect(differences.contains(says), "\(differences)")
        } else {
            #expect(differences == [])
        }
    }

    @Test func anUneditedPlanHasNoDifferences() {
        #expect(Self.plan.differences(from: Self.plan) == [])
    }

    /// The numbers of actions are nothing but numbers.
    @Test func theSameActionsInAnotherOrderAreTheSame() {
        var other = Self.plan
        for index in other.actions.indices {
            other.actions[index].id += 10
            other.actions[index].after = other.actions[index].after.map { $0 + 10 }
        }
        other.actions.reverse()
        #expect(Self.plan.differences(from: other) == [])
    }

    /// Who adds something to a plan has to say here what becomes of an edit of it.
    @Test func everyFieldHasARow() {
        let plan = Self.plan
        let parts: [Any] = [
            plan, plan.changes[0], plan.changes[0].attributes[0], plan.actions[0], plan.actions[0].settings,
            plan.permissions[0],
            Grace(drain: 0, soak: 0), Action.Properties(), Action.Update(nil), Action.Adoption(nil),
            Action.Deletion(""),
        ]
        let fields = parts.flatMap { part in
            Mirror(reflecting: part).children.compactMap { $0.label.map { "\(type(of: part)).\($0)" } }
        }
        #expect(Set(fields).subtracting(Self.edits.map(\.field)) == [])
        #expect(Set(Self.edits.map(\.field)).subtracting(fields) == [])
    }

    /// No value of a property is shown: it may be a secret.
    @Test func noValueIsShown() {
        var edited = Self.plan
        edited.actions[0].attributes["policy"] = "hunter2"
        edited.changes[0].attributes[0].after = "hunter2"
        edited.editUpdate { $0.resets["policy.length"] = "hunter2" }
        edited.outputs["boxId"] = "hunter2"
        let differences = Self.plan.differences(from: edited)
        #expect(differences.count == 4)
        #expect(!differences.joined().contains("hunter2"))
    }

    // MARK: The rest of a plan

    struct Rest: CustomTestStringConvertible {
        let title: String
        let beyond: [Address]
        let rest: @Sendable (inout Plan) -> Void
        var testDescription: String { title }
    }

    @Test(arguments: [
        Rest(title: "all of it", beyond: []) { _ in },
        Rest(title: "nothing", beyond: []) {
            $0.changes = []
            $0.actions = []
        },
        Rest(title: "only the deletion is left", beyond: []) {
            $0.changes[0].kind = .none
            $0.actions = [$0.actions[2]]
        },
        Rest(title: "what is replaced is there and not whole", beyond: []) { $0.changes[0].kind = .update },
        Rest(title: "another resource changes", beyond: [other]) {
            $0.changes.append(Change(address: other, type: "lid", kind: .update))
        },
        Rest(title: "another resource's object goes", beyond: [other]) {
            $0.actions.append(Action(id: 5, address: other, .delete(Action.Deletion("strange"))))
        },
        Rest(title: "what stayed is deleted", beyond: [lid]) { $0.changes[1].kind = .delete },
    ])
    func theRestOfAPlanIsAPartOfIt(rest: Rest) {
        var plan = Self.plan
        rest.rest(&plan)
        #expect(plan.addresses(beyond: Self.plan) == rest.beyond)
    }

    @Test func anUpdateOfAnotherPropertyIsNoPart() {
        var saved = Self.plan
        saved.changes[0].kind = .update
        var rest = saved
        rest.changes[0].attributes[0].path = "colours"
        #expect(rest.addresses(beyond: saved) == [Self.box])
    }

    // MARK: Files

    @Test func filesAreNamedOtherwise() {
        var types = Toys.types
        types["tapes"] = ResourceType(
            section: "tapes", name: "tape", identity: .key(), "A tape.",
            attributes: [Attribute("code", .artifact, "What is on it."), Attribute("title", .string(), "Its title.")],
            outputs: [])
        let tape = Address(section: "tapes", name: "t")
        func plan(_ folder: String) -> Plan {
            Plan(
                stack: "toys", account: "", region: "", purpose: .apply,
                changes: [
                    Change(
                        address: tape, type: "tape", kind: .create,
                        attributes: [
                            AttributeChange(
                                path: "code", before: .null, after: .string(folder + "a:b"), cause: .stackFile,
                                at: "\(folder)x:y.yaml:1:2"),
                            AttributeChange(path: "title", before: .null, after: "a:b", cause: .stackFile),
                        ])
                ],
                actions: [
                    Action(
                        id: 1, address: tape,
                        .create(
                            Action.Properties([
                                "code": ["path": .string(folder + "a:b"), "sha256": "abc"], "title": "a:b",
                            ])))
                ])
        }
        #expect(plan("").renamingFiles(types) { "stacks/" + $0 } == plan("stacks/"))
    }
}

extension Plan {
    /// Edits the one update.
    fileprivate mutating func editUpdate(_ edit: (inout Action.Update) -> Void) {
        guard var update = actions[1].update else { return }
        edit(&update)
        actions[1].work = .update(update)
    }

    /// Edits the one deletion.
    fileprivate mutating func editDeletion(_ edit: (inout Action.Deletion) -> Void) {
        guard var deletion = actions[2].deletion else { return }
        edit(&deletion)
        actions[2].work = .delete(deletion)
    }
}
