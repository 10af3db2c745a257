import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `lambda` model and AWS-FACTS 9. No call changes a statement.
    package static let lambdaPermission = ResourceType(
        section: "lambdaPermissions", name: "lambdaPermission",
        identity: .key(of: ["functionName", "qualifier", "statementId"]),
        "A statement of a function's resource policy, which lets a service, an account or a principal use the function. Triggers of `userPools` have theirs without one here.",
        attributes: [
            .functionName(),
            .qualifier(
                #"\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9_-]{1,128}"#,
                "The version or alias that may be used, each of which has a policy of its own: an alias's name in this file, or any name or number. Left out: the function itself, where no version or alias is named in a call."
            ),
            Attribute(
                "statementId", .string(length: 1...100, pattern: "[a-zA-Z0-9_-]+"), change: .replacement,
                traits: [.defaultName(.stackAndResource)],
                "The statement's id in the policy. Left out: the stack's name and the resource's."),
            Attribute(
                "action", .string(length: 1...256, pattern: #"lambda:\*|lambda:[a-zA-Z]+|\*"#), required: true,
                change: .replacement, "What is allowed, such as lambda:InvokeFunction or lambda:InvokeFunctionUrl."),
            Attribute(
                "principal",
                .reference(
                    ReferenceTarget(
                        "roles", "iamUsers", attribute: "arn",
                        outside: #"\*|\d{12}|arn:\S+|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+"#)),
                required: true, change: .replacement,
                compile: { (value: Value, _: Value, _: StackContext) throws(CompileError) -> Value in
                    FunctionPermission.principal(value)
                },
                "Who is let: a service such as apigateway.amazonaws.com, an account's number, a role or IAM user (its name in this file, or its ARN), or `*` for everybody."
            ),
            Attribute(
                "sourceArn",
                .string(length: 1...10000, pattern: #"arn:aws[a-zA-Z0-9-]*:[a-zA-Z0-9-]+:[a-z0-9-]*:(\d{12})?:.*"#),
                change: .replacement,
                "For a service: the ARN of what calls through it, `*` and `?` allowed, such as $(userPools.users.arn)."),
            Attribute(
                "sourceAccount", .string(length: 12...12, pattern: #"\d{12}"#), change: .replacement,
                "For a service: the account that must own what calls through it."),
            Attribute(
                "eventSourceToken", .string(length: 1...256, pattern: #"[a-zA-Z0-9._-]+"#), change: .replacement,
                "For Alexa Smart Home functions: the token that a call must bring."),
            Attribute(
                "functionUrlAuthType", .oneOf(["NONE", "AWS_IAM"]), change: .replacement,
                "For lambda:InvokeFunctionUrl: what the function URL's `authType` must be."),
            Attribute(
                "invokedViaFunctionUrl", .boolean, default: false, change: .replacement,
                "Whether lambda:InvokeFunction is allowed only in calls of the function URL."),
            Attribute(
                "principalOrgID", .string(length: 12...34, pattern: "o-[a-z0-9]{10,32}"), change: .replacement,
                "The organisation of whose accounts a caller must be."),
        ],
        outputs: [],
        rules: [
            Rule("url-auth-type-without-url", over: ["action", "functionUrlAuthType"]) { permission in
                guard !permission["functionUrlAuthType"].isNull, let action = permission["action"].string,
                    action != "lambda:InvokeFunctionUrl"
                else { return [] }
                return [
                    RuleProblem(
                        path: PropertyPath("functionUrlAuthType"),
                        message: "AWS takes `functionUrlAuthType` with the action lambda:InvokeFunctionUrl alone",
                        help:
                            "Take it out, or make the action lambda:InvokeFunctionUrl. For lambda:InvokeFunction through the URL write `invokedViaFunctionUrl: true`."
                    )
                ]
            },
            Rule(
                "service-of-any-account", over: ["principal", "sourceArn", "sourceAccount", "principalOrgID"],
                isWarning: true
            ) { permission in
                guard let service = permission["principal"].string, service.contains(".amazonaws.com"),
                    ["sourceArn", "sourceAccount", "principalOrgID"].allSatisfy({ permission[$0].isNull })
                else { return [] }
                return [
                    RuleProblem(
                        path: PropertyPath("principal"),
                        message: "anybody's account can have \(service) call the function",
                        help: "Add `sourceArn`, or `sourceAccount: $(account)`.")
                ]
            },
        ],
        letsOthers: { FunctionPermission.document($0) })
}
