import Model
import Schema

extension Grants {
    static let s3 = ShortForm(
        form: Form(
            "s3",
            [
                Attribute(
                    "s3",
                    .object([
                        Attribute(
                            "bucket", .string(length: 3...63, pattern: "[a-z0-9][a-z0-9.-]*[a-z0-9]"), required: true,
                            "The bucket's name."),
                        Attribute(
                            "prefix", .string(length: 1...512, pattern: "[^*?]+"),
                            "The folder in the bucket, without wildcards."),
                        access, isolateBy,
                    ]), required: true, "Which objects, and what may be done with them.")
            ], "Read or write objects of an S3 bucket."),
        statements: { (entry, context) throws(CompileError) in
            let grant = entry["s3"]
            var path: [Value] = []
            if !grant["prefix"].isNull { path += [withoutSlashes(grant["prefix"]), "/"] }
            if let variable = try isolation(of: grant, at: "s3", context) { path += [variable, "/"] }
            path.append("*")

            let bucket = Value.joined([.string("arn:\(context.stack.partition):s3:::"), grant["bucket"]])
            var statements = [
                ShortForm.allow(
                    (reads(grant) ? ["s3:GetObject"] : [])
                        + (writes(grant) ? ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"] : []),
                    on: [.joined([bucket, "/"] + path)])
            ]
            if reads(grant) {
                statements.append(
                    ShortForm.allow(
                        ["s3:ListBucket"], on: [bucket],
                        where: path.count == 1 ? [:] : ["StringLike": ["s3:prefix": .joined(path)]]))
            }
            return statements
        })

    private static func withoutSlashes(_ prefix: Value) -> Value {
        guard case .string(var text) = prefix else { return prefix }
        while text.hasPrefix("/") { text.removeFirst() }
        while text.hasSuffix("/") { text.removeLast() }
        return .string(text)
    }
}
