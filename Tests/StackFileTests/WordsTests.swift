import Diagnostics
import Testing

/// How mistakes read.
@Suite struct WordsTests {
    @Test func mistakesReadWell() {
        let scene = Scene("", set: ["bukket": "b"], """
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
        #expect(DiagnosticRenderer(sources: sources, colour: false).render(diagnostics) == """

            """)
    }
}
