import Model
package import Schema

/// What a program needs to sign people in with a stack and to get them credentials, read from what was recorded.
///
/// It follows from how the stack's resources name each other: the identity pool its app client and user pool, the proxy its role
/// and the pools whose tokens it takes. Where that leaves a choice, the stack's outputs of the names in `Choice` make it.
package struct SignIn: Sendable, Equatable {
    package let region: String
    package let userPoolId: String
    package let clientId: String
    package let identityPoolId: String
    /// Nil where no function of the stack gives longer credentials: then there are only those of the identity pool, for an hour.
    package let proxy: Proxy?
    /// Where people sign in with a browser; only an output tells.
    package let managedLoginURL: String?

    /// The function that gives longer credentials, and the role that they are of.
    package struct Proxy: Sendable, Equatable {
        package let functionName: String
        package let roleARN: String

        /// All of the ARN after `role/`: the path too, where the role has one, since clients put it back into an ARN.
        package var roleName: String {
            roleARN.split(separator: "/", maxSplits: 1).last.map(String.init) ?? roleARN
        }

        package init(functionName: String, roleARN: String) {
            self.functionName = functionName
            self.roleARN = roleARN
        }
    }

    /// The outputs that choose among several.
    package enum Choice: String, Sendable, CaseIterable {
        case userPoolId, clientId, identityPoolId, functionName, longLivedRoleName
    }

    package init(
        region: String, userPoolId: String, clientId: String, identityPoolId: String, proxy: Proxy?,
        managedLoginURL: String? = nil
    ) {
        self.region = region
        self.userPoolId = userPoolId
        self.clientId = clientId
        self.identityPoolId = identityPoolId
        self.proxy = proxy
        self.managedLoginURL = managedLoginURL
    }
}

extension SignIn {
    /// Tells it from a stack's record; `types` by their section. Throws where the record tells none, or several.
    package init(_ snapshot: Snapshot, types: [String: ResourceType]) throws(SignInProblem) {
        let parts = snapshot.resources.sorted { $0.key < $1.key }.flatMap { address, record in
            record.physicalId.flatMap { types[address.section]?.signIn?($0, record.attributes) } ?? []
        }
        let all = Self.candidates(parts, snapshot)
        guard !all.isEmpty else { throw .none(stack: snapshot.stack) }

        var candidates = all
        for choice in Choice.allCases {
            guard let wanted = snapshot.outputs[choice.rawValue]?.string else { continue }
            candidates = candidates.filter { $0.agrees(choice, wanted) }
            guard !candidates.isEmpty else {
                throw .chosenWrongly(output: choice.rawValue, value: wanted, known: Self.values(of: choice, all))
            }
        }
        // A client that no proxy takes is not meant where the proxy takes another one.
        if candidates.contains(where: { $0.proxy != nil }) { candidates.removeAll { $0.proxy == nil } }
        guard candidates.count == 1 else {
            let open = Choice.allCases.first { Self.values(of: $0, candidates).count > 1 } ?? .functionName
            let values = Self.values(of: open, candidates)
            throw .ambiguous(output: open.rawValue, values: values, example: snapshot.reference(to: values[0]))
        }
        self = candidates[0]
    }

    /// Each way to sign in with each function that takes its tokens.
    private static func candidates(_ parts: [SignInPart], _ snapshot: Snapshot) -> [SignIn] {
        parts.flatMap { part -> [SignIn] in
            guard case .identities(let identityPoolId, let userPoolId, let clientId) = part else { return [] }
            let proxies = parts.compactMap { other -> Proxy? in
                guard case .proxy(let name, let role, let itsIdentityPool, let itsUserPool, let itsClient) = other,
                    itsIdentityPool ?? identityPoolId == identityPoolId, itsUserPool ?? userPoolId == userPoolId,
                    itsClient ?? clientId == clientId
                else { return nil }
                return Proxy(functionName: name, roleARN: role)
            }
            return (proxies.isEmpty ? [nil] : proxies.map(Optional.some)).map {
                SignIn(
                    region: snapshot.region, userPoolId: userPoolId, clientId: clientId, identityPoolId: identityPoolId,
                    proxy: $0,
                    managedLoginURL: snapshot.outputs["managedLoginUrl"]?.string)
            }
        }
    }

    private func agrees(_ choice: Choice, _ wanted: String) -> Bool {
        let own = value(of: choice)
        // An output of a role's name has no path.
        return own == wanted || choice == .longLivedRoleName && own?.hasSuffix("/" + wanted) == true
    }

    private func value(of choice: Choice) -> String? {
        switch choice {
        case .userPoolId: userPoolId
        case .clientId: clientId
        case .identityPoolId: identityPoolId
        case .functionName: proxy?.functionName
        case .longLivedRoleName: proxy?.roleName
        }
    }

    private static func values(of choice: Choice, _ candidates: [SignIn]) -> [String] {
        Set(candidates.compactMap { $0.value(of: choice) }).sorted()
    }
}

/// Why a stack's record does not tell how to sign in with it.
package enum SignInProblem: Error, Sendable, Equatable {
    /// No identity pool takes the tokens of an app client.
    case none(stack: String)
    /// There are several, and no output says which is meant. `example` is a reference to the first of the values.
    case ambiguous(output: String, values: [String], example: String?)
    /// The output names what the stack does not have, or not together with the outputs before it.
    case chosenWrongly(output: String, value: String, known: [String])

    package var message: String {
        switch self {
        case .none(let stack):
            "stack \(stack) has no identity pool that takes the tokens of an app client, so no one can sign in with it."
        case .ambiguous(let output, let values, _):
            "the stack leaves open which \(output) is meant: \(values.joined(separator: ", "))."
        case .chosenWrongly(let output, let value, let known):
            "the output \(output) is \(value), and nothing in the stack that people sign in with is that"
                + (known.isEmpty ? "." : "; there is \(known.joined(separator: ", ")).")
        }
    }

    package var help: String {
        switch self {
        case .none: "Give one `cognitoIdentityProviders: [{ appClient: <its name in the file> }]`, and apply."
        case .ambiguous(let output, _, let example):
            "Say it in the stack file's `outputs`, such as `\(output): \(example ?? "…")`, and apply."
        case .chosenWrongly(let output, _, _): "Correct the output in the stack file or take \(output) out, and apply."
        }
    }
}

extension Snapshot {
    /// How a stack file would refer to a value: `$(appClients.cli.id)`. Nil where no resource's output has it.
    fileprivate func reference(to value: String) -> String? {
        for (address, record) in resources.sorted(by: { $0.key < $1.key }) {
            if let output = record.outputs.filter({ $0.value == .string(value) }).keys.min() {
                return "$(\(address).\(output))"
            }
        }
        return nil
    }
}
