package import Model

/// What the journal says before a request is sent that changes something.
package struct Intent: Sendable, Equatable, Codable {
    package let address: Address
    /// The resource type's name.
    package let type: String
    /// The API call, `CreateUserPool`.
    package let operation: String
    /// Whether its success makes an object that did not exist.
    package let creates: Bool
    /// What the request is about, where it exists already.
    package let physicalId: String?
    /// The physical ids that existed before a create call whose result carries neither a fixed name nor tags.
    package let baseline: [String]
    /// Seconds since 1970, by the local clock as corrected by AWS's.
    package let at: Double
    /// What the object that a create action makes was to be recorded as: it and its parts are looked for by that, since the file may say
    /// something else by then.
    package let record: Record?

    package init(
        address: Address, type: String, operation: String, creates: Bool, physicalId: String?, baseline: [String],
        at: Double,
        record: Record? = nil
    ) {
        self.address = address
        self.type = type
        self.operation = operation
        self.creates = creates
        self.physicalId = physicalId
        self.baseline = baseline
        self.at = at
        self.record = record
    }
}
