import Foundation
import Records
import Store

extension TraceKeeper {
    /// In a file that is there only while there is something to remove. One that cannot be read is never overwritten.
    ///
    /// - Parameter shown: a path as the user reads it.
    package init(file path: String, shown: @escaping @Sendable (String) -> String = { $0 }) {
        self.init(
            load: {
                guard
                    let bytes = try Self.naming(shown, { () throws(StateError) in try PrivateFile.contents(at: path) })
                else {
                    return []
                }
                do { return try JSONDecoder().decode([CleanupRecord].self, from: Data(bytes)) } catch {
                    throw DamagedCleanupRecords(path: shown(path), reason: Self.reason(of: error, in: bytes))
                }
            },
            save: { cleanupRecords in
                if cleanupRecords.isEmpty {
                    try? PrivateFile.remove(at: path)
                } else {
                    let bytes = Array(try JSONEncoder().encode(cleanupRecords))
                    try Self.naming(shown) { () throws(StateError) in try PrivateFile.replace(at: path, with: bytes) }
                }
            })
    }

    private static func naming<Result>(
        _ shown: (String) -> String, _ body: () throws(StateError) -> Result
    ) throws(StateError) -> Result {
        do { return try body() } catch { throw error.naming(shown) }
    }

    private static func reason(of error: any Error, in bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "it is empty" }
        if case DecodingError.dataCorrupted = error { return "it is not JSON" }
        return "its JSON has not the form that `verify` writes"
    }
}

/// The file of cleanup records is not what `verify` writes.
struct DamagedCleanupRecords: Error, Equatable, CustomStringConvertible {
    let path: String
    /// In plain words, as a sentence without its full stop.
    let reason: String

    var description: String { "the file \(path) is damaged: \(reason)" }
}
