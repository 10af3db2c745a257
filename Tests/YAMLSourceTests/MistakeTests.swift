import Diagnostics
import Testing
import YAMLSource
import TestSupport

/// Mistakes, each marked at the place where it is reported.
@Suite struct MistakeTests {
    @Test(arguments: syntax + structure)
    func isReportedAtItsPlace(_ marked: String) {
        let marked = MarkedText(marked)
        let (_, diagnostics) = YAMLReader.read(Array(marked.text.utf8), file: "stack.yaml")
        #expect(diagnostics.sorted.map { MarkedText.mark(of: $0, in: marked.text) } == marked.expected)
        #expect(diagnostics.sorted.allSatisfy { $0.help != nil })
    }

    /// What libyaml stops at. One for each run.
    static let syntax = [
        "a: 1\n\tb: 2\n^ tab-indentation: a tab stands where YAML needs spaces",
        "a:\n\tb: 1\n^ tab-indentation: a tab stands where YAML needs spaces",
        "a:\n  b: \"x\"\n  \tc: 2\n  ^ tab-indentation: a tab stands where YAML needs spaces",
        "a: |\n\tfoo\n^ tab-indentation: a tab stands where YAML needs spaces",
        """
        owner: @identity
               ^ needs-quotes: text cannot start with `@`
        """,
        """
        code: `ls`
              ^ needs-quotes: text cannot start with ```
        """,
        """
        share: %50
               ^ needs-quotes: text cannot start with `%`
        """,
        """
        action: *
                ^ needs-quotes: `*` starts an alias, but no name follows
        """,
        """
        actions: [s3:GetObject, *.example.com]
                                ^ needs-quotes: `*` starts an alias, but no name follows
        """,
        """
        a: & b
           ^ needs-quotes: `&` starts an anchor, but no name follows
        """,
        """
        name: {{ name }}-prod
              ^ needs-quotes: text cannot start with `{{`
        """,
        """
        name: "prod
              ^ unclosed-quote: this quote is never closed
        region: us-east-1

        """,
        """
        a: 'x
           ^ unclosed-quote: this quote is never closed
        ---
        """,
        """
        name: "prod
        region: "us-east-1"
                 ^ unclosed-quote: text goes on after the closing quote
        """,
        """
        name: 'it's'
                  ^ unclosed-quote: text goes on after the closing quote
        """,
        """
        stack:prod
             ^ missing-space: a space is missing after this colon
        region: us-east-1
        """,
        """
        stack: prod
        region:us-east-1
              ^ missing-space: a space is missing after this colon
        tags: {}
        """,
        """
        stack: prod
        region
        ^ yaml-syntax: this line is neither `key: value` nor part of the text above it
        tags: {}
        """,
        """
        description: first: second
                          ^ needs-quotes: a second `: ` on the line of a key
        """,
        """
        - s3:GetObject
          note: x
              ^ yaml-syntax: a key cannot stand here: the line above already has a value
        """,
        """
        a:
          b: 1
           c: 2
            ^ yaml-syntax: a key cannot stand here: the line above already has a value
        """,
        """
        a:
           b: 1
          c: 2
          ^ yaml-syntax: this does not fit what stands above it
        """,
        "  a: 1\nb: 2\n^ yaml-syntax: this does not fit what stands above it",
        """
        a: 1
        - b
        ^ yaml-syntax: a list item cannot stand among the keys of a map
        """,
        """
        - a
        b: 1
        ^ yaml-syntax: this does not fit what stands above it
        """,
        """
        : x
        ^ empty-key: a key is missing before this colon
        """,
        """
        a: [1]]
              ^ yaml-syntax: this bracket closes nothing
        """,
        """
        a: - b
           ^ yaml-syntax: a list cannot start on the line of its key
        """,
        """
        a: [1, 2
           ^ unclosed-bracket: this list is never closed

        # the end

        """,
        """
        a: [1, 2
        b: 3
         ^ unclosed-bracket: a comma or the closing `]` is missing before this
        """,
        """
        a: {b: ${x}}
                ^ unclosed-bracket: a comma or the closing `}` is missing before this
        """,
        """
        a: [1, , 2]
               ^ yaml-syntax: a value is missing here
        """,
        """
        a: [
            ^ yaml-syntax: a value is missing here

        """,
        #"""
        pattern: "\d+"
                  ^ unknown-escape: double quotes know no such escape
        """#,
        #"""
        emoji: "\ud83d\ude00"
                  ^ unknown-escape: double quotes know no such escape
        """#,
        """
        a: !sub!x y
           ^ unknown-tag: this tag is not known here
        """,
        """
        a: |x
            ^ yaml-syntax: did not find expected comment or line break while scanning a block scalar
          y
        """,
        // Columns count code points, whatever bytes and terminal columns they take.
        """
        é日😀: "x" y
                 ^ unclosed-quote: text goes on after the closing quote
        """,
    ]

    /// What is wrong in a text that can be read. All of them in one run.
    static let structure = [
        """
        a: 1
        b: {c: 1, c: 2}
                  ^ duplicate-key: duplicate key `c`
        "a": 2
        ^^^ duplicate-key: duplicate key `a`
        日本: 1
        日本: 2
        ^^ duplicate-key: duplicate key `日本`
        """,
        """
        bucket: !Ref Data
                ^^^^^^^^^ unknown-tag: the tag `!Ref` is not known here
        when: !!timestamp 2024-01-01
              ^^^^^^^^^^^^^^^^^^^^^^ unknown-tag: the tag `!!timestamp` is not known here
        join: !Join [a, b]
              ^^^^^^^ unknown-tag: the tag `!Join` is not known here
        set: !!set {a}
             ^^^^^^^ unknown-tag: the tag `!!set` is not known here
        """,
        """
        a: !!int twelve
           ^^^^^^^^^^^^ tag-mismatch: this value does not match its tag `!!int`
        b: !!str [x]
           ^^^^^^^ tag-mismatch: a list does not match its tag `!!str`
        c: !!seq {}
           ^^^^^^^ tag-mismatch: a map does not match its tag `!!seq`
        d: !!map x
           ^^^^^^^ tag-mismatch: this value does not match its tag `!!map`
        e: !!bool yes
           ^^^^^^^^^^ tag-mismatch: this value does not match its tag `!!bool`
        """,
        """
        name: {{ name }}
              ^ needs-quotes: text cannot start with `{{`
        {a: 1}: x
        ^^^^^^ non-scalar-key: a map cannot be a key
        [a, b]: x
        ^^^^^^ non-scalar-key: a list cannot be a key
        """,
        """
        ~: x
        ^ empty-key: a key is missing before this colon
        null: y
        ^^^^ empty-key: a key is missing before this colon
        """,
        """
        base: &base {a: 1}
        user:
          <<: *base
          ^^ merge-key: YAML 1.2 has no merge key
          "<<": fine
        """,
        """
        a: *later
           ^^^^^^ unknown-alias: there is no anchor `&later` above this alias
        b: &later 1
        """,
        """
        a: &a [1, *a]
                  ^^ cyclic-alias: the alias `*a` stands inside the very value it repeats
        b: &b {c: {d: *b}}
                      ^^ cyclic-alias: the alias `*b` stands inside the very value it repeats
        """,
        """
        a: 9223372036854775808
           ^^^^^^^^^^^^^^^^^^^ number-out-of-range: this whole number does not fit into 64 bits
        b: 0xFFFFFFFFFFFFFFFFF
           ^^^^^^^^^^^^^^^^^^^ number-out-of-range: this whole number does not fit into 64 bits
        c: 1e400
           ^^^^^ number-out-of-range: this number is too large
        """,
        """
        a: 1
        ---
        ^^^ several-documents: a second document starts here
        b: 2
        """,
        // A syntax error does not hide what was found before it.
        """
        a: 1
        a: 2
        ^ duplicate-key: duplicate key `a`
        b: @
           ^ needs-quotes: text cannot start with `@`
        """,
    ]

    @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "---\n# nothing\n...\n", "\u{FEFF}", "\u{FEFF}\r\n"])
    func anEmptyFileIsAnErrorOfItsOwn(_ text: String) {
        let (node, diagnostics) = YAMLReader.read(Array(text.utf8), file: "stack.yaml")
        #expect(node == nil)
        #expect(diagnostics.sorted.map(\.code) == ["empty-file"])
    }

    @Test func aDuplicateNamesBothPlaces() {
        let (_, diagnostics) = YAMLReader.read(Array("a: 1\nb: 2\na: 3\n".utf8), file: "stack.yaml")
        #expect(diagnostics.sorted.first?.range?.description == "stack.yaml:3:1")
        #expect(diagnostics.sorted.first?.related.map(\.range.description) == ["stack.yaml:1:1"])
    }

    /// What a user gets to see of it all.
    @Test func isShownWithItsLineItsCaretAndWhatToDo() {
        let text = "stack: prod\nroles:\n  日本: {a: 1}\n  日本: !Ref x\nregion:us-east-1\n"
        let (_, diagnostics) = YAMLReader.read(Array(text.utf8), file: "stacks/prod.yaml")
        #expect(
            DiagnosticRenderer(sources: ["stacks/prod.yaml": text], colour: false).render(diagnostics).text == """
                stacks/prod.yaml:4:3: error: duplicate key `日本` [duplicate-key]
                 4 |   日本: !Ref x
                   |   ^~~~
                help: remove one of the two, or merge them
                stacks/prod.yaml:3:3: note: it is first here
                 3 |   日本: {a: 1}
                   |   ^~~~

                stacks/prod.yaml:4:7: error: the tag `!Ref` is not known here [unknown-tag]
                 4 |   日本: !Ref x
                   |         ^~~~~~
                help: CloudFormation's tags such as !Ref and !Sub do not work here: write a reference as $(section.name.attribute); \
                text that starts with `!` needs quotes

                stacks/prod.yaml:5:7: error: a space is missing after this colon [missing-space]
                 5 | region:us-east-1
                   |       ^
                help: write `key: value`

                3 errors

                """)
    }

    /// What is wrong inside a readable text leaves a tree that other checks can go on with.
    @Test func theTreeKeepsWhatCouldBeRead() throws {
        let (node, diagnostics) = YAMLReader.read(Array("a: 1\na: 2\nb: !Ref x\nc: *no\n".utf8), file: "stack.yaml")
        #expect(diagnostics.sorted.map(\.code) == ["duplicate-key", "unknown-tag", "unknown-alias"])
        let entries = try #require(node?.mapping)
        #expect(entries.map(\.name) == ["a", "b", "c"])
        #expect(entries.map(\.value.scalar) == [.integer(1), .string("x"), .null])
    }
}
