import AWSClient
import IAMPolicy

/// What trying the grants showed, in words.
extension Verification.Trials {
    /// The outcome of a link that says what was seen, and what was not checked.
    ///
    /// - Parameters:
    ///   - sessions: all that grants were tried with.
    ///   - start: what stands before what was seen.
    ///   - identity: a word for whose data it is.
    ///   - nothing: why there was nothing to try, where there was not.
    func outcome(_ sessions: [SessionKind], _ start: String, _ identity: String, nothing: String) -> LinkResult.Outcome
    {
        let why = reasons(sessions)
        guard !seen.isEmpty else { return why.map { .notChecked($0) } ?? .absent(nothing) }
        return .holds(start + places(sessions, identity), except: why)
    }

    /// `in both sessions s3://data/<identity>/ (list, read); in the long session table sessions (read, write)`.
    private func places(_ sessions: [SessionKind], _ identity: String) -> String {
        // What a place gives in one session and not in the other stands there twice.
        var order: [String] = []
        var kinds: [String: Set<SessionKind>] = [:]
        for kind in sessions {
            for (place, accesses) in given(in: kind, identity) {
                let text =
                    accesses == [.invoke] ? place : "\(place) (\(accesses.map(\.rawValue).joined(separator: ", ")))"
                if kinds[text] == nil { order.append(text) }
                kinds[text, default: []].insert(kind)
            }
        }
        let groups: [(kinds: Set<SessionKind>, start: String)] = [
            ([.short, .long], "in both sessions "), ([.short], "in the short session "),
            ([.long], "in the long session "),
        ]
        return groups.compactMap { group in
            let texts = order.filter { kinds[$0] == group.kinds }
            return texts.isEmpty ? nil : (sessions.count == 1 ? "" : group.start) + texts.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    /// Each place of a session with what it gives there.
    private func given(in kind: SessionKind, _ identity: String) -> [(place: String, accesses: [Probe.Access])] {
        let probes = seen.filter { $0.session.kind == kind }.map(\.probe)
        var places: [String] = []
        for probe in probes where !places.contains(probe.place.text(identity)) {
            places.append(probe.place.text(identity))
        }
        return places.map { place in
            let found = probes.filter { $0.place.text(identity) == place }.map(\.access)
            return (place, Probe.Access.allCases.filter(found.contains))
        }
    }

    private func reasons(_ sessions: [SessionKind]) -> String? {
        var order: [String] = []
        for (_, why) in unchecked where !order.contains(why) { order.append(why) }
        let texts = order.map { why in
            let kinds = Set(unchecked.filter { $0.why == why }.map(\.session))
            return sessions.count == kinds.count ? why : "\(why) (\(kinds.contains(.short) ? "short" : "long") session)"
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    // MARK: - What failed

    /// Nil where nothing is refused that the grants allow.
    func refusal(identity: String, region: String, partition: String) -> LinkFailure? {
        guard let (first, error) = failed.first else { return nil }
        let what = sentence("may not ", identity, conjunctions: ("or", ", nor ")) {
            " (\($0.map(\.action).joined(separator: ", ")))"
        }
        return LinkFailure(
            what, words: error?.words, advice: Advice.refused(first, region: region, partition: partition))
    }

    /// Nil where nothing is allowed that is another identity's.
    func leak(neighbour: String) -> LinkFailure? {
        guard let (first, error) = failed.first else { return nil }
        let what = sentence("may reach what belongs to another identity: ", neighbour, conjunctions: ("and", ", ")) {
            _ in ""
        }
        return LinkFailure(
            error == nil ? what : "\(what), where S3 refuses no more than to say what is missing",
            advice: """
                Something beside the isolating grant allows it: look at the other policies of the role \(first.session.role) and at \
                \(first.probe.owner) own.
                """)
    }

    /// `the short session may not list or read s3://data/1/ (…), nor …; the long session …`.
    ///
    /// - Parameters:
    ///   - conjunctions: between what may be done in a place, and between the places.
    ///   - more: what else is to be said of a place.
    private func sentence(
        _ start: String, _ identity: String, conjunctions: (accesses: String, places: String),
        _ more: ([Probe]) -> String
    ) -> String {
        SessionKind.allCases.compactMap { kind in
            let probes = failed.filter { $0.trial.session.kind == kind }.map(\.trial.probe)
            var targets: [String] = []
            for probe in probes where !targets.contains(probe.target(identity)) {
                targets.append(probe.target(identity))
            }
            let texts = targets.map { target in
                let there = probes.filter { $0.target(identity) == target }
                // Two grants may give the same.
                let each = Probe.Access.allCases.compactMap { access in there.first { $0.access == access } }
                let verbs = each.map(\.access.rawValue)
                let last = verbs.suffix(2).joined(separator: " \(conjunctions.accesses) ")
                return "\((verbs.dropLast(2) + [last]).joined(separator: ", ")) \(target)\(more(each))"
            }
            return texts.isEmpty ? nil : "the \(kind) session \(start)\(texts.joined(separator: conjunctions.places))"
        }.joined(separator: "; ")
    }
}

extension Probe {
    /// What something is done with: `s3://data/us-east-1:1/`.
    fileprivate func target(_ identity: String) -> String {
        switch own {
        case .getItem, .deleteItem: "items of \(identity) in \(place.text(identity))"
        default: place.text(identity)
        }
    }

    /// Whose own policy has its say too, as in "the bucket's own policy".
    fileprivate var owner: String {
        switch own {
        case .list, .getObject, .abortUpload: "the bucket's"
        case .getItem, .deleteItem: "the table's"
        case .invoke: "the function's"
        }
    }
}

extension Advice {
    /// Where to look when something is refused that a role grants.
    static func refused(_ trial: Verification.Trial, region: String, partition: String) -> String {
        let (role, kind) = (trial.session.role, trial.session.kind)
        let own: IdentityVariable = kind == .long ? .sessionTag : .tokenSubject
        let variable = own.text(region: region, partition: partition)
        if let used = trial.probe.variable, used != variable {
            return
                "The role \(role) isolates by \(used), which has no value in the \(kind) session: there it is \(variable)."
        }
        let tag = "the session tag \(IdentityVariable.sessionTagKey) that the function sets, and at "
        let start = trial.probe.variable != nil && kind == .long ? tag : ""
        return
            "The role \(role) grants it: look at \(start)\(trial.probe.owner) own policy; an organisation's policies may refuse it too."
    }
}
