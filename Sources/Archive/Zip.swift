/// A file in an archive.
package struct ArchiveEntry: Sendable {
    /// Its path in the archive, with `/` between the steps.
    package let path: String
    /// Bytes.
    package let size: Int
    package let isExecutable: Bool
    /// Puts what it holds into the given part of an archive, which is of its size.
    let read: @Sendable (_ bytes: inout [UInt8], _ place: Range<Int>) throws(ArchiveError) -> Void

    init(
        path: String, size: Int, isExecutable: Bool,
        read: @escaping @Sendable (_ bytes: inout [UInt8], _ place: Range<Int>) throws(ArchiveError) -> Void
    ) {
        self.path = path
        self.size = size
        self.isExecutable = isExecutable
        self.read = read
    }

    /// One whose bytes are at hand.
    package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
        self.init(path: path, size: bytes.count, isExecutable: isExecutable) { $0.replaceSubrange($1, with: bytes) }
    }

    func contents() throws(ArchiveError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        try read(&bytes, 0..<size)
        return bytes
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
    /// The most that the 16 bits of the format's count can say; one more would announce the 64-bit format.
    static let mostEntries = 0xfffe

    /// The bytes that entries come to, however long a sparse file says that it is.
    static func size(of entries: [ArchiveEntry]) -> Int {
        entries.reduce(endLength) { size, entry in
            let (sum, isTooLarge) = size.addingReportingOverflow(entry.size)
            return isTooLarge ? .max : min(sum, .max / 2) + headerLength + directoryLength + 2 * entry.path.utf8.count
        }
    }

    /// Reads each entry to its place in the archive, so no more than the archive is held in memory.
    ///
    /// - Throws: where an entry or the whole needs the 64-bit format, which this does not write, and what reading an entry throws.
    package static func archive(of entries: [ArchiveEntry]) throws(ArchiveError) -> [UInt8] {
        let entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let size = size(of: entries)
        guard entries.count <= mostEntries, size < 0xffff_ffff, entries.allSatisfy({ $0.path.utf8.count <= 0xffff })
        else {
            throw ArchiveError(
                path: entries.first?.path ?? "",
                message: "\(entries.count) files of \(size) bytes need the 64-bit zip format",
                help: "Leave out what the code does not need, or name a ready .zip.")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var end = 0
        func put(_ part: [UInt8]) {
            bytes.replaceSubrange(end..<end + part.count, with: part)
            end += part.count
        }
        var directory: [UInt8] = []
        for entry in entries {
            let name = Array(entry.path.utf8)
            let offset = end
            let start = offset + headerLength + name.count
            let place = start..<start + entry.size
            try entry.read(&bytes, place)
            let checksum = CRC32.checksum(bytes[place])
            let common = header(of: entry, checksum: checksum, nameLength: name.count)
            put(little(0x0403_4b50, 4) + common + name)
            end = place.upperBound
            let mode = 0o100000 | (entry.isExecutable ? 0o755 : 0o644)
            directory += little(directorySignature, 4) + little(madeByUnix, 2) + common
            // Comment, disk, internal attributes; then the mode, and where the entry is.
            directory += little(0, 6) + little(mode << 16, 4) + little(offset, 4) + name
        }
        let start = end
        put(directory)
        put(
            little(endSignature, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
                + little(directory.count, 4) + little(start, 4) + little(0, 2))
        return bytes
    }

    /// The files that an archive's directory names, with their sizes when unpacked; nil where it is no archive.
    static func files(in bytes: [UInt8]) -> [(path: String, size: Int)]? {
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        // The end has a comment of up to 64 KiB behind it.
        let first = max(0, bytes.count - endLength - 0xffff)
        guard bytes.count >= endLength,
            let end = (first...bytes.count - endLength).last(where: { number($0, 4) == endSignature })
        else { return nil }
        var offset = number(end + 16, 4)
        var files: [(path: String, size: Int)] = []
        for _ in 0..<number(end + 10, 2) {
            guard offset + directoryLength <= end, number(offset, 4) == directorySignature else { return nil }
            let name = offset + directoryLength
            let next = name + number(offset + 28, 2) + number(offset + 30, 2) + number(offset + 32, 2)
            guard next <= end else { return nil }
            files.append(
                (String(decoding: bytes[name..<name + number(offset + 28, 2)], as: UTF8.self), number(offset + 24, 4)))
            offset = next
        }
        return files
    }

    /// Bytes without names: of an entry's header, of its line in the directory, of the end (APPNOTE 4.3.7, 4.3.12, 4.3.16).
    private static let (headerLength, directoryLength, endLength) = (30, 46, 22)
    private static let (directorySignature, endSignature) = (0x0201_4b50, 0x0605_4b50)
    private static let version = 20
    private static let madeByUnix = 3 << 8 | version
    private static let namesAreUTF8 = 0x0800
    private static let stored = 0
    private static let midnight = 0
    /// 1980-01-01, the first day that the format knows.
    private static let firstDay = 1 << 5 | 1

    /// What a file's own header and its line in the directory have in common.
    private static func header(of entry: ArchiveEntry, checksum: UInt32, nameLength: Int) -> [UInt8] {
        little(version, 2) + little(namesAreUTF8, 2) + little(stored, 2) + little(midnight, 2) + little(firstDay, 2)
            + little(Int(checksum), 4) + little(entry.size, 4) + little(entry.size, 4)
            + little(nameLength, 2) + little(0, 2)
    }

    /// A number's low bytes, lowest first.
    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
