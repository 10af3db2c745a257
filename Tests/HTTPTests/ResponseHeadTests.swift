import Testing

@testable import HTTP

@Suite("The head of an answer")
struct ResponseHeadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let lines: [[UInt8]]
        let headers: [String: String]
        var isContradictory = false
        var length: Int?

        var testDescription: String { name }

        init(
            _ name: String, _ text: String, _ headers: [String: String], isContradictory: Bool = false,
            length: Int? = nil
        ) {
            self.init(name, bytes: Array(text.utf8), headers, isContradictory: isContradictory, length: length)
        }

        init(
            _ name: String, bytes: [UInt8], _ headers: [String: String], isContradictory: Bool = false,
            length: Int? = nil
        ) {
            self.name = name
            lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) + [10] }
            self.headers = headers
            self.isContradictory = isContradictory
            self.length = length
        }
    }

    @Test(arguments: [
        Case(
            "plain", "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\n", ["a": "b", "content-length": "5"],
            length: 5),
        Case("no space after the colon, spaces around", "HTTP/1.1 200\nA:b\nC \t: \t d \n", ["a": "b", "c": "d"]),
        Case("no colon", "HTTP/1.1 200\nnonsense\nA: b\n", ["a": "b"]),
        Case("colons in a value, none in a name", "HTTP/1.1 200\nA: b: c\n: d\n", ["a": "b: c", "": "d"]),
        Case("continued", "HTTP/1.1 200\nA: b\n  c\n\td\nE: f\n", ["a": "b c d", "e": "f"]),
        Case("twice", "HTTP/1.1 200\nA: b\nA: c\n d\n", ["a": "b"]),
        Case(
            "interim answers", "HTTP/1.1 100 Continue\nA: b\n\nHTTP/1.1 103\nB: c\n\nHTTP/1.1 200\nC: d\n\n", ["c": "d"]
        ),
        Case("a trailer", "HTTP/1.1 200\nA: b\n\nA: c\nX: y\n", ["a": "b"]),
        Case(
            "one length twice", "HTTP/1.1 200\nContent-Length: 5\ncontent-length:5\n", ["content-length": "5"],
            length: 5),
        Case(
            "two lengths", "HTTP/1.1 200\nContent-Length: 5\nContent-Length: 6\n", ["content-length": "5"],
            isContradictory: true, length: 5),
        Case(
            "chunks have no length", "HTTP/1.1 200\nContent-Length: 5\nTransfer-Encoding: chunked\n",
            ["content-length": "5", "transfer-encoding": "chunked"]),
        Case("UTF-8", "HTTP/1.1 200\nA: \u{e9}\n", ["a": "\u{e9}"]),
        Case("Latin-1", bytes: Array("HTTP/1.1 200\nA: ".utf8) + [0xe9, 0xff, 10], ["a": "\u{e9}\u{ff}"]),
        Case("a mark that would join the colon", "HTTP/1.1 200\nA:\u{308}b\n", ["a": "\u{308}b"]),
        Case("nothing", "", [:]),
    ])
    func reads(_ row: Case) {
        var head = ResponseHead()
        for line in row.lines { head.add(line) }
        #expect(head.headers == row.headers && head.isContradictory == row.isContradictory && head.length == row.length)
    }
}
