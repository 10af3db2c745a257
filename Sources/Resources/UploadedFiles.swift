package import Archive
import Foundation
import Model
import Provider

/// Files that are uploaded as they are. A property has one as `{ path, sha256 }`, and AWS's messages as its bytes in Base64.
package struct UploadedFiles: Sendable {
    private let content: @Sendable (_ path: String) throws(ArchiveError) -> FileContent

    /// - Parameter content: what is at a path: ``Archive/FileContent/read(_:in:)``, or something else in a test.
    package init(content: @escaping @Sendable (_ path: String) throws(ArchiveError) -> FileContent) {
        self.content = content
    }

    /// The bytes to send of a property's file.
    ///
    /// - Throws: where it cannot be read, or is another one than was planned.
    func bytes(_ file: Value, _ calls: ProviderContext) throws(ProviderError) -> Value {
        guard let path = file["path"].string else { return .null }
        let found: FileContent
        do {
            found = try content(path)
        } catch {
            throw .refused(message: "cannot read \(path): \(error.message).", help: error.help)
        }
        guard file["sha256"].string == found.sha256 else {
            throw .refused(
                message: "\(path) of \(calls.address) changed after the plan was made.", help: "Plan and apply again.")
        }
        return .string(Data(found.bytes).base64EncodedString())
    }

    /// What a property shows of bytes that AWS has.
    static func asRead(_ bytes: Value) -> Value {
        guard let data = bytes.string.flatMap({ Data(base64Encoded: $0) }) else { return .null }
        return ["sha256": .string(FileContent(bytes: Array(data)).sha256)]
    }
}
