import Model
import Schema

/// What AWS refuses over several properties of a user pool's domain.
let userPoolDomainRules = [
    Rule("custom-domain", over: ["domain", "customDomainConfig"]) { properties in
        guard let domain = properties["domain"].string else { return [] }
        let hasCertificate = !properties["customDomainConfig"].isNull
        if domain.contains("."), !hasCertificate {
            return [
                RuleProblem(
                    path: PropertyPath("domain"), message: "a domain of one's own needs a certificate",
                    help:
                        "Add `customDomainConfig: { certificateArn: … }`, or give the prefix alone: what comes before `.auth.<region>.amazoncognito.com`."
                )
            ]
        }
        guard !domain.contains("."), hasCertificate else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("customDomainConfig"), message: "a prefix of AWS's domain has AWS's certificate",
                help: "Take `customDomainConfig` out, or write the whole domain, such as `auth.example.com`.")
        ]
    },
    Rule("reserved-prefix", over: ["domain"]) { properties in
        guard let domain = properties["domain"].string, !domain.contains("."),
            let word = ["aws", "amazon", "cognito"].first(where: domain.contains)
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("domain"), message: "AWS takes no prefix with `\(word)` in it",
                help: "Choose another prefix.")
        ]
    },
    Rule("certificate-region", over: ["customDomainConfig"]) { properties in
        let path = PropertyPath("customDomainConfig", "certificateArn")
        guard let arn = properties["customDomainConfig"]["certificateArn"].string, let arn = ARN(arn),
            arn.partition == "aws", arn.region != "us-east-1"
        else { return [] }
        return [
            RuleProblem(
                path: path, message: "the certificate is in \(arn.region), and CloudFront takes those of us-east-1",
                help: "Ask AWS Certificate Manager for one in us-east-1, whatever the region of the pool.")
        ]
    },
    Rule("routing-needs-a-custom-domain", over: ["domain", "managedLoginVersion", "routing"]) { properties in
        guard !properties["routing"]["failover"].isNull, let domain = properties["domain"].string else { return [] }
        if !domain.contains(".") {
            return [
                RuleProblem(
                    path: PropertyPath("routing"), message: "AWS routes requests to a domain of one's own alone",
                    help: "Take `routing` out, or write the whole domain, such as `auth.example.com`.")
            ]
        }
        guard properties["managedLoginVersion"].isKnown, properties["managedLoginVersion"] != 2 else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("routing"), message: "the classic hosted UI has no routing",
                help: "Add `managedLoginVersion: 2`, or take `routing` out.")
        ]
    },
]
