import Diagnostics

/// Builds the tree from events and collects what is wrong with it.
///
/// Recursion is bounded by `Limit.depth`. An alias shares the memory of what it repeats, so the limit on
/// values bounds the work of whoever walks the tree, not the memory taken here.
struct TreeBuilder: ~Copyable {
    /// What makes reading on impossible.
    enum Stop: Error {
        case syntax(SyntaxProblem)
        case limit(Diagnostic)
    }

    /// A node with what an alias to it costs.
    private struct Subtree {
        let node: Node
        /// Nodes in it, itself included.
        let values: Int
        /// Lists and maps inside one another; 0 for a scalar.
        let height: Int
    }

    private enum Anchor {
        case underConstruction
        case complete(Subtree)
    }

    private(set) var diagnostics = Diagnostics()
    private var events: EventStream
    private let file: String
    private var anchors: [String: Anchor] = [:]
    private var values = 0

    init(events: consuming EventStream, file: String) {
        self.events = events
        self.file = file
    }

    /// The root of the only document; nil, with a diagnostic, where the file has none.
    mutating func document() throws(Stop) -> Node? {
        _ = try next()
        let first = try next()
        guard case .documentStart = first.kind else {
            emptyFile()
            return nil
        }
        let root = try subtree(try next(), depth: 0).node
        _ = try next()
        let last = try next()
        if case .documentStart = last.kind {
            diagnostics.error(
                "several-documents", "a second document starts here", at: range(last),
                help: "keep one document in a file: remove the `---`, or move what follows to a file of its own")
        }
        if root.scalar == .null, root.spelling?.text == "", root.tag == nil {
            emptyFile()
            return nil
        }
        return root
    }

    private mutating func emptyFile() {
        diagnostics.error(
            "empty-file", "the file holds nothing but comments and white space",
            at: SourceRange(file: file, at: .start),
            help: "write the stack into it, or name another file")
    }

    private mutating func next() throws(Stop) -> Event {
        do { return try events.next() } catch { throw .syntax(error) }
    }

    private func range(_ event: Event) -> SourceRange {
        SourceRange(file: file, start: event.start, end: event.end)
    }

    // MARK: Nodes

    private mutating func subtree(_ event: Event, depth: Int) throws(Stop) -> Subtree {
        switch event.kind {
        case .alias(let name): return try alias(name, at: range(event), depth: depth)
        case .scalar(let spelling, let properties):
            try count(1, at: range(event))
            let scalar = resolve(spelling, properties.tag, at: range(event))
            let node = Node(.scalar(scalar, spelling), range: range(event), tag: properties.tag)
            return define(properties.anchor, Subtree(node: node, values: 1, height: 0))
        case .sequenceStart(let properties, let isFlow):
            return try collection(event, properties, CoreTag.sequence, depth: depth) { builder throws(Stop) in
                try builder.sequence(event, isFlow: isFlow, tag: properties.tag, depth: depth + 1)
            }
        case .mappingStart(let properties, let isFlow):
            return try collection(event, properties, CoreTag.mapping, depth: depth) { builder throws(Stop) in
                try builder.mapping(event, isFlow: isFlow, tag: properties.tag, depth: depth + 1)
            }
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw .syntax(
                SyntaxProblem(
                    problem: "did not find expected node content", context: "", position: event.start, contextStart: nil
                ))
        }
    }

    /// What lists and maps have in common: limits, tag, anchor.
    private mutating func collection(
        _ event: Event, _ properties: Event.Properties, _ expectedTag: CoreTag, depth: Int,
        content: (inout TreeBuilder) throws(Stop) -> Subtree
    ) throws(Stop) -> Subtree {
        try count(1, at: range(event))
        try check(depth: depth + 1, at: range(event))
        if let tag = properties.tag, tag != expectedTag.rawValue, tag != CoreTag.nonSpecific {
            if CoreTag(rawValue: tag) == nil {
                unknownTag(tag, at: range(event))
            } else {
                mismatchedTag(tag, what: expectedTag == .sequence ? "a list" : "a map", at: range(event))
            }
        }
        if let anchor = properties.anchor { anchors[anchor] = .underConstruction }
        return define(properties.anchor, try content(&self))
    }

    private mutating func sequence(_ start: Event, isFlow: Bool, tag: String?, depth: Int) throws(Stop) -> Subtree {
        var elements: [Node] = []
        var values = 1
        var height = 0
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind {
                let range = collectionRange(start, event, isFlow: isFlow, last: elements.last)
                return Subtree(
                    node: Node(.sequence(elements), range: range, tag: tag), values: values, height: height + 1)
            }
            let element = try subtree(event, depth: depth)
            elements.append(element.node)
            values += element.values
            height = max(height, element.height)
        }
    }

    private mutating func mapping(_ start: Event, isFlow: Bool, tag: String?, depth: Int) throws(Stop) -> Subtree {
        var entries: [Node.Entry] = []
        var firstPlaces: [String: SourceRange] = [:]
        var values = 1
        var height = 0
        while true {
            let event = try next()
            if case .mappingEnd = event.kind {
                let range = collectionRange(start, event, isFlow: isFlow, last: entries.last?.value)
                return Subtree(
                    node: Node(.mapping(entries), range: range, tag: tag), values: values, height: height + 1)
            }
            let key = try subtree(event, depth: depth)
            let value = try subtree(try next(), depth: depth)
            values += key.values + value.values
            height = max(height, key.height, value.height)
            if isUsable(key.node, of: start, firstPlaces: &firstPlaces) {
                entries.append(Node.Entry(key: key.node, value: value.node))
            }
        }
    }

    /// libyaml ends a collection without brackets where the next thing starts, comments and blank lines later.
    private func collectionRange(_ start: Event, _ end: Event, isFlow: Bool, last: Node?) -> SourceRange {
        SourceRange(file: file, start: start.start, end: isFlow ? end.end : last?.range.end ?? end.end)
    }

    // MARK: Keys

    /// Whether a key can stand in the tree; reports why where it cannot.
    private mutating func isUsable(_ key: Node, of map: Event, firstPlaces: inout [String: SourceRange]) -> Bool {
        guard let scalar = key.scalar, let spelling = key.spelling else {
            if key.mapping != nil, case .mappingStart(_, isFlow: true) = map.kind, map.end == key.range.start {
                diagnostics.append(.unquotedPlaceholder(at: SourceRange(file: file, at: map.start)))
            } else {
                diagnostics.error(
                    "non-scalar-key", "\(key.kindDescription) cannot be a key", at: key.range,
                    help: "keys are plain text: move this to the value, or put it in quotes")
            }
            return false
        }
        guard scalar != .null else {
            diagnostics.error(
                "empty-key", "a key is missing before this colon", at: key.range,
                help: "write `key: value`; to use the text itself as key, put it in quotes")
            return false
        }
        if spelling.text == "<<", spelling.style == .plain {
            diagnostics.error(
                "merge-key", "YAML 1.2 has no merge key", at: key.range,
                help:
                    "use `extends` to share settings between files, or give the whole value an anchor (&name) and repeat it "
                    + "with an alias (*name)")
            return false
        }
        if let first = firstPlaces[spelling.text] {
            diagnostics.error(
                "duplicate-key", "duplicate key `\(spelling.text)`", at: key.range,
                help: "remove one of the two, or merge them", related: [.init("it is first here", at: first)])
            return false
        }
        firstPlaces[spelling.text] = key.range
        return true
    }

    // MARK: Scalars and tags

    /// The typed scalar; where that fails, a diagnostic, and the text as it stands.
    private mutating func resolve(_ spelling: Node.Spelling, _ tag: String?, at range: SourceRange) -> Scalar {
        do throws(Scalar.Problem) {
            return try Scalar(spelling.text, isPlain: spelling.style == .plain, tag: tag)
        } catch {
            switch error {
            case .integerOutOfRange:
                diagnostics.error(
                    "number-out-of-range", "this whole number does not fit into 64 bits", at: range,
                    help: "if it is an identifier and not a quantity, put it in quotes")
            case .numberOutOfRange:
                diagnostics.error(
                    "number-out-of-range", "this number is too large", at: range,
                    help: "if it is an identifier and not a quantity, put it in quotes")
            case .doesNotMatchTag: mismatchedTag(tag ?? "", what: "this value", at: range)
            case .unknownTag: unknownTag(tag ?? "", at: range)
            }
            return .string(spelling.text)
        }
    }

    private mutating func unknownTag(_ tag: String, at range: SourceRange) {
        diagnostics.error(
            "unknown-tag", "the tag `\(shortened(tag))` is not known here", at: range,
            help:
                "CloudFormation's tags such as !Ref and !Sub do not work here: write a reference as $(section.name.attribute); "
                + "text that starts with `!` needs quotes")
    }

    private mutating func mismatchedTag(_ tag: String, what: String, at range: SourceRange) {
        diagnostics.error(
            "tag-mismatch", "\(what) does not match its tag `\(shortened(tag))`", at: range,
            help: "remove the tag, or correct the value")
    }

    private func shortened(_ tag: String) -> String {
        let core = "tag:yaml.org,2002:"
        return tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag
    }

    // MARK: Anchors, aliases and limits

    private mutating func define(_ anchor: String?, _ subtree: Subtree) -> Subtree {
        if let anchor { anchors[anchor] = .complete(subtree) }
        return subtree
    }

    private mutating func alias(_ name: String, at range: SourceRange, depth: Int) throws(Stop) -> Subtree {
        switch anchors[name] {
        case .complete(let target):
            try count(target.values, at: range)
            try check(depth: depth + target.height, at: range)
            let node = Node(target.node.content, range: range, tag: target.node.tag)
            return Subtree(node: node, values: target.values, height: target.height)
        case .underConstruction:
            diagnostics.error(
                "cyclic-alias", "the alias `*\(name)` stands inside the very value it repeats", at: range,
                help: "move the anchor `&\(name)` to a value that does not contain the alias")
        case nil:
            diagnostics.error(
                "unknown-alias", "there is no anchor `&\(name)` above this alias", at: range,
                help: "set the anchor before its first use; text that starts with `*` needs quotes")
        }
        try count(1, at: range)
        let nothing = Node(.scalar(.null, Node.Spelling(text: "", style: .plain)), range: range)
        return Subtree(node: nothing, values: 1, height: 0)
    }

    private mutating func count(_ more: Int, at range: SourceRange) throws(Stop) {
        values += more
        guard values <= YAMLReader.Limit.values else {
            throw .limit(
                Diagnostic(
                    "too-many-values",
                    "the file grows beyond \(YAMLReader.Limit.values) values here, aliases counted in full",
                    at: range, help: "use fewer aliases to aliases, or split the file"))
        }
    }

    private func check(depth: Int, at range: SourceRange) throws(Stop) {
        guard depth <= YAMLReader.Limit.depth else {
            throw .limit(
                Diagnostic(
                    "nested-too-deeply", "lists and maps are nested more than \(YAMLReader.Limit.depth) deep here",
                    at: range,
                    help: "look for brackets or dashes that are not meant"))
        }
    }
}
