package import Model
package import Schema

// What only some providers can do: each is a protocol that a provider takes on by having its calls.

/// Can make an object unusable without deleting it, so what still needs it is noticed while it can be brought back.
package protocol RetirableProvider: Provider {
    func switchOff(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError)

    /// Takes ``switchOff(_:_:)`` back.
    func switchOn(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError)
}

/// Can ask an object whether it works.
package protocol SelfTestingProvider: Provider {
    /// What is wrong with an object that should work as it is, in its own words; nil where it works, or cannot be asked.
    ///
    /// - Parameter attributes: the properties that were applied last.
    func selfTestFailure(_ physicalId: String, _ attributes: Value, _ calls: ProviderContext)
        async throws(ProviderError) -> String?
}

/// Its objects hold people's accounts.
package protocol PeopleHoldingProvider: Provider {
    /// How many people would lose their accounts with the object; nil where that cannot be known.
    func userAccounts(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Int?
}

/// AWS may refuse to delete its objects for something that their properties do not tell.
package protocol DeletionGuardingProvider: Provider {
    /// What stops a delete of the object; nil where nothing does.
    ///
    /// - Parameter going: the physical ids of all that is deleted by the same plan.
    func obstacle(_ physicalId: String, going: Set<String>, _ calls: ProviderContext) async throws(ProviderError)
        -> RuleProblem?
}

/// Something of its objects can be there without them, under their names (``ResourceType/hasParts``).
package protocol PartsProvider: Provider {
    /// The properties of what is there already under the name of an object that is not, such as the log of an earlier function; null
    /// stands for one that AWS has no value for.
    func parts(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> Value
}

/// Its objects carry tags, and AWS lists them by these.
package protocol TagListingProvider: Provider {
    /// The objects of this type that carry the stack's tag, whether or not a state knows them.
    func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject]
}

/// Its objects name policies by their ARNs.
package protocol PolicyReadingProvider: Provider {
    /// What a policy says; nil where nobody here may read it, or it is none.
    func policyDocument(_ arn: String, _ calls: ProviderContext) async throws(ProviderError) -> Value?
}

/// AWS keeps a policy with its objects that no property holds (``ResourceType/hasResourcePolicy``).
package protocol ResourcePolicyProvider: Provider {
    /// Who may use an object, by that policy; nil where there is none.
    func resourcePolicy(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value?
}
