// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A room of the house: what it may use stands beside its name, and nothing else is in reach.
///
/// `isOptimized` means in debug builds too. Those are the rooms at the bottom, in which the program spends its time: without
/// it, the tests that run the program take twice as much of its CPU.
func room(_ name: String, uses dependencies: String..., isOptimized: Bool = false) -> Target {
    .target(
        name: name,
        dependencies: dependencies.map { .init(stringLiteral: $0) },
        swiftSettings: strict + (isOptimized ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []))
}

/// `excluding` names folders that tests read in place, such as recorded goldens.
func tests(of name: String, alsoUsing dependencies: String..., excluding: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
        exclude: excluding,
        swiftSettings: strict)
}

/// What the tests are built of; a copy of the package without them lacks nothing else.
let tests: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: [
            "AWSClient", "Diagnostics", "IAMPolicy", "Model", "Provider", "Records", "Schema", "Store",
        ],
        path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
        name: "tables", dependencies: ["Model", "Provider", "Resources", "Schema"], path: "Tests/Tables",
        swiftSettings: strict),
    tests(of: "Model", alsoUsing: "TestSupport"),
    tests(of: "Diagnostics"),
    tests(of: "YAMLSource", alsoUsing: "Diagnostics", "TestSupport"),
    tests(of: "Schema", alsoUsing: "Model", "Diagnostics", "TestSupport"),
    tests(
        of: "StackFile", alsoUsing: "Model", "Diagnostics", "Schema", "Planning", "Provider", "Resources",
        "TestSupport"),
    tests(of: "Digest"),
    tests(of: "IAMPolicy", alsoUsing: "Model", "Schema", "TestSupport"),
    tests(of: "HTTP", alsoUsing: "TestSupport"),
    tests(of: "AWSClient", alsoUsing: "HTTP", "Model", "Schema", "TestSupport"),
    tests(of: "Store", alsoUsing: "Model", "Records", "Schema", "TestSupport"),
    tests(of: "Planning", alsoUsing: "Model", "Diagnostics", "IAMPolicy", "Schema", "Records", "TestSupport"),
    tests(of: "Archive", alsoUsing: "Digest", "TestSupport"),
    tests(
        of: "Resources", alsoUsing: "Archive", "AWSClient", "Model", "Provider", "Records", "Schema", "TestSupport"),
    tests(of: "Provider", alsoUsing: "Model", "AWSClient", "Schema", "Records", "Store"),
    tests(
        of: "Execution", alsoUsing: "Model", "AWSClient", "Diagnostics", "Planning", "Provider", "Schema",
        "Records", "Store", "TestSupport"),
    tests(
        of: "Verification", alsoUsing: "Model", "AWSClient", "Digest", "IAMPolicy", "Schema", "Records", "Store",
        "TestSupport"),
    tests(
        of: "Workflow", alsoUsing: "AWSClient", "Diagnostics", "HTTP", "Model", "Planning", "Provider", "Records",
        "Schema", "Store", "TestSupport"),
    tests(
        of: "Reports", alsoUsing: "Model", "Diagnostics", "Schema", "IAMPolicy", "Planning", "Records", "Store",
        "Verification", "TestSupport", excluding: ["Goldens"]),
    tests(of: "Arguments"),
    tests(of: "cogstack", alsoUsing: "Arguments", "Workflow"),
]

let package = Package(
    name: "cogstack",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "cogstack", targets: ["cogstack"])],
    targets: [
        .systemLibrary(
            name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        room("Digest", isOptimized: true),
        room("Model", uses: "Digest", isOptimized: true),
        room("Diagnostics", isOptimized: true),
        room("YAMLSource", uses: "CLibYAML", "Diagnostics", isOptimized: true),
        room("Schema", uses: "Diagnostics", "Model", "YAMLSource", isOptimized: true),
        room("IAMPolicy", uses: "Diagnostics", "Model", "Schema"),
        // libcurl's declarations alone: the library is the one that Foundation loads.
        .systemLibrary(name: "CLibCurl"),
        room("HTTP", uses: "CLibCurl", isOptimized: true),
        room("AWSClient", uses: "Model", "Digest", "HTTP", isOptimized: true),
        room("StackFile", uses: "Diagnostics", "Digest", "Model", "Schema", "YAMLSource"),
        room("Records", uses: "Model", "Schema"),
        room("Store", uses: "Records", isOptimized: true),
        room("Planning", uses: "Diagnostics", "Digest", "IAMPolicy", "Model", "Records", "Schema"),
        room("Provider", uses: "AWSClient", "Model", "Records", "Schema", "Store"),
        room("Archive", uses: "Digest", isOptimized: true),
        room("Resources", uses: "AWSClient", "Archive", "IAMPolicy", "Model", "Provider", "Records", "Schema"),
        room("Execution", uses: "AWSClient", "Model", "Planning", "Provider", "Records", "Schema", "Store"),
        room("Verification", uses: "AWSClient", "Digest", "IAMPolicy", "Model", "Records", "Schema", "Store"),
        room(
            "Workflow",
            uses: "Archive", "AWSClient", "Diagnostics", "Digest", "Execution", "HTTP", "Model", "Planning", "Provider",
            "Records", "Schema",
            "StackFile", "Store"),
        room(
            "Reports", uses: "Diagnostics", "IAMPolicy", "Model", "Planning", "Records", "Schema", "Store",
            "Verification"),
        room("Arguments", uses: "Diagnostics"),
        .executableTarget(
            name: "cogstack",
            dependencies: [
                "Arguments", "AWSClient", "Diagnostics", "HTTP", "Model", "Planning", "Records", "Reports", "Resources",
                "Schema", "Store",
                "Verification", "Workflow",
            ],
            swiftSettings: strict),
    ] + tests,
    swiftLanguageModes: [.v6]
)
