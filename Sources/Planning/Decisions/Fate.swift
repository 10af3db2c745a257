/// What becomes of the object of an address.
enum Fate {
    /// There is none, and one is created.
    case created
    /// It stays, and may be updated. A readopted one is recorded although the state did not know it as the current one.
    case kept(isReadopted: Bool)
    /// A new object takes its place, which it is to free the name for where both have one name.
    case replaced(isReadopted: Bool, freesName: Bool)
    /// An object that is there takes its place.
    case reinstated(Reinstated)
    case deleted
    /// The record goes, the object stays or is gone.
    case forgotten
}

extension Decision {
    var isCreated: Bool { if case .created = fate { true } else { false } }

    /// A new object takes the place of a live one.
    var isReplaced: Bool { if case .replaced = fate { true } else { false } }

    /// The old object must go before the new one can have its name.
    var freesName: Bool { if case .replaced(_, freesName: true) = fate { true } else { false } }

    /// The object that becomes the address's again, in place of the recorded one; nil where none does.
    var reinstated: Reinstated? { if case .reinstated(let object) = fate { object } else { nil } }

    /// Another object takes the place of the recorded one: a new one, or one that is there.
    var changesItsObject: Bool { isReplaced || reinstated != nil }

    /// What the file does not name any more goes, and is there.
    var deletesLiveObject: Bool { if case .deleted = fate { before != nil } else { false } }

    var isForgotten: Bool { if case .forgotten = fate { true } else { false } }

    /// The live object is recorded although the state did not know it as the current one.
    var isReadopted: Bool {
        switch fate {
        case .kept(let isReadopted), .replaced(let isReadopted, _): isReadopted
        case .reinstated: true
        case .created, .deleted, .forgotten: false
        }
    }
}
