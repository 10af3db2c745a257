import AWSClient
import Model
import Provider
import Schema

/// What the calls that change a user pool are to say: the live pool, with what changes laid over it.
struct UserPoolChanges {
    /// The MFA configuration, as `SetUserPoolMfaConfig` takes it; nil where nothing of it changes.
    let mfa: Value?
    /// The rest in the table's wire names; nil where nothing of it changes.
    let pool: Value?
    /// The attributes that the pool does not have yet, in AWS's names.
    let newAttributes: [Value]
    /// Whether the rest must be written before MFA: codes by e-mail are taken only from a pool that already sends through SES.
    let isPoolFirst: Bool

    /// - Parameter call: the call that writes MFA, as the table's rows name it.
    init(
        _ type: ResourceType, pool live: Value, mfa liveMfa: Value, desired: Value, changed: Set<String>, call: String
    ) {
        let live = UserPoolMessages.tableForm(live)
        let rows = type.attributes.filter { changed.contains($0.name) && $0.name != "tags" }
        var pool = type.overlay(live, with: desired, changed: changed.subtracting(["tags", "schema"]))
        if changed.contains("lambdaConfig") {
            pool["LambdaConfig"] = UserPoolMessages.withOneTokenFunction(
                pool["LambdaConfig"], desired: desired["lambdaConfig"])
        }
        let changesMfa = rows.contains { $0.writtenBy == call }
        let mfa = UserPoolMessages.mfa(
            type.overlay(
                UserPoolMessages.mfaTableForm(liveMfa), with: desired, changed: changed, writtenBy: call),
            sms: pool["SmsConfiguration"])
        isPoolFirst =
            changesMfa && !mfa["EmailMfaConfiguration"].isNull
            && live["EmailConfiguration"]["EmailSendingAccount"] != "DEVELOPER"
        // `UpdateUserPool` states it too.
        if changesMfa { pool["MfaConfiguration"] = (isPoolFirst ? liveMfa : mfa)["MfaConfiguration"] }
        let ownTags = Tags.own(live["UserPoolTags"])
        pool["UserPoolTags"] = TagChanges(from: ownTags, to: changed.contains("tags") ? desired["tags"] : [:])
            .applied(to: ownTags)

        self.mfa = changesMfa ? mfa : nil
        self.pool = rows.contains { $0.writtenBy == nil && $0.name != "schema" } ? pool : nil
        let known = Set(live["Schema"].elements.map { $0["Name"] })
        newAttributes =
            changed.contains("schema")
            ? type.wireForm(desired, only: ["schema"])["Schema"].elements.filter { !known.contains($0["Name"]) } : []
    }
}
