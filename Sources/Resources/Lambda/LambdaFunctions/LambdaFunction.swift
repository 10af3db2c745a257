import Model
package import Schema

/// A Lambda function from a zip archive, with the log group that it writes to.
package let lambdaFunctionType = ResourceType(
    section: "lambdaFunctions", name: "lambdaFunction", identity: .key(isTaggable: true), hasParts: true,
    "A Lambda function and its log group.",
    attributes: [
        Attribute(
            "name", .string(length: 1...64, pattern: "[a-zA-Z0-9_-]+"), change: .replacement,
            wire: "FunctionName", "Its name, unique in account and region."),
        Attribute(
            "runtime", .string(pattern: #"(nodejs|java|python|dotnet|dotnetcore|go|ruby|provided)[a-z0-9.-]*"#),
            required: true,
            "The language and its version, such as python3.13."),
        Attribute(
            "handler", .string(length: 1...128, pattern: #"\S+"#), required: true,
            "What AWS calls: file and function, such as lambda_function.lambda_handler."),
        Attribute(
            "code", .artifact, required: true, writtenBy: "UpdateFunctionCode",
            equivalent: { $0["sha256"] == $1["sha256"] }, "A folder, a file or a ready .zip."),
        Attribute(
            "role", .reference(ReferenceTarget("roles", attribute: "arn", outside: #"arn:[^:]+:iam::\d{12}:role/.+"#)),
            required: true,
            traits: [
                .assumed(
                    Assumption(
                        by: "lambda.amazonaws.com", action: "sts:AssumeRole", isRefused: true,
                        help: "Add `{ service: lambda.amazonaws.com }` to its `trust`."
                    ) { _ in ("Service", "lambda.amazonaws.com") }), .boundToObject,
            ], "The role that it runs in; its trust must name lambda.amazonaws.com."),
        Attribute("description", .string(length: 0...256), default: "", "What it is for."),
        Attribute(
            "timeout", .duration(.seconds, 1...900), default: 3, traits: [.drainTime],
            "How long a call may take: up to 15m."),
        Attribute(
            "memorySize", .integer(128...10240), default: 128, "MB of memory; the share of a processor grows with it."),
        Attribute(
            "architectures", .list(.oneOf(["x86_64", "arm64"]), count: 1...1), default: ["x86_64"],
            writtenBy: "UpdateFunctionCode", "The processor."),
        Attribute(
            "environment", .map(.string(), keys: "[a-zA-Z][a-zA-Z0-9_]+"), default: [:], traits: [.sensitive],
            "Environment variables."),
        Attribute(
            "kmsKeyArn", .string(pattern: #"arn:[^:]+:kms:.+"#), default: "", wire: "KMSKeyArn",
            "The key that encrypts the environment variables; AWS's own where left out. Whoever applies needs kms:CreateGrant, kms:Encrypt and kms:Decrypt on it."
        ),
        Attribute(
            "layers", .list(.string(length: 1...2048, pattern: #"arn:[^:]+:lambda:.*:.*layer:.+"#), count: 0...5),
            default: [],
            "ARNs of layer versions; a later one's files hide an earlier one's."),
        Attribute(
            "ephemeralStorage", .object([Attribute("size", .integer(512...10240), default: 512, "MB of /tmp.")]),
            default: ["size": 512], "The size of /tmp."),
        Attribute(
            "tracingConfig",
            .object([
                Attribute("mode", .oneOf(["Active", "PassThrough"]), default: "PassThrough", "Active samples calls.")
            ]),
            default: ["mode": "PassThrough"], "Whether X-Ray traces it."),
        Attribute(
            "reservedConcurrentExecutions", .integer(0...1_000_000), writtenBy: "PutFunctionConcurrency",
            "How many calls may run at once, kept free for it; 0 stops it."),
        Attribute(
            "logRetentionDays", .integer(1...3653), writtenBy: "PutRetentionPolicy", traits: [.losing(olderEvents)],
            "After how many days its log is deleted; never where left out."),
        Attribute(
            "probe", .map(.string()), traits: [.probe, .local],
            "An event that it answers without an error where its environment is right: it is called with it after each change of `environment`, which is taken back where the answer is no."
        ),
    ],
    apiNames: APINames(unmanaged: [
        "publish", "publishTo", "vpcConfig", "packageType", "deadLetterConfig", "fileSystemConfigs",
        "codeSigningConfigArn", "imageConfig",
        "snapStart", "loggingConfig", "tenancyConfig", "capacityProviderConfig", "durableConfig",
    ]),
    outputs: [
        Output("arn", "Its ARN.") { FunctionNames($0, $1)?.arn },
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
        Output("logGroupArn", "The ARN of its log group, without :* at the end.") {
            FunctionNames($0, $1)?.logGroupARN
        },
    ],
    rules: [retentionIsOffered, keyNeedsEnvironment], hasResourcePolicy: true,
    signIn: { name, attributes in
        // The environment of a credential proxy, the one in examples as well as that of aws-cognito-auth.
        let environment = attributes["environment"]
        guard let role = environment["DEFAULT_ROLE_ARN"].string else { return [] }
        return [
            .proxy(
                functionName: name, roleARN: role, identityPoolId: environment["IDENTITY_POOL_ID"].string,
                userPoolId: environment["USER_POOL_ID"].string, clientId: environment["APP_CLIENT_ID"].string)
        ]
    })

/// What follows from a function's name.
struct FunctionNames {
    let name: String
    private let context: StackContext

    init(_ name: String, _ context: StackContext) {
        self.name = name
        self.context = context
    }

    /// Nil where the name is not known yet.
    init?(_ attributes: Value, _ context: StackContext) {
        guard let name = attributes["name"].string else { return nil }
        self.init(name, context)
    }

    var arn: Value { .string(context.arn("lambda", "function:\(name)")) }
    var logGroup: String { "/aws/lambda/\(name)" }
    var logGroupARN: Value {
        .string(context.arn("logs", "log-group:\(logGroup)"))
    }
    var outputs: [String: Value] { ["arn": arn, "name": .string(name), "logGroupArn": logGroupARN] }
}

/// The days that CloudWatch Logs offers, from the reference of `PutRetentionPolicy`.
private let retentionIsOffered = Rule("log-retention", over: ["logRetentionDays"]) { attributes in
    let offered = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]
    guard let days = attributes["logRetentionDays"].integer, !offered.contains(days) else { return [] }
    return [
        RuleProblem(
            path: PropertyPath("logRetentionDays"), message: "CloudWatch Logs keeps no log for \(days) days",
            help: "It offers \(offered.map(String.init).joined(separator: ", ")).")
    ]
}

/// AWS forgets the key of a function without variables, so the next plan would set it again, and again.
private let keyNeedsEnvironment = Rule("key-without-environment", over: ["kmsKeyArn", "environment"]) { attributes in
    guard !attributes["kmsKeyArn"].isNull, attributes["environment"].map?.isEmpty ?? true else { return [] }
    return [
        RuleProblem(
            path: PropertyPath("kmsKeyArn"),
            message: "there are no environment variables to encrypt, and AWS forgets the key then",
            help: "Give `environment` a variable, or leave `kmsKeyArn` out.")
    ]
}

/// What CloudWatch Logs deletes of a log that is to be kept for fewer days.
private func olderEvents(_ before: Value, _ after: Value) -> String? {
    guard let days = after.integer, before.integer.map({ $0 > days }) ?? before.isNull else { return nil }
    let kept = before.integer.map { "for \($0) days" } ?? "for ever"
    return "there is a log that is kept \(kept), and what is older than \(days) days would be deleted from it for good"
}
