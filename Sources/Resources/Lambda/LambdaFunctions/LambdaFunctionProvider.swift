package import Archive
import AWSClient
import Foundation
package import Provider
package import Model
package import Schema
package import Records

/// A function's physical id is its name.
package struct LambdaFunctionProvider: TagListingProvider, SelfTestingProvider, PartsProvider, ResourcePolicyProvider {
    package let type = lambdaFunctionType
    private let package: @Sendable (_ path: String) throws(ArchiveError) -> CodeArchive

    /// - Parameter package: packs the code at a path: ``Archive/CodeArchive/read(_:)``, or something else in a test.
    package init(package: @escaping @Sendable (_ path: String) throws(ArchiveError) -> CodeArchive) {
        self.package = package
    }

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        async let group = outcome { () async throws(ProviderError) in try await LogGroup(name, calls).read() }
        guard let answer = try await LambdaCalls(name, calls).get() else { return nil }
        let configuration = answer["Configuration"]
        var attributes = type.attributes(fromWire: configuration)
        attributes["environment"] = .map(configuration["Environment"]["Variables"].map ?? [:])
        attributes["layers"] = .list(configuration["Layers"].elements.map { $0["Arn"] })
        attributes["architectures"] = configuration["Architectures"]
        attributes["code"] = ["sha256": configuration["CodeSha256"]]
        attributes["reservedConcurrentExecutions"] = answer["Concurrency"]["ReservedConcurrentExecutions"]
        attributes["logRetentionDays"] = try await group.get()?["retentionInDays"] ?? .null
        attributes["tags"] = Tags.own(answer["Tags"])
        return Live(
            name, attributes: .map((attributes.map ?? [:]).filter { !$0.value.isNull }),
            outputs: FunctionNames(name, calls.context).outputs,
            unreadable: Self.unreadable(answer),
            isUnfinished: configuration["State"] == "Pending" || configuration["LastUpdateStatus"] == "InProgress",
            warnings: Self.warnings(configuration))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let name = desired["name"].string ?? ""
        let code = try zipFile(desired["code"], calls)
        let group = LogGroup(name, calls)
        try await group.create(tags: desired["tags"])
        if !desired["logRetentionDays"].isNull {
            try await group.setRetention(desired["logRetentionDays"], tags: desired["tags"])
        }

        let function = LambdaCalls(name, calls)
        var input = configurationInput(
            desired,
            environment: desired["environment"].isNull ? nil : try variables(desired["environment"], live: [:], calls))
        input["Code"] = ["ZipFile": code]
        if !desired["architectures"].isNull { input["Architectures"] = desired["architectures"] }
        if let tags = desired["tags"].map, !tags.isEmpty { input["Tags"] = .map(tags) }
        do {
            try await function.write(LambdaCalls.create, input)
        } catch {
            guard case .aws(let cause) = error, LambdaCalls.isNameTaken(cause) else { throw error }
            throw calls.nameTaken(name, by: "function", isRegional: true)
        }
        let outputs = FunctionNames(name, calls.context).outputs
        try await calls.recordCreated(name, outputs: outputs)
        try await function.waitUntilActive()
        if !desired["reservedConcurrentExecutions"].isNull {
            try await setConcurrency(desired["reservedConcurrentExecutions"], function)
        }
        return outputs
    }

    /// Configuration before code, as new code may need the new configuration; Lambda takes no second change before the first has
    /// arrived.
    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let function = LambdaCalls(name, calls)
        let code = changed.isDisjoint(with: Self.codeRows) ? nil : try zipFile(desired["code"], calls)
        let configuration = changed.intersection(Self.configurationRows)
        var revision: Value?
        if !configuration.isEmpty {
            revision = try await updateConfiguration(function, desired, configuration, isProbed: code == nil, calls)
        }
        if let code {
            let settings = type.withDefaults(desired, for: ["architectures"])
            if revision == nil { revision = try await function.revision() }
            let answer = try await function.update(
                LambdaCalls.updateCode, ["ZipFile": code, "Architectures": settings["architectures"]],
                of: revision ?? .null)
            guard answer["CodeSha256"] == desired["code"]["sha256"] else {
                throw .aws(
                    AWSError(
                        .garbled, message: "the answer names other code than was sent",
                        operation: LambdaCalls.updateCode))
            }
            try await function.waitUntilUpdated()
            // The old code may not know the new environment, and is gone: there is nothing to take back.
            if changed.contains("environment"), let selfTestFailure = try await selfTestFailure(name, desired, calls) {
                throw .refused(
                    message: "\(name) does not work with its new code and environment: \(selfTestFailure).",
                    help: "Put right what it names, and run it again.")
            }
        }
        if changed.contains("reservedConcurrentExecutions") {
            try await setConcurrency(desired["reservedConcurrentExecutions"], function)
        }
        if changed.contains("logRetentionDays") {
            try await LogGroup(name, calls).setRetention(desired["logRetentionDays"], tags: desired["tags"])
        }
        if changed.contains("tags") { try await setTags(desired["tags"], function, calls) }
        if changed.isEmpty { try await finish(function, desired, calls) }
        return [:]
    }

    /// Brings what a run began that was cut short to its end: nobody has waited for Lambda, or asked the function whether it works.
    private func finish(_ function: LambdaCalls, _ desired: Value, _ calls: ProviderContext) async throws(ProviderError)
    {
        try await function.waitUntilActive()
        try await function.waitUntilUpdated()
        guard let selfTestFailure = try await selfTestFailure(function.name, desired, calls) else { return }
        throw .refused(
            message: "\(function.name) does not work: \(selfTestFailure).",
            help: "Put right what it names, and run it again.")
    }

    package func selfTestFailure(_ name: String, _ attributes: Value, _ calls: ProviderContext)
        async throws(ProviderError) -> String?
    {
        if attributes["probe"].isNull { return nil }
        return try await LambdaCalls(name, calls).selfTestFailure(about: attributes["probe"])
    }

    package func resourcePolicy(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await LambdaCalls(name, calls).policy()
    }

    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await LambdaCalls(name, calls).remove(LambdaCalls.delete)
        try await LogGroup(name, calls).delete()
    }

    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await TaggedObjects.of(type, service: "lambda", prefix: "function:", calls)
    }

    package func parts(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> Value {
        guard let name = desired["name"].string, let group = try await LogGroup(name, calls).read() else { return [:] }
        return ["logRetentionDays": group["retentionInDays"]]
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        guard let name = desired["name"].string, let live = try await LambdaCalls(name, calls).get() else {
            return .none
        }
        guard live["TagsError"].isNull else {
            throw .refused(
                message:
                    "There is a function named \(name), and its tags, which say whose it is, cannot be read: \(live["TagsError"]["Message"].string ?? "").",
                help: Self.rightToTags)
        }
        return Ownership.located(name, tags: live["Tags"], stack: calls.context.stack, address: calls.address)
    }

    // MARK: Configuration

    private static let codeRows: Set<String> = ["code", "architectures"]
    private static let configurationRows = Set(
        lambdaFunctionType.rows(writtenBy: nil).map(\.name)
    ).subtracting(["name", "tags"])

    /// Returns the id of the revision that it leaves.
    private func updateConfiguration(
        _ function: LambdaCalls, _ desired: Value, _ changed: Set<String>, isProbed mayBeProbed: Bool,
        _ calls: ProviderContext
    ) async throws(ProviderError) -> Value {
        let revision = try await function.revision()
        var environment: Value?
        // A new key encrypts only what is sent with it, and what was encrypted before may be for the eyes of the role that was.
        var before: Value?
        if !changed.isDisjoint(with: ["environment", "kmsKeyArn", "role"]) {
            let staysAsLive = desired["environment"].isNull && !changed.contains("environment")
            let isProbed = mayBeProbed && !desired["probe"].isNull
            let needsLive = staysAsLive || isProbed || !desired["environment"].isKnown
            let live = needsLive ? try await liveVariables(function) : [:]
            environment = staysAsLive ? live : try variables(desired["environment"], live: live, calls)
            if isProbed { before = live }
        }
        _ = try await function.update(
            LambdaCalls.updateConfiguration,
            configurationInput(type.withDefaults(desired, for: changed), environment: environment), of: revision)
        let updated = try await function.waitUntilUpdated()
        guard let before, let environment, environment != before else { return updated }
        let selfTestFailure: String
        do {
            guard let answer = try await function.selfTestFailure(about: desired["probe"]) else { return updated }
            selfTestFailure = answer
        } catch {
            // What could not be asked proves nothing either; a run that is asked to stop leaves it to the next one.
            if error.isInterruption { throw error }
            let words = error.description
            selfTestFailure =
                "its probe could not be carried out: \(words.hasSuffix(".") ? String(words.dropLast()) : words)"
        }
        _ = try await function.update(
            LambdaCalls.updateConfiguration, ["Environment": ["Variables": before]], of: updated)
        try await function.waitUntilUpdated()
        throw .rolledBack(
            message: "\(function.name) does not work with its new environment: \(selfTestFailure).",
            help: "It has the old one again. Put right what it names, and run it again.")
    }

    private func liveVariables(_ function: LambdaCalls) async throws(ProviderError) -> Value {
        let environment = try await function.configuration()["Environment"]
        guard !Self.mayNotBeRead(environment) else {
            throw .refused(
                message:
                    "The environment of \(function.name) must be read to be changed: \(environment["Error"]["Message"].string ?? "")",
                help: Self.rightToRead)
        }
        return environment["Variables"]
    }

    /// - Parameter environment: the variables; nil leaves them as they are.
    private func configurationInput(_ attributes: Value, environment: Value?) -> Value {
        let rows = Self.configurationRows.union(["name"]).subtracting(["environment"])
        let input = type.wireForm(attributes, only: rows)
        return environment.map { input.overlaid(by: ["Environment": ["Variables": $0]]) } ?? input
    }

    /// The variables to send. One that holds a secret which only an earlier run was shown keeps its live value.
    private func variables(_ desired: Value, live: Value, _ calls: ProviderContext) throws(ProviderError) -> Value {
        var variables: [String: Value] = [:]
        for (name, value) in desired.map ?? [:] where !value.isNull {
            guard !value.isKnown else {
                variables[name] = value
                continue
            }
            guard !live[name].isNull else {
                throw .refused(
                    message:
                        "The environment variable \(name) of \(calls.address) needs a secret that AWS shows only once.",
                    help: "Plan again: the plan then makes a new one.")
            }
            variables[name] = live[name]
        }
        return .map(variables)
    }

    private func setConcurrency(_ executions: Value, _ function: LambdaCalls) async throws(ProviderError) {
        if executions.isNull {
            try await function.remove(LambdaCalls.deleteConcurrency)
        } else {
            try await function.write(LambdaCalls.putConcurrency, ["ReservedConcurrentExecutions": executions])
        }
    }

    /// Tags that `desired` does not name may be somebody else's and stay; one that it names as null goes.
    private func setTags(_ desired: Value, _ function: LambdaCalls, _ calls: ProviderContext)
        async throws(ProviderError)
    {
        let arn = FunctionNames(function.name, calls.context).arn
        try await TagChanges(to: desired).write { (tags) async throws(ProviderError) in
            try await function.writeTags(LambdaCalls.tag, ["Resource": arn, "Tags": tags])
        } removing: { (keys) async throws(ProviderError) in
            try await function.writeTags(LambdaCalls.untag, ["Resource": arn, "TagKeys": keys])
        }
    }

    // MARK: Code

    /// The archive in Base64, as long as it is the one that was planned.
    private func zipFile(_ code: Value, _ calls: ProviderContext) throws(ProviderError) -> Value {
        let path = code["path"].string ?? ""
        let archive: CodeArchive
        do {
            archive = try package(path)
        } catch {
            throw .refused(message: "\(calls.address): \(error.path): \(error.message).", help: error.help)
        }
        guard archive.sha256 == code["sha256"].string else {
            throw .refused(message: "The code in \(path) changed since the plan.", help: "Plan again.")
        }
        return .string(Data(archive.bytes).base64EncodedString())
    }

    // MARK: Answers

    /// Whether the key that encrypts the variables lets whoever asks not decrypt them (Lambda API, EnvironmentError). Where the key itself
    /// is disabled or gone, nobody can have them back.
    private static func mayNotBeRead(_ environment: Value) -> Bool {
        environment["Error"]["ErrorCode"].string?.contains("AccessDenied") == true
    }

    /// What Lambda gives an error in place of (Lambda API, EnvironmentError and TagsError).
    private static func unreadable(_ answer: Value) -> [String: String] {
        var unreadable: [String: String] = [:]
        if mayNotBeRead(answer["Configuration"]["Environment"]) { unreadable["environment"] = rightToRead }
        if !answer["TagsError"].isNull { unreadable["tags"] = rightToTags }
        return unreadable
    }

    private static let rightToTags = "Grant the identity that runs cogstack lambda:ListTags on the function."
    private static let rightToRead =
        "Grant the identity that runs cogstack kms:Decrypt on the key in the function's `kmsKeyArn`."

    private static func warnings(_ configuration: Value) -> [String] {
        let failures = [
            configuration["Environment"]["Error"]["Message"].string,
            configuration["State"] == "Failed" ? configuration["StateReason"].string : nil,
            configuration["LastUpdateStatus"] == "Failed" ? configuration["LastUpdateStatusReason"].string : nil,
        ]
        return failures.compactMap(\.self)
    }
}
