import Model
import Records
import Schema
import Store

/// Whose the credentials are, which must be the account that the stack file and the state name. AWS is asked once.
///
/// Where one of the two names an account, a plan reads it while AWS is being asked, and what was read counts only when the answer
/// agrees: that saves a round trip.
actor AccountCheck {
    private let connection: Connection
    private let stack: DesiredStack
    /// The state, where something binds it to its account and region.
    private let binding: Snapshot?
    private let stateFile: StateFile
    private var confirmed: String?

    init(_ connection: Connection, _ stack: DesiredStack, binding: Snapshot?, _ stateFile: StateFile) {
        self.connection = connection
        self.stack = stack
        self.binding = binding
        self.stateFile = stateFile
    }

    /// The account that is meant; nil where only AWS can say it, or where file and state do not agree.
    var expected: String? {
        if let wanted = stack.account, let recorded = binding?.account, wanted != recorded { return nil }
        // A state that somebody has spoilt names none.
        return (binding?.account ?? stack.account).flatMap {
            $0.count == 12 && $0.allSatisfy { ("0"..."9").contains($0) } ? $0 : nil
        }
    }

    /// The account, as AWS says it.
    @discardableResult
    func account() async throws(Failure) -> String {
        if let confirmed { return confirmed }
        let account = try await connection.identity().account
        if let wanted = stack.account, wanted != account {
            throw .message(
                "\(stack.file) is for account \(wanted), and the credentials are of account \(account).",
                help:
                    "Use another profile, or correct `account` in the stack file. `cogstack whoami` shows whose the credentials are."
            )
        }
        do {
            if let binding {
                try stateFile.validate(binding, stack: stack.name, account: account, region: connection.region)
            }
        } catch {
            throw Failure(error)
        }
        confirmed = account
        return account
    }
}
