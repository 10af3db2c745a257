"""Everything that an account holds, read with boto3: what the tests compare before and after."""

import json

from botocore.exceptions import ClientError

# What moves by itself, or says how the answer came about.
_VOLATILE = {"ResponseMetadata", "CreationDate", "LastModifiedDate", "CreateDate", "UpdateDate", "LastModified", "RevisionId",
             "creationTime", "storedBytes", "RoleLastUsed", "PasswordLastUsed", "CreatedDate", "LastChangedDate", "LastAccessedDate",
             "VersionIdsToStages", "ClientSecretCreateDate", "CreationTime", "LastModifiedTime", "CSSVersion",
             "UnusedAccountValidityDays"}  # mirrors TemporaryPasswordValidityDays, and may not be sent beside it


def account_inventory(client, layered=None, is_kept=lambda *ids: False, besides_user=None):
    """Lists of what there is, by kind. Two objects of one name are two entries, so that a duplicate shows. What belongs to one pool or
    function only is in its entry.

    client: gives a boto3 client for a service's name. layered: the same, at a strict layer, which plays part of Cognito; it is asked only
    for what it may know better, since that takes twice as long. is_kept: whether the layer keeps anything of a user pool, or of one of its
    app clients. besides_user: an IAM user that is not counted.
    """
    found = {
        "userPools": _user_pools(client("cognito-idp"), (layered or client)("cognito-idp"), is_kept, client("wafv2")),
        "identityPools": _identity_pools(client("cognito-identity")),
        "roles": _roles(client("iam")),
        "users": _users(client("iam"), besides_user),
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "functions": _functions(client("lambda")),
        "logGroups": _all(client("logs"), "describe_log_groups", "logGroups"),
        "secrets": _secrets(client("secretsmanager")),
        "parameters": _parameters(client("ssm")),
    }
    return {kind: _stable(objects) for kind, objects in found.items()}


def _all(client, call, items, **of):
    return [item for page in client.get_paginator(call).paginate(**of) for item in page[items]]


def _if_there(call, **of):
    """An answer; None where AWS says that what was asked for is not there."""
    try:
        return call(**of)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "WAFNonexistentItemException"):
            raise
        return None


def _user_pools(idp, layered, is_kept, waf):
    has_web_acls = bool(waf.list_web_acls(Scope="REGIONAL")["WebACLs"])
    pools = []
    for summary in idp.list_user_pools(MaxResults=60)["UserPools"]:
        of = {"UserPoolId": summary["Id"]}
        pool = layered.describe_user_pool(**of)["UserPool"]
        clients = [
            of | {"ClientId": client["ClientId"]} for client in idp.list_user_pool_clients(**of, MaxResults=60)["UserPoolClients"]]
        groups = _all(idp, "list_groups", "Groups", **of)
        pool |= {
            "mfa": idp.get_user_pool_mfa_config(**of),
            "clients": [
                _with_units((layered if is_kept(*client.values()) else idp).describe_user_pool_client(**client)["UserPoolClient"])
                for client in clients],
            "groups": groups and _all(layered, "list_groups", "Groups", **of),
            "resourceServers": _all(idp, "list_resource_servers", "ResourceServers", **of, PaginationConfig={"PageSize": 50}),
            "identityProviders": [
                layered.describe_identity_provider(**of, ProviderName=provider["ProviderName"])["IdentityProvider"]
                for provider in _all(idp, "list_identity_providers", "Providers", **of, PaginationConfig={"PageSize": 60})],
        }
        if pool.get("Domain") or pool.get("CustomDomain"):
            pool |= _with_domains(layered, pool, clients)
        if is_kept(pool["Id"]):
            pool |= _kept(layered, of, clients)
        if has_web_acls:
            pool["webACL"] = (_if_there(waf.get_web_acl_for_resource, ResourceArn=pool["Arn"]) or {}).get("WebACL", {}).get("ARN")
        pools.append(pool)
    return pools


def _with_domains(idp, pool, clients):
    """A pool's domains, and the customisations of the classic hosted UI, which need one. A client without its own shows the pool's."""
    names = [pool[kind] for kind in ("Domain", "CustomDomain") if pool.get(kind)]
    own = [idp.get_ui_customization(**of)["UICustomization"] for of in ({"UserPoolId": pool["Id"]}, *clients)]
    return {
        "domains": [idp.describe_user_pool_domain(Domain=name)["DomainDescription"] for name in names],
        "customisations": list({each["ClientId"]: each for each in own if "ClientId" in each}.values()),
    }


def _kept(idp, of, clients):
    """What the endpoint knows nothing of."""
    styles = [_if_there(idp.describe_managed_login_branding_by_client, **client) for client in clients]
    risks = [idp.describe_risk_configuration(**each)["RiskConfiguration"] for each in (of, *clients)]
    return {
        "branding": [client | style["ManagedLoginBranding"] for client, style in zip(clients, styles) if style],
        "terms": [
            idp.describe_terms(**of, TermsId=each["TermsId"])["Terms"] for each in idp.list_terms(**of, MaxResults=60)["Terms"]],
        "logDelivery": idp.get_log_delivery_configuration(**of)["LogDeliveryConfiguration"]["LogConfigurations"],
        "riskConfigurations": [risk for risk in risks if "LastModifiedDate" in risk],  # the others are what nobody set
        "replicas": [each for each in idp.list_user_pool_replicas(**of)["UserPoolReplicas"] if each["Role"] == "SECONDARY"],
        "clientSecrets": [
            client | secret for client in clients for secret in idp.list_user_pool_client_secrets(**client)["ClientSecrets"]],
    }


def _with_units(client):
    """AWS reads the units back also where they were never set; the endpoint does not."""
    units = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    return client | {"TokenValidityUnits": units | client.get("TokenValidityUnits", {})}


def _identity_pools(identity):
    pools = []
    for summary in identity.list_identity_pools(MaxResults=60)["IdentityPools"]:
        of = {"IdentityPoolId": summary["IdentityPoolId"]}
        pool, attached = identity.describe_identity_pool(**of), identity.get_identity_pool_roles(**of)
        providers = [
            *(provider["ProviderName"] for provider in pool.get("CognitoIdentityProviders", [])), *pool.get("SupportedLoginProviders", {}),
            *pool.get("OpenIdConnectProviderARNs", []), *pool.get("SamlProviderARNs", [])]
        tags = [_if_there(identity.get_principal_tag_attribute_map, **of, IdentityProviderName=name) for name in dict.fromkeys(providers)]
        pools.append(pool | {
            "roles": attached.get("Roles", {}), "roleMappings": attached.get("RoleMappings", {}),
            "principalTags": [each for each in tags if each]})
    return pools


def _roles(iam):
    return [
        iam.get_role(RoleName=name)["Role"] | {
            "inline": {
                policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]},
            "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
        }
        for name in (role["RoleName"] for role in iam.list_roles()["Roles"])]


def _users(iam, besides):
    return [
        iam.get_user(UserName=name)["User"] | {
            "inline": {
                policy: iam.get_user_policy(UserName=name, PolicyName=policy)["PolicyDocument"]
                for policy in iam.list_user_policies(UserName=name)["PolicyNames"]},
            "attached": iam.list_attached_user_policies(UserName=name)["AttachedPolicies"],
            "keys": iam.list_access_keys(UserName=name)["AccessKeyMetadata"],
        }
        for name in (user["UserName"] for user in iam.list_users()["Users"]) if name != besides]


def _functions(functions):
    found = []
    for function in _all(functions, "list_functions", "Functions"):
        of = {"FunctionName": function["FunctionName"]}
        policy = _if_there(functions.get_policy, **of)
        found.append(functions.get_function(**of)["Configuration"] | {
            "tags": functions.list_tags(Resource=function["FunctionArn"])["Tags"],
            "permissions": json.loads(policy["Policy"])["Statement"] if policy else [],
            "aliases": _all(functions, "list_aliases", "Aliases", **of),
            "urls": functions.list_function_url_configs(**of)["FunctionUrlConfigs"],
        })
    return found


def _secrets(secrets):
    """Those that are not scheduled for deletion, with their values."""
    return [
        secrets.describe_secret(SecretId=secret["ARN"]) | {"value": secrets.get_secret_value(SecretId=secret["ARN"]).get("SecretString")}
        for secret in secrets.list_secrets()["SecretList"]]


def _parameters(ssm):
    return [
        {name: value for name, value in parameter.items() if name != "Version"} | {
            "value": ssm.get_parameter(Name=parameter["Name"], WithDecryption=True)["Parameter"]["Value"],
            "tags": ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=parameter["Name"])["TagList"],
        }
        for parameter in ssm.describe_parameters()["Parameters"]]


def _stable(value):
    """Without what is volatile, lists in an order of their own, and absent for empty: AWS answers either."""
    if isinstance(value, dict):
        members = {key: _stable(member) for key, member in sorted(value.items()) if key not in _VOLATILE}
        return {key: member for key, member in members.items() if member not in (None, "", {}, [])}
    if isinstance(value, list):
        return sorted((_stable(element) for element in value), key=repr)
    return value


_NAMES = {"userPools": "Name", "identityPools": "IdentityPoolName", "roles": "RoleName", "users": "UserName",
          "policies": "PolicyName", "functions": "FunctionName", "logGroups": "logGroupName",
          "secrets": "Name", "parameters": "Name"}


def names(inventory):
    """The names of all objects by kind: short enough to be read in a failing test."""
    return {kind: [entry[_NAMES[kind]] for entry in objects] for kind, objects in inventory.items()}
