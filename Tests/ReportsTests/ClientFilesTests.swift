import Diagnostics
import Records
import Testing

@testable import Reports

@Suite struct ClientFilesTests {
    private func files(proxy: SignIn.Proxy?, loginURL: String? = nil) -> ClientFiles {
        ClientFiles(
            SignIn(
                region: "eu-west-1", userPoolId: "eu-west-1_Example01", clientId: "c1",
                identityPoolId: "eu-west-1:11111111-2222-3333-4444-555555555555", proxy: proxy,
                managedLoginURL: loginURL))
    }

    @Test func whole() throws {
        let files = files(
            proxy: SignIn.Proxy(
                functionName: "prod-credential-proxy", roleARN: "arn:aws:iam::123456789012:role/prod-long-lived"),
            loginURL: "https://prod.auth.eu-west-1.amazoncognito.com/login")
        try expectGolden(files.json, "client-files.json")
        #expect(files.files.map(\.name) == [".cognito-cli-config.json", ".cognito-admin-config.json"])
        #expect(files.files.allSatisfy { file in file.text.hasPrefix("{\n") && file.text.hasSuffix("}\n") })
    }

    @Test func withoutAProxyThereIsNoNameOfOne() {
        let files = files(proxy: nil)
        #expect(files.files.map(\.name) == [".cognito-cli-config.json"])
        #expect(!files.json.text.contains("managed_login_url"))
    }
}
