package import Diagnostics

/// A value of a YAML file, and where it stands.
package struct Node: Sendable, Hashable {
    /// One of YAML's three kinds.
    package indirect enum Content: Sendable, Hashable {
        /// A single value: what it means, and how it is written.
        case scalar(Scalar, Spelling)
        /// A list.
        case sequence([Node])
        /// In the order of the file. No two entries have one name.
        case mapping([Entry])
    }

    /// One `key: value` of a mapping.
    package struct Entry: Sendable, Hashable {
        /// Always a scalar.
        package let key: Node
        /// What it is set to; for `key:` with nothing behind it, null.
        package let value: Node

        /// The key's text as written, without quotes: the key `123` is named `"123"`.
        package var name: String { key.spelling?.text ?? "" }

        /// A key, which must be a scalar, with its value.
        package init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    /// How a scalar is written: what its type alone does not tell, such as the leading zero of `012345678901`.
    package struct Spelling: Sendable, Hashable {
        /// What the quotes say: only a plain scalar can be anything but text.
        package enum Style: Sendable, Hashable {
            case plain
            /// In single or double quotes.
            case quoted
            /// After `|` or `>`.
            case block
        }

        /// The text, without quotes and with escapes resolved.
        package let text: String
        /// With or without quotes, or as a block.
        package let style: Style

        /// A text as written in a style.
        package init(text: String, style: Style) {
            self.text = text
            self.style = style
        }
    }

    /// What it is.
    package let content: Content
    /// From the first to after the last character, tag and anchor included. For an alias: where the alias
    /// stands; what lies inside it keeps the place where it is written. A block scalar (`|`, `>`) reaches to where the
    /// next thing starts.
    package let range: SourceRange
    /// The tag as resolved by YAML, such as `tag:yaml.org,2002:str`, where the file gives one. Its effect is
    /// in `content` already.
    package let tag: String?

    /// A value at a place.
    package init(_ content: Content, range: SourceRange, tag: String? = nil) {
        self.content = content
        self.range = range
        self.tag = tag
    }
}

extension Node {
    /// The resolved scalar; nil for a list or a map.
    package var scalar: Scalar? {
        if case .scalar(let scalar, _) = content { scalar } else { nil }
    }

    /// How the scalar is written; nil for a list or a map.
    package var spelling: Spelling? {
        if case .scalar(_, let spelling) = content { spelling } else { nil }
    }

    /// The elements; nil for anything that is no list.
    package var sequence: [Node]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The entries in the order of the file; nil for anything that is no map.
    package var mapping: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The entry of that name; nil where there is none, or where this is no map.
    package func mappingEntry(_ name: String) -> Entry? {
        mapping?.first { $0.name == name }
    }

    /// What it is, in the words of a message: `a list`, `text`, `a number`.
    package var kindDescription: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a map"
        case .scalar(.null, _): "nothing"
        case .scalar(.boolean, _): "true or false"
        case .scalar(.integer, _), .scalar(.number, _): "a number"
        case .scalar(.string, _): "text"
        }
    }
}
