import Foundation
import Testing
import TestSupport

@testable import Records
@testable import Store

/// What replaces a file leaves the old one whole and nothing behind, whatever fails.
@Suite struct ReplaceFileTests {
    let scratch: Scratch
    let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch.path + "/kept"
        try scratch.write("old", to: path)
    }

    @Test func theNewContentsReplaceTheOld() throws {
        try replaceFile(at: path, with: Array("new".utf8))
        #expect(try text(of: path) == "new")
        #expect(scratch.files == ["kept"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs a full device"))
    func aFullDiskLeavesTheOldFile() throws {
        let error = StateError.system(doing: "write", path: path, code: ENOSPC)
        #expect(throws: error) {
            try replaceFile(at: path, with: Array("new contents".utf8)) { file, bytes throws(StateError) in
                try file.append(Array(bytes.prefix(3)))
                let full = open("/dev/full", O_WRONLY)
                defer { close(full) }
                _ = try succeed("write", file.path) { Foundation.write(full, bytes, bytes.count) }
            }
        }
        #expect(
            error.description
                == "cannot write \(path): \(String(cString: strerror(ENOSPC))). Free some space and run the command again"
        )
        #expect(try text(of: path) == "old")
        #expect(scratch.files == ["kept"])
    }

    @Test func whatCannotBeRenamedLeavesNothingBehind() throws {
        let folder = scratch.path + "/folder"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(throws: StateError.unusable(path: folder, .wrongKind("a folder", isFolderNeeded: false))) {
            try replaceFile(at: folder, with: [1])
        }
        #expect(scratch.files == ["kept"])
    }

    @Test func aFileWhereAFolderIsNeededIsNamed() throws {
        let error = #expect(throws: StateError.self) { try replaceFile(at: path + "/sub/state.json", with: [1]) }
        #expect(error == .system(doing: "make the folder", path: path + "/sub", code: ENOTDIR))
        #expect(error?.description.hasSuffix("A file stands where a folder is needed: move it away") == true)
        #expect(try text(of: path) == "old")
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser writes into read-only folders"))
    func aReadOnlyFolderLeavesTheOldFile() throws {
        chmod(scratch.path, 0o500)
        defer { chmod(scratch.path, 0o700) }
        #expect(throws: StateError.system(doing: "write", path: path, code: EACCES)) {
            try replaceFile(at: path, with: [1])
        }
        #expect(try text(of: path) == "old")
    }

    @Test func aReaderNeverSeesHalfAFile() async throws {
        let versions = [String](repeating: "a", count: 100_000).joined()
        let other = [String](repeating: "b", count: 50_000).joined()
        try replaceFile(at: path, with: Array(other.utf8))
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<50 {
                    try replaceFile(at: path, with: Array((round.isMultiple(of: 2) ? versions : other).utf8))
                }
            }
            for _ in 0..<200 {
                let seen = try #require(try contents(of: path))
                #expect(seen == Array(versions.utf8) || seen == Array(other.utf8))
                await Task.yield()
            }
            try await group.waitForAll()
        }
    }
}
