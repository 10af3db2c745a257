import Archive
package import AWSClient
import Diagnostics
import Foundation
package import HTTP
package import Provider
import StackFile

/// What workflows find around them: everything that is another in a test.
package struct World: Sendable {
    /// Variables, and the files that configure AWS.
    package let environment: Environment
    /// From where relative paths count: absolute, without symbolic links. The process's own working folder is never asked.
    package let folder: String
    /// The resource types.
    package let registry: Registry
    package let time: Time
    /// A clock that only goes forward.
    package let seconds: @Sendable () -> Double
    package let random: @Sendable (_ count: Int) -> [UInt8]
    package let transport: @Sendable (TransportSettings) throws(TransportError) -> any Transport

    package init(
        environment: Environment, folder: String, registry: Registry, time: Time,
        seconds: @escaping @Sendable () -> Double,
        random: @escaping @Sendable (_ count: Int) -> [UInt8],
        transport: @escaping @Sendable (TransportSettings) throws(TransportError) -> any Transport
    ) {
        self.environment = environment
        self.folder = folder
        self.registry = registry
        self.time = time
        self.seconds = seconds
        self.random = random
        self.transport = transport
    }
}

extension World {
    /// The path as it was given where it is absolute, else as it counts from the folder. `..` stays, as what it leads to is
    /// known only once links are followed.
    package func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + "/" + path }

    /// Whether there is a file or folder at a path.
    package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: absolute(path)) }

    /// The path of what is there, without symbolic links; nil where nothing is.
    package func real(_ path: String) -> String? { realPath(absolute(path)) }

    /// The files as the stack file's reader takes them.
    var files: Files {
        Files(
            read: { [self] path throws(FileProblem) in
                let absolute = absolute(path)
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder) else {
                    throw FileProblem(
                        "there is no such file", help: "Check the path; it counts from the folder you are in.")
                }
                guard !isFolder.boolValue else {
                    throw FileProblem("it is a folder", help: "Name the file in it.")
                }
                guard let handle = FileHandle(forReadingAtPath: absolute) else {
                    throw FileProblem("permission denied", help: "Check the file's permissions.")
                }
                defer { try? handle.close() }
                do {
                    // A little more than the reader takes, so it can say that the file is too large.
                    return Array(try handle.read(upToCount: (16 << 20) + 1) ?? Data())
                } catch {
                    throw FileProblem(error.localizedDescription)
                }
            },
            code: { [folder] path throws(FileProblem) in
                do throws(ArchiveError) {
                    let archive = try CodeArchive.read(path, in: folder)
                    return Files.Code(digest: archive.sha256, sensitiveFiles: archive.sensitiveFiles)
                } catch {
                    throw FileProblem(
                        error.path == path ? error.message : "\(error.path): \(error.message)", help: error.help)
                }
            })
    }
}

/// An absolute path without symbolic links; nil where nothing is there.
package func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}
