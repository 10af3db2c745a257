package import Model
import Schema

/// A wish for new secrets in place of those that are in use.
package struct Rotation: Sendable, Equatable {
    package var addresses: Set<Address>
    /// For how many seconds what is replaced stays switched off before it is deleted. Nil for the usual time, and for what an
    /// earlier rotation was given.
    package var soak: Int?

    package static let usualSoak = 60

    package init(_ addresses: Set<Address>, soak: Int? = nil) {
        self.addresses = addresses
        self.soak = soak
    }
}
