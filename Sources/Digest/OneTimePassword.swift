/// The codes of authenticator apps: TOTP (RFC 6238) with HMAC-SHA-1, new every 30 seconds.
package enum OneTimePassword {
    /// Seconds for which a code is shown.
    package static let period = 30

    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - digits: 6, as all services ask; the published vectors have 8.
    package static func code(key: [UInt8], at time: Int, digits: Int = 6) -> String {
        let counter = UInt64(max(0, time / period))
        let tag = HMAC.sha1(key: key, (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * $0)) })
        let offset = Int(tag[19] & 15)
        let number = tag[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = String(number)
        return String((String(repeating: "0", count: digits) + text).suffix(digits))
    }

    /// The key in the text that services show (base 32, RFC 4648; spaces, case and padding do not count); nil for any other text.
    package static func key(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (buffer, bits): (UInt32, UInt32) = (0, 0)
        for character in text.uppercased() where character != " " && character != "=" {
            guard let index = alphabet.firstIndex(of: character) else { return nil }
            buffer = (buffer << 5 | UInt32(index)) & 0xffff
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
        }
        return bytes.isEmpty ? nil : bytes
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}
