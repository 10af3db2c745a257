import Digest
import Foundation
import Testing

/// The published vectors beside the package; the tests that need them are skipped where they are absent.
private let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/vectors/crypto")
private let hasVectors = FileManager.default.fileExists(atPath: vectors.path)

@Suite("SHA-256 and HMAC")
struct DigestTests {
    @Test("NIST's vectors", .enabled(if: hasVectors, "the vectors are absent"), arguments: [("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64)])
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
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
        }
    }
}
