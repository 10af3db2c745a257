"""Identity pools: what role mappings and principal tags may name."""

from botocore.exceptions import ClientError

from rules import rule
from wire import Refused


@rule("cognito-identity:UpdateIdentityPool")
def developer_provider_stays(rules, request):
    """The name of a developer provider cannot be changed once it is set; an update that leaves it out leaves it. (The words are this
    layer's.)"""
    live = _pool(rules, request).get("DeveloperProviderName")
    if live and request.parameters.get("DeveloperProviderName", live) != live:
        raise Refused("InvalidParameterException", "DeveloperProviderName cannot be changed once it is set.")


@rule("cognito-identity:SetIdentityPoolRoles")
def role_mappings_are_of_the_pools_providers(rules, request):
    """SetIdentityPoolRoles replaces roles and mappings whole. A mapping is of a provider that the pool has, a user pool with its app
    client; a mapping by rules has rules, and each type says what to do where the role is ambiguous. Roles are of the authenticated and of
    the unauthenticated."""
    wanted = request.parameters
    mappings = wanted.get("RoleMappings") or {}
    for role in wanted.get("Roles") or {}:
        if role not in ("authenticated", "unauthenticated"):
            raise Refused("InvalidParameterException", f"{role} is not a valid role type.")
    known = _providers(_pool(rules, request), with_clients=True) if mappings else set()
    for name, mapping in mappings.items():
        if name not in known:
            raise Refused("InvalidParameterException", f"({name}) is not a valid RoleMapping ProviderName or is not a configured provider.")
        if "AmbiguousRoleResolution" not in mapping:
            raise Refused("InvalidParameterException", f"AmbiguousRoleResolution is required for the role mapping of {name}.")
        rules_given = (mapping.get("RulesConfiguration") or {}).get("Rules") or []
        if len(rules_given) > 25:
            raise Refused("InvalidParameterException", "The number of rules in the request exceeded 25.")
        if (mapping["Type"] == "Rules") != bool(rules_given):
            raise Refused("InvalidParameterException", f"The role mapping of {name} has rules if, and only if, its type is Rules.")


@rule("cognito-identity:SetPrincipalTagAttributeMap")
def tags_are_of_the_pools_providers(rules, request):
    """Principal tags are of a provider that the pool has, a user pool without its app client. (The words are this layer's. Reading
    the map of a provider for which none was set is ResourceNotFoundException, measured by the endpoint's makers.)"""
    name = request.parameters["IdentityProviderName"]
    if name not in _providers(_pool(rules, request), with_clients=False):
        raise Refused("InvalidParameterException", f"{name} is not a configured provider of the identity pool.")


def _pool(rules, request):
    try:
        return rules.layer.client(request, "cognito-identity").describe_identity_pool(IdentityPoolId=request.parameters["IdentityPoolId"])
    except ClientError as error:
        raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"]) from None


def _providers(pool, with_clients):
    user_pools = {
        provider["ProviderName"] + (f":{provider['ClientId']}" if with_clients else "")
        for provider in pool.get("CognitoIdentityProviders") or []}
    developers = [pool["DeveloperProviderName"]] if pool.get("DeveloperProviderName") else []
    return user_pools.union(
        pool.get("SupportedLoginProviders") or {}, pool.get("OpenIdConnectProviderARNs") or [], pool.get("SamlProviderARNs") or [],
        developers)
