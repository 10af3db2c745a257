/// Which proxy a request goes through, from the variables that curl and the AWS CLI read: `https_proxy`, `http_proxy`, `all_proxy`
/// and `no_proxy`, in lower case before upper case. One that is set to nothing says "none".
package struct ProxyRules: Sendable, Hashable {
    private let secure: String?
    private let plain: String?
    /// The hosts that are reached without one, as `no_proxy` has them: names, which mean their subdomains too, addresses, networks
    /// (`10.0.0.0/8`), or `*`.
    let exceptions: String

    package init(_ variables: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.flatMap { [$0, $0.uppercased()] }.compactMap { variables[$0] }.first
        }
        secure = value("https_proxy", "all_proxy")
        plain = value("http_proxy", "all_proxy")
        exceptions = value("no_proxy") ?? ""
    }

    /// The URL of the proxy to an origin, in which a name and a password may stand; empty where there is none.
    subscript(origin: String) -> String { (origin.hasPrefix("https:") ? secure : plain) ?? "" }

    /// `host:port` of the proxy to an origin, without name and password; nil where there is none.
    func name(for origin: String) -> String? {
        let url = self[origin]
        guard !url.isEmpty else { return nil }
        let authority = url.split(separator: "://").last.map(String.init) ?? url
        return authority.split(separator: "@").last.map { String($0.prefix { $0 != "/" }) }
    }
}
