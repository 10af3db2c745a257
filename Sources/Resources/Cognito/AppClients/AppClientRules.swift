import Model
import Schema

/// What AWS refuses over several properties of an app client.
let appClientRules = [
    Rule("auth-flow-generations", over: ["explicitAuthFlows"]) { client in
        let flows = (client["explicitAuthFlows"].list ?? []).compactMap(\.string)
        let old = flows.filter { !$0.hasPrefix("ALLOW_") }
        guard !old.isEmpty, old.count < flows.count else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("explicitAuthFlows"),
                message:
                    "\(old.joined(separator: ", ")) is of an older kind that AWS does not take beside `ALLOW_…` flows",
                help:
                    "Write its newer name: ALLOW_ADMIN_USER_PASSWORD_AUTH for ADMIN_NO_SRP_AUTH, ALLOW_CUSTOM_AUTH for CUSTOM_AUTH_FLOW_ONLY, ALLOW_USER_PASSWORD_AUTH for USER_PASSWORD_AUTH."
            )
        ]
    },
    Rule(
        "oauth-switch",
        over: [
            "allowedOAuthFlowsUserPoolClient", "callbackURLs", "logoutURLs", "allowedOAuthFlows", "allowedOAuthScopes",
        ]
    ) { client in
        let isOn = client["allowedOAuthFlowsUserPoolClient"]
        guard isOn.isKnown else { return [] }
        let settings = ["callbackURLs", "logoutURLs", "allowedOAuthFlows", "allowedOAuthScopes"]
        if isOn != true {
            return settings.filter { client[$0].list?.isEmpty == false }.prefix(1).map { setting in
                RuleProblem(
                    path: PropertyPath(setting),
                    message: "`\(setting)` means nothing while the client may not use OAuth 2.0",
                    help: "Add `allowedOAuthFlowsUserPoolClient: true`, or take it out.")
            }
        }
        return ["allowedOAuthFlows", "allowedOAuthScopes"].filter { client[$0].list?.isEmpty ?? client[$0].isNull }
            .map { setting in
                RuleProblem(
                    path: PropertyPath("allowedOAuthFlowsUserPoolClient"),
                    message: "a client that may use OAuth 2.0 needs `\(setting)`",
                    help: setting == "allowedOAuthFlows"
                        ? "Add `allowedOAuthFlows: [code]`." : "Add `allowedOAuthScopes: [openid]`.")
            }
    },
    Rule("client-credentials", over: ["allowedOAuthFlows", "generateSecret"]) { client in
        let flows = client["allowedOAuthFlows"].list ?? []
        guard flows.contains("client_credentials") else { return [] }
        var problems: [RuleProblem] = []
        if flows.count > 1 {
            problems.append(
                RuleProblem(
                    path: PropertyPath("allowedOAuthFlows"),
                    message: "`client_credentials` stands alone: it signs programs in, and the other grants people",
                    help: "Make two app clients."))
        }
        if client["generateSecret"].isKnown, client["generateSecret"] != true {
            problems.append(
                RuleProblem(
                    path: PropertyPath("allowedOAuthFlows"),
                    message: "`client_credentials` needs a client with a secret",
                    help: "Add `generateSecret: true`."))
        }
        return problems
    },
    Rule("default-redirect", over: ["defaultRedirectURI", "callbackURLs"]) { client in
        let uri = client["defaultRedirectURI"]
        guard !uri.isNull, uri.isKnown, client["callbackURLs"].isKnown,
            !(client["callbackURLs"].list ?? []).contains(uri)
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("defaultRedirectURI"), message: "`defaultRedirectURI` is none of the `callbackURLs`",
                help: "Add it to `callbackURLs`.")
        ]
    },
    Rule("refresh-token-rotation", over: ["refreshTokenRotation", "explicitAuthFlows"]) { client in
        let flows = client["explicitAuthFlows"]
        guard client["refreshTokenRotation"]["feature"] == "ENABLED",
            flows.isNull || flows.list?.contains("ALLOW_REFRESH_TOKEN_AUTH") == true
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("refreshTokenRotation"),
                message: "refresh tokens that change cannot be used with ALLOW_REFRESH_TOKEN_AUTH",
                help: flows.isNull
                    ? "Add `explicitAuthFlows: [ALLOW_USER_SRP_AUTH]`, or those that the client needs: left out, ALLOW_REFRESH_TOKEN_AUTH is among them."
                    : "Take ALLOW_REFRESH_TOKEN_AUTH out of `explicitAuthFlows`: such a client calls GetTokensFromRefreshToken."
            )
        ]
    },
    Rule("user-context", over: ["enablePropagateAdditionalUserContextData", "generateSecret"]) { client in
        guard client["enablePropagateAdditionalUserContextData"] == true, client["generateSecret"].isKnown,
            client["generateSecret"] != true
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("enablePropagateAdditionalUserContextData"),
                message: "AWS believes what a client says of its users' addresses only if it has a secret",
                help: "Add `generateSecret: true`, or take it out.")
        ]
    },
    Rule("token-validity", over: TokenKind.allCases.map(\.validity) + ["tokenValidityUnits"]) { client in
        TokenKind.allCases.compactMap { kind in
            guard let number = client[kind.validity].integer, let unit = TokenKind.seconds(in: kind.unit(client)) else {
                return nil
            }
            let (seconds, isTooMuch) = number.multipliedReportingOverflow(by: unit)
            guard isTooMuch || !kind.seconds.contains(seconds) else { return nil }
            return RuleProblem(
                path: PropertyPath(kind.validity),
                message: "\(number) \(kind.unit(client)) is no time that AWS takes for `\(kind.validity)`",
                help: "AWS takes \(kind.limits). The unit is that of `tokenValidityUnits.\(kind.rawValue)`.")
        }
    },
]
