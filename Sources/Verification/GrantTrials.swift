import AWSClient

/// Tries out what the roles of the sessions grant.
extension Verification {
    /// A probe, and the session that tries it.
    struct Trial {
        let session: RoleSession
        let probe: Probe
    }

    /// What came of trying a number of probes.
    struct Trials {
        var seen: [Trial] = []
        var failed: [(trial: Trial, error: AWSError?)] = []
        var unchecked: [(session: SessionKind, why: String)] = []
        /// All, and why one could not be tried.
        var all: [(trial: Trial, untried: String?)] = []
    }

    /// Tries all that the grants allow: what is refused in spite of them has failed.
    ///
    /// - Parameter sessions: with nil for one of which it is not known what role it is of.
    func tryGrants(
        of sessions: [(kind: SessionKind, session: RoleSession?)], _ identity: String, _ neighbour: String
    ) async throws(LinkFailure) -> Trials {
        var trials = Trials()
        for (kind, session) in sessions {
            guard let session else {
                trials.unchecked.append((kind, "STS does not say of what role the session is"))
                continue
            }
            let list = try await probes(of: session, identity, neighbour)
            for probe in list.probes {
                try goOn()
                let trial = Trial(session: session, probe: probe)
                switch try await settledReach(of: trial) {
                case .allowed:
                    trials.seen.append(trial)
                    trials.all.append((trial, nil))
                case .untried(let why):
                    trials.unchecked.append((kind, why))
                    trials.all.append((trial, why))
                case .refused(let error):
                    if let doubt = doubt(probe, error) {
                        trials.unchecked.append(
                            (kind, "\(probe.place.text("<identity>")) (\(probe.access)): it is refused, and \(doubt)"))
                        trials.all.append((trial, nil))
                    } else {
                        trials.failed.append((trial, error))
                    }
                }
            }
            trials.unchecked += list.unchecked.map { (kind, $0) }
        }
        return trials
    }

    /// Tries with another identity's data what keeps people apart: what is allowed all the same has failed.
    func tryNeighbours(_ own: Trials) async throws(LinkFailure) -> Trials {
        var trials = Trials()
        for (trial, untried) in own.all {
            guard let others = trial.probe.others else { continue }
            try goOn()
            let (kind, place) = (trial.session.kind, "\(trial.probe.place.text("<another>")) (\(trial.probe.access))")
            if let untried {
                trials.unchecked.append((kind, untried))
                continue
            }
            switch try await attempt(others, as: trial.session) {
            case .allowed: trials.failed.append((trial, nil))
            case .untried(let why): trials.unchecked.append((kind, why))
            case .refused(let error):
                let openings = trial.probe.openings.joined(separator: ", ")
                if error.isOnlyAboutListing, trial.probe.access == .read, !openings.isEmpty {
                    trials.failed.append((trial, error))
                } else if error.isOnlyAboutListing, trial.probe.access == .read {
                    trials.unchecked.append((kind, "\(place): S3 refuses only to list there"))
                } else if !openings.isEmpty {
                    trials.unchecked.append(
                        (kind, "\(place): it is refused, and other statements may allow \(openings) there"))
                } else {
                    trials.seen.append(trial)
                }
            }
        }
        return trials
    }

    /// Nothing more is tried once the person asked to stop.
    func goOn() throws(LinkFailure) {
        guard !isStopped() else { throw LinkFailure("it was interrupted") }
    }

    /// What a session reaches of its own, waited for where a refusal may pass.
    private func settledReach(of trial: Trial) async throws(LinkFailure) -> AccessResult {
        var last: AWSError?
        do throws(LinkFailure) {
            return try await settled { () async throws(LinkFailure) in
                let reach = try await self.attempt(trial.probe.own, as: trial.session)
                guard case .refused(let error) = reach else { return reach }
                if case .getObject = trial.probe.own, error.isOnlyAboutListing { return .allowed }
                guard self.doubt(trial.probe, error) == nil else { return reach }
                last = error
                throw LinkFailure(error, advice: nil)
            }
        } catch {
            guard let last else { throw error }
            return .refused(last)
        }
    }

    /// Why a refusal of what is granted proves nothing.
    private func doubt(_ probe: Probe, _ error: AWSError) -> String? {
        if let doubt = probe.doubt { return doubt }
        guard case .getObject = probe.own, !probe.mayList, !error.message.contains("s3:GetObject") else { return nil }
        return "S3 does not say whether a missing object may be read where it may not be listed"
    }
}

extension AWSError {
    /// Whether S3 refuses to say that an object is missing, and would have let it be read: it asks for reading first, for listing then
    /// (S3 API, GetObject; the words name what was asked for: S3 User Guide, "Troubleshoot access denied errors").
    fileprivate var isOnlyAboutListing: Bool { message.contains("s3:ListBucket") && !message.contains("s3:GetObject") }
}
