import AWSClient
import Foundation
import Schema
import State

/// What a listing of a prefix in S3 showed.
enum Reach: Equatable {
    case allowed
    case denied
    /// It proves nothing; says why.
    case unknown(String)
}

/// What the long session reaches: tried out by listing a single key, which changes nothing.
extension Verification {
    /// What the live role lets its sessions list.
    func prefixGrants(of roleName: String) async throws(Break) -> [PrefixGrant] {
        let role: Value = ["RoleName": .string(Self.lastPart(roleName))]
        var documents: [Value] = []
        for name in try await all(Self.listInline, role, items: "PolicyNames") {
            documents.append(try await ask(Self.getInline, role.with("PolicyName", name))["PolicyDocument"])
        }
        for attached in try await all(Self.listAttached, role, items: "AttachedPolicies") {
            let policy: Value = ["PolicyArn": attached["PolicyArn"]]
            let version = try await ask(Self.getPolicy, policy)["Policy"]["DefaultVersionId"]
            documents.append(try await ask(Self.getVersion, policy.with("VersionId", version))["PolicyVersion"]["Document"])
        }
        return PrefixGrant.all(in: documents.compactMap { document in
            document.string?.removingPercentEncoding.flatMap { try? JSONText.decode(Data($0.utf8)) }
        })
    }

    private func all(_ operation: AWSOperation, _ input: Value, items: String) async throws(Break) -> [Value] {
        do throws(AWSError) {
            return try await administrator.all(
                operation, input, items: items, inputToken: "Marker", outputToken: "Marker", more: "IsTruncated")
        } catch { throw Break(error, advice: nil) }
    }

    /// Lists what a grant would allow to the session of that identity. Throws where what should be allowed is refused, and where what
    /// should be refused is allowed.
    func list(_ grant: PrefixGrant, of identity: String, as session: Session, isOwn: Bool) async throws(Break) -> Reach {
        let place = grant.place(of: identity)
        do throws(AWSError) {
            _ = try await administrator.signing(with: session.credentials).call(
                Self.listObjects,
                ["Bucket": .string(grant.bucket), "ListType": 2, "MaxKeys": 1, "Prefix": .string(grant.prefix(of: identity))])
        } catch {
            switch error.code {
            case "AccessDenied" where isOwn:
                throw Break(error, advice: "The long session may not list \(place), which its role grants: look at the session tag CognitoIdentityId that the function sets, and at the bucket's own policy.")
            case "AccessDenied": return .denied
            case "NoSuchBucket": return .unknown("the bucket \(grant.bucket) does not exist")
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
                return .unknown("the bucket \(grant.bucket) is in another region")
            default: throw Break(error, advice: nil)
            }
        }
        guard isOwn else {
            throw Break(
                "the long session may list what belongs to another identity: \(place)",
                advice: "Something beside the isolating grant allows it: look at the role's other policies and at the bucket's own.")
        }
        return .allowed
    }

    private static let listInline = AWSOperation(.iam, "ListRolePolicies", .read)
    private static let getInline = AWSOperation(.iam, "GetRolePolicy", .read)
    private static let listAttached = AWSOperation(.iam, "ListAttachedRolePolicies", .read)
    private static let getPolicy = AWSOperation(.iam, "GetPolicy", .read)
    private static let getVersion = AWSOperation(.iam, "GetPolicyVersion", .read)
    private static let listObjects = AWSOperation(
        .s3, "ListObjectsV2", .read, "GET", "/{Bucket}", query: ["ListType": "list-type", "MaxKeys": "max-keys", "Prefix": "prefix"])
}

extension PrefixGrant {
    /// `s3://bucket/prefix`, for people.
    func place(of identityId: String) -> String { "s3://\(bucket)/\(prefix(of: identityId))" }
}
