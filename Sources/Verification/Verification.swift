package import AWSClient
import Foundation
import Model
import Schema
package import Records

/// Goes the way of a person's sign-in from end to end, as a user made for it, and removes user and identity whatever happened.
///
/// It does what the client of aws-cognito-auth does, with the same calls and the same credentials for each; the run's own
/// credentials only make the user, remove it, and read what the roles grant and why something does not work.
package final class Verification {
    let signIn: SignIn
    /// Signs as the run.
    let administrator: any AWSCaller
    let time: Time
    let random: (Int) -> [UInt8]
    let cleanupRecords: TraceKeeper
    let isStopped: () -> Bool
    private let report: (LinkResult) -> Void
    private let sayWait: (String) -> Void
    /// Seconds that refusals may still be waited out, in the whole run.
    private var consistencyBudget: Double
    private var toldWaits: Set<[String]> = []
    /// What was learnt of the keys of tables, by the tables' names.
    var itemKeys: [String: ItemKey] = [:]
    var knownPool: PoolFacts?

    private(set) var results: [LinkResult] = []
    /// What this run has made.
    var trace: CleanupRecord?

    /// - Parameters:
    ///   - consistencyBudget: seconds in all in which denials are retried that propagation delay may explain.
    ///   - isStopped: whether the person asked to stop: then no further link is begun, and what was made is removed.
    ///   - sayWait: called with each kind of refusal that is waited out, once.
    ///   - report: called with each link when it is over.
    package init(
        _ signIn: SignIn, administrator: any AWSCaller, time: Time, random: @escaping (Int) -> [UInt8],
        cleanupRecords: TraceKeeper,
        consistencyBudget: Double = 10, isStopped: @escaping () -> Bool = { false },
        sayWait: @escaping (String) -> Void = { _ in },
        report: @escaping (LinkResult) -> Void = { _ in }
    ) {
        self.signIn = signIn
        self.administrator = administrator
        self.time = time
        self.random = random
        self.cleanupRecords = cleanupRecords
        self.consistencyBudget = consistencyBudget
        self.isStopped = isStopped
        self.sayWait = sayWait
        self.report = report
    }

    /// Why the chain goes no further; what broke is in the results.
    private enum ChainStop: Error { case broken, stopped }

    /// Carries it out. The results are in the links' order; what is behind a broken link is missing.
    package func run() async -> [LinkResult] {
        do throws(ChainStop) {
            try await goThrough()
        } catch {}
        if let trace {
            _ = try? await link(.removal, evenIfStopped: true) { () async throws(LinkFailure) in
                let refusal = LinkFailure(try await self.remove(trace))
                return ((), refusal.map(LinkResult.Outcome.warned) ?? .holds("nothing is left behind"))
            }
        }
        return results
    }

    private func goThrough() async throws(ChainStop) {
        try await link(.leftovers) { () async throws(LinkFailure) in ((), try await self.cleanUp()) }
        let account = try await link(.user) { () async throws(LinkFailure) in
            let pool = try await self.poolFacts()
            let account = self.newAccount(pool)
            try self.keep(self.newTrace(account.username))
            try await self.make(account)
            return (account, .holds(account.username))
        }
        try await link(.password) { () async throws(LinkFailure) in
            try await self.setPassword(of: account)
            return ((), .holds("a random one, kept nowhere"))
        }
        let token = try await link(.signIn) { () async throws(LinkFailure) in
            let (token, factor) = try await self.signIn(account)
            return (token, .holds(factor))
        }
        let identity = try await link(.identity) { () async throws(LinkFailure) in
            try self.amendTrace { $0.mayHaveIdentity = true }
            let identity = try await self.identityId(token)
            try self.amendTrace { $0.identityId = identity }
            return (identity, .holds(identity))
        }
        let short = try await link(.credentials) { () async throws(LinkFailure) in
            let session = try await self.settled { () async throws(LinkFailure) in
                try await self.credentials(of: identity, token)
            }
            return (session, .holds("for \(Self.length(session.expires.timeIntervalSince(self.time.now())))"))
        }
        let shortARN = try await link(.shortSession) { () async throws(LinkFailure) in
            let arn = try await self.settled { () async throws(LinkFailure) in try await self.caller(of: short) }
            return (arn, .holds(ARN(arn).map { String($0.resource) } ?? arn))
        }
        var sessions: [(kind: SessionKind, session: RoleSession?)] = [
            (.short, RoleSession(.short, short, arn: shortARN))
        ]
        if let proxy = signIn.proxy {
            let long = try await link(.proxy) { () async throws(LinkFailure) in
                let session = try await self.settled { () async throws(LinkFailure) in
                    try await self.askProxy(proxy, token, as: short)
                }
                return (session, .holds(proxy.functionName))
            }
            let longARN = try await link(.longSession) { () async throws(LinkFailure) in
                let (arn, seen) = try await self.check(long, of: proxy, comparedTo: short)
                return (arn, .holds(seen))
            }
            sessions.append((.long, RoleSession(.long, long, arn: longARN)))
        } else {
            note(.proxy, .absent("no function of the stack gives longer credentials"), since: time.now())
        }
        try await checkGrants(of: sessions, identity)
    }

    private func checkGrants(of sessions: [(kind: SessionKind, session: RoleSession?)], _ identity: String)
        async throws(ChainStop)
    {
        let neighbour = "\(signIn.region):\(UUID(random(16)).uuidString.lowercased())"
        let kinds = sessions.map(\.kind)
        let own = try await link(.grants) { () async throws(LinkFailure) in
            let trials = try await self.tryGrants(of: sessions, identity, neighbour)
            let refusal = trials.refusal(
                identity: identity, region: self.signIn.region, partition: Partition(region: self.signIn.region).name)
            if let refusal { throw refusal }
            return (
                trials, trials.outcome(kinds, "", "<identity>", nothing: "the roles grant nothing that could be tried")
            )
        }
        try await link(.isolation) { () async throws(LinkFailure) in
            let trials = try await self.tryNeighbours(own)
            if let leak = trials.leak(neighbour: neighbour) { throw leak }
            return ((), trials.outcome(kinds, "refused ", "<another>", nothing: "no grant isolates by the identity"))
        }
    }

    // MARK: - Links

    @discardableResult
    private func link<Product>(
        _ link: Link, evenIfStopped: Bool = false, _ body: () async throws(LinkFailure) -> (Product, LinkResult.Outcome)
    ) async throws(ChainStop) -> Product {
        guard evenIfStopped || !isStopped() else { throw .stopped }
        let start = time.now()
        let product: Product
        do throws(LinkFailure) {
            let (made, outcome) = try await body()
            note(link, outcome, since: start)
            product = made
        } catch {
            // What was cut short is no break.
            if !evenIfStopped, isStopped() { throw .stopped }
            note(link, .broke(error), since: start)
            throw .broken
        }
        return product
    }

    private func note(_ link: Link, _ outcome: LinkResult.Outcome, since start: Date) {
        let result = LinkResult(link: link, outcome: outcome, seconds: max(0, time.now().timeIntervalSince(start)))
        results.append(result)
        report(result)
    }

    /// Tries again for a while what may be refused only because AWS has not spread a change yet.
    func settled<Product>(_ body: () async throws(LinkFailure) -> Product) async throws(LinkFailure) -> Product {
        while true {
            do throws(LinkFailure) {
                return try await body()
            } catch {
                guard error.mayPass, consistencyBudget > 0, !isStopped() else { throw error }
                let pause = min(1, consistencyBudget)
                consistencyBudget -= pause
                // Not by the words: they may hold the id of a request, and differ each time.
                if toldWaits.insert([error.what, error.code].compactMap(\.self)).inserted {
                    sayWait(error.words ?? error.what)
                }
                guard (try? await time.sleep(pause)) != nil else { throw error }
            }
        }
    }

    /// `12 h`, `3 h 59 min`, to the minute.
    static func length(_ seconds: Double) -> String {
        let minutes = Int((seconds / 60).rounded())
        let parts = [(minutes / 60, "h"), (minutes % 60, "min")].filter { $0.0 != 0 }.map { "\($0) \($1)" }
        return parts.isEmpty ? "0 min" : parts.joined(separator: " ")
    }
}

extension UUID {
    /// Version 4, of 16 random bytes.
    fileprivate init(_ bytes: [UInt8]) {
        var b = bytes
        b[6] = b[6] & 0x0f | 0x40
        b[8] = b[8] & 0x3f | 0x80
        self.init(
            uuid: (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15])
        )
    }
}
