import Model
import Records

/// What is recorded, by what is asked of it: whose an object is, and who uses an address.
struct RecordIndex {
    private var owners: [String: [String: [Address]]] = [:]
    private var usersByAddress: [Address: [Address]] = [:]

    init(_ records: [Address: Record]) {
        for (address, record) in records { add(record, at: address) }
    }

    /// Takes up the record of an address that had none.
    mutating func add(_ record: Record, at address: Address) {
        for id in record.physicalIds { owners[address.section, default: [:]][id, default: []].append(address) }
        for used in Set(record.dependsOn) where used != address { usersByAddress[used, default: []].append(address) }
    }

    /// The other address of the same section that has an object, the first by name; nil where none has.
    func owner(of physicalId: String, excluding address: Address) -> Address? {
        owners[address.section]?[physicalId]?.filter { $0 != address }.min()
    }

    /// Those whose records depend on an address, in no order.
    func users(of address: Address) -> [Address] { usersByAddress[address] ?? [] }
}
