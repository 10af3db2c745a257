import Archive
package import Provider
package import StackFile

/// Every resource type of this build: to add one, write its folder and its line here.
package enum ResourceTypes {
    package static let registry = Registry([
        UserPoolProvider(),
        AppClientProvider(),
        IdentityPoolProvider(),
        RoleProvider(),
        IAMUserProvider(),
        AccessKeyProvider(),
        LambdaFunctionProvider(package: CodeArchive.read),
    ])

    /// The digest by which AWS would know the code at a path.
    package static let codeDigest: @Sendable (String) throws(FileProblem) -> String = { path throws(FileProblem) in
        do throws(ArchiveError) {
            return try CodeArchive.read(path).sha256
        } catch {
            throw FileProblem(error.path == path ? error.message : "\(error.path): \(error.message)", help: error.help)
        }
    }
}
