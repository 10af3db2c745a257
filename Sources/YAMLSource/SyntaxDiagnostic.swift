import Diagnostics

extension Diagnostic {
    /// libyaml's report in the words of someone who has to mend the file.
    ///
    /// libyaml stops where it cannot go on, which is often not where the mistake is; the explanation may point
    /// elsewhere.
    init(_ problem: SyntaxProblem, in text: [UInt8], file: String) {
        let place = Place(problem, in: text)
        if Explanation.isMisfit(problem), let placeholder = place.placeholder {
            self = .unquotedPlaceholder(at: SourceRange(file: file, at: placeholder))
            return
        }
        let explanation = Explanation(problem, place)
        let point = SourceRange(file: file, at: place.endOfTextIfBeyond(explanation.position))
        var related: [Related] = []
        if let note = explanation.note, let start = problem.contextStart, start != point.start {
            related.append(Related(note, at: SourceRange(file: file, at: start)))
        }
        self.init(explanation.code, explanation.message, at: point, help: explanation.help, related: related)
    }
}

extension Diagnostic {
    /// `{{ name }}`, which YAML takes for a map whose key is a map. Whether libyaml or the tree stumbles over it, it is
    /// the same diagnostic, and so is reported once.
    static func unquotedPlaceholder(at point: SourceRange) -> Diagnostic {
        Diagnostic("needs-quotes", "text cannot start with `{{`", at: point, help: "put the whole value in quotes")
    }
}

/// What there is to see around the position of a problem.
private struct Place {
    private let lines: [[Character]]
    private let position: SourcePosition

    init(_ problem: SyntaxProblem, in text: [UInt8]) {
        // One element for each code point, as columns count.
        lines = sourceLines(of: String(decoding: text, as: UTF8.self)).map { $0.unicodeScalars.map { Character($0) } }
        position = problem.position
    }

    /// A line by its number; empty beyond the end.
    func line(_ number: Int) -> [Character] {
        lines.indices.contains(number - 1) ? lines[number - 1] : []
    }

    private func rest(from position: SourcePosition) -> ArraySlice<Character> {
        line(position.line).dropFirst(position.column - 1)
    }

    var character: Character? { rest(from: position).first }
    var isAtEnd: Bool {
        rest(from: position).allSatisfy(\.isWhitespace)
            && lines.dropFirst(position.line).allSatisfy { $0.allSatisfy(\.isWhitespace) }
    }
    /// The last character before the position on its line that is no white space.
    var characterBefore: Character? { line(position.line).prefix(position.column - 1).last { !$0.isWhitespace } }
    /// Where a value of the line starts with `{{`.
    var placeholder: SourcePosition? {
        let line = line(position.line)
        return line.indices.dropLast().first { index in
            line[index] == "{" && line[index + 1] == "{"
                && line.prefix(index).last { !$0.isWhitespace }.map { ":-,[".contains($0) } ?? true
        }.map { SourcePosition(line: position.line, column: $0 + 1) }
    }
    var startsListItem: Bool { character == "-" && rest(from: position).dropFirst().first.map(\.isWhitespace) ?? true }
    var followsKeyOnItsLine: Bool { String(line(position.line).prefix(position.column - 1)).contains(": ") }

    /// The colon of a `key:value` on the line of the position or on the last one above that holds anything.
    ///
    /// Only a line with a single colon counts, and no list item: `s3:GetObject` is a good one.
    var colonWithoutSpace: SourcePosition? {
        let above = (1..<max(1, position.line)).last { !line($0).allSatisfy(\.isWhitespace) }
        return [position.line, above].compactMap(\.self).lazy.compactMap { number in
            let line = line(number)
            guard let colon = line.firstIndex(of: ":"), line.count(where: { $0 == ":" }) == 1,
                line.dropFirst(colon + 1).first?.isWhitespace == false
            else { return nil }
            let key = line.prefix(colon).drop(while: \.isWhitespace)
            guard key.first?.isLetter == true, key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
            else { return nil }
            return SourcePosition(line: number, column: colon + 1)
        }.first
    }

    /// The end of the text for a position in the white space after it, where there would be nothing to see.
    func endOfTextIfBeyond(_ wanted: SourcePosition) -> SourcePosition {
        guard line(wanted.line).allSatisfy(\.isWhitespace),
            let last = (1..<max(1, wanted.line)).last(where: { !line($0).allSatisfy(\.isWhitespace) }),
            let column = line(last).lastIndex(where: { !$0.isWhitespace })
        else { return wanted }
        return SourcePosition(line: last, column: column + 2)
    }
}

private struct Explanation {
    let code: String
    let message: String
    let help: String
    /// Said about the start of what libyaml was reading.
    let note: String?
    let position: SourcePosition

    private init(_ code: String, _ message: String, at position: SourcePosition, help: String, note: String? = nil) {
        (self.code, self.message, self.position, self.help, self.note) = (code, message, position, help, note)
    }

    init(_ problem: SyntaxProblem, _ place: Place) {
        let here = problem.position
        let start = problem.contextStart ?? here
        switch problem.problem {
        case let words
        where words.contains("tab character") || place.character == "\t" && words.contains("cannot start any token"):
            self.init(
                "tab-indentation", "a tab stands where YAML needs spaces", at: here,
                help: "replace it by spaces: YAML does not indent with tabs")

        case "found character that cannot start any token":
            self.init(
                "needs-quotes", "text cannot start with `\(place.character.map(String.init) ?? "")`", at: here,
                help: "put the whole value in quotes")

        case "did not find expected alphabetic or numeric character":
            let (sign, meaning) = problem.context.hasSuffix("alias") ? ("*", "an alias") : ("&", "an anchor")
            self.init(
                "needs-quotes", "`\(sign)` starts \(meaning), but no name follows", at: start,
                help: "if it is meant as text, put the whole value in quotes")

        case "found unexpected end of stream", "found unexpected document indicator":
            self.init("unclosed-quote", "this quote is never closed", at: start, help: "add the closing quote")

        case "could not find expected ':'", "mapping values are not allowed in this context":
            self = Explanation.colon(problem, place)

        case _ where Explanation.isMisfit(problem):
            self = Explanation.misfit(problem, place)

        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            let (what, closing) = problem.problem.hasSuffix("']'") ? ("list", "]") : ("map", "}")
            if place.isAtEnd {
                self.init(
                    "unclosed-bracket", "this \(what) is never closed", at: start, help: "add the closing `\(closing)`")
            } else {
                self.init(
                    "unclosed-bracket", "a comma or the closing `\(closing)` is missing before this", at: here,
                    help: "inside brackets, text with any of `, [ ] { }` needs quotes", note: "the \(what) opens here")
            }

        case "did not find expected node content":
            self.init(
                "yaml-syntax", "a value is missing here", at: here,
                help: "write a value, or remove the bracket or comma that is not meant")

        case "block sequence entries are not allowed in this context":
            self.init(
                "yaml-syntax", "a list cannot start on the line of its key", at: here,
                help: "start it on the next line, or put text that starts with `- ` in quotes")

        case "found unknown escape character", "found invalid Unicode character escape code",
            "did not find expected hexdecimal number":
            self.init(
                "unknown-escape", "double quotes know no such escape", at: here,
                help:
                    "write `\\\\` for a backslash, or use single quotes, where a backslash is plain text; a character beyond "
                    + "U+FFFF is written \\U0001F600")

        case "found undefined tag handle":
            self.init(
                "unknown-tag", "this tag is not known here", at: here, help: "text that starts with `!` needs quotes")

        default:
            let context = problem.context.isEmpty ? "" : " \(problem.context)"
            self.init(
                "yaml-syntax", problem.problem + context, at: here, help: "check this line against the lines around it")
        }
    }

    /// A colon too many or too few.
    private static func colon(_ problem: SyntaxProblem, _ place: Place) -> Explanation {
        if let colon = place.colonWithoutSpace {
            return Explanation(
                "missing-space", "a space is missing after this colon", at: colon, help: "write `key: value`")
        }
        if problem.problem == "could not find expected ':'" {
            return Explanation(
                "yaml-syntax", "this line is neither `key: value` nor part of the text above it",
                at: problem.contextStart ?? problem.position,
                help: "add the missing colon, or indent the line further than the key it belongs to")
        }
        if place.followsKeyOnItsLine {
            return Explanation(
                "needs-quotes", "a second `: ` on the line of a key", at: problem.position,
                help: "put a value that contains `: ` in quotes, or start a map on the next line")
        }
        return Explanation(
            "yaml-syntax", "a key cannot stand here: the line above already has a value", at: problem.position,
            help: "give it the same indentation as the key above, or remove the value above")
    }

    static func isMisfit(_ problem: SyntaxProblem) -> Bool {
        ["did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>"]
            .contains(problem.problem)
    }

    /// Something that is good YAML, but not at this place.
    private static func misfit(_ problem: SyntaxProblem, _ place: Place) -> Explanation {
        let here = problem.position
        switch (place.characterBefore, place.character) {
        case (_, ":"):
            return Explanation("empty-key", "a key is missing before this colon", at: here, help: "write `key: value`")
        case (_, "]"), (_, "}"):
            return Explanation(
                "yaml-syntax", "this bracket closes nothing", at: here,
                help: "remove it, or put text that contains it in quotes")
        case ("\"", _), ("'", _):
            return Explanation(
                "unclosed-quote", "text goes on after the closing quote", at: here,
                help:
                    "put the whole value in one pair of quotes (\\\" is a quote inside double quotes, '' inside single ones), or "
                    + "close an earlier quote")
        default:
            let isMap = problem.context.hasSuffix("mapping")
            return Explanation(
                "yaml-syntax",
                place.startsListItem && isMap
                    ? "a list item cannot stand among the keys of a map" : "this does not fit what stands above it",
                at: here, help: "check the indentation: what belongs together starts in the same column",
                note: problem.context.isEmpty ? nil : "the \(isMap ? "map" : "list") starts here")
        }
    }
}
