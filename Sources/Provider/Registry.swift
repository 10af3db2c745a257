import Model
package import Schema

/// The resource types that this build knows.
package struct Registry: Sendable {
    /// In the order in which they are documented.
    package let providers: [any Provider]
    private let providersBySection: [String: any Provider]

    package init(_ providers: [any Provider]) {
        self.providers = providers
        providersBySection = Dictionary(
            providers.map { ($0.type.section, $0) }, uniquingKeysWith: { first, _ in first })
        types = providers.map(\.type)
        bySection = providersBySection.mapValues(\.type)
    }

    package let types: [ResourceType]
    /// The same by their sections.
    package let bySection: [String: ResourceType]

    package subscript(section: String) -> (any Provider)? { providersBySection[section] }
}
