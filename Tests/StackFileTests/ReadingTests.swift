import Diagnostics
import Model
import Schema
import StackFile
import TestSupport
import Testing

/// What a file that is right comes to.
@Suite struct ReadingTests {
    /// The body of `sheds.tools` against its properties, less name and tags.
    @Test(
        arguments: [
            ("size: 3", ["size": 3]),
            ("size: 0x3", ["size": 3]),
            ("locked: true", ["locked": true]),
            ("alarm: OFF", ["alarm": "OFF"]),
            ("alarm: ON", ["alarm": "ON"]),
            ("visit: 12h", ["visit": 43200]),
            ("visit: 90m", ["visit": 5400]),
            ("visit: 3600", ["visit": 3600]),
            ("visit: 3600s", ["visit": 3600]),
            ("paintAfter: 90d", ["paintAfter": 90]),
            ("paintAfter: 48h", ["paintAfter": 2]),
            ("note: 012345678901", ["note": "012345678901"]),
            ("note: 1e3", ["note": "1e3"]),
            ("note: ''", ["note": ""]),
            ("note: null", [:]),
            (
                "environment: { TIMEOUT: 30, RATIO: 1.50, MODE: on, GONE: ~ }",
                ["environment": ["TIMEOUT": "30", "RATIO": "1.50", "MODE": "on"]]
            ),
            ("environment: {}", ["environment": [:]]),
            ("doors: [front, back]", ["doors": ["front", "back"]]),
            ("colours: [GREEN, RED]", ["colours": ["GREEN", "RED"]]),
            ("walls: { height: 3 }", ["walls": ["height": 3]]),
            ("rules: []", ["rules": []]),
            ("rules: [{ forbid: all }]", ["rules": [["forbid": "all"]]]),
            ("rules: { Statement: [] }", ["rules": ["Statement": []]]),
            (
                "policy: { Version: 2012-10-17, Statement: { Effect: Allow, Resource: '${aws:username}', N: 3, B: false } }",
                [
                    "policy": [
                        "Version": "2012-10-17",
                        "Statement": ["Effect": "Allow", "Resource": "${aws:username}", "N": 3, "B": false],
                    ]
                ]
            ),
            // References.
            ("note: $(stack)", ["note": "dev"]),
            ("note: a-$(parameters.word)-$(env.HOME)", ["note": "a-b-/root"]),
            ("note: $(account)/$(region)/$(partition)", ["note": .text("$(account)/$(region)/$(partition)")]),
            ("note: x $(sheds.tools.arn)", ["note": .text("x $(sheds.tools.arn)")]),
            ("note: $$(account) $ ( $", ["note": "$(account) $ ( $"]),
            ("note: $$(account) $(account)", ["note": .text("$$(account) $(account)")]),
            ("note: '${x} $$$('", ["note": "${x} $$("]),
            ("note: $(parameters.reference)", ["note": "$(account)"]),
            ("note: $(parameters.place)", ["note": .text("in $(account)")]),
            ("keeper: g-1", ["keeper": "g-1"]),
            ("keeper: ann", ["keeper": .text("$(gardeners.ann.id)")]),
            ("keeper: $(gardeners.ann.id)", ["keeper": .text("$(gardeners.ann.id)")]),
            ("keeper: $(parameters.keeper)", ["keeper": .text("$(gardeners.ann.id)")]),
            ("rules: [{ allow: ann }]", ["rules": [["allow": .text("$(gardeners.ann.id)")]]]),
            ("environment: { KEY: $(gardeners.ann.key) }", ["environment": ["KEY": .text("$(gardeners.ann.key)")]]),
            ("policy: { Resource: $(sheds.tools.arn) }", ["policy": ["Resource": .text("$(sheds.tools.arn)")]]),
            // A parameter is what the property wants.
            ("size: $(parameters.number)", ["size": 7]),
            ("note: $(parameters.number)", ["note": "7"]),
            ("note: v$(parameters.fraction)", ["note": "v1.50"]),
            ("note: $(parameters.account)", ["note": "012345678901"]),
            ("locked: $(parameters.flag)", ["locked": true]),
            ("note: $(parameters.flag)", ["note": "true"]),
            ("visit: $(parameters.hours)", ["visit": 7200]),
            ("alarm: $(parameters.alarm)", ["alarm": "OFF"]),
        ] as [(String, Value)])
    func aProperty(_ body: String, _ expected: Value) throws {
        let scene = Scene(
            "", environment: ["HOME": "/root"],
            """
            parameters:
              word: b
              number: 7
              fraction: 1.50
              account: 012345678901
              flag: true
              hours: 2h
              alarm: OFF
              keeper: ann
              reference: $$(account)
              place: in $(account)
            sheds:
              tools: 
                \(body)
            gardeners:
              ann: {}
            """)
        #expect(try scene.own("sheds.tools") == expected)
    }

    /// `--set`, whatever stands in the file.
    @Test(
        arguments: [
            ("size", "12", nil), ("size", "8", 8), ("locked", "false", false), ("note", "true", "true"),
            ("note", "012", "012"),
            ("note", "", ""), ("note", "$(account)", "$(account)"), ("visit", "2h", 7200), ("alarm", "ON", "ON"),
        ] as [(String, String, Value?)])
    func aParameterFromTheCommandLine(_ property: String, _ text: String, _ expected: Value?) {
        for inFile in ["", " 1", " [a]"] {
            let scene = Scene(
                "", set: ["it": text],
                """
                parameters:
                  it:\(inFile)
                sheds:
                  tools: { \(property): $(parameters.it) }
                """)
            let outcome = scene.read()
            let tools = outcome.draft?.resources[Address(section: "sheds", name: "tools")]
            #expect(tools?.attributes.map?[property] == expected)
            #expect(outcome.diagnostics.hasErrors == (expected == nil))
        }
    }

    @Test(arguments: [
        ("us-east-1"), ("us-gov-west-1"), ("us-iso-east-1"), ("us-isob-east-1"), ("eu-isoe-west-1"),
        ("us-isof-south-1"),
        ("cn-northwest-1"), ("ap-southeast-7"), ("eusc-de-east-1"),
    ])
    func everyPartitionsRegions(_ region: String) {
        #expect(Scene("", "region: \(region)").read().draft?.region == region)
        #expect(Scene("", "region: \(region)").found == [])
    }

    @Test func theHead() throws {
        let scene = Scene(
            "", set: ["safe": "true"], environment: ["WHO": "ann"],
            """
            account: 012345678901
            region: $(env.WHERE)
            protect: $(parameters.safe)
            parameters: { safe: false }
            tags: { team: a }
            outputs:
              arn: $(sheds.tools.arn)
              who: dev of $(env.WHO) in $(account)
              count: 3
              none:
            sheds: { tools: {} }
            """.replacing("$(env.WHERE)", with: "eu-west-1"))
        let stack = try #require(scene.read().draft)
        #expect(scene.found == [])
        #expect(stack.name == "dev" && stack.file == Scene.main)
        #expect(stack.account == "012345678901")
        #expect(stack.region == "eu-west-1")
        #expect(stack.isProtected)
        #expect(
            stack.outputs == [
                "arn": .text("$(sheds.tools.arn)"),
                "who": .template(Template([.secret(Secret("dev of ann in ")), .context(.account)])), "count": "3",
            ])
    }

    /// What comes from the environment may be a secret, wherever it is free text; a name or a word of AWS's is none.
    @Test func whatComesFromTheEnvironment() throws {
        let scene = Scene(
            "", environment: ["PW": "hunter2", "N": "3", "NAME": "shed"],
            """
            parameters: { password: $(env.PW), word: plain }
            tags: { team: $(env.PW), open: a }
            outputs: { password: $(env.PW), word: $(parameters.word) }
            sheds:
              tools:
                name: $(env.NAME)
                note: $(parameters.password)!
                size: $(env.N)
                doors: [front, "$(env.PW)"]
                environment: { KEY: $(env.PW), OPEN: $(parameters.word), HOME: "$(env.PW)@$(region)" }
                policy: { Version: 2012-10-17, Statement: [{ Resource: $(env.PW) }] }
            """)
        let stack = try #require(scene.read().draft)
        #expect(scene.found == [])
        let shed = try #require(stack.resources[Address(section: "sheds", name: "tools")])
        #expect(shed.attributes["note"] == "hunter2!" && shed.attributes["size"] == 3)
        let hidden = shed.secretPaths.hide(shed.attributes)
        #expect(hidden["note"] == .secret(Secret("hunter2!")) && hidden["name"] == "shed" && hidden["size"] == 3)
        #expect(hidden["doors"] == [.secret(Secret("front")), .secret(Secret("hunter2"))])
        #expect(
            hidden["environment"] == [
                "KEY": .secret(Secret("hunter2")), "OPEN": "plain",
                "HOME": .template(Template([.secret(Secret("hunter2@")), .context(.region)])),
            ])
        #expect(hidden["tags"]["team"] == .secret(Secret("hunter2")) && hidden["tags"]["open"] == "a")
        #expect(hidden["policy"]["Statement"] == [["Resource": "hunter2"]])
        #expect(stack.outputs == ["password": .secret(Secret("hunter2")), "word": "plain"])
    }

    @Test func aSecretIsNotToldInAMistake() {
        let scene = Scene(
            "", environment: ["PW": "hunter2"], "sheds: { tools: { alarm: $(env.PW), keeper: $(env.PW) } }")
        let told = scene.read().diagnostics.sorted.map { "\($0.message) \($0.help ?? "")" }
        #expect(told.count == 2 && !told.joined().contains("hunter2"))
    }

    @Test func theNameMayComeFromTheEnvironment() {
        let scene = Scene(
            "", files: [Scene.main: "stack: dev-$(env.WHO)\nsheds: { a: {} }"], environment: ["WHO": "ann"])
        #expect(scene.found == [])
        #expect(scene.read().draft?.name == "dev-ann")
    }

    @Test(arguments: [
        "", "sheds:", "sheds: {}", "sheds:\ngardeners:\nparameters:\ntags:\noutputs:\naccount:\nextends:",
    ])
    func emptySections(_ body: String) {
        let scene = Scene("", body)
        #expect(scene.found == [])
        #expect(scene.read().draft?.resources.isEmpty == true)
    }

    @Test func namesAndTags() throws {
        let scene = Scene(
            "",
            """
            tags: { team: a, place: here }
            sheds:
              tools: { tags: { place: there, of: $(account) } }
              garden: { name: eden }
            gardeners:
              ann: {}
            """)
        let tools = try scene.resource("sheds.tools")
        #expect(tools.attributes["name"] == "dev-tools")
        #expect(
            tools.attributes["tags"] == [
                "team": "a", "place": "there", "of": .text("$(account)"), "cogstack:stack": "dev",
                "cogstack:address": "sheds.tools",
            ])
        #expect(try scene.resource("sheds.garden").attributes["name"] == "eden")
        #expect(try scene.resource("gardeners.ann").attributes == ["name": "dev-ann"])
    }

    @Test func lifecycleAndDependencies() throws {
        let scene = Scene(
            "",
            """
            parameters: { keep: true, what: ann }
            sheds:
              tools:
                lifecycle: { protect: true, retain: $(parameters.keep), adopt: false, ignoreChanges: [note, walls.height, "doors[0]"] }
                dependsOn: [gardeners.$(parameters.what), sheds.garden]
              garden: {}
            gardeners:
              ann: {}
            """)
        let tools = try scene.resource("sheds.tools")
        #expect(
            tools.lifecycle
                == Lifecycle(isProtected: true, isRetained: true, ignoreChanges: ["note", "walls.height", "doors[0]"]))
        #expect(
            tools.dependsOn == [Address(section: "gardeners", name: "ann"), Address(section: "sheds", name: "garden")])
        #expect(tools.attributes.map?.keys.sorted() == ["name", "tags"])
        #expect(try scene.resource("sheds.garden").lifecycle == Lifecycle())
    }

    @Test func aReferenceKnowsWhetherItOrders() throws {
        let scene = Scene("", "sheds: { tools: { keeper: ann } }\ngardeners: { ann: {} }")
        #expect(try scene.resource("sheds.tools").attributes.references.map(\.isOrdering) == [true])
    }

    /// Each path counts from the file in which it stands.
    @Test func pathsInOtherFolders() throws {
        let scene = Scene(
            "",
            files: [
                Scene.main: """
                stack: dev
                extends: ../shared/base.yaml
                sheds:
                  garden: { blueprint: ./garden.zip, policy: { file: /etc/policy.json } }
                  both: { blueprint: both.zip }
                """,
                "shared/base.yaml": """
                extends: ./../base.yaml
                sheds:
                  tools: { blueprint: ../plans/tools.zip, policy: { file: policies/open.json } }
                  both: { policy: { file: policies/open.json } }
                """,
                "base.yaml": "sheds: { old: { blueprint: plans/old.zip } }",
                "shared/policies/open.json":
                    #"{"Statement":[{"Effect":"Allow","Resource":"$(sheds.tools.arn)/${aws:username}"}]}"#,
                "/etc/policy.json": "{}",
            ])
        let policy: Value = [
            "Statement": [["Effect": "Allow", "Resource": .text("$(sheds.tools.arn)/${aws:username}")]]
        ]
        func code(_ path: String) -> Value { ["path": .string(path), "sha256": .string("digest of \(path)")] }
        #expect(try scene.own("sheds.tools") == ["blueprint": code("plans/tools.zip"), "policy": policy])
        #expect(try scene.own("sheds.garden") == ["blueprint": code("stacks/garden.zip"), "policy": [:]])
        #expect(try scene.own("sheds.both") == ["blueprint": code("stacks/both.zip"), "policy": policy])
        #expect(try scene.own("sheds.old") == ["blueprint": code("plans/old.zip")])
        #expect(
            scene.read().draft?.inputs.keys.sorted() == [
                "/etc/policy.json", "base.yaml", "plans/old.zip", "plans/tools.zip", "shared/base.yaml",
                "shared/policies/open.json", "stacks/both.zip", "stacks/dev.yaml", "stacks/garden.zip",
            ])
    }

    /// A text loses the end of its last line; bytes stay as they are, known by their digest.
    @Test func whatStandsInOtherFiles() throws {
        let scene = Scene(
            "",
            files: [
                Scene.main: """
                stack: dev
                sheds:
                  inline: { sign: $(region), inventory: { rakes: 1.0, length: 1.5, where: "$(region)" }, safe: { code: a } }
                  filed:
                    sign: { file: sign.txt }
                    picture: { file: ../pic }
                    inventory: { file: tools.json }
                    safe: { code: { file: code } }
                """, "stacks/sign.txt": "$(x)\n", "pic": "abc", "stacks/tools.json": #"{"rakes": [1, {"a": true}]}"#,
                "stacks/code": "s3cret\r\n",
            ])
        #expect(scene.found == [])
        #expect(
            try scene.own("sheds.inline") == [
                "sign": .text("$(region)"), "safe": ["code": "a"],
                "inventory": ["rakes": 1, "length": .number(1.5), "where": .text("$(region)")],
            ])
        let digest: Value = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(
            try scene.own("sheds.filed") == [
                "sign": "$(x)", "picture": ["path": "pic", "sha256": digest],
                "inventory": ["rakes": [1, ["a": true]]], "safe": ["code": "s3cret"],
            ])
        let filed = try scene.resource("sheds.filed")
        #expect(filed.secretPaths.hide(filed.attributes)["safe"] == ["code": .secret(Secret("s3cret"))])
        let files = Set(try #require(scene.read().draft).inputs.keys)
        #expect(files.isSuperset(of: ["stacks/sign.txt", "pic", "stacks/tools.json", "stacks/code"]))
    }

    @Test(arguments: [
        ("base.yaml", "stacks/dev.yaml", "stacks/base.yaml"),
        ("./base.yaml", "dev.yaml", "base.yaml"),
        ("../base.yaml", "stacks/dev.yaml", "base.yaml"),
        ("../base.yaml", "dev.yaml", "../base.yaml"),
        ("../../base.yaml", "stacks/dev.yaml", "../base.yaml"),
        ("../base.yaml", "../dev.yaml", "../../base.yaml"),
        ("../base.yaml", "./dev.yaml", "./../base.yaml"),
        ("../base.yaml", "/stacks/dev.yaml", "/base.yaml"),
        ("/base.yaml", "stacks/dev.yaml", "/base.yaml"),
        ("code/", "stacks/dev.yaml", "stacks/code"),
        ("a//b", "dev.yaml", "a/b"),
    ])
    func aPathIsWorkedOut(_ name: String, _ file: String, _ expected: String) {
        #expect(Files.path(name, relativeTo: file) == expected)
    }
}

/// `extends`.
@Suite struct LayerTests {
    @Test func threeLayers() throws {
        let scene = Scene(
            "",
            files: [
                Scene.main: """
                stack: dev
                extends: middle.yaml
                region: null
                tags: { a: top }
                sheds:
                  tools: { size: 3, doors: [top], walls: { paint: top }, locked: ~ }
                  gone:
                """,
                "stacks/middle.yaml": """
                stack: middle
                extends: base.yaml
                region: us-east-1
                tags: { a: middle, b: middle, c: ~ }
                parameters: { p: middle }
                sheds:
                  tools: { size: 2, doors: [middle, middle], walls: { height: 2, paint: middle }, environment: { A: middle } }
                  added: { note: $(parameters.p) $(stack) }
                  goneInTheMiddle: null
                """,
                "stacks/base.yaml": """
                account: "123456789012"
                region: us-west-2
                tags: { c: base, d: base }
                parameters: { p: base, q: base }
                sheds:
                  tools: { note: $(parameters.q), size: 1, locked: true, environment: { A: base, B: base } }
                  gone: {}
                  goneInTheMiddle: {}
                gardeners:
                  ann: {}
                """,
            ])
        let stack = try #require(scene.read().draft)
        #expect(scene.found == [])
        #expect(stack.name == "dev" && stack.account == "123456789012" && stack.region == nil)
        #expect(stack.resources.keys.sorted().map(\.description) == ["gardeners.ann", "sheds.added", "sheds.tools"])
        #expect(
            try scene.own("sheds.tools") == [
                "note": "base", "size": 3, "doors": ["top"], "walls": ["height": 2, "paint": "top"],
                "environment": ["A": "middle", "B": "base"],
            ])
        #expect(try scene.own("sheds.added") == ["note": "middle dev"])
        let tags = try scene.resource("sheds.tools").attributes["tags"]
        #expect([tags["a"], tags["b"], tags["c"], tags["d"]] == ["top", "middle", .null, "base"])
        let origins = try scene.resource("sheds.tools").origins
        #expect(origins["size"]?.description == "stacks/dev.yaml:6:12")
        #expect(origins["walls.height"]?.description == "stacks/middle.yaml:7:55")
        #expect(origins["note"]?.description == "stacks/base.yaml:6:12")
    }

    @Test(arguments: [
        ("{ a: 1 }", "{ a: { b: 1 } }", "{ b: 1 }"),
        ("{ a: { b: 1 } }", "{ a: 1 }", "1"),
        ("{ a: [1, 2] }", "{ a: [3] }", "[3]"),
        ("{ a: { b: 1, c: 2 } }", "{ a: { c: 3, d: 4 } }", "{ b: 1, c: 3, d: 4 }"),
        ("{ a: { b: 1, c: 2 } }", "{ a: { b: ~ } }", "{ c: 2 }"),
        ("{ a: { b: { c: 1 } } }", "{ a: { b: {} } }", "{ b: { c: 1 } }"),
        ("{ a: 1 }", "{}", "1"),
        ("{}", "{ a: 1 }", "1"),
    ])
    func merge(_ below: String, _ above: String, _ expected: String) throws {
        func policy(_ files: [String: String]) throws -> Value {
            try Scene("", files: files).resource("sheds.tools").attributes["policy"]
        }
        let merged = try policy([
            Scene.main: "stack: dev\nextends: base.yaml\nsheds: { tools: { policy: \(above) } }",
            "stacks/base.yaml": "sheds: { tools: { policy: \(below) } }",
        ])
        #expect(merged == (try policy([Scene.main: "stack: dev\nsheds: { tools: { policy: { a: \(expected) } } }"])))
    }

    @Test func oneBaseByTwoWaysIsNoCycle() {
        let scene = Scene(
            "",
            files: [
                Scene.main: "stack: dev\nextends: base.yaml\nsheds: { a: { policy: { file: base.yaml } } }",
                "stacks/base.yaml": "gardeners: { ann: {} }",
            ])
        #expect(scene.found == [])
    }
}

extension Scene {
    /// A resource's properties less those that every one has.
    func own(_ address: String, _ place: SourceLocation = #_sourceLocation) throws -> Value {
        .map(try (resource(address, place).attributes.map ?? [:]).filter { $0.key != "name" && $0.key != "tags" })
    }
}
