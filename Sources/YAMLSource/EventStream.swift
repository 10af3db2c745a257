import CLibYAML
import Diagnostics

/// What libyaml reports, as Swift values: nothing in it points into libyaml's memory.
struct Event {
    enum Kind {
        case streamStart, streamEnd
        case documentStart, documentEnd
        case alias(anchor: String)
        case scalar(Node.Spelling, Properties)
        /// `isFlow`: in brackets, not by indentation.
        case sequenceStart(Properties, isFlow: Bool)
        case sequenceEnd
        case mappingStart(Properties, isFlow: Bool)
        case mappingEnd
    }

    /// What may stand before any node.
    struct Properties {
        let anchor: String?
        let tag: String?
    }

    let kind: Kind
    let start: SourcePosition
    let end: SourcePosition
}

/// libyaml's report of a syntax error.
struct SyntaxProblem: Error {
    /// libyaml's own words, such as "did not find expected key".
    let problem: String
    /// What libyaml was doing, such as "while parsing a block mapping".
    let context: String
    let position: SourcePosition
    /// Where that began; nil where libyaml does not say.
    let contextStart: SourcePosition?
}

/// libyaml's event parser, over a copy of the text. Owns all of its memory: releasing the stream releases it.
struct EventStream: ~Copyable {
    // On the heap, because libyaml keeps the address of its own parser.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter utf8: valid UTF-8 without a byte order mark.
    /// - Returns: nil when memory is exhausted.
    init?(_ utf8: some Collection<UInt8>) {
        parser = .allocate(capacity: 1)
        text = .allocate(capacity: utf8.count)
        _ = text.initialize(fromContentsOf: utf8)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            text.deallocate()
            return nil
        }
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event. Not to be called again after the end of the stream or after an error.
    mutating func next() throws(SyntaxProblem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxProblem() }
        defer { yaml_event_delete(&event) }
        return Event(event)
    }

    private func syntaxProblem() -> SyntaxProblem {
        let state = parser.pointee
        return SyntaxProblem(
            problem: state.error == YAML_MEMORY_ERROR
                ? "out of memory" : state.problem.map { String(cString: $0) } ?? "",
            context: state.context.map { String(cString: $0) } ?? "",
            position: SourcePosition(state.problem_mark),
            contextStart: state.context == nil ? nil : SourcePosition(state.context_mark))
    }
}

extension SourcePosition {
    /// libyaml counts lines and code points from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}

extension Event {
    fileprivate init(_ event: yaml_event_t) {
        start = SourcePosition(event.start_mark)
        end = SourcePosition(event.end_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_ALIAS_EVENT: kind = .alias(anchor: text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let style: Node.Spelling.Style =
                switch scalar.style {
                case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
                case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
                default: .plain
                }
            kind = .scalar(
                Node.Spelling(text: String(decoding: value, as: UTF8.self), style: style),
                Properties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = event.data.sequence_start
            kind = .sequenceStart(
                Properties(anchor: text(sequence.anchor), tag: text(sequence.tag)),
                isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE)
        case YAML_MAPPING_START_EVENT:
            let mapping = event.data.mapping_start
            kind = .mappingStart(
                Properties(anchor: text(mapping.anchor), tag: text(mapping.tag)),
                isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE)
        // libyaml ends every stream with this event, and reports "no event" only after it.
        default: kind = .streamEnd
        }
    }
}

/// A copy of a zero-terminated name; nil for none.
private func text(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    characters.map { String(decodingCString: $0, as: UTF8.self) }
}
