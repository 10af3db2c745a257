import Foundation

/// The sockets that libcurl has opened, to look at one before a request goes out over it.
final class Sockets {
    private var open: Set<Int32> = []

    /// Called for each new one. That one was closed shows when it is looked at.
    func add(_ socket: Int32) { open.insert(socket) }

    /// Whether the connection that goes out from a port has bytes, or its end, to be read.
    func somethingIsThere(atLocalPort port: Int) -> Bool {
        for socket in open {
            guard let found = Self.localPort(of: socket) else {
                open.remove(socket)
                continue
            }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            if found == port, poll(&entry, 1, 0) > 0 { return true }
        }
        return false
    }

    /// Nil for what is no socket any more.
    private static func localPort(of socket: Int32) -> Int? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) == 0 }
                // The port is at the same place for IPv4 and IPv6.
                ? pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                } : nil
        }
    }
}
