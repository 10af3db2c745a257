// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A room of the house: what it may use stands beside its name, and nothing else is in reach.
func room(_ name: String, uses dependencies: String...) -> Target {
    .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, swiftSettings: strict)
}

/// `excluding` names folders that tests read in place, such as recorded goldens.
func tests(of name: String, alsoUsing dependencies: String..., excluding: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
        exclude: excluding,
        swiftSettings: strict)
}

let package = Package(
    name: "cogstack",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "cogstack", targets: ["cogstack"])],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        room("Diagnostics"),
        room("YAMLSource", uses: "CLibYAML", "Diagnostics"),
        room("Schema", uses: "Diagnostics", "YAMLSource"),
        room("IAMPolicy", uses: "Diagnostics", "Schema"),
        room("Digest"),
        // libcurl's declarations alone: the library is the one that Foundation loads.
        .systemLibrary(name: "CLibCurl"),
        room("HTTP", uses: "CLibCurl"),
        room("AWSClient", uses: "Schema", "Digest", "HTTP"),
        room("StackFile", uses: "Diagnostics", "YAMLSource", "Digest", "Schema"),
        room("State", uses: "Schema", "Digest"),
        room("Planning", uses: "Diagnostics", "Digest", "Schema", "IAMPolicy", "State"),
        room("Provider", uses: "Schema", "AWSClient", "State"),
        room("Archive", uses: "Digest"),
        room("Resources", uses: "Schema", "IAMPolicy", "AWSClient", "State", "Provider", "Archive"),
        room("Execution", uses: "Schema", "AWSClient", "State", "Planning", "Provider"),
        room("Verification", uses: "Schema", "Digest", "IAMPolicy", "AWSClient", "State"),
        room(
            "Workflow",
            uses: "Archive", "AWSClient", "Diagnostics", "Digest", "Execution", "HTTP", "Planning", "Provider", "Schema", "StackFile", "State"),
        room("Reports", uses: "Diagnostics", "Schema", "IAMPolicy", "State", "Planning", "Verification"),
        room("Arguments", uses: "Diagnostics"),
        .executableTarget(
            name: "cogstack",
            dependencies: [
                "Arguments", "AWSClient", "Diagnostics", "HTTP", "Planning", "Reports", "Resources", "Schema", "State", "Verification", "Workflow",
            ],
            swiftSettings: strict),
        tests(of: "Diagnostics"),
        tests(of: "YAMLSource", alsoUsing: "Diagnostics"),
        tests(of: "Schema", alsoUsing: "Diagnostics"),
        tests(of: "StackFile", alsoUsing: "Diagnostics", "Schema", "Planning", "Provider", "Resources"),
        tests(of: "Digest"),
        tests(of: "IAMPolicy", alsoUsing: "Schema"),
        tests(of: "HTTP"),
        tests(of: "AWSClient", alsoUsing: "Schema", "Digest", "HTTP"),
        tests(of: "State", alsoUsing: "Schema"),
        tests(of: "Planning", alsoUsing: "Diagnostics", "IAMPolicy", "Schema", "State"),
        tests(of: "Archive", alsoUsing: "Digest"),
        tests(of: "Resources", alsoUsing: "Archive", "Schema", "AWSClient", "Provider", "State", "IAMPolicy"),
        tests(of: "Provider", alsoUsing: "AWSClient", "Schema", "State"),
        tests(of: "Execution", alsoUsing: "AWSClient", "Diagnostics", "Planning", "Provider", "Schema", "State"),
        tests(of: "Verification", alsoUsing: "AWSClient", "Digest", "IAMPolicy", "Schema", "State"),
        tests(of: "Reports", alsoUsing: "Diagnostics", "Schema", "IAMPolicy", "Planning", "State", "Verification", excluding: ["Goldens"]),
        tests(of: "Arguments"),
        tests(of: "cogstack", alsoUsing: "Arguments"),
    ],
    swiftLanguageModes: [.v6]
)
