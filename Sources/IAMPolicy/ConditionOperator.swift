/// A condition operator with its prefix and suffix taken apart: `ForAllValues:StringEqualsIfExists`.
struct ConditionOperator: Hashable {
    enum Quantifier: String, CaseIterable {
        case allValues = "ForAllValues:"
        case anyValue = "ForAnyValue:"
    }

    /// What more values do to a test.
    enum Polarity {
        /// One of the values must match: each further one widens it.
        case anyOf
        /// None of the values may match: each further one narrows it.
        case noneOf
    }

    let quantifier: Quantifier?
    /// In IAM's spelling.
    let name: String
    let isIfExists: Bool

    /// Nil for what is no operator of IAM. Its case has no meaning.
    init?(_ text: String) {
        var rest = Substring(text.lowercased())
        let quantifier = Quantifier.allCases.first { rest.hasPrefix($0.rawValue.lowercased()) }
        if let quantifier { rest = rest.dropFirst(quantifier.rawValue.count) }
        let isIfExists = rest.hasSuffix("ifexists")
        if isIfExists { rest = rest.dropLast("ifexists".count) }
        // A key is there or it is not: `NullIfExists` is none of IAM's operators.
        guard let row = Self.table.first(where: { $0.name.lowercased() == rest }), !(isIfExists && row.name == "Null")
        else {
            return nil
        }
        self.quantifier = quantifier
        self.name = row.name
        self.isIfExists = isIfExists
    }

    /// In IAM's spelling.
    var spelling: String { "\(quantifier?.rawValue ?? "")\(name)\(isIfExists ? "IfExists" : "")" }

    /// Nil for `Null`, whose values are no alternatives.
    var polarity: Polarity? { Self.table.first { $0.name == name }?.polarity }

    /// The test in words, such as `s3:prefix is like a/* or b/*`.
    func words(key: String, values: [String]) -> String {
        if name == "Null" { return "\(key) is \(values == ["true"] ? "absent" : "present")" }
        let verb = Self.table.first { $0.name == name }?.verb ?? "is"
        let subject =
            switch quantifier {
            case .allValues?: "every \(key)"
            case .anyValue?: "any \(key)"
            case nil: key
            }
        let alternatives = values.joined(separator: polarity == .noneOf ? " nor " : " or ")
        return "\(subject) \(verb) \(alternatives)\(isIfExists ? " (if present)" : "")"
    }

    /// All spellings without prefix and suffix.
    static let names = table.map(\.name)

    private struct Row {
        let name: String
        let verb: String
        let polarity: Polarity?

        init(_ name: String, _ verb: String, _ polarity: Polarity? = .anyOf) {
            self.name = name
            self.verb = verb
            self.polarity = polarity
        }
    }

    // IAM User Guide, "IAM JSON policy elements: Condition operators".
    private static let table = [
        Row("StringEquals", "is"), Row("StringNotEquals", "is not", .noneOf),
        Row("StringEqualsIgnoreCase", "is, in any case,"),
        Row("StringNotEqualsIgnoreCase", "is not, in any case,", .noneOf),
        Row("StringLike", "is like"), Row("StringNotLike", "is not like", .noneOf),
        Row("NumericEquals", "is"), Row("NumericNotEquals", "is not", .noneOf),
        Row("NumericLessThan", "is less than"), Row("NumericLessThanEquals", "is at most"),
        Row("NumericGreaterThan", "is more than"), Row("NumericGreaterThanEquals", "is at least"),
        Row("DateEquals", "is"), Row("DateNotEquals", "is not", .noneOf),
        Row("DateLessThan", "is before"), Row("DateLessThanEquals", "is not after"),
        Row("DateGreaterThan", "is after"), Row("DateGreaterThanEquals", "is not before"),
        Row("Bool", "is"), Row("BinaryEquals", "is"),
        Row("IpAddress", "is in"), Row("NotIpAddress", "is not in", .noneOf),
        Row("ArnEquals", "is like"), Row("ArnNotEquals", "is not like", .noneOf),
        Row("ArnLike", "is like"), Row("ArnNotLike", "is not like", .noneOf),
        Row("Null", "is", nil),
    ]
}
