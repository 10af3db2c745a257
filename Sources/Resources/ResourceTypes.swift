import Archive
import Foundation
package import Provider

/// Every resource type of this build: to add one, write its folder and its line here.
package enum ResourceTypes {
    package static let registry = registry(codeIn: ".")

    /// - Parameter folder: from where the paths of code count.
    package static func registry(codeIn folder: String) -> Registry {
        let files = UploadedFiles { path throws(ArchiveError) in try FileContent.read(path, in: folder) }
        return Registry([
            UserPoolProvider(),
            UserPoolDomainProvider(),
            IdentityProviderProvider(),
            UICustomizationProvider(files: files),
            ManagedLoginBrandingProvider(files: files),
            TermsProvider(),
            GroupProvider(),
            FirstUserProvider(),
            ResourceServerProvider(),
            LogDeliveryProvider(),
            UserPoolReplicaProvider(),
            AppClientProvider(),
            RiskConfigurationProvider(),
            IdentityPoolProvider(),
            RoleProvider(),
            IAMUserProvider(),
            AccessKeyProvider(),
            LambdaFunctionProvider(package: { path throws(ArchiveError) in try CodeArchive.read(path, in: folder) }),
            LambdaAliasProvider(),
            FunctionURLProvider(),
            LambdaPermissionProvider(),
            SecretProvider(token: { UUID().uuidString }),
            SSMParameterProvider(),
        ])
    }
}
