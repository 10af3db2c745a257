import Testing

@testable import HTTP

@Suite("Proxies")
struct ProxyTests {
    @Test(
        "which one a request goes through",
        arguments: [
            ([:], "https://h", ""), (["https_proxy": "a", "HTTPS_PROXY": "b"], "https://h", "a"),
            (["HTTPS_PROXY": "b"], "https://h", "b"),
            (["HTTPS_PROXY": "b"], "http://h", ""), (["HTTP_PROXY": "c"], "http://h", "c"),
            (["http_proxy": "d", "HTTP_PROXY": "c"], "http://h", "d"),
            (["ALL_PROXY": "e"], "http://h", "e"), (["ALL_PROXY": "e"], "https://h", "e"),
            (["https_proxy": "a", "all_proxy": "e"], "https://h", "a"),
            (["https_proxy": "", "ALL_PROXY": "e"], "https://h", ""),
        ] as [([String: String], String, String)])
    func choice(variables: [String: String], origin: String, proxy: String) {
        #expect(ProxyRules(variables)[origin] == proxy)
    }

    @Test(
        "its name has no password in it",
        arguments: [
            ("http://user:pass@proxy:3128/", "proxy:3128"), ("proxy:3128", "proxy:3128"),
            ("http://a%40b:c@[::1]:1", "[::1]:1"),
            ("user:p@ss@proxy", "proxy"),
        ])
    func name(url: String, name: String) {
        #expect(ProxyRules(["https_proxy": url]).name(for: "https://h") == name)
        #expect(ProxyRules(["https_proxy": url]).name(for: "http://h") == nil)
    }

    @Test(
        "what a proxy is asked for",
        arguments: [
            ("https://h", "h:443"), ("https://h:8443", "h:8443"), ("http://h", "h:80"), ("https://[::1]", "[::1]:443"),
            ("https://[::1]:8443", "[::1]:8443"),
        ])
    func target(origin: String, target: String) {
        #expect(HTTPRequest(method: "GET", origin: origin).target == target)
    }

    @Test(
        "a tunnel that a proxy refuses is told with its names",
        arguments: [
            ("CONNECT tunnel failed, response 403", "the proxy p:3128 refused to connect to h:443: 403"),
            ("Received HTTP code 407 from proxy after CONNECT", "the proxy p:3128 refused to connect to h:443: 407"),
            ("Proxy CONNECT aborted", "the proxy p:3128 refused to connect to h:443: it closed the connection"),
        ])
    func proxies(words: String, told: String) {
        let request = HTTPRequest(method: "GET", origin: "https://h")
        #expect(TransportError(.notSent, words).namingProxy("p:3128", request) == TransportError(.notSent, told))
        #expect(TransportError.isProxyRefusal(words) && !TransportError.isProxyRefusal("Recv failure"))
    }
}
