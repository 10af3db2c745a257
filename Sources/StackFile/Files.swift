import Diagnostics
import Digest
import Model
import Schema

/// The files that a stack file is made of, as handed in from outside.
package struct Files: Sendable {
    /// The bytes of a file.
    package let read: @Sendable (_ path: String) throws(FileProblem) -> [UInt8]
    /// The code at a path, as it would be uploaded.
    package let code: @Sendable (_ path: String) throws(FileProblem) -> Code

    package init(
        read: @escaping @Sendable (_ path: String) throws(FileProblem) -> [UInt8],
        code: @escaping @Sendable (_ path: String) throws(FileProblem) -> Code
    ) {
        self.read = read
        self.code = code
    }

    /// What is said of code.
    package struct Code: Sendable {
        /// The digest by which AWS would know it: SHA-256 of its archive, in Base64.
        package let digest: String
        /// The files in it that are likely to hold secrets.
        package let sensitiveFiles: [String]

        package init(digest: String, sensitiveFiles: [String] = []) {
            self.digest = digest
            self.sensitiveFiles = sensitiveFiles
        }
    }

    /// `name` as it stands in the file at `path`: beside that file unless it starts at the root. `..` is worked out, so
    /// that one file has one name.
    package static func path(_ name: String, relativeTo path: String) -> String {
        if name.hasPrefix("/") { return name }
        var steps = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        for step in name.split(separator: "/").map(String.init) where step != "." {
            if step == "..", let last = steps.last, last != "..", last != ".", !last.isEmpty {
                steps.removeLast()
            } else {
                steps.append(step)
            }
        }
        return steps.joined(separator: "/")
    }
}

/// Why a file cannot be read, in words that follow "cannot read PATH: ".
package struct FileProblem: Error, Sendable {
    package let message: String
    package let help: String?

    package init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}

/// The files read so far: their text for messages, their digests for the saved plan.
struct Inputs {
    private let files: Files
    private(set) var sources: [String: String] = [:]
    private(set) var digests: [String: String] = [:]

    init(files: Files) {
        self.files = files
    }

    /// The bytes of the file at `path`; nil after a problem that was reported at `place`.
    mutating func bytes(of path: String, namedAt place: SourceRange?, _ diagnostics: inout Diagnostics) -> [UInt8]? {
        do throws(FileProblem) {
            let bytes = try files.read(path)
            sources[path] = String(decoding: bytes, as: UTF8.self)
            digests[path] = SHA256.hash(bytes).hexadecimal
            return bytes
        } catch {
            diagnostics.error("cannot-read", "cannot read \(path): \(error.message)", at: place, help: error.help)
            return nil
        }
    }

    /// The bytes of a file that is taken as it is, with its path from the working folder and its digest.
    mutating func content(
        _ path: String, namedAt place: SourceRange, _ diagnostics: inout Diagnostics
    ) -> (bytes: [UInt8], value: Value)? {
        do throws(FileProblem) {
            let bytes = try files.read(path)
            let digest = SHA256.hash(bytes).hexadecimal
            digests[path] = digest
            return (bytes, ["path": .string(path), "sha256": .string(digest)])
        } catch {
            diagnostics.error("cannot-read", "cannot read \(path): \(error.message)", at: place, help: error.help)
            return nil
        }
    }

    /// `code` as a value: its path from the working folder, and its digest.
    mutating func artifact(_ path: String, namedAt place: SourceRange, _ diagnostics: inout Diagnostics) -> Value? {
        do throws(FileProblem) {
            let code = try files.code(path)
            digests[path] = code.digest
            if !code.sensitiveFiles.isEmpty { warn(of: code.sensitiveFiles, in: path, at: place, &diagnostics) }
            return ["path": .string(path), "sha256": .string(code.digest)]
        } catch {
            diagnostics.error("cannot-read", "cannot read \(path): \(error.message)", at: place, help: error.help)
            return nil
        }
    }

    private func warn(of files: [String], in path: String, at place: SourceRange, _ diagnostics: inout Diagnostics) {
        let shown = files.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        let rest = files.count > 3 ? " and \(files.count - 3) more" : ""
        diagnostics.warning(
            "sensitive-code", "the code in \(path) has files that are likely to hold secrets: \(shown)\(rest)",
            at: place,
            help:
                "Everybody who may read the function's code can read them: keep them elsewhere, unless the function needs them."
        )
    }
}
