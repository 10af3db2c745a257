import Model
import Schema

/// Who uses whom in a stack file.
struct Consumers {
    /// Who names an address, access aside: a policy that names an object lets others use it and does not itself.
    private var users: [Address: Set<Address>] = [:]
    private var references: [Address: [Mention]] = [:]

    /// A place of a resource that refers to another one.
    private struct Mention {
        let user: Address
        let attribute: String
        let isOrdering: Bool
    }

    init(_ resources: [Address: DesiredResource], types: [String: ResourceType]) {
        for (address, resource) in resources {
            for (name, value) in resource.attributes.map ?? [:] {
                let givesAccess = types[address.section]?.attribute(name)?.access != nil
                for reference in value.references {
                    references[reference.address, default: []].append(
                        Mention(user: address, attribute: reference.attribute, isOrdering: reference.isOrdering))
                    if !givesAccess, reference.address != address {
                        users[reference.address, default: []].insert(address)
                    }
                }
            }
        }
    }

    /// All that uses an address, directly or through others.
    func closure(from address: Address) -> Set<Address> {
        var found: Set<Address> = []
        var open = [address]
        while let next = open.popLast() {
            for user in users[next] ?? [] where user != address && found.insert(user).inserted { open.append(user) }
        }
        return found
    }

    /// All that some addresses use, directly or through others, and these themselves.
    func used(by addresses: Set<Address>) -> Set<Address> {
        var uses: [Address: [Address]] = [:]
        for (used, users) in users {
            for user in users { uses[user, default: []].append(used) }
        }
        var found = addresses
        var open = Array(addresses)
        while let next = open.popLast() {
            for used in uses[next] ?? [] where found.insert(used).inserted { open.append(used) }
        }
        return found
    }

    /// Those that refer to one of some outputs of an address.
    func users(of address: Address, outputs: Set<String>) -> [Address] {
        (references[address] ?? []).filter { outputs.contains($0.attribute) }.map(\.user)
    }

    /// Those that wait for an address since they refer to it.
    func waitingUsers(of address: Address) -> [Address] {
        (references[address] ?? []).filter(\.isOrdering).map(\.user)
    }
}
