package import Schema

/// A wish for new secrets in place of those that are in use.
package struct Rotation: Sendable, Equatable {
    package var addresses: Set<Address>
    /// For how many seconds what is replaced stays switched off before it is deleted.
    package var soak: Int

    package init(_ addresses: Set<Address>, soak: Int) {
        self.addresses = addresses
        self.soak = soak
    }
}
