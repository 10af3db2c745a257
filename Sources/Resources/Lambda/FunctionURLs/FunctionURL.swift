import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `lambda` model and AWS-FACTS 9.
    package static let functionURL = ResourceType(
        section: "functionUrls", name: "functionUrl", identity: .key(of: ["functionName", "qualifier"]),
        losesWhenDeleted: "the URL, which no other one gets", "An HTTPS address of its own for a Lambda function.",
        attributes: [
            .functionName(),
            .qualifier(
                #"\$LATEST|(?![0-9]+$)[a-zA-Z0-9_-]{1,128}"#,
                "The alias that it calls: its name in this file, or any name. Left out: the function itself."),
            Attribute(
                "authType", .oneOf(["NONE", "AWS_IAM"]), required: true,
                "Who may call it: AWS_IAM, whoever signs the request and is allowed to by IAM; NONE, whoever the function's policy lets. For everybody that takes two `lambdaPermissions` with `principal: '*'`: one with `action: lambda:InvokeFunctionUrl, functionUrlAuthType: NONE`, one with `action: lambda:InvokeFunction, invokedViaFunctionUrl: true`."
            ),
            Attribute("cors", .object(cors), default: [:], "What pages of other sites may do with it in a browser."),
            Attribute(
                "invokeMode", .oneOf(["BUFFERED", "RESPONSE_STREAM"]), default: "BUFFERED",
                "Whether an answer is sent when it is complete, or as it comes."),
        ],
        outputs: [Output("url", "The URL, with a slash at its end.")],
        rules: [
            Rule("cors-credentials", over: ["cors"], isWarning: true) { url in
                guard url["cors"]["allowCredentials"] == true,
                    url["cors"]["allowOrigins"].list?.contains("*") == true
                else { return [] }
                return [
                    RuleProblem(
                        path: PropertyPath("cors", "allowCredentials"),
                        message: "browsers send no credentials where every origin is allowed",
                        help: "Name the origins in `allowOrigins`, or take `allowCredentials` out.")
                ]
            }
        ])

    private static let cors = [
        Attribute(
            "allowCredentials", .boolean, default: false, "Whether requests may carry cookies and other credentials."),
        Attribute(
            "allowHeaders", .set(.string(length: 1...1024), count: 0...100), default: [],
            "The headers that requests may have."),
        Attribute(
            "allowMethods", .set(.string(length: 1...6, pattern: #"[A-Z]+|\*"#), count: 0...6), default: [],
            "The methods that requests may use, or `*`."),
        Attribute(
            "allowOrigins", .set(.string(length: 1...253), count: 0...100), default: [],
            "The sites whose pages may call it, such as https://www.example.com, or `*`."),
        Attribute(
            "exposeHeaders", .set(.string(length: 1...1024), count: 0...100), default: [],
            "The headers of an answer that pages may read."),
        Attribute(
            "maxAge", .duration(.seconds, 0...86400), default: 0, "How long a browser may keep what it was told here."),
    ]
}
