import Model
import Schema

extension Grants {
    static let decryptingKey = Attribute(
        "kmsKeyArn", .string(length: 20...2048, pattern: #"arn:[^:]+:kms:[^:]+:\d{12}:key/.+"#),
        "The customer's key that encrypts it, where it is not AWS's own: the ARN of the key itself, since no policy takes an alias."
    )

    /// AWS's own keys let everybody who may read the value decrypt it; a customer's key must be named, and serves here only what the
    /// service asks for (AWS KMS Developer Guide, "kms:ViaService").
    static func decryption(of entry: Value, through service: String, _ context: GrantContext) -> [Value] {
        guard !entry["kmsKeyArn"].isNull else { return [] }
        let domain = context.stack.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
        return [
            ShortForm.allow(
                ["kms:Decrypt"], on: [entry["kmsKeyArn"]],
                where: ["StringEquals": ["kms:ViaService": .string("\(service).\(context.stack.region).\(domain)")]])
        ]
    }
}
