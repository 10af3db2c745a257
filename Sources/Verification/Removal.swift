import AWSClient
import Records
import Store

/// Removing what was made, by this run and by earlier ones.
extension Verification {
    /// Something that is still there, and why.
    struct Remnant {
        /// Such as `the user cogstack-verify-…`.
        let name: String
        let cause: Break
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
    func cleanUp() async throws(Break) -> LinkResult.Outcome {
        let old: [Trace]
        do { old = try traces.load() } catch let error as DamagedTraces { throw Break(error) } catch {
            throw Break("what earlier runs left cannot be read: \(error)")
        }
        var cleanup = Cleanup()
        for left in old where !isStopped() { try await remove(leftover: left, &cleanup) }
        var refusal: Break?
        var strays: [String] = []
        do throws(Break) { strays = try await strayUsers() } catch { refusal = error }
        for name in strays where !isStopped() && !old.contains(where: { $0.username == name }) {
            try await remove(leftover: strayTrace(name), &cleanup)
        }
        if let refusal = Break(cleanup.remnants) ?? refusal { return .warned(refusal.besides(cleanup.notes)) }
        guard !cleanup.removed.isEmpty else {
            try goOn()
            return .holds("nothing was left")
        }
        return .holds((["removed \(cleanup.removed.joined(separator: ", "))"] + cleanup.notes).joined(separator: "; "))
    }

    private func remove(leftover: Trace, _ cleanup: inout Cleanup) async throws(Break) {
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

    /// What a run elsewhere has written down of a user, as far as it can be told.
    private func strayTrace(_ username: String) -> Trace {
        var trace = newTrace(username)
        trace.mayHaveIdentity = true
        return trace
    }

    /// The identity that was asked for and whose id never arrived: AWS tells it once more to the same user.
    private func foundIdentity(of left: Trace, _ notes: inout [String]) async -> String? {
        do throws(Break) {
            guard left.clientId == signIn.clientId, left.identityPoolId == signIn.identityPoolId else {
                throw Break("the stack has another app client or identity pool now")
            }
            let account = Account(username: left.username, password: "", pool: try await poolFacts()).withPassword(random)
            try await setPassword(of: account)
            return try await identityId(try await signIn(account).token)
        } catch {
            notes.append("an identity of \(left.username) may be left in \(left.identityPoolId): \(error.words ?? error.what)")
            return nil
        }
    }

    /// Deletes identity and user, each whatever came of the other. What is left stays written down, for the next run.
    func remove(_ trace: Trace) async throws(Break) -> [Remnant] {
        var remnants: [Remnant] = []
        // The identity first: with the user gone, AWS would not tell it any more.
        if let identity = trace.identityId {
            do throws(Break) { try await deleteIdentity(identity) } catch {
                remnants.append(Remnant(
                    name: "the identity \(identity)", cause: error,
                    command: "aws cognito-identity delete-identities --identity-ids-to-delete \(identity)"))
            }
        }
        do throws(Break) { try await deleteUser(trace.username, of: trace.userPoolId) } catch {
            remnants.append(Remnant(
                name: "the user \(trace.username)", cause: error,
                command: "aws cognito-idp admin-delete-user --user-pool-id \(trace.userPoolId) --username \(trace.username)"))
        }
        if remnants.isEmpty { try changeTraces { $0.removeAll { $0.username == trace.username } } }
        return remnants
    }

    // MARK: - Traces

    func newTrace(_ username: String) -> Trace {
        Trace(userPoolId: signIn.userPoolId, clientId: signIn.clientId, identityPoolId: signIn.identityPoolId, username: username)
    }

    /// Writes down what this run makes, in place of what was written of it before.
    func keep(_ new: Trace) throws(Break) {
        try write(new)
        trace = new
    }

    func amendTrace(_ change: (inout Trace) -> Void) throws(Break) {
        guard var changed = trace else { return }
        change(&changed)
        try keep(changed)
    }

    private func write(_ new: Trace) throws(Break) {
        try changeTraces { traces in
            traces.removeAll { $0.username == new.username }
            traces.append(new)
        }
    }

    private func changeTraces(_ change: (inout [Trace]) -> Void) throws(Break) {
        do {
            var all = try traces.load()
            change(&all)
            try traces.save(all)
        } catch {
            throw Break("what is about to be made could not be written down: \(error)", advice: "Nothing is made in AWS without that.")
        }
    }
}

extension Break {
    /// Names each that is left; nil where there is none.
    init?(_ remnants: [Verification.Remnant]) {
        guard let last = remnants.last else { return nil }
        let others = remnants.dropLast().map(\.name).joined(separator: ", ")
        let names = others.isEmpty ? last.name : "\(others) and \(last.name)"
        let (are, them) = others.isEmpty ? ("is", "it") : ("are", "them")
        let advice = "\(names.prefix(1).uppercased())\(names.dropFirst()) \(are) still there. Run `cogstack verify` again as somebody who may, or delete \(them): "
            + remnants.map { "`\($0.command)`" }.joined(separator: ", ") + "."
        var causes: [Break] = []
        for remnant in remnants where !causes.contains(remnant.cause) { causes.append(remnant.cause) }
        if causes.count == 1 {
            self.init(causes[0].what, words: causes[0].words, advice: advice)
        } else {
            let sentences = causes.map { [$0.what, $0.words].compactMap(\.self).joined(separator: ": ") }
            self.init(sentences.joined(separator: "; "), advice: advice)
        }
    }

    fileprivate init(_ damage: DamagedTraces) {
        self.init(
            "\(damage)",
            advice: """
                It lists the users and identities that a killed run left. Look at it, then delete it: users named \
                \(Trace.prefix)… that are older than \(Int(Trace.strayAge / 60)) minutes are found without it, with their identities.
                """)
    }

    /// With what else is to be said.
    fileprivate func besides(_ notes: [String]) -> Break {
        guard !notes.isEmpty else { return self }
        let more = "Besides, \(notes.joined(separator: "; "))."
        return Break(what, words: words, advice: [advice, more].compactMap(\.self).joined(separator: " "), code: code, mayPass: mayPass)
    }
}
