"""Identity providers of a user pool."""

from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from keeping import kept
from rules import rule
from wire import Refused

_SOCIAL = ("Facebook", "Google", "LoginWithAmazon", "SignInWithApple")
_OF_SOCIAL = ("client_id", "client_secret", "authorize_scopes"), "clientId, clientSecret and authorizeScopes are all required idp details."
_REQUIRED = {
    **dict.fromkeys(("Google", "Facebook", "LoginWithAmazon"), _OF_SOCIAL),
    "SignInWithApple": (
        ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
        "clientId, privateKey, teamId, and keyId are all required idp details."),
    "OIDC": (
        ("client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"),
        "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details."),
    "SAML": ((), ""),
}
_SUBJECTS = {"Facebook": "id", "LoginWithAmazon": "user_id", "SAML": None}


@rule("cognito-idp:CreateIdentityProvider")
def providers_are_complete(rules, request):
    """A social provider is called as its type is. Each type has details that it needs, a SAML provider one source of its metadata, and none
    takes those that AWS derives. (The words of the last are this layer's.)"""
    wanted = request.parameters
    name, kind = wanted["ProviderName"], wanted["ProviderType"]
    if (name in _SOCIAL or kind in _SOCIAL) and name != kind:
        raise Refused("InvalidParameterException", f"Provider {name} cannot be of type {kind}.")
    _check(kind, wanted["ProviderDetails"])
    _map_user_name(request, kind)


@rule("cognito-idp:UpdateIdentityProvider")
def provider_details_are_replaced_whole(rules, request):
    """UpdateIdentityProvider leaves a map or list that it is not given, and replaces whole one that it is given: the details must be
    complete again."""
    wanted = request.parameters
    try:
        live = rules.layer.client(request, "cognito-idp").describe_identity_provider(
            UserPoolId=wanted["UserPoolId"], ProviderName=wanted["ProviderName"])["IdentityProvider"]
    except ClientError:
        return  # the endpoint says so
    if wanted.get("ProviderDetails"):
        _check(live["ProviderType"], wanted["ProviderDetails"])
    if wanted.get("AttributeMapping"):
        _map_user_name(request, live["ProviderType"])


def _check(kind, details):
    keys, refusal = _REQUIRED.get(kind, ((), ""))
    if not all(details.get(key) for key in keys):
        raise Refused("InvalidParameterException", refusal)
    sources = [key for key in ("MetadataURL", "MetadataFile") if details.get(key)]
    if kind == "SAML" and len(sources) != 1:
        which = "Only one" if sources else "At least one"
        raise Refused("InvalidParameterException", f"{which} of the MetadataURL or MetadataFile should be provided.")
    if kind == "OIDC" and not details["oidc_issuer"].startswith("https://"):
        raise Refused("InvalidParameterException", "OIDC endpoint must start with https://")
    if "ActiveEncryptionCertificate" in details:
        raise Refused("InvalidParameterException", "ActiveEncryptionCertificate cannot be set.")


def _map_user_name(request, kind):
    """The user name is mapped to `sub` of an OpenID provider, `id` of Facebook and `user_id` of Amazon, unless the mapping is explicitly
    empty or says otherwise. A SAML provider's user name comes from the NameID, without a mapping."""
    mapping, subject = request.parameters.get("AttributeMapping"), _SUBJECTS.get(kind, "sub")
    if subject and mapping != {} and "username" not in (mapping or {}):
        request.rewrite(AttributeMapping={"username": subject} | (mapping or {}))


@rule("cognito-idp:CreateIdentityProvider", amends=True)
def the_schema_gains_identities(rules, request, answer):
    """With its first provider a pool's schema has the attribute `identities`, and keeps it. (See schema.py.)"""
    kept(rules, "identities")[request.parameters["UserPoolId"],] = True


@rule("cognito-idp:CreateIdentityProvider", "cognito-idp:UpdateIdentityProvider", "cognito-idp:DescribeIdentityProvider",
      "cognito-idp:GetIdentityProviderByIdentifier", amends=True)
def provider_as_read(rules, request, answer):
    """A provider is read back with the details that AWS derives, and without Apple's private key."""
    provider = answer.json["IdentityProvider"]
    kind = provider["ProviderType"]
    details = provider.get("ProviderDetails") or {}
    provider["ProviderDetails"] = {key: value for key, value in (_derived(kind, details) | details).items() if key != "private_key"}
    answer.replace({"IdentityProvider": provider})


def _derived(kind, details):
    """What the documentation of CreateIdentityProvider shows in its descriptions beyond what its requests have."""
    if kind == "Google":
        return {
            "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
            "token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token"}
    if kind == "Facebook":
        version = details.get("api_version", "v17.0")
        return {
            "api_version": version, "attributes_url": f"https://graph.facebook.com/{version}/me?fields=",
            "attributes_url_add_attributes": "true", "authorize_url": f"https://www.facebook.com/{version}/dialog/oauth",
            "token_request_method": "GET", "token_url": f"https://graph.facebook.com/{version}/oauth/access_token"}
    if kind == "LoginWithAmazon":
        return {
            "attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
            "authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST",
            "token_url": "https://api.amazon.com/auth/o2/token"}
    if kind == "SignInWithApple":
        return {
            "attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
            "oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token"}
    if kind == "OIDC":
        return {"attributes_url_add_attributes": "false"}
    # The bindings are in the metadata, which nobody fetches here.
    place = "https://" + (urlsplit(details.get("MetadataURL", "")).netloc or "idp.example")
    signs_out = details.get("IDPSignout") == "true"
    return {"ActiveEncryptionCertificate": "MIICvTCCAaWgAwIBAgIJAExampleCertificate", "SSORedirectBindingURI": f"{place}/sso/saml"} \
        | ({"SLORedirectBindingURI": f"{place}/slo/saml"} if signs_out else {})
