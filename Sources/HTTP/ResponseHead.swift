/// The head of an answer, read line by line as browsers do: any line with a colon is a header, with or without space after it, in
/// UTF-8 or Latin-1; any other is passed over. Interim answers (1xx) give way to the one that follows; a trailer is passed over.
struct ResponseHead: Sendable {
    /// By name in lower case. Where a name comes again, the first value counts.
    private(set) var headers: [String: String] = [:]
    /// Whether two lengths were given that differ, so nobody knows where the body ends.
    private(set) var isContradictory = false
    private var isComplete = false
    private var last: String?

    /// - Parameter line: with or without its line break.
    mutating func add(_ line: some Collection<UInt8>) {
        let line = Self.trimmed(Array(line)[...], of: Self.lineBreak, atStartToo: false)
        if line.starts(with: "HTTP/".utf8) {
            self = ResponseHead()
        } else if line.isEmpty {
            isComplete = true
        } else if !isComplete {
            addHeader(line)
        }
    }

    /// Bytes that the body has, as the server says; nil where it does not, or where it sends chunks.
    var length: Int? { headers["transfer-encoding"] == nil ? headers["content-length"].flatMap { Int($0) } : nil }

    private mutating func addHeader(_ line: ArraySlice<UInt8>) {
        if let first = line.first, Self.space.contains(first), let last {
            headers[last]? += " " + Self.text(line)
            return
        }
        last = nil
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = Self.text(line[..<colon]).lowercased()
        let value = Self.text(line[(colon + 1)...])
        if let first = headers[name] {
            if name == "content-length", first != value { isContradictory = true }
        } else {
            headers[name] = value
            last = name
        }
    }

    private static let space: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    private static let lineBreak: Set<UInt8> = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let bytes = trimmed(bytes, of: space, atStartToo: true)
        return String(validating: bytes, as: UTF8.self)
            ?? String(decoding: bytes.map(UInt16.init), as: UTF16.self)  // Latin-1: each byte is a code point
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>, of unwanted: Set<UInt8>, atStartToo: Bool) -> ArraySlice<
        UInt8
    > {
        let start = atStartToo ? bytes.drop { unwanted.contains($0) } : bytes
        return start[..<(start.lastIndex { !unwanted.contains($0) }.map { $0 + 1 } ?? start.startIndex)]
    }
}
