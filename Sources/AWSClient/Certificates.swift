import Foundation
import HTTP

extension Certificates {
    /// What `AWS_CA_BUNDLE` names, else `ca_bundle` of the profile (both as in the AWS CLI v2), else `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// (as OpenSSL reads them), else the system's.
    ///
    /// - Throws: where there are none at the place that is named, or anywhere.
    init(_ environment: Environment, profile: SharedConfig.Section) throws(ConfigurationError) {
        let named = [
            ("AWS_CA_BUNDLE", environment.variable("AWS_CA_BUNDLE")),
            ("ca_bundle of the profile", profile["ca_bundle"]?.text),
            ("SSL_CERT_FILE", environment.variable("SSL_CERT_FILE")),
        ].lazy.compactMap { name, path in path.map { (name: name, path: environment.expanded($0)) } }.first {
            !$0.path.isEmpty
        }
        if let (name, path) = named {
            self = try Self.bundle(path, namedBy: name, environment.look(path))
        } else if let path = environment.variable("SSL_CERT_DIR") {
            guard environment.look(path) == .folder else {
                throw ConfigurationError(.certificates, "SSL_CERT_DIR names \(path), which is no folder.")
            }
            self.init(.folder(path), namedBy: "SSL_CERT_DIR")
        } else {
            self = try Self.system(environment)
        }
    }

    private static func bundle(
        _ path: String, namedBy name: String, _ entry: Environment.Entry
    ) throws(ConfigurationError) -> Certificates {
        func refuse(_ why: String) -> ConfigurationError {
            ConfigurationError(
                .certificates, "\(name) names \(path), \(why). Name a file of certificates in PEM, or unset it.")
        }
        switch entry {
        case .nothing: throw refuse("and there is no such file")
        case .folder: throw refuse("which is a folder")
        case .unreadable(let reason): throw refuse("which cannot be read: \(reason)")
        case .file(let data):
            guard holdsCertificates(data) else { throw refuse("in which there is no certificate") }
            return Certificates(.bundle(path), namedBy: name)
        }
    }

    /// Whether the first block of PEM has a certificate's form. Whether it is one, and the others are, shows when TLS begins.
    private static func holdsCertificates(_ data: Data) -> Bool {
        ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"].contains { label in
            guard let start = data.range(of: Data("-----BEGIN \(label)-----".utf8))?.upperBound,
                let end = data.range(of: Data("-----END \(label)-----".utf8), in: start..<data.endIndex)?.lowerBound,
                let bytes = Data(base64Encoded: data[start..<end], options: .ignoreUnknownCharacters)
            else { return false }
            return bytes.first == 0x30  // DER's SEQUENCE
        }
    }

    private static func system(_ environment: Environment) throws(ConfigurationError) -> Certificates {
        for path in systemBundles {
            if case .file(let data) = environment.look(path), holdsCertificates(data) {
                return Certificates(.bundle(path))
            }
        }
        throw ConfigurationError(
            .certificates,
            "There are no certificates to check servers against: none of \(systemBundles.joined(separator: ", ")) is there. Install the "
                + "package ca-certificates, or name a file with AWS_CA_BUNDLE.")
    }

    /// Where Debian, Fedora, openSUSE and the BSDs keep their bundle: the places that Go's `crypto/x509` looks at.
    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]
}
