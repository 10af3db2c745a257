/// Randomness of the system, for salts.
enum RandomBytes {
    static func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    static func hexadecimal(count: Int) -> String {
        bytes(count: count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
