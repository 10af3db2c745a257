package import Provider
package import StackFile

/// Every resource type of this build: to add one, write its folder and its line here.
package enum ResourceTypes {
    package static let registry = Registry([
        UserPoolProvider(),
        AppClientProvider(),
        IdentityPoolProvider(),
    ])
    package static let codeDigest: @Sendable (String) throws(FileProblem) -> String = { _ throws(FileProblem) in "" }
}
