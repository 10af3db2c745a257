"""Identity providers of a user pool."""

from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from keeping import kept
from rules import rule
from wire import Refused

_SOCIAL = ("Facebook", "Google", "LoginWithAmazon", "SignInWithApple")
_REQUIRED = {
    "Google": ("client_id", "client_secret", "authorize_scopes"),
    "Facebook": ("client_id", "client_secret", "authorize_scopes"),
    "LoginWithAmazon": ("client_id", "client_secret", "authorize_scopes"),
    "SignInWithApple": ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
    "OIDC": ("client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"),
    "SAML": (),
}


@rule("cognito-idp:CreateIdentityProvider")
def providers_are_complete(rules, request):
    """A social provider is called as its type is. Each type has details that it needs, a SAML provider its metadata, and none takes those
    that AWS derives. (The words of the last two are this layer's.)"""
    wanted = request.parameters
    name, kind = wanted["ProviderName"], wanted["ProviderType"]
    if (name in _SOCIAL or kind in _SOCIAL) and name != kind:
        raise Refused("InvalidParameterException", f"Provider {name} cannot be of type {kind}.")
    _check(kind, wanted["ProviderDetails"])


@rule("cognito-idp:UpdateIdentityProvider")
def provider_details_are_replaced_whole(rules, request):
    """UpdateIdentityProvider leaves a map or list that it is not given, and replaces whole one that it is given: the details must be
    complete again."""
    wanted = request.parameters
    if wanted.get("ProviderDetails"):
        try:
            live = rules.layer.client(request, "cognito-idp").describe_identity_provider(
                UserPoolId=wanted["UserPoolId"], ProviderName=wanted["ProviderName"])["IdentityProvider"]
        except ClientError:
            return  # the endpoint says so
        _check(live["ProviderType"], wanted["ProviderDetails"])


def _check(kind, details):
    missing = [key for key in _REQUIRED.get(kind, ()) if not details.get(key)]
    if kind == "SAML" and not (details.get("MetadataURL") or details.get("MetadataFile")):
        missing = ["MetadataURL"]
    if missing:
        raise Refused("InvalidParameterException", f"The provider details of {kind} need {', '.join(missing)}.")
    if "ActiveEncryptionCertificate" in details:
        raise Refused("InvalidParameterException", "ActiveEncryptionCertificate cannot be set.")


@rule("cognito-idp:CreateIdentityProvider", amends=True)
def the_schema_gains_identities(rules, request, answer):
    """With its first provider a pool's schema has the attribute `identities`, and keeps it. (See user_pools.py.)"""
    kept(rules, "identities")[request.parameters["UserPoolId"],] = True


@rule("cognito-idp:CreateIdentityProvider", "cognito-idp:UpdateIdentityProvider", "cognito-idp:DescribeIdentityProvider",
      "cognito-idp:GetIdentityProviderByIdentifier", amends=True)
def provider_as_read(rules, request, answer):
    """A provider is read back with the details that AWS derives, without Apple's private key, and with its user name mapped: to `sub` of
    an OpenID provider, `id` of Facebook and `user_id` of Amazon. A SAML provider's name comes from the NameID, and no mapping."""
    provider = answer.json["IdentityProvider"]
    kind = provider["ProviderType"]
    details = provider.get("ProviderDetails") or {}
    provider["ProviderDetails"] = {key: value for key, value in (_derived(kind, details) | details).items() if key != "private_key"}
    subject = {"Facebook": "id", "LoginWithAmazon": "user_id", "SAML": None}.get(kind, "sub")
    provider["AttributeMapping"] = ({"username": subject} if subject else {}) | (provider.get("AttributeMapping") or {})
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
