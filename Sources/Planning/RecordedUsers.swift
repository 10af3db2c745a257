import Model
import Records

/// Who depends on whom, by the records.
struct RecordedUsers {
    private var users: [Address: [Address]] = [:]

    init(_ records: [Address: Record]) {
        for (address, record) in records {
            for used in Set(record.dependsOn) where used != address { users[used, default: []].append(address) }
        }
    }

    /// Those whose records depend on an address, in no order.
    subscript(address: Address) -> [Address] { users[address] ?? [] }
}
