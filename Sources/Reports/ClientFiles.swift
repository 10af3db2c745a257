package import Diagnostics
package import Records

/// The set-up of `cogauth`, the client of aws-cognito-auth 0.0.8, which reads these two files in the home folder.
package struct ClientFiles: Sendable {
    /// A file by its name, and what belongs into it.
    package struct File: Sendable, Equatable {
        package let name: String
        package let text: String
    }

    private let documents: [(name: String, content: JSON)]

    /// Without a proxy there is only the first file: the client then gets an hour's credentials from the identity pool.
    package init(_ signIn: SignIn) {
        let client = JSON.object(present: [
            ("user_pool_id", .string(signIn.userPoolId)),
            ("client_id", .string(signIn.clientId)),
            ("identity_pool_id", .string(signIn.identityPoolId)),
            ("region", .string(signIn.region)),
            ("managed_login_url", signIn.managedLoginURL.map(JSON.string)),
        ])
        let admin = signIn.proxy.map { proxy in
            JSON.object([
                (
                    "aws_service_names",
                    .object([
                        ("lambda_function_name", .string(proxy.functionName)),
                        ("long_lived_role_name", .string(proxy.roleName)),
                    ])
                )
            ])
        }
        documents = [(".cognito-cli-config.json", client)] + (admin.map { [(".cognito-admin-config.json", $0)] } ?? [])
    }

    package var files: [File] { documents.map { File(name: $0.name, text: $0.content.document.text) } }

    /// One object, whose members are the files by name.
    package var json: SafeText { JSON.object(documents.map { ($0.name, $0.content) }).document }

    /// For `--json`: the paths that were written, and those that held the same already.
    package static func report(written: [String], unchanged: [String]) -> SafeText {
        JSON.object([
            ("format", .integer(1)), ("written", .array(written.map(JSON.string))),
            ("unchanged", .array(unchanged.map(JSON.string))),
        ]).document
    }
}
