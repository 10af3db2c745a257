import AWSClient
import Digest
import Foundation
import Model
import Schema
import Records

/// The user that is made to sign in with.
struct TestUser {
    /// Under which it was made: an address where the pool has its users sign in with that.
    let username: String
    let password: String
    let pool: PoolFacts

    func withPassword(_ random: (Int) -> [UInt8]) -> TestUser {
        TestUser(
            username: username, password: Password.make(minimumLength: pool.minimumPasswordLength, random: random),
            pool: pool)
    }
}

/// What of the live pool and client matters for a user and its sign-in.
struct PoolFacts {
    let takesEmail: Bool
    let requiresEmail: Bool
    let minimumPasswordLength: Int
    let clientSecret: String?
}

/// Making, signing in and removing a user: Cognito user pools.
extension Verification {
    func poolFacts() async throws(LinkFailure) -> PoolFacts {
        if let knownPool { return knownPool }
        let facts = try await readPoolFacts()
        knownPool = facts
        return facts
    }

    private func readPoolFacts() async throws(LinkFailure) -> PoolFacts {
        let pool = try await ask(
            Self.describePool, ["UserPoolId": .string(signIn.userPoolId)],
            gone: "The user pool is gone: `cogstack plan` shows what is missing.")["UserPool"]
        let client = try await ask(
            Self.describeClient, ["UserPoolId": .string(signIn.userPoolId), "ClientId": .string(signIn.clientId)],
            gone: "The app client is gone: `cogstack plan` shows what is missing.")["UserPoolClient"]
        let names = pool["UsernameAttributes"].elements
        if names.contains("phone_number"), !names.contains("email") {
            throw LinkFailure(
                "people sign in to this user pool with phone numbers, and `verify` has none to make a user with",
                advice: "Sign in as a person: nothing else can tell whether it works.")
        }
        return PoolFacts(
            takesEmail: names.contains("email"),
            requiresEmail: pool["SchemaAttributes"].elements.contains {
                $0["Name"] == "email" && $0["Required"] == true
            },
            minimumPasswordLength: pool["Policies"]["PasswordPolicy"]["MinimumLength"].wireInteger ?? 8,
            clientSecret: client["ClientSecret"].clearText)
    }

    func newAccount(_ pool: PoolFacts) -> TestUser {
        let name = CleanupRecord.prefix + random(8).hexadecimal
        return TestUser(username: pool.takesEmail ? name + Self.domain : name, password: "", pool: pool).withPassword(
            random)
    }

    func make(_ account: TestUser) async throws(LinkFailure) {
        var input: Value = [
            "UserPoolId": .string(signIn.userPoolId), "Username": .string(account.username),
            "MessageAction": "SUPPRESS",
            // One that the pool's policy takes for certain.
            "TemporaryPassword": .secret(Secret(account.password)),
        ]
        if account.pool.takesEmail || account.pool.requiresEmail {
            let address = account.pool.takesEmail ? account.username : account.username + Self.domain
            input["UserAttributes"] = [
                ["Name": "email", "Value": .string(address)], ["Name": "email_verified", "Value": "true"],
            ]
        }
        try await ask(Self.createUser, input)
    }

    func setPassword(of account: TestUser) async throws(LinkFailure) {
        try await ask(
            Self.setPassword,
            [
                "UserPoolId": .string(signIn.userPoolId), "Username": .string(account.username),
                "Password": .secret(Secret(account.password)), "Permanent": true,
            ])
    }

    /// Signs in as a client does, without AWS credentials. Returns the id token and how the user proved itself.
    func signIn(_ account: TestUser) async throws(LinkFailure) -> (token: Secret, factor: String) {
        let client: Value = ["ClientId": .string(signIn.clientId)]
        var name = account.username
        func parameters(_ more: [String: Value] = [:]) -> Value {
            var all = more
            all["USERNAME"] = .string(name)
            if let secret = account.pool.clientSecret {
                let hash = HMAC.sha256(key: Array(secret.utf8), Array((name + signIn.clientId).utf8))
                all["SECRET_HASH"] = .secret(Secret(Data(hash).base64EncodedString()))
            }
            return .map(all)
        }
        var answer = try await askUnsigned(
            Self.initiate,
            client.with("AuthFlow", "USER_PASSWORD_AUTH")
                .with("AuthParameters", parameters(["PASSWORD": .secret(Secret(account.password))])))
        var key: [UInt8]?
        // At most: set up the second factor, then use it.
        for _ in 0..<3 {
            if let token = answer["AuthenticationResult"]["IdToken"].clearText {
                return (Secret(token), key == nil ? "by password" : "by password and a software token")
            }
            guard let challenge = answer["ChallengeName"].string else { break }
            if let known = answer["ChallengeParameters"]["USER_ID_FOR_SRP"].string { name = known }
            switch challenge {
            case "MFA_SETUP":
                let (made, session) = try await setUpSoftwareToken(answer)
                key = made
                answer = try await askUnsigned(
                    Self.respond,
                    client.with("ChallengeName", "MFA_SETUP").with("Session", session).with(
                        "ChallengeResponses", parameters()))
            case "SOFTWARE_TOKEN_MFA":
                guard let key else { throw LinkFailure("AWS wants a code of a software token that another run set up") }
                // A code is good for once: the one that set the token up is used.
                let left =
                    Double(OneTimePassword.period)
                    - time.now().timeIntervalSince1970.truncatingRemainder(dividingBy: 30)
                guard (try? await time.sleep(left)) != nil else { throw LinkFailure("the sign-in was interrupted") }
                answer = try await askUnsigned(
                    Self.respond,
                    client.with("ChallengeName", "SOFTWARE_TOKEN_MFA").with("Session", answer["Session"])
                        .with("ChallengeResponses", parameters(["SOFTWARE_TOKEN_MFA_CODE": .secret(code(key))])))
            default:
                throw LinkFailure(
                    "the user pool asks for \(challenge), which `verify` has no answer to",
                    advice:
                        "People whom it asks so cannot sign in with a password alone either: look at the user pool's MFA and triggers."
                )
            }
        }
        throw LinkFailure(
            "the user pool gave no id token", advice: "Look at the endpoint URL, and at the user pool's triggers.")
    }

    private func setUpSoftwareToken(_ challenge: Value) async throws(LinkFailure) -> (key: [UInt8], session: Value) {
        let offered = challenge["ChallengeParameters"]["MFAS_CAN_SETUP"].string
        guard offered?.contains("SOFTWARE_TOKEN_MFA") != false else {
            throw LinkFailure(
                "the user pool requires a second factor and does not take software tokens", words: offered,
                advice:
                    "`softwareTokenMfaConfiguration: { enabled: true }` in the user pool lets people use an authenticator app."
            )
        }
        let associated = try await askUnsigned(Self.associate, ["Session": challenge["Session"]])
        guard let key = associated["SecretCode"].clearText.flatMap(OneTimePassword.key) else {
            throw LinkFailure("AWS gave no key for a software token")
        }
        let verified = try await askUnsigned(
            Self.verify,
            ["Session": associated["Session"], "UserCode": .secret(code(key)), "FriendlyDeviceName": "cogstack verify"])
        guard verified["Status"] == "SUCCESS" else {
            throw LinkFailure(
                "AWS did not take the software token's code", words: verified["Status"].string,
                advice: "Check this machine's clock.")
        }
        return (key, verified["Session"])
    }

    private func code(_ key: [UInt8]) -> Secret {
        Secret(OneTimePassword.code(key: key, at: Int(time.now().timeIntervalSince1970)))
    }

    /// The users of `verify` that are too old for a run under way, and of no other name: what they sign in with.
    func strayUsers() async throws(LinkFailure) -> [String] {
        let names = try await poolFacts().takesEmail ? "email" : "username"
        let users: [Value]
        do throws(AWSError) {
            users = try await administrator.all(
                Self.listUsers,
                [
                    "UserPoolId": .string(signIn.userPoolId),
                    "Filter": .string("\(names) ^= \"\(CleanupRecord.prefix)\""),
                ],
                items: "Users", inputToken: "PaginationToken", outputToken: "PaginationToken")
        } catch { throw LinkFailure(error, advice: nil) }
        let now = time.now().timeIntervalSince1970
        return users.compactMap { user in
            let email = user["Attributes"].elements.first { $0["Name"] == "email" }?["Value"].string
            let name = names == "email" ? email : user["Username"].string
            guard let name, name.hasPrefix(CleanupRecord.prefix), let made = user["UserCreateDate"].seconds,
                now - made > CleanupRecord.strayAge
            else { return nil }
            return name
        }
    }

    func deleteUser(_ name: String, of pool: String) async throws(LinkFailure) {
        do throws(AWSError) {
            _ = try await administrator.call(Self.deleteUser, ["UserPoolId": .string(pool), "Username": .string(name)])
        } catch {
            // Without the pool there is no user either.
            guard ["UserNotFoundException", "ResourceNotFoundException"].contains(error.code) else {
                throw LinkFailure(error, advice: nil)
            }
        }
    }

    private static let domain = "@example.com"  // RFC 2606: nobody's

    private static let describePool = AWSOperation(
        .cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id", "UserPool.Name")
    private static let describeClient = AWSOperation(
        .cognitoIdentityProvider, "DescribeUserPoolClient", .read,
        answers: "UserPoolClient.ClientId", "UserPoolClient.UserPoolId", secrets: ["UserPoolClient.ClientSecret"])
    private static let createUser = AWSOperation(
        .cognitoIdentityProvider, "AdminCreateUser", .create, answers: "User.Username")
    private static let setPassword = AWSOperation(.cognitoIdentityProvider, "AdminSetUserPassword", .repeatable)
    /// What a sign-in is answered with, whether it is over or goes on.
    private static let tokens = [
        "AuthenticationResult.AccessToken", "AuthenticationResult.IdToken", "AuthenticationResult.RefreshToken",
        "Session",
    ]
    private static let initiate = AWSOperation(
        .cognitoIdentityProvider, "InitiateAuth", .repeatable, answers: "ChallengeName|AuthenticationResult",
        secrets: tokens)
    private static let respond = AWSOperation(
        .cognitoIdentityProvider, "RespondToAuthChallenge", .repeatable, answers: "ChallengeName|AuthenticationResult",
        secrets: tokens)
    private static let associate = AWSOperation(
        .cognitoIdentityProvider, "AssociateSoftwareToken", .repeatable, answers: "SecretCode",
        secrets: ["SecretCode", "Session"])
    private static let verify = AWSOperation(
        .cognitoIdentityProvider, "VerifySoftwareToken", .repeatable, answers: "Status", secrets: ["Session"])
    private static let listUsers = AWSOperation(
        .cognitoIdentityProvider, "ListUsers", .read, answers: "Users[].Username")
    private static let deleteUser = AWSOperation(.cognitoIdentityProvider, "AdminDeleteUser", .repeatable)
}

// MARK: - Calls

extension Verification {
    /// As the run's own credentials.
    @discardableResult
    func ask(_ operation: AWSOperation, _ input: Value, gone: String? = nil) async throws(LinkFailure) -> Value {
        do throws(AWSError) { return try await administrator.call(operation, input) } catch {
            throw LinkFailure(error, advice: error.code == "ResourceNotFoundException" ? gone : nil)
        }
    }

    /// As nobody, which is how a client asks Cognito.
    func askUnsigned(_ operation: AWSOperation, _ input: Value) async throws(LinkFailure) -> Value {
        do throws(AWSError) { return try await administrator.signing(with: nil).call(operation, input) } catch {
            throw LinkFailure(error, advice: Advice.unsigned(error))
        }
    }
}

extension Value {
    func with(_ member: String, _ value: Value) -> Value {
        var copy = self
        copy[member] = value
        return copy
    }

    /// The text of a secret or of a text.
    var clearText: String? {
        if case .secret(let secret) = self { secret.clearText } else { string }
    }

    /// A time of an answer: seconds since 1970.
    var seconds: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
