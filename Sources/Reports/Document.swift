internal import Diagnostics

/// What a report says to people, in order and with its meaning, before any format: no colours, no columns, no wrapping. Renderers
/// decide how it looks.
package struct Document: Sendable {
    private(set) var blocks: [Block]

    init(_ blocks: [Block] = []) {
        self.blocks = blocks
    }

    static func += (document: inout Document, blocks: [Block]) { document.blocks += blocks }
}

/// A part of a document.
indirect enum Block: Sendable {
    /// What the document, or what follows in it, is about.
    case heading([Span])
    /// One fact.
    case line([Span])
    /// Sentences.
    case paragraph([Span])
    /// Something to know besides the result.
    case note([Span])
    /// What it all comes to, and what that took.
    case summary([Span], cost: Span)
    case list(ItemKind, [Item])
    /// Names and what they stand for.
    case definitions([(name: String, value: [Span])])
    /// A new object's properties: enough to recall what the file says in full.
    case properties([(name: String, value: ShownValue)])
    case difference(Difference)
    /// What belongs to the block before it.
    case nested([Block])
    /// Where one part ends and another begins; several in a row are one.
    case blank
}

/// What a list's items are, and thus what their statuses and details say.
enum ItemKind: Sendable {
    /// What happens, or would, to a resource; its details say how it changes.
    case change
    /// What became of an action.
    case outcome
    /// A resource looked for in an account.
    case discovery
    /// What is recorded of a resource.
    case record
    /// What a check found.
    case finding
    case point
}

/// A member of a list.
struct Item: Sendable {
    /// How it stands with it: a mark, a word or both.
    struct Status: Sendable {
        let mark: String
        let word: String
        let meaning: Meaning

        init(_ mark: String = "", _ word: String = "", _ meaning: Meaning) {
            self.mark = mark
            self.word = word
            self.meaning = meaning
        }
    }

    let status: Status?
    /// What it is, in columns that the list's items share; the last one may be empty.
    let columns: [[Span]]
    /// Said beside it.
    var remarks: [Span] = []
    var details: [Block] = []

    init(_ status: Status? = nil, _ columns: [Span]..., remarks: [Span] = [], details: [Block] = []) {
        self.status = status
        self.columns = columns
        self.remarks = remarks
        self.details = details
    }
}

/// How a value differs from what it was.
struct Difference: Sendable {
    enum Sign: Character, Sendable {
        case added = "+"
        case removed = "-"
        case changed = "~"
        case unchanged = " "
    }

    struct Line: Sendable {
        let sign: Sign
        let spans: [Span]
    }

    let sign: Sign
    let path: String
    /// On one line; nil where it always takes lines of its own.
    let inline: [Span]?
    /// In lines of its own; empty where one line always does.
    let lines: [Line]
    var remarks: [Span] = []
    /// Where the file says so: `stacks/prod.yaml:42`.
    var origin: String?
}

/// What a piece of text means.
enum Meaning: Sendable {
    case plain, strong, dim, added, changed, removed, alarming, noted
    /// A resource, by its address.
    case address
    /// To be typed or written as it is.
    case code
}

/// Text with one meaning. It is escaped from the start, so its length is the one that is seen.
struct Span: Equatable, Sendable, ExpressibleByStringInterpolation {
    let text: String
    let meaning: Meaning
    /// Whether a line never ends within it: a number and its unit.
    let isWhole: Bool

    init(_ text: String, _ meaning: Meaning = .plain, isWhole: Bool = false) {
        self.text = escaped(text)
        self.meaning = meaning
        self.isWhole = isWhole
    }

    init(stringLiteral text: String) { self.init(text) }
}

extension [Span] {
    func joined(separator: Span) -> [Span] {
        Array(map { [$0] }.joined(separator: [separator]))
    }
}
