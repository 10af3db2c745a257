import Model

/// An AWS service: where it is reached, under which name it is signed, and how its messages are written.
///
/// The fields are those of botocore's service models (`endpointPrefix`, `signingName`, `protocol`, `targetPrefix`,
/// `apiVersion`, `serviceId`).
package struct Service: Sendable, Hashable {
    /// How requests and answers are written.
    package enum MessageFormat: Sendable, Hashable {
        /// AWS JSON: one path, the operation in the header `X-Amz-Target: <targetPrefix>.<operation>`.
        case json(targetPrefix: String, version: String = "1.1")
        /// A form in the body, XML in the answer.
        case query(version: String)
        /// Members travel in path, query string and a JSON body.
        case restJSON
        /// Members travel in path and query string, and answers are XML: S3.
        case restXML
    }

    /// The name as people write it, and as `AWS_ENDPOINT_URL_<NAME>` and the `services` section of the config file
    /// spell it (upper or lower case, spaces as `_`): botocore's `serviceId`.
    package let name: String
    /// The first label of the default host.
    package let endpointPrefix: String
    /// The name in the signature's scope.
    package let signingName: String
    package let format: MessageFormat
    /// Whether a partition has one endpoint for the service instead of one a region.
    package let isGlobal: Bool

    /// - Parameter signingName: where it is another than `endpointPrefix`.
    package init(
        name: String, endpointPrefix: String, signingName: String? = nil, format: MessageFormat, isGlobal: Bool = false
    ) {
        self.name = name
        self.endpointPrefix = endpointPrefix
        self.signingName = signingName ?? endpointPrefix
        self.format = format
        self.isGlobal = isGlobal
    }

    package static let cognitoIdentityProvider = Service(
        name: "Cognito Identity Provider", endpointPrefix: "cognito-idp",
        format: .json(targetPrefix: "AWSCognitoIdentityProviderService"))
    package static let cognitoIdentity = Service(
        name: "Cognito Identity", endpointPrefix: "cognito-identity",
        format: .json(targetPrefix: "AWSCognitoIdentityService"))
    package static let iam = Service(
        name: "IAM", endpointPrefix: "iam", format: .query(version: "2010-05-08"), isGlobal: true)
    package static let sts = Service(name: "STS", endpointPrefix: "sts", format: .query(version: "2011-06-15"))
    package static let lambda = Service(name: "Lambda", endpointPrefix: "lambda", format: .restJSON)
    package static let logs = Service(
        name: "CloudWatch Logs", endpointPrefix: "logs", format: .json(targetPrefix: "Logs_20140328"))
    package static let secretsManager = Service(
        name: "Secrets Manager", endpointPrefix: "secretsmanager", format: .json(targetPrefix: "secretsmanager"))
    /// Buckets stand in the path, which every endpoint takes, so none needs a host of its own.
    package static let s3 = Service(name: "S3", endpointPrefix: "s3", format: .restXML)
    package static let dynamoDB = Service(
        name: "DynamoDB", endpointPrefix: "dynamodb", format: .json(targetPrefix: "DynamoDB_20120810", version: "1.0"))
    package static let tagging = Service(
        name: "Resource Groups Tagging API", endpointPrefix: "tagging",
        format: .json(targetPrefix: "ResourceGroupsTaggingAPI_20170126"))
    package static let ssm = Service(name: "SSM", endpointPrefix: "ssm", format: .json(targetPrefix: "AmazonSSM"))
}

/// One API operation: all that is needed to send it, and what sending it twice would do.
package struct AWSOperation: Sendable, Hashable {
    /// What the operation does, which decides when it may be sent again.
    package enum Effect: Sendable, Hashable {
        /// Changes nothing: may always be sent again.
        case read
        /// Leaves the same result however often it arrives (a put, an update, a delete): may always be sent again. The
        /// caller of a delete still has to accept "not found", since the first sending may have worked.
        case repeatable
        /// Makes another thing each time. Sent again only when the first sending provably did nothing: it never left,
        /// it was throttled, or it was refused before it ran. Anything else ends in ``AWSError/Kind/uncertain``.
        case create
    }

    /// Where the members of a REST operation travel. What is in neither path, query string nor headers is the JSON body.
    package struct Route: Sendable, Hashable {
        package let method: String
        /// The path; `{Member}` stands for an input member, percent-encoded as one segment, and `{Member+}` for one that keeps
        /// its slashes, such as a key in S3.
        package let path: String
        /// Input members of the query string, with the names of their parameters there.
        package let query: [String: String]
        /// Input members that are headers, with their names there.
        package let headers: [String: String]
        /// The member that is the whole body, in input (save that a GET has none) and in output, as text: Lambda's `Invoke` has
        /// `Payload`.
        package let payload: String?
        /// The statuses of a success.
        package let statuses: Set<Int>
    }

    package let service: Service
    package let name: String
    package let effect: Effect
    /// Nil for the services whose messages have one path.
    package let route: Route?
    /// The members that a success has, without which an answer is none of this operation's: what the model requires, and what
    /// AWS always gives and somebody here relies on. None for an operation without output, which is answered with nothing.
    ///
    /// `UserPool.Id` is a member of a member, `UserPools[].Id` one of each element of a list, `ChallengeName|AuthenticationResult`
    /// either of two, and `Item?` one that may be missing. For S3 the path begins with the root element.
    package let answers: [String]
    /// The members of a success that are credentials, tokens or what people keep as a secret, as paths like those of ``answers``: they
    /// come as `.secret`, so nothing can write them down. Nothing is guessed from a name. From botocore's models: the members
    /// marked sensitive.
    package let secrets: [String]
    /// Members of requests and answers that may hold secrets of somebody's without being one: not shown when calls are traced.
    package private(set) var unshown: [String] = []

    /// An operation of a JSON 1.1 or query service.
    package init(_ service: Service, _ name: String, _ effect: Effect, answers: String..., secrets: [String] = []) {
        self.service = service
        self.name = name
        self.effect = effect
        self.answers = answers
        self.secrets = secrets
        route = nil
    }

    /// An operation of a REST service, such as
    /// `AWSOperation(.lambda, "GetFunction", .read, "GET", "/2015-03-31/functions/{FunctionName}", answers: "Configuration.FunctionName")`.
    package init(
        _ service: Service, _ name: String, _ effect: Effect, _ method: String, _ path: String,
        query: [String: String] = [:], headers: [String: String] = [:], payload: String? = nil,
        statuses: Set<Int> = [200],
        answers: String..., secrets: [String] = []
    ) {
        self.service = service
        self.name = name
        self.effect = effect
        self.answers = answers
        self.secrets = secrets
        route = Route(method: method, path: path, query: query, headers: headers, payload: payload, statuses: statuses)
    }
}

extension AWSOperation {
    /// The same operation, of which members are not shown when calls are traced: paths such as `Environment.Variables`.
    package func hiding(_ paths: String...) -> AWSOperation {
        var operation = self
        operation.unshown += paths
        return operation
    }

    /// What was sent or answered, as people may see it.
    func shown(_ message: Value) -> Value {
        (secrets + unshown).reduce(message) { Self.hiding($1.split(separator: ".")[...], in: $0, deeply: true) }
            .redacted
    }

    /// An answer with its secrets as such.
    func hidingSecrets(in output: Value) -> Value {
        secrets.reduce(output) { Self.hiding($1.split(separator: ".")[...], in: $0) }
    }

    private static func hiding(_ path: ArraySlice<Substring>, in value: Value, deeply: Bool = false) -> Value {
        guard let step = path.first else {
            switch value {
            case .string(let text): return .secret(Secret(text))
            case .map(let members) where deeply: return .map(members.mapValues { hiding([], in: $0, deeply: true) })
            case .list(let elements) where deeply: return .list(elements.map { hiding([], in: $0, deeply: true) })
            default: return value
            }
        }
        let isList = step.hasSuffix("[]")
        let name = String(isList ? step.dropLast(2) : step)
        guard var members = value.map, let member = members[name] else { return value }
        if isList, let elements = member.list {
            members[name] = .list(elements.map { hiding(path.dropFirst(), in: $0, deeply: deeply) })
        } else {
            members[name] = hiding(path.dropFirst(), in: member, deeply: deeply)
        }
        return .map(members)
    }
}

/// The short name, for tables of operations. A file that imports Foundation, which has an `Operation` too, needs the long one.
package typealias Operation = AWSOperation

extension AWSOperation: CustomStringConvertible {
    /// Service and operation, as in `IAM CreateUser`.
    package var description: String { "\(service.name) \(name)" }
}
