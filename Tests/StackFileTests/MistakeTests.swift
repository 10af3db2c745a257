import Diagnostics
import Model
import Schema
import StackFile
import Testing

/// Each mistake with its exact place, its code and its words, and no other one beside it.
@Suite struct MistakeTests {
    @Test(arguments: properties + references + heads + wholes)
    func isFound(_ scene: Scene) {
        #expect(scene.found == scene.expected)
        #expect(!scene.expected.isEmpty)
    }

    static let properties = [
        Scene(
            "an unknown key",
            """
            sheds:
              tools:
                sise: 3
                ^^^^ unknown-key: sheds.tools has no property `sise`
            """),
        Scene(
            "an unknown key further in",
            """
            sheds:
              tools:
                walls: { height: 3, pant: white }
                                    ^^^^ unknown-key: walls has no property `pant`
            """),
        Scene(
            "a missing property",
            """
            sheds:
              tools:
                walls: { paint: white }
                       ^ missing-property: walls needs `height`
            """),
        Scene(
            "a required property that is null",
            """
            sheds:
              tools:
                walls:
                  height:
                  ^ missing-property: walls needs `height`
            """),
        Scene(
            "wrong types",
            """
            sheds:
              tools:
                size: three
                      ^^^^^ wrong-type: size must be a whole number, and this is text
                locked: yes
                        ^^^ wrong-type: locked must be true or false, and this is text
                note: [a]
                      ^^^ wrong-type: note must be text, and this is a list
                doors: front
                       ^^^^^ wrong-type: doors must be a list, and this is text
                colours: [RED, [GREEN]]
                               ^^^^^^^ wrong-type: colours[1] must be one of RED, GREEN, and this is a list
                environment: A
                             ^ wrong-type: environment must be a map, and this is text
                walls: 3
                       ^ wrong-type: walls must be a map of properties, and this is a number
                keeper: [ann]
                        ^^^^^ wrong-type: keeper must be the name of one of gardeners, and this is a list
                blueprint: {}
                           ^^ wrong-type: blueprint must be a path, and this is a map
                policy: 3
                        ^ wrong-type: policy must be a policy document, and this is a number
                rules: all
                       ^^^ wrong-type: rules must be a list of short forms, or a policy document, and this is text
            """),
        Scene(
            "what stands in other files",
            files: [
                Scene.main: """
                stack: dev
                sheds:
                  tools:
                    sign: { fil: sign.txt }
                          ^^^^^^^^^^^^^^^^^ wrong-type: sign must be text or `{ file: <path> }`, and this is a map
                    picture: picture.png
                             ^^^^^^^^^^^ wrong-type: picture must be `{ file: <path> }`, and this is text
                    inventory: rakes
                               ^^^^^ wrong-type: inventory must be a map or `{ file: <path> }`, and this is text
                  garden:
                    sign: { file: long.txt }
                                  ^^^^^^^^ out-of-limits: sign is 10 characters long
                    picture: { file: long.txt }
                                     ^^^^^^^^ out-of-limits: picture is 11 bytes long
                    inventory: { file: none.json }
                                       ^^^^^^^^^ cannot-read: cannot read stacks/none.json: there is no such file
                """, "stacks/long.txt": "0123456789\n",
            ]),
        Scene(
            "a fraction where a whole number is wanted",
            """
            sheds:
              tools:
                size: 1.5
                      ^^^ wrong-type: size must be a whole number, and this is 1.5
            """),
        Scene(
            "true where text is wanted",
            """
            sheds:
              tools:
                environment:
                  DEBUG: true
                         ^^^^ wrong-type: environment.DEBUG must be text, and this is true or false
            """),
        Scene(
            "nothing in a list",
            """
            sheds:
              tools:
                doors: [front, ]
                locked: no
                        ^^ wrong-type: locked must be true or false, and this is text
              garden:
                doors:
                  - front
                  - ~
                    ^ wrong-type: doors[1] must be text, and this is nothing
            """),
        Scene(
            "numbers out of limits",
            """
            sheds:
              tools:
                size: 11
                      ^^ out-of-limits: size is 11
                slope: 1.5
                       ^^^ out-of-limits: slope is 1.5
                visit: 13h
                       ^^^ out-of-limits: visit is 46800 seconds
                paintAfter: 0
                            ^ out-of-limits: paintAfter is 0 days
                doors: []
                       ^^ out-of-limits: doors is 0 elements long
              garden:
                doors: [a, b, c, d]
                       ^^^^^^^^^^^^ out-of-limits: doors is 4 elements long
            """),
        Scene(
            "text out of limits",
            """
            sheds:
              tools:
                name: a-name-that-is-too-long
                      ^^^^^^^^^^^^^^^^^^^^^^^ out-of-limits: name is 23 characters long
              garden:
                name: Garden
                      ^^^^^^ wrong-form: name has not the right form
              left-by-the-house:
              ^^^^^^^^^^^^^^^^^ out-of-limits: the name `dev-left-by-the-house` is 21 characters long
                size: 3
            """),
        Scene(
            "durations that are none",
            """
            sheds:
              tools:
                visit: 1.5h
                       ^^^^ wrong-type: visit must be a duration in whole seconds, such as 45s or 12h, and this is text
                paintAfter: 36h
                            ^^^ wrong-type: paintAfter must be a duration in whole days, such as 90d, and this is text
              garden:
                visit: -1h
                       ^^^ wrong-type: visit must be a duration in whole seconds, such as 45s or 12h, and this is text
                paintAfter: 99999999999999999999d
                            ^^^^^^^^^^^^^^^^^^^^^ wrong-type: paintAfter must be a duration in whole days, such as 90d, and this is text
            """),
        Scene(
            "a word that AWS does not know",
            """
            sheds:
              tools:
                alarm: OPTIONEL
                       ^^^^^^^^ unknown-word: alarm cannot be `OPTIONEL`
                colours: [RED, BLUE]
                               ^^^^ unknown-word: colours[1] cannot be `BLUE`
              garden:
                alarm: true
                       ^^^^ wrong-type: alarm must be one of OFF, ON, OPTIONAL, and this is true or false
            """),
        Scene(
            "a key that cannot be one",
            """
            sheds:
              tools:
                environment:
                  my-name: ann
                  ^^^^^^^ wrong-form: `my-name` cannot be a key of environment
            """),
        Scene(
            "short forms",
            """
            sheds:
              tools:
                rules:
                  - forbd: ann
                    ^^^^^ unknown-key: rules[0] has no property `forbd`
                  - forbid: ann
                    allow: g-1
                    ^^^^^ two-forms: rules[1] says both `forbid` and `allow`
                  - allow: g-1
                    untill: noon
                    ^^^^^^ unknown-key: `allow` has no property `untill`
                  - {}
                    ^^ wrong-type: rules[3] must be a map with one of allow, forbid, and this is a map
                  - ann
                    ^^^ wrong-type: rules[4] must be a map with one of allow, forbid, and this is text
              garden:
                rules: { forbid: ann }
                         ^^^^^^ wrong-type: rules must be a list of short forms, and this is one by itself
            """),
        Scene(
            "an empty Condition, which would give more than it seems to",
            """
            sheds:
              tools:
                policy:
                  Statement:
                    - Effect: Allow
                      Condition:
                      ^^^^^^^^^ missing-value: policy.Statement[0].Condition says nothing
            """),
        Scene(
            "a reference in a key, where nobody would read it",
            """
            sheds:
              tools:
                policy: { StringEquals: { "$(sheds.tools.id):aud": a } }
                                          ^^^^^^^^^^^^^^^^^^^^^^^ reference-in-key: a key cannot hold a reference
            """),
        Scene(
            "the same twice",
            """
            sheds:
              tools:
                colours: [RED, GREEN, "RED"]
                                      ^^^^^ same-element: colours has this twice
                doors: [a, a]
            """),
        Scene(
            "a policy and code that cannot be read",
            """
            sheds:
              tools:
                policy: { file: no.json }
                                ^^^^^^^ cannot-read: cannot read stacks/no.json: there is no such file
                blueprint: no
                           ^^ cannot-read: cannot read stacks/no: there is no such file
              garden:
                policy: { file: [a] }
                                ^^^ wrong-type: a single value is meant here, and this is a list
                blueprint: ""
                           ^^ wrong-type: a path is meant here, and this is empty
            """),
        Scene(
            "code that may hold secrets",
            """
            sheds:
              tools:
                blueprint: careless.zip
                           ^^^^^^^^^^^^ sensitive-code: the code in stacks/careless.zip has files that are likely to hold secrets: `.env`, `a.key`, `b.key` and 1 more
            """),
        Scene(
            "mistakes in a policy's file",
            files: [
                Scene.main: """
                stack: dev
                sheds:
                  tools:
                    policy: { file: open.json }
                  garden:
                    policy: { file: list.json }
                """,
                "stacks/open.json": """
                { "Statement": [ {
                \t"Effect": "Allow", "Resource": "$(sheds.toolz.arn)",
                                                 ^^^^^^^^^^^^^^^^^^ dangling-reference: there is no `toolz` in sheds
                \t"Condition": null } ] }
                 ^^^^^^^^^^^ missing-value: policy.Statement[0].Condition says nothing
                """,
                "stacks/list.json": """
                []
                ^^ wrong-type: policy must be a policy document, and this is a list
                """,
            ]),
        Scene(
            "tags that are not the file's to give",
            """
            tags: { "cogstack:stack": prod }
                    ^^^^^^^^^^^^^^^^ reserved-tag: tags that start with `cogstack:` are not the file's to give
            sheds:
              tools:
                tags: { "AWS:x": y, "[": z }
                        ^^^^^^^ reserved-tag: tags that start with `aws:` are not the file's to give
                                    ^^^ wrong-form: `[` cannot be a key of tags
            """),
        Scene(
            "lifecycle",
            """
            sheds:
              tools:
                lifecycle:
                  protect: $(account)
                  ^^^^^^^ reference-too-early: lifecycle.protect must be known before AWS is asked
                  retian: true
                  ^^^^^^ unknown-key: lifecycle has no property `retian`
                  ignoreChanges: [note, wals.height, "doors[0]"]
                                        ^^^^^^^^^^^ unknown-key: sheds.tools has no property `wals`
            """),
        Scene(
            "paths of properties",
            """
            sheds:
              tools:
                lifecycle:
                  ignoreChanges:
                    - walls.height
                    - walls.hight
                      ^^^^^^^^^^^ unknown-key: sheds.tools has no property `hight`
                    - note.inner
                      ^^^^^^^^^^ unknown-key: sheds.tools has no property `note.inner`
                    - tags.cost.center
                      ^^^^^^^^^^^^^^^^ unknown-key: sheds.tools has no property `tags.cost.center`
                    - tags["cost.center"]
                    - doors[x]
                      ^^^^^^^^ wrong-form: `doors[x]` is not the path of a property
                    - rules[0].allow
            """),
    ]

    static let references = [
        Scene(
            "dangling names",
            """
            sheds:
              tools:
                keeper: anne
                        ^^^^ dangling-reference: there is no `anne` in gardeners
                rules: [{ allow: bob }]
                                 ^^^ dangling-reference: there is no `bob` in gardeners
                dependsOn: [gardeners.ann, gardeners.anne, ann, $(sheds.tools.id)]
                                           ^^^^^^^^^^^^^^ dangling-reference: there is no resource `gardeners.anne`
                                                           ^^^ dangling-reference: there is no resource `ann`
                                                                ^^^^^^^^^^^^^^^^^ reference-too-early: an address must be known before AWS is asked
            gardeners:
              ann: {}
            """),
        Scene(
            "dangling references, each at its own place in the text",
            """
            sheds:
              tools:
                note: "a $(shed.tools.arn) b $(sheds.tool.arn) c $(sheds.tools.arm)"
                         ^^^^^^^^^^^^^^^^^ dangling-reference: there is no section `shed`
                                             ^^^^^^^^^^^^^^^^^ dangling-reference: there is no `tool` in sheds
                                                                 ^^^^^^^^^^^^^^^^^^ dangling-reference: sheds.tools has no attribute `arm`
            """),
        Scene(
            "the whole value where its text is not written as it reads",
            """
            sheds:
              tools:
                note: "\\t$(sheds.tools.arm)"
                      ^^^^^^^^^^^^^^^^^^^^^^ dangling-reference: sheds.tools has no attribute `arm`
                environment:
                  A: |
                     ^ dangling-reference: sheds.tools has no attribute `arm`
                    $(sheds.tools.arm)
            """),
        Scene(
            "what is no reference",
            """
            sheds:
              tools:
                note: $(whoami)
                      ^^^^^^^^^ malformed-reference: `$(whoami)` is no reference
                walls: { height: 3, paint: "so $(sheds.tools" }
                                               ^^ open-reference: `$(` is not closed
                environment:
                  A: $(sheds.tools.arn.more)
                     ^^^^^^^^^^^^^^^^^^^^^^^ malformed-reference: `$(sheds.tools.arn.more)` is no reference
                  B: $()
                     ^^^ malformed-reference: `$()` is no reference
                  C: é $(env.HOM)
                       ^^^^^^^^^^ unset-variable: the environment variable HOM is not set
            """),
        Scene(
            "a reference to another type of thing",
            """
            sheds:
              tools:
                keeper: $(sheds.tools.id)
                        ^^^^^^^^^^^^^^^^^ wrong-reference: keeper must be one of gardeners, and this is one of sheds
            """),
        Scene(
            "what only AWS can tell in a path",
            """
            sheds:
              tools:
                blueprint: $(account).zip
                           ^^^^^^^^^^^^^^ reference-too-early: a path must be known before AWS is asked
            """),
        Scene(
            "secrets",
            """
            outputs:
              key: $(gardeners.ann.key)
              ^^^ secret-in-clear: $(gardeners.ann.key) is a secret, and outputs.key is no place for one
            sheds:
              tools:
                note: $(gardeners.ann.key)
                ^^^^ secret-in-clear: $(gardeners.ann.key) is a secret, and note is no place for one
                doors: [$(gardeners.ann.key)]
                        ^^^^^^^^^^^^^^^^^^^^ secret-in-clear: $(gardeners.ann.key) is a secret, and doors[0] is no place for one
                tags: { key: $(gardeners.ann.key) }
                        ^^^ secret-in-clear: $(gardeners.ann.key) is a secret, and tags.key is no place for one
                environment:
                  FINE: $(gardeners.ann.key)
                  KEY: key=$(gardeners.ann.key)
                       ^^^^^^^^^^^^^^^^^^^^^^^^ secret-in-text: $(gardeners.ann.key) is a secret and must stand alone
            gardeners:
              ann: {}
            """),
        Scene(
            "a secret among the stack's tags",
            """
            tags: { key: $(gardeners.ann.key) }
                    ^^^ secret-in-clear: $(gardeners.ann.key) is a secret, and tags.key is no place for one
            gardeners:
              ann: {}
            """),
    ]

    static let heads = [
        Scene(
            "no name",
            files: [
                Scene.main: """
                sheds: {}
                ^ missing-property: the stack file needs `stack`
                """
            ]),
        Scene(
            "a name that is null",
            files: [
                Scene.main: """
                stack:
                ^ missing-property: the stack file needs `stack`
                """
            ]),
        Scene(
            "a name that is none, and all else that is wrong",
            files: [
                Scene.main: """
                stack: Prod
                       ^^^^ wrong-form: stack has not the right form
                sheds:
                  tools: { sise: 3 }
                           ^^^^ unknown-key: sheds.tools has no property `sise`
                """
            ]),
        Scene(
            "a name that is not known yet",
            files: [
                Scene.main: """
                stack: dev-$(parameters.who)-$(stack)-$(account)
                           ^^^^^^^^^^^^^^^^^ reference-too-early: `$(parameters.who)` cannot stand in the stack's name
                                             ^^^^^^^^ reference-too-early: `$(stack)` cannot stand in the stack's name
                                                      ^^^^^^^^^^ reference-too-early: `$(account)` cannot stand in the stack's name
                parameters: { who: ann }
                """
            ]),
        Scene(
            "an unknown section",
            """
            shed: {}
            ^^^^ unknown-key: a stack file has no section `shed`
            """),
        Scene(
            "guards",
            """
            account: "12345678901"
                     ^^^^^^^^^^^^^ wrong-form: account has not the right form
            region: $(region)
            ^^^^^^ reference-too-early: region must be known before AWS is asked
            protect: $(sheds.tools.id)
            ^^^^^^^ reference-too-early: protect must be known before AWS is asked
            sheds:
              tools: {}
            """),
        Scene(
            "a region that is a zone",
            """
            region: us-east-1a
                    ^^^^^^^^^^ wrong-form: region has not the right form
            """),
        Scene(
            "head words of another type",
            """
            account: [1]
                     ^^^ wrong-type: account must be text, and this is a list
            protect: 1
                     ^ wrong-type: protect must be true or false, and this is a number
            tags: none
                  ^^^^ wrong-type: tags must be a map, and this is text
            outputs: [a]
                     ^^^ wrong-type: outputs must be a map, and this is a list
            parameters: [a]
                        ^^^ wrong-type: parameters must be a map of names to values, and this is a list
            """),
        Scene(
            "parameters",
            """
            parameters:
              bucket:
              ^^^^^^ missing-parameter: the parameter `bucket` has no value
              list: [a, b]
                    ^^^^^^ wrong-type: a parameter is a single value, and this is a list
              other: $(parameters.list)
                     ^^^^^^^^^^^^^^^^^^ reference-too-early: `$(parameters.list)` cannot stand in a parameter
              home: $(env.NO)
                    ^^^^^^^^^ unset-variable: the environment variable NO is not set
              number: many
            sheds:
              tools:
                note: $(parameters.buckt) $(parameters.bucket) $(parameters.home)
                      ^^^^^^^^^^^^^^^^^^^ unknown-parameter: there is no parameter `buckt`
                size: $(parameters.number)
                      ^^^^^^^^^^^^^^^^^^^^ wrong-type: size must be a whole number, and this is text
            """),
        Scene(
            "--set of what the file has not", set: ["bukket": "b", "other": "c"],
            """
            parameters:
            ^^^^^^^^^^ unknown-parameter: --set names `bukket`, and stacks/dev.yaml has no such parameter
            ^^^^^^^^^^ unknown-parameter: --set names `other`, and stacks/dev.yaml has no such parameter
              bucket: a
            """),
        Scene(
            "--set in a file without parameters", files: [Scene.main: "stack: dev"], set: ["a": "b"],
            placeless: ["unknown-parameter: --set names `a`, and stacks/dev.yaml has no such parameter"]),
        Scene(
            "a section that is no map",
            """
            sheds: tools
                   ^^^^^ wrong-type: sheds must be a map of names to properties, and this is text
            gardeners: [ann]
                       ^^^^^ wrong-type: gardeners must be a map of names to properties, and this is a list
            """),
        Scene(
            "a resource that is no map",
            """
            sheds:
              tools: here
                     ^^^^ wrong-type: sheds.tools must be a map of properties, and this is text
            """),
        Scene(
            "a resource of which nothing is said",
            """
            sheds:
              tools:
              ^^^^^ empty-resource: sheds.tools says nothing
              garden: { note: $(sheds.tools.arn) }
            """),
        Scene(
            "names that a resource cannot have",
            """
            sheds:
              tools.garden: {}
              ^^^^^^^^^^^^ wrong-form: `tools.garden` cannot name a resource
              1: {}
              ^ wrong-form: `1` cannot name a resource
              "": {}
              ^^ wrong-form: `` cannot name a resource
            """),
        Scene(
            "no map at all",
            files: [
                Scene.main: """
                - stack: dev
                ^ wrong-type: a stack file is a map, and this is a list
                """
            ]),
        Scene("no file", files: [:], placeless: ["cannot-read: cannot read stacks/dev.yaml: there is no such file"]),
    ]

    static let wholes = [
        Scene(
            "two of one name",
            """
            sheds:
              garden:
                name: dev-tools
              tools: {}
              ^^^^^ same-name: sheds.tools and sheds.garden are both named dev-tools in AWS
            """),
        Scene(
            "a cycle of references",
            """
            sheds:
              tools: { keeper: ann }
            gardeners:
              ann: { shed: tools }
              ^^^ dependency-cycle: these resources wait for each other: gardeners.ann → sheds.tools → gardeners.ann
            """),
        Scene(
            "a reference to oneself that AWS alone can answer",
            """
            sheds:
              tools:
                note: $(sheds.tools.id)
                ^^^^ self-reference: sheds.tools refers to itself: $(sheds.tools.id)
                doors: [$(sheds.tools.arn)]
            """),
        Scene(
            "a cycle by dependsOn",
            """
            sheds:
              tools: { dependsOn: [sheds.tools] }
              ^^^^^ dependency-cycle: these resources wait for each other: sheds.tools → sheds.tools
            """),
        Scene(
            "extends of what is not there",
            """
            extends: base.yaml
                     ^^^^^^^^^ cannot-read: cannot read stacks/base.yaml: there is no such file
            """),
        Scene(
            "extends of no path",
            """
            extends: [base.yaml]
                     ^^^^^^^^^^^ wrong-type: extends must be a path, and this is a list
            """),
        Scene(
            "a file that extends itself",
            """
            extends: ../stacks/./dev.yaml
                     ^^^^^^^^^^^^^^^^^^^^ extends-cycle: stacks/dev.yaml extends itself: stacks/dev.yaml → stacks/dev.yaml
            """),
        Scene(
            "files that extend each other",
            files: [
                Scene.main: "extends: ../base.yaml",
                "base.yaml": """
                extends: stacks/dev.yaml
                         ^^^^^^^^^^^^^^^ extends-cycle: base.yaml extends itself: stacks/dev.yaml → base.yaml → stacks/dev.yaml
                """,
            ]),
        Scene(
            "mistakes in three layers, each in its own file",
            files: [
                Scene.main: """
                stack: dev
                extends: ../middle.yaml
                sheds:
                  tools: { size: 11 }
                                 ^^ out-of-limits: size is 11
                """,
                "middle.yaml": """
                extends: base/base.yaml
                sheds:
                  tools: { locked: perhaps }
                                   ^^^^^^^ wrong-type: locked must be true or false, and this is text
                """,
                "base/base.yaml": """
                sheds:
                  tools: { sise: 3, size: 99, blueprint: no }
                           ^^^^ unknown-key: sheds.tools has no property `sise`
                                                         ^^ cannot-read: cannot read base/no: there is no such file
                """,
            ]),
    ]
}
