package import Model
package import Schema

/// Short forms for what a role or a user may do.
package enum Grants {
    /// What the stack file may say.
    package static let forms = all.map(\.form)

    /// The identity policy that a list of grants stands for. References must be ARNs or templates by now.
    ///
    /// - Throws: where an entry has no form, or isolation is asked for in sessions that nothing tells apart.
    package static func compile(_ grants: Value, _ context: GrantContext) throws(CompileError) -> Value {
        try ShortForm.document(of: grants, among: all, noun: "grant", context: context)
    }

    private static let all = [
        invokeFunction, invokeFunctions, assumeRole, writeLogs, readSecret, readParameter, s3, dynamodb,
        cognitoIdentity,
    ]

    /// Only the unqualified ARN: a call that names a version or an alias is another resource to IAM and not allowed by it
    /// (Lambda Developer Guide, "Resources and conditions for Lambda actions").
    private static let invokeFunction = ShortForm(
        form: Form(
            "invokeFunction",
            [
                Attribute(
                    "invokeFunction",
                    .reference(
                        ReferenceTarget(
                            "lambdaFunctions", attribute: "arn", outside: #"arn:[^:]+:lambda:.+"#, ordering: false)),
                    required: true, "The function.")
            ], "Invoke one Lambda function."),
        statements: { (entry, _) throws(CompileError) in
            [ShortForm.allow(["lambda:InvokeFunction"], on: [entry["invokeFunction"]])]
        })

    private static let invokeFunctions = ShortForm(
        form: Form(
            "invokeFunctions",
            [
                Attribute(
                    "invokeFunctions",
                    .object([
                        Attribute(
                            "pattern", .string(length: 1...140, pattern: #"[A-Za-z0-9_*?\-]+"#), required: true,
                            "Function names, with * and ?, such as user-function-*.")
                    ]), required: true, "Which functions.")
            ], "Invoke the Lambda functions of this account and region whose names match."),
        statements: { (entry, context) throws(CompileError) in
            let name = Value.joined(["function:", entry["invokeFunctions"]["pattern"]])
            return [ShortForm.allow(["lambda:InvokeFunction"], on: [context.arn("lambda", name)])]
        })

    private static let assumeRole = ShortForm(
        form: Form(
            "assumeRole",
            [
                Attribute(
                    "assumeRole",
                    .reference(
                        ReferenceTarget(
                            "roles", attribute: "arn", outside: #"arn:[^:]+:iam::\d{12}:role/.+"#, ordering: false)),
                    required: true, "The role."),
                Attribute("tagSession", .boolean, default: false, "Whether the caller also sets session tags."),
            ], "Assume a role."),
        statements: { (entry, _) throws(CompileError) in
            [ShortForm.allow(Trust.assumeActions(of: entry), on: [entry["assumeRole"]])]
        })

    /// Without `logs:CreateLogGroup`, because the stack makes the log group.
    private static let writeLogs = ShortForm(
        form: Form(
            "writeLogs",
            [
                Attribute(
                    "writeLogs",
                    .reference(
                        ReferenceTarget(
                            "lambdaFunctions", attribute: "logGroupArn",
                            outside: #"arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+"#, ordering: false)),
                    required: true,
                    "The Lambda function whose log group it is, or the ARN of a log group, without :* at its end.")
            ], "Write to a log group."),
        statements: { (entry, _) throws(CompileError) in
            [
                ShortForm.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"], on: [.joined([entry["writeLogs"], ":*"])])
            ]
        })

    /// AWS ends a secret's ARN in a hyphen and six characters of its own; the question marks stand for just those, so that a secret
    /// whose name only begins alike is not meant (Secrets Manager User Guide, "Identity-based policies").
    private static let readSecret = ShortForm(
        form: Form(
            "readSecret",
            [
                Attribute(
                    "readSecret",
                    .reference(
                        ReferenceTarget(
                            "secrets", attribute: "name", outside: #"arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+"#,
                            ordering: false)),
                    required: true, "The secret."),
                decryptingKey,
            ], "Read the value of a secret in Secrets Manager."),
        statements: { (entry, context) throws(CompileError) in
            let secret = entry["readSecret"]
            let arn = isARN(secret) ? secret : context.arn("secretsmanager", .joined(["secret:", secret, "-??????"]))
            return [ShortForm.allow(["secretsmanager:GetSecretValue"], on: [arn])]
                + decryption(of: entry, through: "secretsmanager", context)
        })

    private static let readParameter = ShortForm(
        form: Form(
            "readParameter",
            [
                Attribute(
                    "readParameter",
                    .reference(
                        ReferenceTarget(
                            "ssmParameters", attribute: "arn", outside: #"arn:[^:]+:ssm:[^:]+:\d{12}:parameter/.+"#,
                            ordering: false)),
                    required: true, "The parameter."),
                decryptingKey,
            ], "Read the value of a parameter of Systems Manager."),
        statements: { (entry, context) throws(CompileError) in
            [ShortForm.allow(["ssm:GetParameter"], on: [entry["readParameter"]])]
                + decryption(of: entry, through: "ssm", context)
        })

    private static let decryptingKey = Attribute(
        "kmsKeyArn", .string(length: 20...2048, pattern: #"arn:[^:]+:kms:[^:]+:\d{12}:key/.+"#),
        "The customer's key that encrypts it, where it is not AWS's own: the ARN of the key itself, since no policy takes an alias."
    )

    /// AWS's own keys let whoever may read the value decrypt it; a customer's key must be named, and serves here only what the
    /// service asks for (AWS KMS Developer Guide, "kms:ViaService").
    private static func decryption(of entry: Value, through service: String, _ context: GrantContext) -> [Value] {
        guard !entry["kmsKeyArn"].isNull else { return [] }
        let domain = context.stack.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
        return [
            ShortForm.allow(
                ["kms:Decrypt"], on: [entry["kmsKeyArn"]],
                where: ["StringEquals": ["kms:ViaService": .string("\(service).\(context.stack.region).\(domain)")]])
        ]
    }

    private static let access = Attribute(
        "access", .oneOf(["read", "write", "readWrite"]), required: true, "What may be done.")

    private static let isolateBy = Attribute(
        "isolateBy", .oneOf(["identity"]), "Whether each user reaches only what is stored under their own identity id.")

    private static let s3 = ShortForm(
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

    /// `ForAllValues` also holds for a request without leading keys, hence the `Null` test; a scan has none, so that it is
    /// only allowed without isolation (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
    private static let dynamodb = ShortForm(
        form: Form(
            "dynamodb",
            [
                Attribute(
                    "dynamodb",
                    .object([
                        Attribute(
                            "table",
                            .string(
                                length: 3...1024, pattern: #"(arn:[^:]+:dynamodb:[^:]+:\d{12}:table/)?[A-Za-z0-9_.\-]+"#
                            ),
                            required: true,
                            "A table of this account and region by its name, or any by its ARN."),
                        access, isolateBy,
                    ]), required: true, "Which table, and what may be done with its items.")
            ], "Read or write items of a DynamoDB table and its indexes."),
        statements: { (entry, context) throws(CompileError) in
            let grant = entry["dynamodb"]
            let variable = try isolation(of: grant, at: "dynamodb", context)
            let read = ["GetItem", "BatchGetItem", "Query", "ConditionCheckItem"] + (variable == nil ? ["Scan"] : [])
            let write = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]
            let actions = (reads(grant) ? read : []) + (writes(grant) ? write : [])
            let table =
                isARN(grant["table"]) ? grant["table"] : context.arn("dynamodb", .joined(["table/", grant["table"]]))
            var condition: Value = [:]
            if let variable {
                condition = [
                    "ForAllValues:StringEquals": ["dynamodb:LeadingKeys": .list([variable])],
                    "Null": ["dynamodb:LeadingKeys": "false"],
                ]
            }
            return [
                ShortForm.allow(
                    actions.map { "dynamodb:\($0)" }, on: [table, .joined([table, "/index/*"])], where: condition)
            ]
        })

    /// The action knows no resources.
    private static let cognitoIdentity = ShortForm(
        form: Form(
            "cognitoIdentity",
            [Attribute("cognitoIdentity", .oneOf(["credentials"]), required: true, "What may be fetched.")],
            "Fetch credentials from an identity pool."),
        statements: { (_, _) throws(CompileError) in
            [ShortForm.allow(["cognito-identity:GetCredentialsForIdentity"], on: ["*"])]
        })

    private static func reads(_ grant: Value) -> Bool { grant["access"] != "write" }
    private static func writes(_ grant: Value) -> Bool { grant["access"] != "read" }

    /// The policy variable to isolate by; nil where no isolation is asked for.
    private static func isolation(of grant: Value, at name: String, _ context: GrantContext) throws(CompileError)
        -> Value?
    {
        if grant["isolateBy"].isNull { return nil }
        guard let variable = context.identityVariable else {
            throw CompileError(
                path: PropertyPath(name, "isolateBy"), message: "nothing in these sessions says which user it is",
                help: """
                    use it in a role that is trusted to either an identity pool (trust: identityPool), or a user or role \
                    that tags its sessions (tagSession: true), but not both
                    """)
        }
        return .string(variable.text(context))
    }

    private static func withoutSlashes(_ prefix: Value) -> Value {
        guard case .string(var text) = prefix else { return prefix }
        while text.hasPrefix("/") { text.removeFirst() }
        while text.hasSuffix("/") { text.removeLast() }
        return .string(text)
    }

    private static func isARN(_ value: Value) -> Bool {
        PolicyDocument.text(value).hasPrefix("arn:")
    }
}
