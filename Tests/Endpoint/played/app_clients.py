"""Settings of an app client that the endpoint does not keep, and what they refer to."""

import re

from botocore.exceptions import ClientError

from keeping import kept
from played.operations import app_client, needs_tier, user_pool
from played.schema import schema_as_read
from rules import rule
from wire import Refused


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def providers_exist(rules, request):
    """An app client names identity providers that its pool has: COGNITO, which every pool has, and those that were created."""
    named = set(request.parameters.get("SupportedIdentityProviders") or []) - {"COGNITO"}
    if not named or not rules.checks_providers:
        return
    pool = request.parameters["UserPoolId"]
    try:
        pages = rules.layer.client(request, "cognito-idp").get_paginator("list_identity_providers").paginate(
            UserPoolId=pool, PaginationConfig={"PageSize": 60})
        missing = named - {provider["ProviderName"] for page in pages for provider in page["Providers"]}
    except ClientError:
        return  # there is no such pool: the endpoint says so
    if missing:
        raise Refused("InvalidParameterException", f"The provider {min(missing)} does not exist for User Pool {pool}.")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def context_data_needs_a_secret(rules, request):
    """EnablePropagateAdditionalUserContextData is for clients with a secret, and so is the flow client_credentials."""
    wanted = request.parameters
    propagates = wanted.get("EnablePropagateAdditionalUserContextData")
    if not propagates and "client_credentials" not in (wanted.get("AllowedOAuthFlows") or []):
        return
    if request.operation == "CreateUserPoolClient":
        has_secret = wanted.get("GenerateSecret") or wanted.get("ClientSecret")
    else:
        has_secret = app_client(rules, request).get("ClientSecret")
    if not has_secret and propagates:
        raise Refused(
            "InvalidParameterException",
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true")
    if not has_secret:
        raise Refused("InvalidOAuthFlowException", "client_credentials flow can not be selected if client does not have a client secret.")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def rotation_excludes_the_refresh_flow(rules, request):
    """Rotated refresh tokens are used with GetTokensFromRefreshToken: with RefreshTokenRotation the flow ALLOW_REFRESH_TOKEN_AUTH, which
    is among the defaults, must be off. (The words are this layer's.)"""
    wanted = request.parameters
    if (wanted.get("RefreshTokenRotation") or {}).get("Feature") != "ENABLED":
        return
    if "ALLOW_REFRESH_TOKEN_AUTH" in (wanted.get("ExplicitAuthFlows") or ["ALLOW_REFRESH_TOKEN_AUTH"]):
        raise Refused("InvalidParameterException", "Refresh token rotation cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH.")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def factors_of_users_need_a_tier(rules, request):
    """ALLOW_USER_AUTH, the choice of the first factor, is not in the tier LITE."""
    if "ALLOW_USER_AUTH" in (request.parameters.get("ExplicitAuthFlows") or []):
        needs_tier(user_pool(rules, request), ["LITE"], "Passwordless Sign-In")


_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
_UNWRITABLE = {"sub", "email_verified", "phone_number_verified"}


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def tokens_outlive_one_another(rules, request):
    """Access and ID tokens are valid for five minutes to a day, refresh tokens for an hour to ten years, by whatever unit, and no token
    outlives the refresh token."""
    wanted, seconds = request.parameters, {}
    for token, unit in (_UNITS | (wanted.get("TokenValidityUnits") or {})).items():
        if wanted.get(f"{token}Validity"):
            seconds[token] = wanted[f"{token}Validity"] * _SECONDS[unit]
    least, most = {"RefreshToken": 3600}, {"RefreshToken": 315360000}
    if not all(least.get(token, 300) <= number <= most.get(token, 86400) for token, number in seconds.items()):
        raise Refused("InvalidParameterException", "Invalid range for token validity.")
    if max(seconds.get("AccessToken", 3600), seconds.get("IdToken", 3600)) > seconds.get("RefreshToken", 30 * 86400):
        raise Refused(
            "InvalidParameterException",
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def flows_are_complete(rules, request):
    """OAuth flows and scopes go together; the default redirect URI is a callback URL; no URL but localhost's has the HTTP protocol; new
    names of flows do not go with old ones."""
    wanted = request.parameters
    flows, urls = wanted.get("AllowedOAuthFlows") or [], wanted.get("CallbackURLs") or []
    if wanted.get("AllowedOAuthFlowsUserPoolClient") and not (flows and wanted.get("AllowedOAuthScopes")):
        raise Refused(
            "InvalidParameterException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
    if rules.checks_completeness and not urls and {"code", "implicit"}.intersection(flows):
        raise Refused("InvalidParameterException", "CallbackUrls can not be empty when code flow or implicit flow is selected")
    default = wanted.get("DefaultRedirectURI")
    if default and default not in urls:
        raise Refused("InvalidParameterException", f"The default redirect URI {default} is not in the callback URIs list.")
    for url in [*urls, *(wanted.get("LogoutURLs") or [])]:
        if re.match(r"http://(?!(localhost|127\.0\.0\.1|\[::1\])([:/]|$))", url):
            raise Refused("InvalidParameterException", f"{url} cannot use the HTTP protocol.")
    names = {flow.startswith("ALLOW_") for flow in wanted.get("ExplicitAuthFlows") or []}
    if len(names) > 1:
        raise Refused("InvalidParameterException", "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def attributes_exist(rules, request):
    """An app client reads and writes attributes of its pool's schema, and writes none that AWS alone sets."""
    read, written = (set(request.parameters.get(name) or []) for name in ("ReadAttributes", "WriteAttributes"))
    if not read | written:
        return
    schema = {attribute["Name"] for attribute in schema_as_read(rules, user_pool(rules, request))} | {"identities"}
    for kind, unknown in (("read", read - schema), ("write", (written - schema) | (written & _UNWRITABLE))):
        if unknown:
            raise Refused("InvalidParameterException", f"Invalid {kind} attributes specified while creating a client")


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient", amends=True)
def rotation_is_kept(rules, request, answer):
    """RefreshTokenRotation is read back with the grace period filled in, 0 by default; an update without it takes it away, as it does
    with everything else (``rules.app_client_reset``)."""
    client = answer.json["UserPoolClient"]
    rotation = request.parameters.get("RefreshTokenRotation")
    key = client["UserPoolId"], client["ClientId"]
    kept(rules, "rotation").pop(key, None)
    if rotation:
        kept(rules, "rotation")[key] = {"RetryGracePeriodSeconds": 0} | rotation
    app_client_settings_as_read(rules, request, answer)


@rule("cognito-idp:DescribeUserPoolClient", amends=True)
def app_client_settings_as_read(rules, request, answer):
    """As above."""
    client = answer.json["UserPoolClient"]
    rotation = kept(rules, "rotation").get((client["UserPoolId"], client["ClientId"]))
    if rotation:
        answer.replace({"UserPoolClient": client | {"RefreshTokenRotation": rotation}})
