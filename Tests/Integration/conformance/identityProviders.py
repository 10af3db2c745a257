"""Samples for the conformance of identity providers: one of each family, since each has details of its own."""

OIDC = {
    "client_id": "abc", "client_secret": "sample-secret", "attributes_request_method": "GET", "oidc_issuer": "https://one.example",
    "authorize_scopes": "openid",
}
SAMPLE = {
    "isApart": True,
    "base": {"userPool": "users", "providerName": "partner", "providerType": "OIDC", "providerDetails": OIDC},
    "values": {
        "providerName": ("partner-b", "partner-c"),
        "attributeMapping": ({"email": "email"}, {"email": "mail", "name": "name"}),
        "idpIdentifiers": (["example.com"], ["example.org", "example.net"]),
        "providerDetails.client_id": ("def", "ghi"),
        "providerDetails.client_secret": ("sample-secret-b", "sample-secret-c"),
        "providerDetails.authorize_scopes": ("openid email", "openid profile"),
        "providerDetails.attributes_request_method": ("POST", "GET"),
        "providerDetails.oidc_issuer": ("https://two.example", "https://three.example"),
        "providerDetails.authorize_url": ("https://two.example/authorize", "https://three.example/authorize"),
        "providerDetails.token_url": ("https://two.example/token", "https://three.example/token"),
        "providerDetails.attributes_url": ("https://two.example/me", "https://three.example/me"),
        "providerDetails.jwks_uri": ("https://two.example/keys", "https://three.example/keys"),
        "providerDetails.attributes_url_add_attributes": (True, False),
        "providerDetails.token_request_method": ("POST", "GET"),
    },
    "read": ("describe_identity_provider", ("UserPoolId", "ProviderName"), "IdentityProvider"),
}
# The details of the other families, each over a base of its own.
FAMILIES = {
    "SAML": {
        "base": {"userPool": "users", "providerName": "corp", "providerType": "SAML", "providerDetails": {"MetadataURL": "https://one.example/m"}},
        "values": {
            "providerDetails.MetadataURL": ("https://two.example/m", "https://three.example/m"),
            "providerDetails.IDPSignout": (True, False),
            "providerDetails.IDPInit": (True, False),
            "providerDetails.EncryptedResponses": (True, False),
            "providerDetails.RequestSigningAlgorithm": ("rsa-sha256", None),
        },
    },
    "SAML from a file": {
        "base": {"userPool": "users", "providerName": "corp", "providerType": "SAML", "providerDetails": {"MetadataFile": "<a/>"}},
        "values": {"providerDetails.MetadataFile": ("<b/>", "<c/>")},
    },
    "Facebook": {
        "base": {
            "userPool": "users", "providerType": "Facebook",
            "providerDetails": {"client_id": "1", "client_secret": "sample-secret", "authorize_scopes": "email"},
        },
        "values": {"providerDetails.api_version": ("v18.0", "v19.0")},
    },
    "SignInWithApple": {
        "base": {
            "userPool": "users", "providerType": "SignInWithApple",
            "providerDetails": {
                "client_id": "com.example", "team_id": "T", "key_id": "K", "private_key": "sample-secret", "authorize_scopes": "email",
            },
        },
        "values": {
            "providerDetails.team_id": ("T2", "T3"),
            "providerDetails.key_id": ("K2", "K3"),
            "providerDetails.private_key": ("sample-secret-b", "sample-secret-c"),  # AWS never tells it, so its drift is not seen
        },
    },
}
