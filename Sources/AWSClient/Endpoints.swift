import Foundation

/// A partition: a set of regions with one identity system and one kind of ARN.
package struct Partition: Sendable, Hashable {
    /// The second part of an ARN.
    package let name: String
    package let dnsSuffix: String
    /// The region in which the partition's global services are signed for.
    package let globalRegion: String
    /// The host of IAM, which follows no rule.
    let iamHost: String
    /// What the partition's regions begin with; empty for the one that all other regions belong to.
    let regionPrefix: String

    /// From botocore's `partitions.json` and IAM's endpoint rules.
    private static let known = [
        Partition(
            name: "aws-cn", dnsSuffix: "amazonaws.com.cn", globalRegion: "cn-north-1",
            iamHost: "iam.cn-north-1.amazonaws.com.cn", regionPrefix: "cn-"),
        Partition(
            name: "aws-us-gov", dnsSuffix: "amazonaws.com", globalRegion: "us-gov-west-1",
            iamHost: "iam.us-gov.amazonaws.com", regionPrefix: "us-gov-"),
        Partition(
            name: "aws-iso", dnsSuffix: "c2s.ic.gov", globalRegion: "us-iso-east-1",
            iamHost: "iam.us-iso-east-1.c2s.ic.gov", regionPrefix: "us-iso-"),
        Partition(
            name: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", globalRegion: "us-isob-east-1",
            iamHost: "iam.us-isob-east-1.sc2s.sgov.gov", regionPrefix: "us-isob-"),
        Partition(
            name: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", globalRegion: "eu-isoe-west-1",
            iamHost: "iam.eu-isoe-west-1.cloud.adc-e.uk", regionPrefix: "eu-isoe-"),
        Partition(
            name: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", globalRegion: "us-isof-south-1",
            iamHost: "iam.us-isof-south-1.csp.hci.ic.gov", regionPrefix: "us-isof-"),
        Partition(
            name: "aws-eusc", dnsSuffix: "amazonaws.eu", globalRegion: "eusc-de-east-1",
            iamHost: "iam.eusc-de-east-1.amazonaws.eu", regionPrefix: "eusc-"),
    ]

    package static let aws = Partition(
        name: "aws", dnsSuffix: "amazonaws.com", globalRegion: "us-east-1", iamHost: "iam.amazonaws.com",
        regionPrefix: "")

    /// The partition of a region; a region that nobody knows yet is taken for one of `aws`.
    package init(region: String) {
        self = Self.known.first { region.hasPrefix($0.regionPrefix) } ?? .aws
    }

    private init(name: String, dnsSuffix: String, globalRegion: String, iamHost: String, regionPrefix: String) {
        self.name = name
        self.dnsSuffix = dnsSuffix
        self.globalRegion = globalRegion
        self.iamHost = iamHost
        self.regionPrefix = regionPrefix
    }
}

/// Where a service is reached.
package struct Endpoint: Sendable, Hashable {
    /// Scheme, host and port.
    package let origin: String
    /// What stands before every path; empty or without a final `/`.
    package let path: String
    /// Where a custom endpoint was set, such as `AWS_ENDPOINT_URL`; nil for AWS's own.
    package let setBy: String?

    var isSecure: Bool { origin.hasPrefix("https:") }

    init(origin: String, path: String = "", setBy: String? = nil) {
        self.origin = origin
        self.path = path
        self.setBy = setBy
    }

    /// Reads an endpoint URL: http or https, a host, perhaps a port and a path, and nothing else.
    package init(url: String, setBy: String) throws(ConfigurationError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw ConfigurationError(
                .badEndpoint,
                "\(setBy) is not an endpoint URL: it should look like https://host or http://127.0.0.1:4566, without user, query and fragment."
            )
        }
        origin = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
        path = String(parts.percentEncodedPath.reversed().drop { $0 == "/" }.reversed())
        self.setBy = setBy
    }
}

/// The endpoints of all services in one region, with what the user configured taken into account.
///
/// From the strongest to the weakest, as in the AWS CLI v2: `--endpoint-url`, `AWS_ENDPOINT_URL_<SERVICE>`,
/// `AWS_ENDPOINT_URL`, the profile's `services` section, the profile's `endpoint_url`, AWS's own. With
/// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or the profile's `ignore_configured_endpoint_urls`, only the first and the last.
package struct Endpoints: Sendable, Hashable {
    package let region: String
    package let partition: Partition
    private var override: Endpoint?
    private var byService: [String: Endpoint] = [:]
    private var general: Endpoint?

    /// AWS's own endpoints, or one URL for all services.
    package init(region: String, endpointURL: String? = nil) throws(ConfigurationError) {
        self.region = region
        partition = Partition(region: region)
        if let endpointURL { override = try Endpoint(url: endpointURL, setBy: "--endpoint-url") }
    }

    /// - Throws: also for a configured URL that is not in use, since it would be one day.
    package init(
        region: String, endpointURL: String?, variables: [String: String], profile: SharedConfig.Section,
        services: SharedConfig.Section
    ) throws(ConfigurationError) {
        try self.init(region: region, endpointURL: endpointURL)
        let ignores =
            variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile["ignore_configured_endpoint_urls"]?.text
        guard ignores?.lowercased() != "true" else { return }
        if let url = profile["endpoint_url"]?.text {
            general = try Endpoint(url: url, setBy: "endpoint_url of the profile")
        }
        if let url = variables["AWS_ENDPOINT_URL"], !url.isEmpty {
            general = try Endpoint(url: url, setBy: "AWS_ENDPOINT_URL")
        } else {
            for (service, settings) in services {
                guard let url = settings.nested?["endpoint_url"] else { continue }
                byService[service] = try Endpoint(url: url, setBy: "endpoint_url of \(service) in the services section")
            }
        }
        let prefix = "AWS_ENDPOINT_URL_"
        for (name, url) in variables where name.hasPrefix(prefix) && !url.isEmpty {
            byService[name.dropFirst(prefix.count).lowercased()] = try Endpoint(url: url, setBy: name)
        }
    }

    package subscript(service: Service) -> Endpoint {
        if let override { return override }
        let key = service.name.lowercased().replacing(" ", with: "_")
        if let endpoint = byService[key] ?? general { return endpoint }
        if service == .iam { return Endpoint(origin: "https://\(partition.iamHost)") }
        let label = service.isGlobal ? service.endpointPrefix : "\(service.endpointPrefix).\(region)"
        return Endpoint(origin: "https://\(label).\(partition.dnsSuffix)")
    }

    /// Whether any service is reached over TLS.
    var useTLS: Bool {
        if let override { return override.isSecure }
        return general.map { ([$0] + byService.values).contains(where: \.isSecure) } ?? true
    }

    /// The region in the signature's scope.
    package func signingRegion(_ service: Service) -> String { service.isGlobal ? partition.globalRegion : region }
}
