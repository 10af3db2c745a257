/// Randomness of the system, for salts.
enum RandomBytes {
    static func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }
}
