/// A random password that every policy of a user pool takes.
enum Password {
    /// Characters of each kind that a policy may want: 24, 24, 8 and 8, so six random bits choose one of all evenly.
    private static let kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!@#%^*-_"].map(
        Array.init)

    /// - Parameters:
    ///   - minimumLength: the policy's, 99 at most. Never fewer than 32 characters are made: 168 random bits.
    ///   - random: that many random bytes.
    static func make(minimumLength: Int, random: (Int) -> [UInt8]) -> String {
        let length = min(max(minimumLength, 32), 99)
        let all = kinds.flatMap(\.self)
        // One of each kind, then any.
        return String(
            random(length).enumerated().map { index, byte in
                let choice = index < kinds.count ? kinds[index] : all
                return choice[Int(byte) % choice.count]
            })
    }
}
