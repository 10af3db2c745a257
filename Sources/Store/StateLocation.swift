import Foundation

/// Where the files of one stack stand. They are made, with the folders above them, when they are first written: folders with
/// mode 0700, files with 0600. `.cogstack` and what is in it must be the user's own, and is used without following links: see
/// ``EntryRule``.
package struct StateLocation: Sendable, Equatable {
    /// The state file.
    package let state: String
    /// What was begun and is not recorded in the state yet.
    package let journal: String
    /// Who is writing now.
    package let lock: String
    /// The plan that was saved last.
    package let plan: String
    /// What `verify` has made and not removed yet.
    package let cleanupRecords: String

    /// The usual place, `.cogstack/<stack>/` in a folder, which is the working folder unless given.
    package init(stack: String, in root: String = ".") {
        let folder = Self.home(in: root) + "/" + stack
        self.state = folder + "/state.json"
        self.journal = folder + "/journal"
        self.lock = folder + "/lock"
        self.plan = folder + "/plan.json"
        self.cleanupRecords = folder + "/verify.json"
    }

    /// A state file of the user's choice (`--state`). The other files stand beside it and begin with its name, so two state
    /// files can share a folder.
    package init(stateFile path: String) {
        self.state = path
        self.journal = path + ".journal"
        self.lock = path + ".lock"
        self.plan = path + ".plan.json"
        self.cleanupRecords = path + ".verify.json"
    }

    /// The names of the stacks that have state in a folder, sorted.
    /// Throws where `.cogstack` is there and cannot be listed.
    package static func stacks(in root: String = ".") throws(StateError) -> [String] {
        try subfolders(in: root).filter { entryExists(StateLocation(stack: $0, in: root).state) }
    }

    /// The stack in a folder whose plan was saved last; nil where none was saved.
    /// Throws where `.cogstack` is there and cannot be listed.
    package static func lastPlanned(in root: String = ".") throws(StateError) -> StateLocation? {
        try subfolders(in: root)
            .map { StateLocation(stack: $0, in: root) }
            .compactMap { location in modificationDate(of: location.plan).map { (location, $0) } }
            .max { $0.1 < $1.1 }?.0
    }

    private static func subfolders(in root: String) throws(StateError) -> [String] {
        let home = home(in: root)
        try EntryRule.ownFolder.check(home)
        do {
            return try FileManager.default.contentsOfDirectory(atPath: home).sorted()
        } catch CocoaError.fileReadNoSuchFile {
            return []
        } catch {
            let beneath = (error as? CocoaError)?.underlying as? POSIXError
            throw .system(doing: "list", path: home, code: beneath?.code.rawValue ?? EIO)
        }
    }

    private static func modificationDate(of path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    private static func home(in root: String) -> String {
        root == "." ? ".cogstack" : root + (root.hasSuffix("/") ? "" : "/") + ".cogstack"
    }
}
