import AWSClient
import Records
import Store

/// Removing what was made, by this run and by earlier ones.
extension Verification {
    /// Something that is still there, and why.
    struct Remnant {
        /// Such as `the user cogstack-verify-…`.
        let name: String
        let cause: LinkFailure
        /// What removes it by hand.
        let command: String
    }

    /// What came of cleaning up after earlier runs.
    private struct Cleanup {
        var removed: [String] = []
        /// Identities that may be left, with the reasons.
        var notes: [String] = []
        var remnants: [Remnant] = []
    }

    /// Removes what earlier runs left: all that they wrote down, and users of theirs that are too old for a run under way, for
    /// instance of a run that was killed on another machine.
    ///
    /// What is refused there is no reason to try nothing else.
    func cleanUp() async throws(LinkFailure) -> LinkResult.Outcome {
        let old: [CleanupRecord]
        do { old = try cleanupRecords.load() } catch let error as DamagedCleanupRecords {
            throw LinkFailure(error)
        } catch {
            throw LinkFailure("what earlier runs left cannot be read: \(error)")
        }
        var cleanup = Cleanup()
        for left in old where !isStopped() { try await remove(leftover: left, &cleanup) }
        var refusal: LinkFailure?
        var strays: [String] = []
        do throws(LinkFailure) { strays = try await strayUsers() } catch { refusal = error }
        for name in strays where !isStopped() && !old.contains(where: { $0.username == name }) {
            try await remove(leftover: strayTrace(name), &cleanup)
        }
        if let refusal = LinkFailure(cleanup.remnants) ?? refusal { return .warned(refusal.adding(cleanup.notes)) }
        guard !cleanup.removed.isEmpty else {
            try goOn()
            return .holds("nothing was left")
        }
        return .holds((["removed \(cleanup.removed.joined(separator: ", "))"] + cleanup.notes).joined(separator: "; "))
    }

    private func remove(leftover: CleanupRecord, _ cleanup: inout Cleanup) async throws(LinkFailure) {
        var trace = leftover
        if trace.mayHaveIdentity, trace.identityId == nil {
            trace.identityId = await foundIdentity(of: trace, &cleanup.notes)
            // Written down before its user goes: without that nobody finds it again.
            try write(trace)
        }
        let remnants = try await remove(trace)
        if remnants.isEmpty { cleanup.removed.append(trace.username) }
        cleanup.remnants += remnants
    }

    /// What a run elsewhere has written down of a user, as far as it is known.
    private func strayTrace(_ username: String) -> CleanupRecord {
        var trace = newTrace(username)
        trace.mayHaveIdentity = true
        return trace
    }

    /// The identity that was asked for and whose id never arrived: AWS tells it once more to the same user.
    private func foundIdentity(of left: CleanupRecord, _ notes: inout [String]) async -> String? {
        do throws(LinkFailure) {
            guard left.clientId == signIn.clientId, left.identityPoolId == signIn.identityPoolId else {
                throw LinkFailure("the stack has another app client or identity pool now")
            }
            let account = TestUser(username: left.username, password: "", pool: try await poolFacts()).withPassword(
                random)
            try await setPassword(of: account)
            return try await identityId(try await signIn(account).token)
        } catch {
            notes.append(
                "an identity of \(left.username) may be left in \(left.identityPoolId): \(error.words ?? error.what)")
            return nil
        }
    }

    /// Deletes identity and user, each whatever came of the other. What is left stays written down, for the next run.
    func remove(_ trace: CleanupRecord) async throws(LinkFailure) -> [Remnant] {
        var remnants: [Remnant] = []
        // The identity first: with the user gone, AWS would not tell it any more.
        if let identity = trace.identityId {
            do throws(LinkFailure) { try await deleteIdentity(identity) } catch {
                remnants.append(
                    Remnant(
                        name: "the identity \(identity)", cause: error,
                        command: "aws cognito-identity delete-identities --identity-ids-to-delete \(identity)"))
            }
        }
        do throws(LinkFailure) { try await deleteUser(trace.username, of: trace.userPoolId) } catch {
            remnants.append(
                Remnant(
                    name: "the user \(trace.username)", cause: error,
                    command:
                        "aws cognito-idp admin-delete-user --user-pool-id \(trace.userPoolId) --username \(trace.username)"
                ))
        }
        if remnants.isEmpty { try changeTraces { $0.removeAll { $0.username == trace.username } } }
        return remnants
    }

    // MARK: - Traces

    func newTrace(_ username: String) -> CleanupRecord {
        CleanupRecord(
            userPoolId: signIn.userPoolId, clientId: signIn.clientId, identityPoolId: signIn.identityPoolId,
            username: username)
    }

    /// Writes down what this run makes, in place of what was written of it before.
    func keep(_ new: CleanupRecord) throws(LinkFailure) {
        try write(new)
        trace = new
    }

    func amendTrace(_ change: (inout CleanupRecord) -> Void) throws(LinkFailure) {
        guard var changed = trace else { return }
        change(&changed)
        try keep(changed)
    }

    private func write(_ new: CleanupRecord) throws(LinkFailure) {
        try changeTraces { cleanupRecords in
            cleanupRecords.removeAll { $0.username == new.username }
            cleanupRecords.append(new)
        }
    }

    private func changeTraces(_ change: (inout [CleanupRecord]) -> Void) throws(LinkFailure) {
        do {
            var all = try cleanupRecords.load()
            change(&all)
            try cleanupRecords.save(all)
        } catch {
            throw LinkFailure(
                "what is about to be made could not be written down: \(error)",
                advice: "Nothing is made in AWS without that.")
        }
    }
}

extension LinkFailure {
    /// Names each that is left; nil where there is none.
    init?(_ remnants: [Verification.Remnant]) {
        guard let last = remnants.last else { return nil }
        let others = remnants.dropLast().map(\.name).joined(separator: ", ")
        let names = others.isEmpty ? last.name : "\(others) and \(last.name)"
        let (are, them) = others.isEmpty ? ("is", "it") : ("are", "them")
        let advice =
            "\(names.prefix(1).uppercased())\(names.dropFirst()) \(are) still there. Run `cogstack verify` again as somebody who may, or delete \(them): "
            + remnants.map { "`\($0.command)`" }.joined(separator: ", ") + "."
        var causes: [LinkFailure] = []
        for remnant in remnants where !causes.contains(remnant.cause) { causes.append(remnant.cause) }
        if causes.count == 1 {
            self.init(causes[0].what, words: causes[0].words, advice: advice)
        } else {
            let sentences = causes.map { [$0.what, $0.words].compactMap(\.self).joined(separator: ": ") }
            self.init(sentences.joined(separator: "; "), advice: advice)
        }
    }

    fileprivate init(_ damage: DamagedCleanupRecords) {
        self.init(
            "\(damage)",
            advice: """
                It lists the users and identities that a killed run left. Look at it, then delete it: users named \
                \(CleanupRecord.prefix)… that are older than \(Int(CleanupRecord.strayAge / 60)) minutes are found without it, with their identities.
                """)
    }

    /// With what else is to be said.
    fileprivate func adding(_ notes: [String]) -> LinkFailure {
        guard !notes.isEmpty else { return self }
        let more = "Besides, \(notes.joined(separator: "; "))."
        return LinkFailure(
            what, words: words, advice: [advice, more].compactMap(\.self).joined(separator: " "), code: code,
            mayPass: mayPass)
    }
}
