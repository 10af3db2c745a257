/// A file in an archive.
package struct ArchiveEntry: Sendable, Equatable {
    /// Its path in the archive, with `/` between the steps.
    package let path: String
    package let bytes: [UInt8]
    package let isExecutable: Bool

    package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isExecutable = isExecutable
    }
}

/// Why code cannot be packed.
package struct ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file or folder that it is about.
    package let path: String
    package let message: String
    package let help: String

    package init(path: String, message: String, help: String) {
        self.path = path
        self.message = message
        self.help = help
    }

    package var description: String { "cannot pack \(path): \(message). \(help)" }
}

/// Writes zip archives (PKWARE's APPNOTE 6.3) whose bytes follow from the files alone: entries sorted by the bytes of
/// their paths, one fixed time, modes 0644 and 0755, nothing about owners. So equal code has an equal digest on every machine,
/// and a digest that AWS shows can be compared.
///
/// Entries are stored, not compressed: Foundation has no deflate on Linux, and another zlib would give other bytes.
package enum Zip {
    /// - Throws: where an entry or the whole needs the 64-bit format, which this does not write.
    package static func archive(of entries: [ArchiveEntry]) throws(ArchiveError) -> [UInt8] {
        let entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let size = entries.reduce(22) { $0 + 76 + 2 * $1.path.utf8.count + $1.bytes.count }
        guard entries.count < 0xffff, size < 0xffff_ffff, entries.allSatisfy({ $0.path.utf8.count <= 0xffff }) else {
            throw ArchiveError(
                path: entries.first?.path ?? "", message: "\(entries.count) files of \(size) bytes need the 64-bit zip format",
                help: "Leave out what the code does not need, or name a ready .zip.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var directory: [UInt8] = []
        for entry in entries {
            let name = Array(entry.path.utf8)
            let offset = bytes.count
            let common = header(of: entry, nameLength: name.count)
            bytes += little(0x0403_4b50, 4) + common + name + entry.bytes
            let mode = 0o100000 | (entry.isExecutable ? 0o755 : 0o644)
            directory += little(0x0201_4b50, 4) + little(madeByUnix, 2) + common
            // Comment, disk, internal attributes; then the mode, and where the entry is.
            directory += little(0, 6) + little(mode << 16, 4) + little(offset, 4) + name
        }
        let start = bytes.count
        bytes += directory
        bytes += little(0x0605_4b50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
        bytes += little(directory.count, 4) + little(start, 4) + little(0, 2)
        return bytes
    }

    private static let version = 20
    private static let madeByUnix = 3 << 8 | version
    private static let namesAreUTF8 = 0x0800
    private static let stored = 0
    private static let midnight = 0
    /// 1980-01-01, the first day that the format knows.
    private static let firstDay = 1 << 5 | 1

    /// What a file's own header and its line in the directory have in common.
    private static func header(of entry: ArchiveEntry, nameLength: Int) -> [UInt8] {
        little(version, 2) + little(namesAreUTF8, 2) + little(stored, 2) + little(midnight, 2) + little(firstDay, 2)
            + little(Int(CRC32.checksum(entry.bytes)), 4) + little(entry.bytes.count, 4) + little(entry.bytes.count, 4)
            + little(nameLength, 2) + little(0, 2)
    }

    /// A number's low bytes, lowest first.
    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
