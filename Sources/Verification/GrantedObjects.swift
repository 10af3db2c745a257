import IAMPolicy
import Model

/// What policies grant of S3.
extension GrantReader {
    func readS3(_ statement: PolicyStatement, _ granted: ARN, into list: inout ProbeList) {
        let resource = granted.resource
        let parts = resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let bucket = parts[0]
        let isBucket = parts.count == 1
        let actions =
            isBucket
            ? ["s3:ListBucket"] : ["s3:GetObject", "s3:AbortMultipartUpload", "s3:PutObject", "s3:DeleteObject"]
        guard actions.contains(where: statement.concerns) else { return }
        guard !bucket.contains(where: { "*?$".contains($0) }) else {
            return list.skip("s3://\(resource)", "it names no single bucket")
        }
        let arn = "\(ARN(partition: granted.partition, service: "s3", resource: bucket[...]))"
        guard isBucket else { return readObjects(statement, arn, bucket, parts[1], into: &list) }

        guard !statement.conditions.isEmpty else {
            return add(&list, .list, "s3:ListBucket", place("s3://\(bucket)/", ""), isolating: nil) { identity in
                (.list(bucket: bucket, prefix: "\(identity)/"), Self.listing(arn, "\(identity)/"))
            }
        }
        guard statement.conditions.count == 1, let condition = statement.conditions.first, condition.key == "s3:prefix",
            ["StringLike", "StringEquals"].contains(condition.name)
        else { return list.skip("listing s3://\(bucket)", conditions(statement)) }
        for pattern in condition.values {
            guard let isolating = isolating(pattern, statement, at: "listing s3://\(bucket)", &list) else { continue }
            let takesWildcards = condition.name == "StringLike"
            let shown = takesWildcards ? Self.beginning(pattern) : pattern
            add(&list, .list, "s3:ListBucket", place("s3://\(bucket)/", shown), isolating: isolating) { identity in
                let prefix = filled(takesWildcards ? Self.example(of: pattern, ending: "") : pattern, identity)
                return (.list(bucket: bucket, prefix: prefix), Self.listing(arn, prefix))
            }
        }
    }

    private func readObjects(
        _ statement: PolicyStatement, _ bucketARN: String, _ bucket: String, _ pattern: String,
        into list: inout ProbeList
    ) {
        guard statement.conditions.isEmpty else {
            return list.skip("objects in s3://\(bucket)/\(pattern)", conditions(statement))
        }
        let shown = place("s3://\(bucket)/", Self.beginning(pattern))
        let isolating = variables.first(where: pattern.contains)
        func key(_ identity: String) -> String { filled(Self.example(of: pattern, ending: Self.madeUp), identity) }
        if statement.concerns(action: "s3:GetObject") {
            add(
                &list, .read, "s3:GetObject", shown, isolating: isolating, standsFor: ["s3:GetObject"],
                // Of a missing object S3 asks whether its key may be listed, and takes that for the prefix: not documented, but seen
                // (ceph/ceph#68577). Where it should not, its words still tell reading from listing.
                mayList: policies.allows(Self.listing(bucketARN, key(session.identity))) == .yes
            ) { identity in
                let key = key(identity)
                return (.getObject(bucket: bucket, key: key), PolicyRequest("s3:GetObject", on: "\(bucketARN)/\(key)"))
            }
        }
        if statement.concerns(action: "s3:AbortMultipartUpload") {
            let others = ["s3:PutObject", "s3:DeleteObject"]
            add(&list, .write, "s3:AbortMultipartUpload", shown, isolating: isolating, standsFor: others) { identity in
                let key = key(identity)
                return (
                    .abortUpload(bucket: bucket, key: key),
                    PolicyRequest("s3:AbortMultipartUpload", on: "\(bucketARN)/\(key)")
                )
            }
        } else if ["s3:PutObject", "s3:DeleteObject"].contains(where: statement.concerns) {
            list.skip(
                "writing to \(shown.text("<identity>"))",
                "without s3:AbortMultipartUpload it cannot be tried harmlessly")
        }
    }

    private static func listing(_ bucketARN: String, _ prefix: String) -> PolicyRequest {
        PolicyRequest("s3:ListBucket", on: bucketARN, context: ["s3:prefix": [prefix]])
    }
}
