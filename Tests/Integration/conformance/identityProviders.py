"""Identity providers: one of each family that has details of its own."""

from conformance import if_there, update


def read(client, pool, name):
    return if_there(client("cognito-idp").describe_identity_provider, UserPoolId=pool, ProviderName=name).get("IdentityProvider", {})


def write(client, description, *ids):
    """What AWS found out by itself it does not take, and Apple's key, which it needs each time, it does not tell."""
    details = {name: value for name, value in description["ProviderDetails"].items() if f"ProviderDetails.{name}" not in _FOUND}
    if description["ProviderType"] == "SignInWithApple":
        details["private_key"] = "sample-secret"
    update(client("cognito-idp"), "update_identity_provider", description | {"ProviderDetails": details})


_FOUND = [f"ProviderDetails.{name}" for name in ("ActiveEncryptionCertificate", "SSORedirectBindingURI", "SLORedirectBindingURI")]
_OIDC = {
    "client_id": "abc", "client_secret": "sample-secret", "attributes_request_method": "GET", "oidc_issuer": "https://one.example",
    "authorize_scopes": "openid",
}


def _address(path):
    return [f"https://{name}.example/{path}" for name in ("two", "three")]


def _flags(*names):
    return {f"providerDetails.{name}": ("true", "false") for name in names}


SAMPLE = {
    "isApart": True,
    "around": {"userPools": {"users": {}, "others": {}}},
    "base": {"userPool": "users", "providerName": "partner", "providerType": "OIDC", "providerDetails": _OIDC},
    "values": {
        "userPool": ("users", "others"),
        "providerName": ("partner", "partner-b"),
        "attributeMapping": ({"email": "email"}, {"email": "mail", "name": "name"}),
        "idpIdentifiers": (["example.com"], ["example.org", "example.net"]),
        "providerDetails.client_id": ("def", "ghi"),
        "providerDetails.client_secret": ("sample-secret-b", "sample-secret-c"),
        "providerDetails.authorize_scopes": ("openid email", "openid profile"),
        "providerDetails.oidc_issuer": ("https://two.example", "https://three.example"),
        "providerDetails.attributes_request_method": ("GET", "POST"),
        "providerDetails.token_request_method": ("GET", "POST"),
        **{f"providerDetails.{name}": _address(name) for name in ("authorize_url", "token_url", "attributes_url", "jwks_uri")},
    },
    "needed": [f"providerDetails.{name}" for name in ("client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes")],
    # The user name of an OpenID provider's people is always told.
    "shown": _flags("attributes_url_add_attributes") | {
        "attributeMapping": ({"email": "email", "username": "sub"}, {"email": "mail", "name": "name", "username": "sub"})},
    "defaults": {"attributeMapping": {"username": "sub"}},
    "whole": {
        "providerType": {
            "userPool": "users", "providerName": "partner", "providerType": "SAML",
            "providerDetails": {"MetadataURL": "https://one.example/m"}}},
    "read": read, "write": write, "derived": (),
    "families": {
        "SAML": {
            "base": {
                "userPool": "users", "providerName": "corp", "providerType": "SAML",
                "providerDetails": {"MetadataURL": "https://one.example/m"}},
            "values": {
                "providerDetails.MetadataURL": _address("m"),
                **{f"providerDetails.{name}": (True, False) for name in ("IDPSignout", "IDPInit", "EncryptedResponses")},
                "providerDetails.RequestSigningAlgorithm": ("rsa-sha256",),
            },
            "needed": ["providerDetails.MetadataURL"],
            "shown": _flags("IDPSignout", "IDPInit", "EncryptedResponses"),
            "derived": _FOUND,
        },
        "SAML from a file": {
            "base": {
                "userPool": "users", "providerName": "corp", "providerType": "SAML", "providerDetails": {"MetadataFile": "<a/>"}},
            "values": {"providerDetails.MetadataFile": ("<b/>", "<c/>")},
            "needed": ["providerDetails.MetadataFile"],
            "derived": _FOUND,
        },
        "Facebook": {
            "base": {
                "userPool": "users", "providerType": "Facebook",
                "providerDetails": {"client_id": "1", "client_secret": "sample-secret", "authorize_scopes": "email"},
            },
            "values": {"providerDetails.api_version": ("v18.0", "v19.0")},
            "defaults": {"providerDetails.api_version": "v17.0"},
            # These have the version in them.
            "derived": [f"ProviderDetails.{name}" for name in ("attributes_url", "authorize_url", "token_url")],
        },
        "Apple": {
            "base": {
                "userPool": "users", "providerType": "SignInWithApple",
                "providerDetails": {
                    "client_id": "com.example", "team_id": "T", "key_id": "K", "private_key": "sample-secret", "authorize_scopes": "email",
                },
            },
            "values": {
                "providerDetails.team_id": ("T2", "T3"),
                "providerDetails.key_id": ("K2", "K3"),
                "providerDetails.private_key": ("sample-secret-b", "sample-secret-c"),
            },
            "needed": [f"providerDetails.{name}" for name in ("team_id", "key_id", "private_key")],
            "unseen": ("providerDetails.private_key",),
        },
    },
}
