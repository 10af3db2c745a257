import Digest
import Foundation
import Testing

/// The published vectors beside the package; the tests that need them are skipped where they are absent.
private let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/vectors/crypto")
private let hasVectors = FileManager.default.fileExists(atPath: vectors.path)

@Suite("SHA-256 and HMAC")
struct DigestTests {
    @Test(
        "NIST's vectors", .enabled(if: hasVectors, "the vectors are absent"),
        arguments: [("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64)])
    func nist(file: String, count: Int) throws {
        let records = try read(file)
        #expect(records.count == count)
        for record in records {
            let message = try #require(bytes(record["Msg"])).prefix((Int(record["Len"] ?? "") ?? 0) / 8)
            #expect(SHA256.hash(message).hexadecimal == record["MD"])
        }
    }

    @Test("RFC 4231", .enabled(if: hasVectors, "the vectors are absent"))
    func rfc4231() throws {
        let records = try read("rfc-4231-sha256.txt")
        #expect(records.count == 6)
        for record in records {
            let key = try #require(bytes(record["Key"]))
            let message = try #require(bytes(record["Msg"]))
            #expect(HMAC.sha256(key: key, message).hexadecimal == record["MD"])
        }
    }

    @Test("Wycheproof's valid full tags", .enabled(if: hasVectors, "the vectors are absent"))
    func wycheproof() throws {
        struct Suite: Decodable {
            struct Group: Decodable {
                let tagSize: Int
                let tests: [Case]
            }
            struct Case: Decodable { let key, msg, tag, result: String }
            let testGroups: [Group]
        }
        let suite = try JSONDecoder().decode(
            Suite.self, from: Data(contentsOf: vectors.appending(path: "hmac_sha256_test.json")))
        let cases = suite.testGroups.filter { $0.tagSize == 256 }.flatMap(\.tests)
        #expect(cases.count > 80)
        for test in cases {
            let tag = HMAC.sha256(key: try #require(bytes(test.key)), try #require(bytes(test.msg))).hexadecimal
            #expect((tag == test.tag) == (test.result == "valid"))
        }
    }

    /// FIPS 180-4's own examples, for where the vectors are absent.
    @Test(
        "known digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func known(text: String, digest: String) {
        #expect(SHA256.hash(text).hexadecimal == digest)
    }

    @Test("bytes may come in any pieces", arguments: [1, 3, 55, 56, 63, 64, 65, 127, 128, 200])
    func pieces(size: Int) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var sha = SHA256()
        for start in stride(from: 0, to: message.count, by: size) { sha.update(message[start...].prefix(size)) }
        #expect(sha.finalize() == SHA256.hash(message))
    }

    @Test("NIST's vectors of SHA-1", .enabled(if: hasVectors, "the vectors are absent"))
    func nistSHA1() throws {
        let records = try read("SHA1ShortMsg.rsp")
        #expect(records.count == 65)
        for record in records {
            let message = try #require(bytes(record["Msg"])).prefix((Int(record["Len"] ?? "") ?? 0) / 8)
            #expect(SHA1.hash(Array(message)).hexadecimal == record["MD"])
        }
    }

    @Test(
        "RFC 3174",
        arguments: [
            ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
            (
                "0123456701234567012345670123456701234567012345670123456701234567", 10,
                "dea356a2cddd90c7a7ecedc5ebb563934f460452"
            ),
        ])
    func rfc3174(text: String, count: Int, digest: String) {
        #expect(SHA1.hash(Array(String(repeating: text, count: count).utf8)).hexadecimal == digest)
    }

    @Test(
        "RFC 2202",
        arguments: [
            ([UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8), "b617318655057264e28bc0b6fb378c8ef146be00"),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "125d7342b9ac11cd91a39af48aa17b4f63f175d3"
            ),
            (Array(1...25), [UInt8](repeating: 0xcd, count: 50), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
            (
                [UInt8](repeating: 0x0c, count: 20), Array("Test With Truncation".utf8),
                "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"
            ),
            (
                [UInt8](repeating: 0xaa, count: 80),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "aa4ae5e15272d00e95705637ce8a3b55ed402112"
            ),
            (
                [UInt8](repeating: 0xaa, count: 80),
                Array("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data".utf8),
                "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
            ),
        ])
    func rfc2202(key: [UInt8], message: [UInt8], tag: String) {
        #expect(HMAC.sha1(key: key, message).hexadecimal == tag)
    }

    @Test(
        "RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func rfc6238(time: Int, code: String) {
        let key = Array("12345678901234567890".utf8)
        #expect(OneTimePassword.code(key: key, at: time, digits: 8) == code)
        #expect(OneTimePassword.code(key: key, at: time) == String(code.suffix(6)))
    }

    @Test(
        "RFC 4648, section 10, base 32",
        arguments: [
            ("MY======", "f"), ("MZXQ====", "fo"), ("MZXW6===", "foo"), ("MZXW6YQ=", "foob"), ("mzxw 6ytb", "fooba"),
            ("MZXW6YTBOI======", "foobar"),
        ])
    func base32(text: String, meaning: String) {
        #expect(OneTimePassword.key(text) == Array(meaning.utf8))
        #expect(OneTimePassword.key(text + "1") == nil)
    }

    /// Records of `name = value` lines that end with `MD`.
    private func read(_ file: String) throws -> [[String: String]] {
        var records: [[String: String]] = []
        var record: [String: String] = [:]
        let text = try String(contentsOf: vectors.appending(path: file), encoding: .utf8)
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.components(separatedBy: " = ")
            guard parts.count == 2 else { continue }
            record[parts[0]] = parts[1].trimmingCharacters(in: .whitespaces)
            if parts[0] == "MD" {
                records.append(record)
                record = [:]
            }
        }
        return records
    }

    private func bytes(_ hexadecimal: String?) -> [UInt8]? {
        hexadecimal.map { text in
            let digits = Array(text)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...($0 + 1)]), radix: 16)
            }
        }
    }
}
