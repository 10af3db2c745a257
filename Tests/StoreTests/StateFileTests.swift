import Foundation
import Model
import Schema
import Testing
import TestSupport

@testable import Records
@testable import Store

@Suite struct StateFileTests {
    let scratch: Scratch
    let file: StateFile

    init() throws {
        scratch = try Scratch()
        file = StateFile(at: scratch.location)
    }

    @Test func noFileIsNoState() throws {
        #expect(try file.load() == nil)
        #expect(scratch.files.isEmpty)
    }

    @Test func eachSaveCountsTheSerial() throws {
        let first = try file.save(.sample)
        let second = try file.save(first)
        #expect(first.serial == 1)
        #expect(second.serial == 2)
        #expect(try file.load() == second)
    }

    @Test func theFileIsReadableJSONWithSortedMembers() throws {
        _ = try file.save(.sample)
        let text = try text(of: file.path)
        #expect(text.hasPrefix("{\n  \"account\" : \"123456789012\",\n  \"file\" : \"stacks/prod.yaml\",\n"))
        #expect(text.hasSuffix("}\n"))
    }

    @Test func filesAndFoldersArePrivate() throws {
        _ = try file.save(.sample)
        try PlanFile.save(["a": 1], at: scratch.location)
        _ = try Journal(at: scratch.location)
        let lock = try Lock(at: scratch.location, command: "apply", now: .now)
        defer { lock.release() }
        let location = scratch.location
        for path in [location.state, location.plan, location.journal, location.lock] {
            #expect(try mode(of: path) == "600", "\(path)")
        }
        for folder in ["/.cogstack", "/.cogstack/prod"] {
            #expect(try mode(of: scratch.path + folder) == "700", "\(folder)")
        }
    }

    static let damaged: [(contents: String, reason: String)] = [
        ("", "it is empty"),
        ("\n", "not valid JSON"),
        ("\u{0}\u{0}\u{0}\u{0}", "not valid JSON"),
        ("[]", "dictionary"),
        ("null", "found null"),
        ("{}", "`format` is missing"),
        (#"{"format":"1"}"#, "format: "),
        (#"{"format":0}"#, "there is no format 0"),
        (#"{"format":1,"stack":"prod"}"#, "is missing"),
        (valid.replacing(#""serial":7"#, with: #""serial":-1"#), "there is no serial -1"),
        (
            valid.replacing(#""serial":7"#, with: #""serial":9223372036854775807"#),
            "there is no serial 9223372036854775807"
        ),
        (valid.replacing(#""resources":{}"#, with: #""resources":{"nodot":{}}"#), "resources"),
        (valid.replacing(#""resources":{}"#, with: #""resources":{"roles.a":{"type":3}}"#), "resources.roles.a."),
        (valid + "}", "there is something behind its end"),
        (valid + valid, "there is something behind its end"),
    ]
    static let valid =
        #"{"format":1,"stack":"prod","account":"123456789012","region":"eu-central-1","serial":7,"file":"f","isProtected":false,"resources":{},"outputs":{}}"#

    @Test func theTableOfDamageStartsFromAValidFile() throws {
        try scratch.write(Self.valid, to: file.path)
        #expect(try file.load()?.serial == 7)
    }

    @Test(arguments: damaged) func aDamagedFileIsReportedAndNeverOverwritten(contents: String, reason: String) throws {
        try scratch.write(contents, to: file.path)
        let error = try #require(throws: StateError.self) { try file.load() }
        guard case .damagedState(file.path, let found) = error else {
            Issue.record("not damagedState: \(error)")
            return
        }
        #expect(found.localizedCaseInsensitiveContains(reason), "\(found)")
        #expect(error.description.contains("`cogstack state rebuild FILE`"))
        #expect(throws: error) { try file.save(.sample) }
        #expect(try text(of: file.path) == contents)
        #expect(scratch.files == ["state.json"])
    }

    @Test func aFileCutAtAnyByteIsDamaged() throws {
        _ = try file.save(.sample)
        let whole = try #require(try contents(of: file.path))
        for count in 0..<(whole.count - 1) {
            try scratch.write(whole.prefix(count), to: file.path)
            let error = #expect(throws: StateError.self, "cut at \(count)") { try file.load() }
            guard case .damagedState? = error else {
                Issue.record("cut at \(count): \(String(describing: error))")
                return
            }
        }
    }

    @Test func aFileWithAZeroAnywhereIsDamaged() throws {
        _ = try file.save(.sample)
        let whole = try #require(try contents(of: file.path))
        for index in whole.indices {
            var bytes = whole
            bytes[index] = 0
            try scratch.write(bytes, to: file.path)
            let error = #expect(throws: StateError.self, "byte \(index)") { try file.load() }
            guard case .damagedState? = error else {
                Issue.record("byte \(index): \(String(describing: error))")
                return
            }
        }
    }

    @Test func aLinkToNowhereIsNoMissingState() throws {
        try makeFolder(above: file.path)
        try FileManager.default.createSymbolicLink(
            atPath: file.path, withDestinationPath: scratch.path + "/unmounted/state.json")
        let error = StateError.unusable(path: file.path, .link)
        #expect(throws: error) { try file.load() }
        #expect(throws: error) { try file.save(.sample) }
        #expect(scratch.files == ["state.json"])
    }

    /// Format 1 named an object that is to be deleted by its id alone.
    @Test func anOlderFormatIsReadAndWrittenAsTheNewOne() throws {
        let deposed = #""deposed":["old-id"]"#
        try scratch.write(
            """
            {"format":1,"stack":"prod","account":"123456789012","region":"eu-central-1","serial":7,"file":"f","isProtected":false,"outputs":{},
            "resources":{"keys.k":{"type":"key","attributes":{},"outputs":{},"secrets":{},"dependsOn":[],"ties":{},\(deposed),
            "isRetained":false,"isProtected":false}}}
            """, to: file.path)
        let loaded = try #require(try file.load())
        #expect(loaded.resources.values.first?.deposed == [Deposed("old-id")])
        #expect(try file.save(loaded).format == 3)
        #expect(try file.load()?.resources == loaded.resources)
    }

    @Test func aNewerFormatIsRefusedWhateverElseItHolds() throws {
        let contents = #"{"format":4,"resources":["of another form"]}"#
        try scratch.write(contents, to: file.path)
        let error = StateError.newerFormat(path: file.path, found: 4, readable: 3)
        #expect(throws: error) { try file.load() }
        #expect(throws: error) { try file.save(.sample) }
        #expect(
            error.description
                == "the state file \(file.path) has format 4, and this cogstack reads up to 3. Use the newer cogstack that wrote it"
        )
        #expect(try text(of: file.path) == contents)
    }

    @Test(arguments: [
        ("dev", "123456789012", "eu-central-1", "stack", "dev", "prod"),
        ("prod", "210987654321", "eu-central-1", "account", "210987654321", "123456789012"),
        ("prod", "123456789012", "us-east-1", "region", "us-east-1", "eu-central-1"),
    ])
    func aFileFromElsewhereIsRefused(
        stack: String, account: String, region: String, what: String, expected: String, found: String
    ) throws {
        let saved = try file.save(.sample)
        let error = StateError.wrongOwner(path: file.path, what: what, expected: expected, found: found)
        #expect(throws: error) { try file.validate(saved, stack: stack, account: account, region: region) }
        var foreign = saved
        (foreign.stack, foreign.account, foreign.region) = (stack, account, region)
        #expect(throws: error) { try file.save(foreign) }
        #expect(try file.load() == saved)
    }

    @Test func aFileWithoutResourcesGoesOnAnywhere() throws {
        var emptied = Snapshot.sample
        emptied.resources = [:]
        var moved = try file.save(emptied)
        (moved.account, moved.region) = ("210987654321", "us-east-1")
        #expect(try file.save(moved).serial == moved.serial + 1)
        #expect(try file.load()?.account == "210987654321")
        var foreign = try #require(try file.load())
        foreign.stack = "dev"
        #expect(throws: StateError.wrongOwner(path: file.path, what: "stack", expected: "dev", found: "prod")) {
            try file.save(foreign)
        }
    }

    @Test func aFileOfThisStackIsAccepted() throws {
        let saved = try file.save(.sample)
        #expect(throws: Never.self) {
            try file.validate(saved, stack: "prod", account: "123456789012", region: "eu-central-1")
        }
    }

    @Test func aRivalsWorkIsNotOverwritten() throws {
        let loaded = try file.save(.sample)
        let rivals = try file.save(loaded)
        #expect(throws: StateError.concurrentWrite(path: file.path, loaded: 1, found: 2)) { try file.save(loaded) }
        #expect(throws: StateError.concurrentWrite(path: file.path, loaded: 0, found: 2)) { try file.save(.sample) }
        #expect(try file.load() == rivals)
    }

    @Test func aFileThatWasDeletedMeanwhileIsMadeAgain() throws {
        let saved = try file.save(.sample)
        try FileManager.default.removeItem(atPath: scratch.path + "/.cogstack")
        #expect(try file.save(saved).serial == 2)
        #expect(try file.load()?.resources == saved.resources)
    }

    @Test(arguments: [
        ["secret": Value.secret(Secret("s3cret"))], ["deep": .list([.map(["x": .secret(Secret("s3cret"))])])],
    ])
    func aSecretIsNeverWritten(attributes: [String: Value]) throws {
        let saved = try file.save(.sample)
        let before = try text(of: file.path)
        var next = saved
        let address = try #require(Address("userPools.main"))
        next.resources[address]?.attributes = .map(attributes)
        let error = #expect(throws: StateError.self) { try file.save(next) }
        guard case .unwritable(_, let reason)? = error else {
            Issue.record("not unwritable: \(String(describing: error))")
            return
        }
        #expect(reason.hasSuffix("a secret is never written"))
        #expect(error?.description.contains("s3cret") == false)
        #expect(try text(of: file.path) == before)
        #expect(scratch.files == ["state.json"])
    }

    @Test func aDamagedFileIsSetAsideWithoutLosingEarlierOnes() throws {
        #expect(try file.setAside() == nil)
        for (number, contents) in [(1, "first"), (2, "second")] {
            try scratch.write(contents, to: file.path)
            #expect(try file.setAside() == "\(file.path).damaged-\(number)")
        }
        #expect(try file.save(.sample).serial == 1)
        #expect(try text(of: file.path + ".damaged-1") == "first")
        #expect(try text(of: file.path + ".damaged-2") == "second")
    }

    @Test func whatIsSavedIsLoaded() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var saved: Snapshot?
        for round in 0..<100 {
            var snapshot = Snapshot.random(using: &random)
            snapshot.serial = saved?.serial ?? 0
            saved = try file.save(snapshot)
            snapshot.serial += 1
            #expect(try file.load() == snapshot, "seed \(seed), round \(round)")
        }
    }
}

@Suite struct SecretDigestTests {
    let digest = SecretDigest(of: Secret("s3cret"), salt: Array(0..<16))

    @Test func onlyTheSecretMatches() {
        #expect(digest.matches("s3cret"))
        for other in ["", "s3cre", "s3cret ", "S3cret", digest.sha256, digest.salt + "s3cret"] {
            #expect(!digest.matches(other), "\(other)")
        }
    }

    @Test func itIsTheHashOfTheSaltsTextAndTheSecret() {
        // printf 000102030405060708090a0b0c0d0e0fs3cret | sha256sum
        #expect(digest.salt == "000102030405060708090a0b0c0d0e0f")
        #expect(digest.sha256 == "614bff35d61d76269a320c615c25b953f8cf45153e0819e6bd432296129bdbde")
    }

    @Test func theSaltTellsEqualSecretsApart() {
        #expect(SecretDigest(of: Secret("s3cret"), salt: [1]).sha256 != digest.sha256)
    }
}
