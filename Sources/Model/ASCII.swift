/// What single bytes of a text are, for where a regular expression would have to be compiled first.
extension UInt8 {
    /// A to Z and a to z.
    package var isLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self & ~0x20) }
    /// A to Z.
    package var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    /// 0 to 9.
    package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    package var isLetterOrDigit: Bool { isLetter || isDigit }
}

extension Substring {
    /// Where the first `$(` stands; nil where there is none.
    package var firstReference: Index? {
        var start = utf8.startIndex
        while let dollar = utf8[start...].firstIndex(of: UInt8(ascii: "$")) {
            start = utf8.index(after: dollar)
            if start < utf8.endIndex, utf8[start] == UInt8(ascii: "(") { return dollar }
        }
        return nil
    }
}

extension StringProtocol {
    /// Whether it is twelve digits, as an AWS account's number.
    package var isAccountNumber: Bool { utf8.count == 12 && utf8.allSatisfy(\.isDigit) }
}
