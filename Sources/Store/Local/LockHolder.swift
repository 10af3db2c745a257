package import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Who holds a stack's lock.
package struct LockHolder: Sendable, Equatable, Codable {
    package let user: String
    package let host: String
    package let pid: Int32
    package let since: Date
    /// The command that it runs, `apply`.
    package let command: String

    package init(user: String, host: String, pid: Int32, since: Date, command: String) {
        self.user = user
        self.host = host
        self.pid = pid
        self.since = since
        self.command = command
    }

    /// This process.
    package init(command: String, since: Date) {
        self.init(user: NSUserName(), host: Self.thisHost, pid: getpid(), since: since, command: command)
    }

    /// `anna on host build-7 (pid 123) since 2026-11-23 10:02:11, running apply`.
    package func description(in timeZone: TimeZone) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: timeZone).year().month().day().dateTimeSeparator(.space)
            .time(includingFractionalSeconds: false)
        return "\(user) on host \(host) (pid \(pid)) since \(since.formatted(style)), running \(command)"
    }

    /// Since when, in UTC: `2026-11-23T10:02:11Z`.
    package var sinceText: String { since.formatted(.iso8601) }

    /// Whether its process runs, or ran, on this host.
    var isHere: Bool { host == Self.thisHost }

    /// Whether its process is known to be gone. One on another host, or whose number another process has now, is not.
    var isGone: Bool {
        isHere && kill(pid, 0) == -1 && errno == ESRCH
    }

    /// Not Foundation's, which may ask the network.
    private static var thisHost: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// As the lock's file says it: one JSON object.
extension LockHolder {
    func encoded(for path: String) throws(StateError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .sortedKeys
        do {
            return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw .unwritable(path: path, reason: reason(of: error))
        }
    }

    /// Nil where its process has not written all of it yet.
    init?(decoding bytes: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let holder = try? decoder.decode(LockHolder.self, from: Data(bytes)) else { return nil }
        self = holder
    }
}

extension LockHolder: CustomStringConvertible {
    package var description: String { description(in: .current) }
}
