import Digest
import Foundation
import Testing
import TestSupport

@testable import Archive

extension Scratch {
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
            ArchiveEntry(path: "b/ü.py", bytes: Array("two".utf8)),
            ArchiveEntry(path: "a", bytes: [], isExecutable: true),
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
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: "\(other.path)/main.py")
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

    @Test(
        "A link inside the folder is its file; one that leads out or to a folder is refused",
        arguments: [
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

    /// Sparse files: none of them is read. What holds none of the disk would fill the memory.
    @Test(
        "What is too large is refused before it is read, with the largest files",
        arguments: [
            (["code/main.py": 10], 10, ["main.py"]),
            (
                ["code/a.bin": 300 << 20, "code/main.py": 10], 300 << 20,
                ["a.bin (314572800 bytes)", "main.py (10 bytes)"]
            ),
            (
                ["code/a.bin": 8 << 40, "code/lib/b.bin": 8 << 40], 16 << 40,
                ["a.bin (8796093022208 bytes)", "lib/b.bin (8796093022208 bytes)"]
            ),
            (
                ["code/a": 30 << 20, "code/b": 20 << 20, "code/c": 3 << 20, "code/d": 1], 53 << 20,
                ["a (31457280", "b (20971520", "c (3145728"]
            ),
            (["code.zip": 6 << 30], 6 << 30, []),
            (["code.py": 6 << 30], 6 << 30, ["code.py (6442450944 bytes)"]),
        ] as [([String: UInt64], Int, [String])])
    func tooLarge(files: [String: UInt64], size: Int, named: [String]) throws {
        let scratch = try Scratch()
        for (name, size) in files {
            try scratch.write(name, "")
            let handle = try #require(FileHandle(forWritingAtPath: "\(scratch.path)/\(name)"))
            try handle.truncate(atOffset: size)
            try handle.close()
        }
        let path =
            "\(scratch.path)/\(files.count == 1 && files.keys.first?.hasPrefix("code.") == true ? files.keys.first! : "code")"
        if size <= CodeArchive.limit {
            #expect(try CodeArchive.read(path).bytes.count > size)
            return
        }
        let before = peakMemory
        let error = #expect(throws: ArchiveError.self) { try CodeArchive.read(path) }
        #expect(error?.message.contains("Lambda takes up to \(CodeArchive.limit)") == true)
        #expect(named.allSatisfy { error?.message.contains($0) == true }, "\(error?.message ?? "")")
        #expect(peakMemory - before < 64 << 20)
    }

    /// The most bytes that this process has had in memory.
    private var peakMemory: Int {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which each system declares in another way.
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss << 10
        #endif
    }

    @Test("A file that grows or shrinks while it is read is refused", arguments: [1, 5])
    func changing(size: Int) throws {
        let scratch = try Scratch()
        try scratch.write("a.py", "abc")
        let folder = CodeFolder(root: scratch.path)
        var bytes = [UInt8](repeating: 0, count: size)
        let error = #expect(throws: ArchiveError.self) {
            try folder.read("\(scratch.path)/a.py", into: &bytes, at: 0..<size)
        }
        #expect(error?.message == "it changed while it was read")
    }

    @Test("What is no file is refused by its name and kind, wherever it is", arguments: [true, false])
    func fifos(isRoot: Bool) throws {
        let scratch = try Scratch()
        try scratch.write("code/main.py", "x")
        let path = isRoot ? "\(scratch.path)/fifo" : "\(scratch.path)/code/fifo"
        try #require(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: ArchiveError.self) { try CodeArchive.read(isRoot ? path : "\(scratch.path)/code") }
        #expect(error?.path == path && error?.message.hasPrefix("it is a FIFO") == true)
    }

    @Test("A device is refused by its name", arguments: ["/dev/zero", "/dev/null"])
    func devices(path: String) {
        let error = #expect(throws: ArchiveError.self) { try CodeArchive.read(path) }
        #expect(error?.path == path && error?.message.hasPrefix("it is a device") == true)
    }

    @Test(
        "Files that are likely to hold secrets are named",
        arguments: [
            (".env", true), ("lib/.env.production", true), (".env.example", false), ("id_rsa", true),
            ("id_rsa.pub", false),
            ("keys/server.KEY", true), ("cert.pem", true), ("certifi/cacert.pem", false), (".aws/config", true),
            ("config/credentials", true),
            (".cogstack/prod/state.json", true), ("credentials.py", false), ("environment.py", false),
            ("key.py", false), (".git/config", true),
        ])
    func sensitive(name: String, isNamed: Bool) throws {
        let scratch = try Scratch()
        try scratch.write("code/main.py", "x")
        try scratch.write("code/\(name)", "y")
        let expected = isNamed ? [name] : []
        // Version control is left out of a folder, and may be in a ready archive.
        let packed = name.hasPrefix(".git/") ? [] : expected
        #expect(try CodeArchive.read("\(scratch.path)/code").sensitiveFiles == packed)
        let archive = try Zip.archive(of: ["main.py", name].map { ArchiveEntry(path: $0, bytes: [1]) })
        try Data(archive).write(to: URL(fileURLWithPath: "\(scratch.path)/ready.zip"))
        #expect(try CodeArchive.read("\(scratch.path)/ready.zip").sensitiveFiles == expected)
    }

    @Test(
        "An archive that unpacks to more than Lambda takes is refused, and one that cannot be read is Lambda's to judge"
    )
    func unpacked() throws {
        let scratch = try Scratch()
        var archive = try Zip.archive(of: [ArchiveEntry(path: "a.py", bytes: [1, 2, 3])])
        #expect(try #require(Zip.files(in: archive)).map(\.path) == ["a.py"])
        #expect(try #require(Zip.files(in: archive)).map(\.size) == [3])
        for length in archive.indices { #expect(Zip.files(in: Array(archive.prefix(length))) == nil) }
        // The unpacked size in the directory, which is before the end's 22 bytes: 46 bytes and the name.
        let place = archive.count - 22 - 50 + 24
        archive.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x40])
        try Data(archive).write(to: URL(fileURLWithPath: "\(scratch.path)/bomb.zip"))
        let error = #expect(throws: ArchiveError.self) { try CodeArchive.read("\(scratch.path)/bomb.zip") }
        #expect(error?.message.contains("it unpacks to 1073741824 bytes") == true)
    }

    @Test("More files than the format counts are refused")
    func tooMany() {
        let entries = (0..<65_535).map { ArchiveEntry(path: "\($0)", bytes: []) }
        #expect(throws: ArchiveError.self) { try Zip.archive(of: entries) }
    }
}
