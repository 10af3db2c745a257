package import Schema
package struct StateError: Error, Sendable {}
extension SecretDigest { package init(of s: Secret, salt: [UInt8]) { self.init(salt: "", sha256: s.clearText) }; package func matches(_ t: String) -> Bool { t == sha256 } }
package struct StateFile: Sendable { package init(_ p: String) {}; package func load() throws(StateError) -> Snapshot? { nil }; package func save(_ s: Snapshot) throws(StateError) -> Snapshot { s } }
package actor Journal { package init(_ p: String) throws(StateError) {}; package func begin(_ i: Intent) async throws(StateError) -> Int { 1 }; package func end(_ i: Int) async {}; package func clear() async throws(StateError) {}; package static func pending(at: String) throws(StateError) -> [Intent] { [] } }
package struct Lock: Sendable { package init(_ p: String, command: String) throws(StateError) {}; package func release() {} }
package struct StateDirectory: Sendable { package let statePath = "", journalPath = "", lockPath = "", planPath = ""; package init(root: String, stack: String, statePath: String?) {}; package static func stacks(root: String, statePath: String? = nil) throws(StateError) -> [StateDirectory] { [] } }
package struct SavedPlanFile { package init(_ p: String) {}; package func save(_ v: some Encodable) throws(StateError) {}; package func load<T: Decodable>(_ t: T.Type) throws(StateError) -> T? { nil } }
extension Snapshot { package func validate(stack: String, account: String, region: String, path: String) throws(StateError) {} }
