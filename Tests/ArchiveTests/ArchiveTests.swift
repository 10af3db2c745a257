import Archive
import Digest
import Foundation
import Testing

/// A folder for one test, gone after it.
final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("cogstack-archive-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }
}

@Suite("Archives of code")
struct ArchiveTests {
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test("Bytes follow from the files alone")
    func reproducible() throws {
        let entries = [
            ArchiveEntry(path: "b/ü.py", bytes: Array("two".utf8)), ArchiveEntry(path: "a", bytes: [], isExecutable: true),
        ]
        let bytes = try Zip.archive(of: entries)
        #expect(try Zip.archive(of: entries.reversed()) == bytes)
        // Fixed for ever: other bytes would send every function's code again.
        #expect(SHA256.hash(bytes).hexadecimal == "bbba98ae689d264aecab2572c31edbb13cbf0afb0b90adad65ee87230614f178")
    }

    @Test("Folders that differ in times, order and rubbish give one archive")
    func foldersAreEqual() throws {
        let one = try Scratch()
        let other = try Scratch()
        try one.write("main.py", "x")
        try one.write("lib/a.py", "y", mode: 0o755)
        try other.write("lib/a.py", "y", mode: 0o700)
        try other.write("main.py", "x", mode: 0o600)
        for rubbish in [".git/config", "__pycache__/main.pyc", "lib/__pycache__/b", ".DS_Store", "lib/a.pyc"] {
            try other.write(rubbish, "z")
        }
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: "\(other.path)/main.py")
        let archive = try CodeArchive.read(one.path)
        #expect(try CodeArchive.read(other.path) == archive)
        try other.write("main.py", "x2")
        #expect(try CodeArchive.read(other.path).sha256 != archive.sha256)
    }

    @Test("Another program reads it", .enabled(if: python != nil, "needs python3"))
    func readable() throws {
        let scratch = try Scratch()
        try scratch.write("code/ü/main.py", "print('hello')\n", mode: 0o755)
        try scratch.write("code/empty", "")
        let archive = try CodeArchive.read("\(scratch.path)/code")
        try Data(archive.bytes).write(to: URL(fileURLWithPath: "\(scratch.path)/a.zip"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [
            "-c",
            """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            out = [(i.filename, oct(i.external_attr >> 16), i.date_time[0], z.read(i).decode()) for i in z.infolist()]
            sys.stdout.buffer.write(repr(out).encode())
            """, "\(scratch.path)/a.zip",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(output == #"[('empty', '0o100644', 1980, ''), ('ü/main.py', '0o100755', 1980, "print('hello')\n")]"#)
    }

    @Test("A file is packed under its own name, and an archive is taken as it is")
    func singleFiles() throws {
        let scratch = try Scratch()
        try scratch.write("deep/main.py", "x")
        try scratch.write("ready.zip", "PK")
        let packed = try Zip.archive(of: [ArchiveEntry(path: "main.py", bytes: Array("x".utf8))])
        #expect(try CodeArchive.read("\(scratch.path)/deep/main.py").bytes == packed)
        #expect(try CodeArchive.read("\(scratch.path)/ready.zip").bytes == Array("PK".utf8))
    }

    @Test("The digest is Lambda's CodeSha256")
    func digest() {
        // SHA-256 of nothing, in Base64.
        #expect(CodeArchive(bytes: []).sha256 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test("A link inside the folder is its file; one that leads out or to a folder is refused", arguments: [
        ("main.py", true), ("/etc/hostname", false), ("../outside.py", false), ("lib", false), ("nowhere", false),
    ])
    func links(target: String, isPacked: Bool) throws {
        let scratch = try Scratch()
        try scratch.write("outside.py", "o")
        try scratch.write("code/main.py", "x")
        try scratch.write("code/lib/a.py", "y")
        try scratch.link("code/link.py", to: target)
        if isPacked {
            let archive = try CodeArchive.read("\(scratch.path)/code")
            try FileManager.default.removeItem(atPath: "\(scratch.path)/code/link.py")
            try scratch.write("code/link.py", "x")
            #expect(try CodeArchive.read("\(scratch.path)/code") == archive)
        } else {
            let error = #expect(throws: ArchiveError.self) { try CodeArchive.read("\(scratch.path)/code") }
            #expect(error?.path.hasSuffix("code/link.py") == true)
        }
    }

    @Test("What cannot be uploaded is refused with its path and what to do")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.write("empty/.git/config", "x")
        #expect(throws: ArchiveError.self) { try CodeArchive.read("\(scratch.path)/empty") }
        #expect(throws: ArchiveError.self) { try CodeArchive.read("\(scratch.path)/none") }
        try scratch.write("large.zip", "")
        let handle = try #require(FileHandle(forWritingAtPath: "\(scratch.path)/large.zip"))
        try handle.truncate(atOffset: UInt64(CodeArchive.limit) + 1)
        try handle.close()
        let error = #expect(throws: ArchiveError.self) { try CodeArchive.read("\(scratch.path)/large.zip") }
        #expect(error?.message.contains("\(CodeArchive.limit)") == true)
    }

    @Test("More files than the format counts are refused")
    func tooMany() {
        let entries = (0..<65_535).map { ArchiveEntry(path: "\($0)", bytes: []) }
        #expect(throws: ArchiveError.self) { try Zip.archive(of: entries) }
    }
}
