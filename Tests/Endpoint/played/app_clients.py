"""Settings of an app client that the endpoint does not keep, and what they refer to."""

from botocore.exceptions import ClientError

from keeping import kept
from played.operations import app_client, needs_tier, user_pool
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
    """EnablePropagateAdditionalUserContextData is for clients with a secret, and so is the flow client_credentials. (The words of the
    first are this layer's.)"""
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
            "InvalidParameterException", "EnablePropagateAdditionalUserContextData can be enabled only for app clients with a client secret.")
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
        needs_tier(user_pool(rules, request), ["LITE"], "Choice-Based Sign-In")


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
