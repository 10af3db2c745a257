package import Foundation

/// A folder of its own for one test, gone with the test.
package final class Scratch: Sendable {
    package let path: String

    /// - Parameter inMemory: on a file system in memory, where there is one: for tests of when files are written, not of the disk.
    package init(inMemory: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm")
        let root =
            inMemory && FileManager.default.isWritableFile(atPath: memory.path)
            ? memory : FileManager.default.temporaryDirectory
        path = root.appending(path: "cogstack-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package var url: URL { URL(filePath: path) }
}
