import AWSClient
import Foundation
import Model
import Schema
import Records

/// Credentials for a time.
struct Login {
    let credentials: Credentials
    let expires: Date
}

/// From a token to the short session, and by the proxy to the long one.
extension Verification {
    /// The user pool as the identity pool knows it.
    private var logins: (Secret) -> Value {
        let region = String(signIn.userPoolId.prefix { $0 != "_" })
        let provider = "cognito-idp.\(region).\(Partition(region: region).dnsSuffix)/\(signIn.userPoolId)"
        return { token in .map([provider: .secret(token)]) }
    }

    func identityId(_ token: Secret) async throws(LinkFailure) -> String {
        let answer = try await askUnsigned(
            Self.getId, ["IdentityPoolId": .string(signIn.identityPoolId), "Logins": logins(token)])
        guard let id = answer["IdentityId"].string else { throw LinkFailure("AWS gave no identity id") }
        return id
    }

    func credentials(of identity: String, _ token: Secret) async throws(LinkFailure) -> Login {
        let answer: Value
        do throws(AWSError) {
            answer = try await administrator.signing(with: nil).call(
                Self.getCredentials, ["IdentityId": .string(identity), "Logins": logins(token)])
        } catch {
            throw LinkFailure(error, advice: await whyNoCredentials())
        }
        let found = answer["Credentials"]
        guard let key = found["AccessKeyId"].string, let secret = found["SecretKey"].clearText,
            let expires = found["Expiration"].seconds
        else { throw LinkFailure("AWS gave no credentials") }
        return Login(
            credentials: Credentials(
                accessKeyId: key, secretAccessKey: Secret(secret),
                sessionToken: found["SessionToken"].clearText.map(Secret.init),
                source: "the identity pool"),
            expires: Date(timeIntervalSince1970: expires))
    }

    /// AWS has one answer to all that can be wrong with an identity pool's roles, so it is looked up.
    private func whyNoCredentials() async -> String? {
        guard let roles = try? await ask(Self.getRoles, ["IdentityPoolId": .string(signIn.identityPoolId)]) else {
            return nil
        }
        guard let arn = roles["Roles"]["authenticated"].string else {
            return "The identity pool has no authenticated role: look at its `roles`."
        }
        let name = ARN.name(in: arn)
        do throws(AWSError) {
            _ = try await administrator.call(Self.getRole, ["RoleName": .string(name)])
        } catch  where error.code == "NoSuchEntity" {
            return "The identity pool's authenticated role, \(name), is gone: `cogstack plan` shows what is missing."
        } catch {}
        return "The trust of the authenticated role, \(name), does not let this identity pool in: look at its `trust`."
    }

    /// The ARN of whoever a session is.
    func caller(of session: Login) async throws(LinkFailure) -> String {
        let answer: Value
        do throws(AWSError) {
            answer = try await administrator.signing(with: session.credentials).call(Self.whoAmI, [:])
        } catch {
            throw LinkFailure(
                error, advice: "AWS does not take the credentials that came from \(session.credentials.source).")
        }
        guard let arn = answer["Arn"].string else { throw LinkFailure("STS did not say who the session is") }
        return arn
    }

    /// Asks the proxy as the client of aws-cognito-auth does: with the id token, signed by the short session.
    func askProxy(_ proxy: SignIn.Proxy, _ token: Secret, as short: Login) async throws(LinkFailure) -> Login {
        let request: Value = [
            "id_token": .secret(token), "duration_seconds": .integer(Self.wantedSeconds),
            "role_arn": .string(proxy.roleARN),
        ]
        let answer: Value
        do {
            let payload = String(decoding: try JSONText.encode(request), as: UTF8.self)
            answer = try await administrator.signing(with: short.credentials).call(
                Self.invoke, ["FunctionName": .string(proxy.functionName), "Payload": .secret(Secret(payload))])
        } catch let error as AWSError {
            let advice: String? =
                switch error.code {
                case "AccessDeniedException", "AccessDenied":
                    "The authenticated role may not invoke the function: look at its `grants`, and at the function's own policy."
                case "ResourceNotFoundException": "The function is gone: `cogstack plan` shows what is missing."
                default: nil
                }
            throw LinkFailure(error, advice: advice)
        } catch {
            throw LinkFailure("the proxy could not be asked: \(error)")
        }
        let payload = (try? JSONText.decode(Data((answer["Payload"].clearText ?? "").utf8))) ?? .null
        guard answer["FunctionError"].isNull else {
            throw LinkFailure(
                "the function broke", words: payload["errorMessage"].string,
                advice: "The log group /aws/lambda/\(proxy.functionName) says more.")
        }
        let body = payload["body"].string.flatMap { try? JSONText.decode(Data($0.utf8)) } ?? .null
        let status = payload["statusCode"].integer
        guard status == 200 else {
            guard let status else { throw Self.notTheProtocol }
            throw LinkFailure(
                "the proxy answered \(status)", words: body["error"].string,
                advice: Advice.proxy(status, function: proxy.functionName, role: proxy.roleName), code: "\(status)",
                mayPass: status == 403 || status == 500)
        }
        guard let key = body["access_key_id"].string, let secret = body["secret_access_key"].clearText,
            let sessionToken = body["session_token"].clearText,
            let expires = body["expiration"].string.flatMap(Self.date)
        else { throw Self.notTheProtocol }
        return Login(
            credentials: Credentials(
                accessKeyId: key, secretAccessKey: Secret(secret), sessionToken: Secret(sessionToken),
                source: "the proxy"),
            expires: expires)
    }

    /// That the session is the long-lived role's and lasts: says who it is, and for people also for how long.
    func check(_ long: Login, of proxy: SignIn.Proxy, comparedTo short: Login) async throws(LinkFailure) -> (
        arn: String, seen: String
    ) {
        let arn = try await caller(of: long)
        let role = ARN.name(in: proxy.roleARN)
        guard let session = AssumedRole(arn), session.role == role, session.name.hasPrefix("CognitoAuth-") else {
            let isShort =
                long.credentials.accessKeyId == short.credentials.accessKeyId
                || arn.hasSuffix("/CognitoIdentityCredentials")
            throw LinkFailure(
                isShort
                    ? "the proxy gave back a short session" : "the proxy gave a session of somebody else than \(role)",
                words: arn,
                advice: "Look at the function's code and environment: DEFAULT_ROLE_ARN should be \(proxy.roleARN).")
        }
        let lasts = long.expires.timeIntervalSince(time.now())
        // What cannot be read leaves what the client asks for.
        let allowed = try? await ask(Self.getRole, ["RoleName": .string(role)])["Role"]["MaxSessionDuration"]
            .wireInteger
        let longest = min(allowed ?? Self.wantedSeconds, Self.wantedSeconds)
        let tolerance = 120.0
        guard lasts > 3600 + tolerance || longest <= 3600 else {
            throw LinkFailure(
                "the proxy gave \(Self.length(lasts)), where the identity pool gives 1 h and the role \(role) allows \(Self.length(Double(longest)))",
                advice:
                    "Look at MAX_SESSION_SECONDS in the function's environment; and a role that is assumed by a role, not by a user, lasts an hour at most."
            )
        }
        let note =
            lasts < Double(longest) - tolerance ? ", of \(Self.length(Double(longest))) that the role allows" : ""
        return (arn, "assumed-role/\(session.role)/\(session.name), for \(Self.length(lasts))\(note)")
    }

    func deleteIdentity(_ id: String) async throws(LinkFailure) {
        let answer: Value
        do throws(AWSError) {
            answer = try await administrator.call(Self.deleteIdentities, ["IdentityIdsToDelete": [.string(id)]])
        } catch {
            if error.code == "ResourceNotFoundException" { return }
            throw LinkFailure(error, advice: nil)
        }
        if let kept = answer["UnprocessedIdentityIds"].elements.first {
            // An identity that is gone already may be named here too.
            do throws(AWSError) {
                _ = try await administrator.call(Self.describeIdentity, ["IdentityId": .string(id)])
            } catch  where error.code == "ResourceNotFoundException" {
                return
            } catch {}
            throw LinkFailure("the identity \(id) was not deleted", words: kept["ErrorCode"].string)
        }
    }

    /// What the client asks for when nobody tells it otherwise.
    private static let wantedSeconds = 43200

    private static var notTheProtocol: LinkFailure {
        LinkFailure(
            "the function's answer is not of the proxy's form",
            advice: "Is it the stack's own code? `cogstack plan` shows whether it was changed.")
    }

    /// ISO 8601 with an offset; parts of a second do not count.
    private static func date(_ text: String) -> Date? {
        let whole = text.replacing(/\.\d+/, with: "")
        return ISO8601DateFormatter().date(from: whole)
    }

    private static let getId = AWSOperation(.cognitoIdentity, "GetId", .repeatable, answers: "IdentityId")
    private static let getCredentials = AWSOperation(
        .cognitoIdentity, "GetCredentialsForIdentity", .read, answers: "Credentials.AccessKeyId",
        "Credentials.SecretKey",
        secrets: ["Credentials.SecretKey", "Credentials.SessionToken"])
    private static let getRoles = AWSOperation(
        .cognitoIdentity, "GetIdentityPoolRoles", .read, answers: "IdentityPoolId")
    private static let deleteIdentities = AWSOperation(
        .cognitoIdentity, "DeleteIdentities", .repeatable, answers: "UnprocessedIdentityIds?")
    private static let describeIdentity = AWSOperation(
        .cognitoIdentity, "DescribeIdentity", .read, answers: "IdentityId")
    private static let whoAmI = AWSOperation(.sts, "GetCallerIdentity", .read, answers: "Account", "Arn")
    private static let getRole = AWSOperation(
        .iam, "GetRole", .read, answers: "Role.RoleName", "Role.Arn", "Role.RoleId")
    private static let invoke = AWSOperation(
        .lambda, "Invoke", .repeatable, "POST", "/2015-03-31/functions/{FunctionName}/invocations", payload: "Payload"
    ).hiding("Payload")
}
