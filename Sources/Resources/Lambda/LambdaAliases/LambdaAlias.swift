import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `lambda` model and AWS-FACTS 9.
    package static let lambdaAlias = ResourceType(
        section: "lambdaAliases", name: "lambdaAlias", identity: .key(of: ["functionName", "name"]),
        "A name for a version of a Lambda function, which can go over to another one.",
        attributes: [
            .functionName(),
            Attribute(
                "name", .string(length: 1...128, pattern: "(?![0-9]+$)[a-zA-Z0-9_-]+"), change: .replacement,
                traits: [.defaultName(.resource)], "The alias's name. Left out: the resource's name in the file."),
            Attribute(
                "functionVersion", .string(length: 1...1024, pattern: #"\$LATEST(\.PUBLISHED)?|[0-9]+"#),
                required: true,
                "The version that it stands for: a number, or $LATEST for what is not published yet."),
            Attribute("description", .string(length: 0...256), default: "", "What it is for."),
            Attribute(
                "routingConfig",
                .object([
                    Attribute(
                        "additionalVersionWeights", .map(.number(0...1), keys: "[0-9]+"), default: [:],
                        "A second version, and the share of calls that it gets: `{ \"4\": 0.1 }` is a tenth.")
                ]), default: ["additionalVersionWeights": [:]], "Sends some calls to a second version."),
        ],
        outputs: [
            Output("arn", from: ["functionName", "name"], "Its ARN, which is the function's with its name.") {
                attributes, context in
                guard let name = attributes["name"].string,
                    let function = FunctionKey.arn(attributes["functionName"], context)
                else { return nil }
                return .string("\(function):\(name)")
            },
            Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
        ],
        rules: [
            Rule("alias-routing", over: ["functionVersion", "routingConfig"]) { alias in
                let weights = alias["routingConfig"]["additionalVersionWeights"].map ?? [:]
                let path = PropertyPath("routingConfig", "additionalVersionWeights")
                if weights.count > 1 {
                    return [
                        RuleProblem(
                            path: path, message: "an alias shares calls between two versions, and these are more",
                            help: "Keep one of them beside `functionVersion`.")
                    ]
                }
                guard let other = weights.keys.first, let version = alias["functionVersion"].string else { return [] }
                if version.hasPrefix(FunctionKey.unqualified) {
                    return [
                        RuleProblem(
                            path: path,
                            message:
                                "AWS shares calls between published versions alone, and \(version) is none",
                            help: "Publish a version and write its number as `functionVersion`.")
                    ]
                }
                guard other == version else { return [] }
                return [
                    RuleProblem(
                        path: path, message: "version \(version) is the alias's own, which gets all other calls",
                        help: "Name another version here, or take it out.")
                ]
            }
        ])
}
