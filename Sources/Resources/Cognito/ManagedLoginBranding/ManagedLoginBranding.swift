import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model (`CreateManagedLoginBranding`).
    package static let managedLoginBranding = ResourceType(
        section: "managedLoginBranding", name: "managedLoginBranding", identity: .key(of: ["appClient"]),
        "How the managed login pages of an app client look. A client without one has no such pages.",
        attributes: [
            .appClient(),
            Attribute(
                "useCognitoProvidedValues", .boolean, default: false,
                "Whether the pages look as AWS makes them."),
            Attribute(
                "settings", .json,
                "Colours, fonts and parts of the pages, as the branding editor exports them: a map, or `{ file: path }`."
            ),
            Attribute(
                "assets", .set(.object(asset), count: 0...40), default: [],
                equivalent: { isSameAssets($0, $1) }, "The images of the pages."),
        ],
        apiNames: APINames(otherwise: ["clientId": "appClient", "userPoolId": "appClient"]),
        outputs: [Output("id", "The id of the style.")],
        rules: [
            Rule("style", over: ["useCognitoProvidedValues", "settings", "assets"]) { branding in
                let own = ["settings", "assets"].filter { !branding[$0].isNull && branding[$0] != [] }
                let usesAWS = branding["useCognitoProvidedValues"]
                if usesAWS == true, let first = own.first {
                    return [
                        RuleProblem(
                            path: PropertyPath(first),
                            message: "the pages look as AWS makes them, or as `\(first)` says",
                            help: "Take `useCognitoProvidedValues` out, or `\(own.joined(separator: "` and `"))`.")
                    ]
                }
                guard own.isEmpty, usesAWS.isKnown, usesAWS != true else { return [] }
                return [
                    RuleProblem(
                        path: .root, message: "it does not say how the pages look",
                        help: "Add `settings` or `assets`, or `useCognitoProvidedValues: true` for AWS's own look.")
                ]
            }
        ])

    private static let asset = [
        Attribute(
            "category",
            .oneOf([
                "FAVICON_ICO", "FAVICON_SVG", "EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC",
                "PASSKEY_GRAPHIC", "PAGE_HEADER_LOGO", "PAGE_HEADER_BACKGROUND", "PAGE_FOOTER_LOGO",
                "PAGE_FOOTER_BACKGROUND", "PAGE_BACKGROUND", "FORM_BACKGROUND", "FORM_LOGO", "IDP_BUTTON_ICON",
            ]), required: true, "What it is for."),
        Attribute("colorMode", .oneOf(["LIGHT", "DARK", "DYNAMIC"]), required: true, "In which colours it is shown."),
        Attribute(
            "extension", .oneOf(["ICO", "JPEG", "PNG", "SVG", "WEBP"]), required: true, "What kind of image it is."),
        Attribute("bytes", .file(limit: 1_000_000), "The image: `{ file: path }`."),
        Attribute(
            "resourceId", .string(length: 1...40, pattern: #"[\w\- ]+"#),
            "Its id, by which `settings` name it. Left out: AWS's choice."),
    ]

    /// Whether each wanted image is there once, and no other is. An id that the file leaves out is AWS's to choose.
    private static func isSameAssets(_ wanted: Value, _ live: Value) -> Bool {
        var left = (live.list ?? [])
        for asset in wanted.list ?? [] {
            let found = left.firstIndex { other in
                ["category", "colorMode", "extension"].allSatisfy { asset[$0] == other[$0] }
                    && asset["bytes"]["sha256"] == other["bytes"]["sha256"]
                    && [other["resourceId"], .null].contains(asset["resourceId"])
            }
            guard let found else { return false }
            left.remove(at: found)
        }
        return left.isEmpty
    }
}
