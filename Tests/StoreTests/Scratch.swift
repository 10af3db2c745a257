import Foundation
import Model
import Schema
import TestSupport

@testable import Records
@testable import Store

extension Scratch {
    var location: StateLocation { StateLocation(stack: "prod", in: path) }

    func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
        try makeFolder(above: file)
        try Data(bytes).write(to: URL(filePath: file))
        // Whatever the umask of who runs the tests: a file that others may write is refused.
        chmod(file, 0o600)
    }

    func write(_ text: String, to file: String) throws {
        try write(text.utf8, to: file)
    }

    /// Every file below the folder, by its name alone.
    var files: [String] {
        (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? [])
            .filter { !isFolder("\(path)/\($0)") }.map { URL(filePath: $0).lastPathComponent }.sorted()
    }

    func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

/// The permission bits of a file, in octal.
func mode(of path: String) throws -> String {
    var status = stat()
    _ = try succeed("read", path) { stat(path, &status) }
    return String(status.st_mode & 0o777, radix: 8)
}

func text(of path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
}

extension Snapshot {
    static let sample = Snapshot(
        stack: "prod", account: "123456789012", region: "eu-central-1", file: "stacks/prod.yaml",
        resources: [
            Address(section: "userPools", name: "main"): Record(
                type: "userPool", physicalId: "eu-central-1_abc",
                attributes: ["name": "prod-main", "mfa": "off", "tags": ["a": "ä/\u{1F600}"]],
                secrets: ["clientSecret": SecretDigest(of: Secret("s3cret"), salt: [1, 2, 3])],
                dependsOn: [Address(section: "roles", name: "long-lived")])
        ],
        outputs: ["poolId": "eu-central-1_abc"])
}

extension Intent {
    static func sample(_ number: Int) -> Intent {
        Intent(
            address: Address(section: "userPoolClients", name: "client-\(number)"), type: "userPoolClient",
            operation: "CreateUserPoolClient", creates: true, physicalId: nil, baseline: ["a", "b"],
            at: 1_780_000_000.25)
    }
}
