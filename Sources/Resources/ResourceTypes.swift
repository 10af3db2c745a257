import Archive
import Foundation
package import Provider

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
        SecretProvider(token: { UUID().uuidString }),
        SSMParameterProvider(),
    ])
}
