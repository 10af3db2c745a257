package import Schema

/// The resource types that this build knows.
package struct Registry: Sendable {
    /// In the order in which they are documented.
    package let providers: [any Provider]
    private let bySection: [String: any Provider]

    package init(_ providers: [any Provider]) {
        self.providers = providers
        bySection = Dictionary(providers.map { ($0.type.section, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var types: [ResourceType] { providers.map(\.type) }

    package subscript(section: String) -> (any Provider)? { bySection[section] }
}
