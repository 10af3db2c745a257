import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model (`SetLogDeliveryConfiguration`).
    package static let logDelivery = ResourceType(
        section: "logDelivery", name: "logDelivery", identity: .key(of: ["userPool"]),
        "Where a user pool sends its logs.",
        attributes: [
            .userPool(),
            Attribute(
                "logConfigurations", .set(.object(logConfiguration), count: 1...2), required: true,
                "One for each source of events."),
        ], outputs: [], rules: [logSources, logDestinations])

    private static let logConfiguration = [
        Attribute(
            "eventSource", .oneOf(["userNotification", "userAuthEvents"]), required: true,
            "userNotification: messages that could not be delivered. userAuthEvents: what people did, with its risk; for that the pool's tier must be PLUS."
        ),
        Attribute(
            "logLevel", .oneOf(["ERROR", "INFO"]), required: true,
            "ERROR for userNotification, INFO for userAuthEvents."
        ),
        Attribute(
            "cloudWatchLogsConfiguration",
            .object([Attribute("logGroupArn", arn, "The log group's ARN, without :* at its end.")]),
            "To CloudWatch Logs: a log group of the pool's account, not encrypted with a key of one's own."),
        Attribute(
            "s3Configuration",
            .object([
                Attribute(
                    "bucketArn", .string(length: 3...1024, pattern: #"arn:[\w+=/,.@-]+:s3:::[\w+=/,.@-]+"#),
                    "The bucket's ARN.")
            ]), "To an S3 bucket; userAuthEvents alone."),
        Attribute(
            "firehoseConfiguration", .object([Attribute("streamArn", arn, "The stream's ARN.")]),
            "To an Amazon Data Firehose stream; userAuthEvents alone."),
    ]

    private static let arn = AttributeType.string(
        length: 20...2048,
        pattern: #"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+){0,2}"#)

    private static let logSources = Rule("log-sources", over: ["logConfigurations"]) { delivery in
        let sources = (delivery["logConfigurations"].list ?? []).map { $0["eventSource"].string }
        guard sources.count == 2, sources[0] == sources[1], let source = sources[0] else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("logConfigurations")[1]["eventSource"],
                message: "\(source) has two configurations, and AWS takes one for each source",
                help: "Take one of them out.")
        ]
    }

    private static let logDestinations = Rule("log-destinations", over: ["logConfigurations"]) { delivery in
        (delivery["logConfigurations"].list ?? []).enumerated().flatMap { number, each -> [RuleProblem] in
            let path = PropertyPath("logConfigurations")[number]
            let destinations = ["cloudWatchLogsConfiguration", "s3Configuration", "firehoseConfiguration"]
                .filter { !each[$0].isNull }
            let source = each["eventSource"].string ?? ""
            let level = source == "userNotification" ? "ERROR" : "INFO"
            var problems: [RuleProblem] = []
            if let wrong = each["logLevel"].string, wrong != level {
                problems.append(
                    RuleProblem(
                        path: path["logLevel"], message: "\(source) has no events of level \(wrong)",
                        help: "Write `logLevel: \(level)`."))
            }
            if destinations.count != 1 {
                problems.append(
                    RuleProblem(
                        path: path,
                        message: destinations.isEmpty
                            ? "this says nowhere to send \(source) to"
                            : "\(source) is sent to one place, and these are two",
                        help:
                            "Give it one of `cloudWatchLogsConfiguration`, `s3Configuration` and `firehoseConfiguration`."
                    ))
            } else if source == "userNotification", destinations != ["cloudWatchLogsConfiguration"] {
                problems.append(
                    RuleProblem(
                        path: path[destinations[0]], message: "AWS sends userNotification to CloudWatch Logs alone",
                        help: "Give it `cloudWatchLogsConfiguration` instead."))
            }
            return problems
        }
    }
}
