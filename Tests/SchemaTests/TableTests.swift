import Diagnostics
import Model
import Schema
import TestSupport
import Testing

/// What follows from a type's table.
@Suite struct TableTests {
    static let shed = ResourceType(
        section: "sheds", name: "shed", identity: .key(), "A shed.",
        attributes: [
            Attribute("name", .string(), wire: "ShedName", "Its name."),
            Attribute("size", .integer(), default: 3, "Its size."),
            Attribute("visit", .duration(.seconds), "How long a visit may last."),
            Attribute("isLocked", .boolean, writtenBy: "LockShed", "Whether it is locked."),
            Attribute(
                "walls",
                .object([
                    Attribute("height", .integer(), "In metres."),
                    Attribute("aRN", .string(), wire: "ARN", "Their ARN."),
                    Attribute("paint", .string(), traits: [.local], "What the stack's people call their colour."),
                ]), "Its walls."),
            Attribute("painter", .string(), traits: [.local], "Whom to call."),
            Attribute(
                "doors", .list(.object([Attribute("toGarden", .boolean, "Whether it leads to the garden.")])),
                "Its doors."),
            Attribute("environment", .map(.string()), "What is told in secret."),
        ],
        outputs: [])

    @Test(
        arguments: [
            (["name": "a"], nil, ["ShedName": "a"]),
            (["name": "a", "isLocked": true], nil, ["ShedName": "a"]),
            (["name": "a", "isLocked": true], "LockShed", ["IsLocked": true]),
            (["walls": ["height": 2, "aRN": "x"]], nil, ["Walls": ["Height": 2, "ARN": "x"]]),
            (["walls": ["height": .null]], nil, ["Walls": [:]]),
            (["doors": [["toGarden": true], [:]]], nil, ["Doors": [["ToGarden": true], [:]]]),
            (["environment": ["some_Key": "v"]], nil, ["Environment": ["some_Key": "v"]]),
            (["name": .null, "unheardOf": 1], nil, [:]),
            (
                ["name": "a", "painter": "b", "walls": ["height": 2, "paint": "red"]], nil,
                ["ShedName": "a", "Walls": ["Height": 2]]
            ),
        ] as [(Value, String?, Value)])
    func goesIntoARequest(_ attributes: Value, _ call: String?, _ wire: Value) {
        #expect(Self.shed.wireForm(attributes, writtenBy: call) == wire)
    }

    @Test(
        arguments: [
            (["ShedName": "a", "Unheard": 1, "Size": .null], ["name": "a"]),
            (["Size": "12", "Visit": "60"], ["size": 12, "visit": 60]),
            (["Size": .number(12)], ["size": 12]),
            (["Size": 1, "Painter": "b", "Walls": ["Paint": "red"]], ["size": 1, "walls": [:]]),
            (["Walls": ["Height": 2, "ARN": "x", "Other": 1]], ["walls": ["height": 2, "aRN": "x"]]),
            (["Doors": [["ToGarden": "true"]]], ["doors": [["toGarden": true]]]),
            // An empty list, as XML has it.
            (["Doors": ""], ["doors": []]),
            (["Environment": ["some_Key": "v"]], ["environment": ["some_Key": "v"]]),
        ] as [(Value, Value)])
    func comesOutOfAnAnswer(_ wire: Value, _ attributes: Value) {
        #expect(Self.shed.attributes(fromWire: wire) == attributes)
    }

    @Test func onlyTheRowsThatAreNamed() {
        #expect(Self.shed.wireForm(["name": "a", "size": 1], only: ["size"]) == ["Size": 1])
        #expect(Self.shed.withDefaults(["name": "a"], for: ["name", "size", "visit"]) == ["name": "a", "size": 3])
    }

    @Test(
        arguments: [
            ("walls.height", 2), ("walls.paint", 1), ("doors[1].toGarden", 3), ("doors[0]", 4), ("nothing", 0), ("", 0),
        ] as [(PropertyPath, Int)])
    func aPlaceIsTheNearestThatTheFileNames(_ path: PropertyPath, _ line: Int) {
        func place(_ line: Int) -> SourceRange { SourceRange(file: "f", at: SourcePosition(line: line, column: 1)) }
        let resource = DesiredResource(
            address: Address(section: "sheds", name: "tools"), attributes: [:],
            origins: [
                "": place(0), "walls": place(1), "walls.height": place(2), "doors[1]": place(3), "doors": place(4),
            ])
        #expect(resource.origin(of: path) == place(line))
    }

    @Test func tagsTellTheOwner() {
        let address = Address(section: "sheds", name: "tools")
        let own = Ownership.tags(stack: "dev", address: address)
        #expect(own == ["cogstack:stack": "dev", "cogstack:address": "sheds.tools"])
        let cases: [(Value, Located)] = [
            (.map(own), .ours("id")),
            (["team": "a"], .unowned("id")),
            (.map(own.merging(["cogstack:stack": "prod"]) { $1 }), .foreign("id", owner: "stack prod (sheds.tools)")),
            (
                .map(own.merging(["cogstack:address": "sheds.other"]) { $1 }),
                .foreign("id", owner: "sheds.other of this stack")
            ),
        ]
        for (tags, located) in cases {
            #expect(Ownership.located("id", tags: tags, stack: "dev", address: address) == located)
        }
    }
}
