import Diagnostics
import Testing

/// How mistakes read.
@Suite struct WordsTests {
    @Test func mistakesReadWell() {
        let scene = Scene(
            "", set: ["bukket": "b"],
            """
            parameters: { bucket: a }
            outputs:
              key: $(gardeners.ann.key)
            sheds:
              tools:
                sise: 3
                locked: yes
                environment: { DEBUG: true }
                note: "at $(sheds.toolz.arn)"
                keeper: anne
                colours: [GREAN]
                paintAfter: 36h
                policy:
                  Condition:
              garden:
            gardeners:
              ann: {}
            """)
        let (diagnostics, sources) = scene.diagnostics()
        #expect(
            DiagnosticRenderer(sources: sources, colour: false).render(diagnostics).text == """
                stacks/dev.yaml:2:1: error: --set names `bukket`, and stacks/dev.yaml has no such parameter [unknown-parameter]
                 2 | parameters: { bucket: a }
                   | ^~~~~~~~~~
                help: Did you mean `bucket`?

                stacks/dev.yaml:4:3: error: $(gardeners.ann.key) is a secret, and outputs.key is no place for one [secret-in-clear]
                 4 |   key: $(gardeners.ann.key)
                   |   ^~~
                help: It can go to `environment` of sheds, `safe.code` of sheds and nowhere else: all else is recorded and shown.

                stacks/dev.yaml:7:5: error: sheds.tools has no property `sise` [unknown-key]
                 7 |     sise: 3
                   |     ^~~~
                help: Did you mean `size`?

                stacks/dev.yaml:8:13: error: locked must be true or false, and this is text [wrong-type]
                 8 |     locked: yes
                   |             ^~~

                stacks/dev.yaml:9:27: error: environment.DEBUG must be text, and this is true or false [wrong-type]
                 9 |     environment: { DEBUG: true }
                   |                           ^~~~
                help: Write it in quotes if the text is meant.

                stacks/dev.yaml:10:15: error: there is no `toolz` in sheds [dangling-reference]
                 10 |     note: "at $(sheds.toolz.arn)"
                    |               ^~~~~~~~~~~~~~~~~~
                help: Did you mean `tools`?

                stacks/dev.yaml:11:13: error: there is no `anne` in gardeners [dangling-reference]
                 11 |     keeper: anne
                    |             ^~~~
                help: Did you mean `ann`? Something outside this file is named by its id or ARN.

                stacks/dev.yaml:12:15: error: colours[0] cannot be `GREAN` [unknown-word]
                 12 |     colours: [GREAN]
                    |               ^~~~~
                help: Did you mean `GREEN`? AWS knows RED, GREEN.

                stacks/dev.yaml:13:17: error: paintAfter must be a duration in whole days, such as 90d, and this is text [wrong-type]
                 13 |     paintAfter: 36h
                    |                 ^~~

                stacks/dev.yaml:15:7: error: policy.Condition says nothing [missing-value]
                 15 |       Condition:
                    |       ^~~~~~~~~
                help: Give `Condition` a value, or take the line out.

                stacks/dev.yaml:16:3: error: sheds.garden says nothing [empty-resource]
                 16 |   garden:
                    |   ^~~~~~
                help: Write `garden: {}` for one that leaves everything open, or take the line out: there is nothing below it that it could take away.

                11 errors

                """)
    }
}
