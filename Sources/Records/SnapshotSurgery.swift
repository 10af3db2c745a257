package import Model
import Schema

/// Changes of the state by a person's hand. Each gives back the whole snapshot as it would be, or throws and changes nothing.
extension Snapshot {
    /// The snapshot without the records of some addresses. AWS is not touched, so their objects stay as they are.
    ///
    /// Throws `unknown` where one is not recorded, and `used` where a record that stays names one that goes.
    package func forgetting(_ addresses: Set<Address>) throws(SurgeryError) -> Snapshot {
        if let unknown = addresses.subtracting(resources.keys).min() { throw .unknown(unknown) }
        var users: [Address: [Address]] = [:]
        for (user, record) in resources where !addresses.contains(user) {
            for used in record.uses.intersection(addresses) { users[used, default: []].append(user) }
        }
        guard users.isEmpty else { throw .used(by: users.mapValues { $0.sorted() }) }
        var next = self
        for address in addresses { next.resources[address] = nil }
        for (address, record) in next.resources {
            next.resources[address]?.boundIds = record.boundIds.filter { !addresses.contains($0.key) }
        }
        return next
    }

    /// The snapshot in which a record has another address, also wherever other records name it. What its object's tags say stays as
    /// it was recorded, since that is what they say in AWS: the next apply writes them.
    ///
    /// Throws `unknown`, `anotherSection`, and `taken` where the new address has a record.
    package func renaming(_ old: Address, to new: Address) throws(SurgeryError) -> Snapshot {
        guard let record = resources[old] else { throw .unknown(old) }
        guard old.section == new.section else { throw .anotherSection(old, new) }
        guard resources[new] == nil else { throw .taken(new) }
        var next = self
        next.resources[old] = nil
        next.resources[new] = record
        next.resources = next.resources.mapValues { record in
            var record = record
            record.dependsOn = record.dependsOn.map { $0 == old ? new : $0 }
            for index in record.deposed.indices {
                record.deposed[index].dependsOn = record.deposed[index].dependsOn.map { $0 == old ? new : $0 }
                record.deposed[index].attributes = record.deposed[index].attributes.renaming(old, to: new)
                if let boundId = record.deposed[index].boundIds.removeValue(forKey: old) {
                    record.deposed[index].boundIds[new] = boundId
                }
            }
            if let boundId = record.boundIds.removeValue(forKey: old) { record.boundIds[new] = boundId }
            record.attributes = record.attributes.renaming(old, to: new)
            record.outputs = record.outputs.mapValues { $0.renaming(old, to: new) }
            return record
        }
        next.outputs = next.outputs.mapValues { $0.renaming(old, to: new) }
        return next
    }
}

/// Why a change of the state by hand cannot be made.
package enum SurgeryError: Error, Sendable, Equatable {
    /// Nothing is recorded under this address.
    case unknown(Address)
    /// The records that name an address that would go.
    case used(by: [Address: [Address]])
    /// A record stays in its section, which is its type.
    case anotherSection(Address, Address)
    /// There is a record under the new address.
    case taken(Address)
}

extension Record {
    /// The addresses that it names.
    package var uses: Set<Address> {
        Set(dependsOn + deposed.flatMap(\.dependsOn)).union(attributes.references.map(\.address)).union(
            outputs.values.flatMap { $0.references.map(\.address) })
    }
}

extension Value {
    /// The same with every reference to one address turned into one to another.
    fileprivate func renaming(_ old: Address, to new: Address) -> Value {
        mapLeaves { if case .template(let template) = $0 { .template(template.renaming(old, to: new)) } else { $0 } }
    }
}

extension Template {
    fileprivate func renaming(_ old: Address, to new: Address) -> Template {
        Template(
            parts.map { part in
                guard case .reference(let reference) = part, reference.address == old else { return part }
                return .reference(Reference(new, reference.attribute, isOrdering: reference.isOrdering))
            })
    }
}
