import CLibCurl

/// Carries out all requests of a transport on one thread. It sleeps until a server, a request or a deadline wants something.
final class EventLoop {
    private let settings: TransportSettings
    private let library: CurlLibrary
    private let inbox: Inbox
    private let multi: CurlLibrary.Handle
    private let share: CurlLibrary.Handle
    private let budget: Budget
    private let sockets = Sockets()
    private var transfers: [CurlLibrary.Handle: Transfer] = [:]
    private var hosts: [String: Host] = [:]

    /// The requests to one host.
    private struct Host {
        var underWay = 0
        var waiting: [Exchange] = []
        /// The first of those that wait: what stands before it has gone.
        var next = 0
    }

    /// Nil where libcurl has no memory.
    init?(_ settings: TransportSettings, _ library: CurlLibrary, _ inbox: Inbox) {
        guard let multi = library.multiInit() else { return nil }
        guard let share = library.shareInit() else {
            _ = library.multiCleanup(multi)
            return nil
        }
        self.settings = settings
        self.library = library
        self.inbox = inbox
        self.multi = multi
        self.share = share
        budget = Budget(settings.bounds)
        // A thread of its own needs no locks. Connections are kept for as many hosts as there are.
        _ = curl_set_number(library.shareSet.pointer, share, Int32(CURLSHOPT_SHARE), Int(CURL_LOCK_DATA_SSL_SESSION))
        _ = curl_set_number(library.multiSet.pointer, multi, Int32(CURLMOPT_MAXCONNECTS), 256)
    }

    deinit {
        _ = library.multiCleanup(multi)
        _ = library.shareCleanup(share)
    }

    /// Comes back when the inbox was closed and all is answered.
    func run() {
        while true {
            let (arrived, isAll) = inbox.take()
            for exchange in arrived { accept(exchange) }
            if isAll, transfers.isEmpty { return }
            perform()
            wait()
        }
    }

    private func perform() {
        var running: Int32 = 0
        _ = library.multiPerform(multi, &running)
        var left: Int32 = 0
        while let message = library.multiRead(multi, &left) {
            guard message.pointee.msg == Int32(CURLMSG_DONE), let easy = message.pointee.easy_handle else { continue }
            end(easy, code: message.pointee.data.result)
        }
        let now = ContinuousClock.now
        for (easy, transfer) in transfers where transfer.deadline <= now {
            transfer.giveUp(at: now)
            end(easy, code: Int32(CURLE_OPERATION_TIMEDOUT))
        }
    }

    private func wait() {
        var descriptor = curl_waitfd(fd: inbox.wakeDescriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        var count: Int32 = 0
        _ = library.multiPoll(multi, &descriptor, 1, millisecondsToWait, &count)
    }

    /// libcurl has timers of its own, and wakes for them by itself.
    private var millisecondsToWait: Int32 {
        guard let first = transfers.values.lazy.map(\.deadline).min() else { return 600_000 }
        let seconds = (first - ContinuousClock.now) / .seconds(1)
        return Int32(min(max(seconds * 1000 + 1, 1), 600_000))
    }

    private func accept(_ exchange: Exchange) {
        let origin = exchange.request.origin
        if hosts[origin, default: Host()].underWay < settings.connectionsPerHost {
            start(exchange)
        } else {
            hosts[origin]?.waiting.append(exchange)
        }
    }

    private func start(_ exchange: Exchange) {
        do {
            let transfer = try Transfer(exchange, settings, library, share: share, budget: budget, sockets: sockets)
            transfers[transfer.easy] = transfer
            hosts[exchange.request.origin, default: Host()].underWay += 1
            _ = library.multiAdd(multi, transfer.easy)
        } catch {
            exchange.end(.failure(error))
        }
    }

    private func end(_ easy: CurlLibrary.Handle, code: Int32) {
        guard let transfer = transfers.removeValue(forKey: easy) else { return }
        let result = transfer.result(code: code)
        _ = library.multiRemove(multi, easy)
        hosts[transfer.exchange.request.origin]?.underWay -= 1
        if transfer.needsAnotherConnection {
            start(transfer.exchange.overFreshConnection)
        } else {
            startNext(at: transfer.exchange.request.origin)
            transfer.exchange.end(result)
        }
    }

    private func startNext(at origin: String) {
        guard var host = hosts[origin] else { return }
        var next: Exchange?
        if host.next < host.waiting.count {
            next = host.waiting[host.next]
            host.next += 1
        }
        if host.next == host.waiting.count { (host.waiting, host.next) = ([], 0) }
        hosts[origin] = host
        if let next { start(next) }
    }
}

/// The bytes of all answers that are being received.
final class Budget {
    let bounds: Bounds
    private var bytes = 0

    init(_ bounds: Bounds) { self.bounds = bounds }

    /// False where there is no room for so many more.
    func take(_ count: Int) -> Bool {
        guard bytes + count <= bounds.bodies else { return false }
        bytes += count
        return true
    }

    func give(_ count: Int) { bytes -= count }
}
