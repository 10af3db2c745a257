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

func tests(of name: String, alsoUsing dependencies: String...) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
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
        room("Schema", uses: "Diagnostics"),
        room("IAMPolicy", uses: "Schema"),
        room("Digest"),
        room("AWSClient", uses: "Schema", "Digest"),
        room("State", uses: "Schema", "Digest"),
        room("Planning", uses: "Schema", "IAMPolicy", "State"),
        room("Provider", uses: "Schema", "AWSClient", "State"),
        .executableTarget(name: "cogstack", dependencies: ["Schema"], swiftSettings: strict),
        tests(of: "Digest"),
        tests(of: "AWSClient", alsoUsing: "Schema", "Digest"),
        tests(of: "State", alsoUsing: "Schema"),
    ],
    swiftLanguageModes: [.v6]
)
