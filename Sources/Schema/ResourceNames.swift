import Model

/// The names that a stack file gives to resources, by section.
package struct ResourceNames: Sendable {
    private var names: [String: Set<String>] = [:]
    /// Sections that are there and whose names cannot be read, which was reported: any name may be in them.
    private var unreadable: Set<String> = []

    package init() {}

    /// Those that could be read.
    package subscript(section: String) -> Set<String> { names[section] ?? [] }

    /// Every address, in one order.
    package var addresses: [String] { names.flatMap { section, names in names.map { "\(section).\($0)" } }.sorted() }

    package mutating func insert(_ name: String, in section: String) {
        names[section, default: []].insert(name)
    }

    package mutating func insertUnreadable(_ section: String) {
        unreadable.insert(section)
    }

    /// Whether a reference to the name is no mistake of its own.
    package func mayHave(_ name: String, in section: String) -> Bool {
        unreadable.contains(section) || self[section].contains(name)
    }
}
