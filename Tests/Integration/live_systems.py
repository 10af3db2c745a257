"""What is live of a sign-in system, read with boto3, by AWS's own names: what a test compares with what a definition asks for."""

import json

from botocore.exceptions import ClientError


def live_system(client, account_id, wanted):
    """client: gives a boto3 client for a service's name. wanted: what is expected; of a pool's parts those are read that are named there."""
    return {
        "account": account_id,
        "userPools": _user_pools(client, wanted.get("userPools", {})),
        "identityPools": _identity_pools(client("cognito-identity")),
        "roles": _roles(client("iam")),
        "functions": _functions(client("lambda"), client("logs")),
        "secrets": _secrets(client("secretsmanager")),
    }


def _user_pools(client, wanted):
    idp, pools = client("cognito-idp"), {}
    for summary in idp.list_user_pools(MaxResults=60)["UserPools"]:
        pool = idp.describe_user_pool(UserPoolId=summary["Id"])["UserPool"]
        pool["SchemaAttributes"] = {attribute["Name"]: attribute for attribute in pool["SchemaAttributes"]}
        pool["Clients"] = _clients(idp, pool, wanted.get(pool["Name"], {}).get("Clients", {}))
        named = wanted.get(pool["Name"], {})
        pools[pool["Name"]] = pool | {part: read(client, pool) for part, read in _PARTS.items() if part in named}
    return pools


def _clients(idp, pool, wanted):
    clients = {}
    for summary in idp.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)["UserPoolClients"]:
        one = {"UserPoolId": pool["Id"], "ClientId": summary["ClientId"]}
        clients[summary["ClientName"]] = idp.describe_user_pool_client(**one)["UserPoolClient"]
        if "ManagedLoginBranding" in wanted.get(summary["ClientName"], {}):
            branding = idp.describe_managed_login_branding_by_client(**one)["ManagedLoginBranding"]
            clients[summary["ClientName"]]["ManagedLoginBranding"] = branding
    return clients


def _domains(client, pool):
    idp = client("cognito-idp")
    names = [pool[kind] for kind in ("Domain", "CustomDomain") if pool.get(kind)]
    return {name: idp.describe_user_pool_domain(Domain=name)["DomainDescription"] for name in names}


def _groups(client, pool):
    """Without those that Cognito makes itself, one for the people of each identity provider: `<pool id>_<provider>`."""
    groups = client("cognito-idp").list_groups(UserPoolId=pool["Id"])["Groups"]
    return {group["GroupName"]: group for group in groups if not group["GroupName"].startswith(f"{pool['Id']}_")}


def _users(client, pool):
    """By their address or, where they have none, by their name."""
    idp, users = client("cognito-idp"), {}
    for user in idp.list_users(UserPoolId=pool["Id"])["Users"]:
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}
        groups = idp.admin_list_groups_for_user(UserPoolId=pool["Id"], Username=user["Username"])["Groups"]
        users[attributes.get("email", user["Username"])] = user | {
            "Attributes": attributes, "Groups": [group["GroupName"] for group in groups]}
    return users


def _resource_servers(client, pool):
    servers = client("cognito-idp").list_resource_servers(UserPoolId=pool["Id"], MaxResults=50)["ResourceServers"]
    return {server["Identifier"]: server for server in servers}


def _identity_providers(client, pool):
    idp = client("cognito-idp")
    names = [provider["ProviderName"] for provider in idp.list_identity_providers(UserPoolId=pool["Id"], MaxResults=60)["Providers"]]
    return {
        name: idp.describe_identity_provider(UserPoolId=pool["Id"], ProviderName=name)["IdentityProvider"] for name in names}


# What other calls say of a pool.
_PARTS = {
    "MfaConfig": lambda client, pool: client("cognito-idp").get_user_pool_mfa_config(UserPoolId=pool["Id"]),
    "Domains": _domains,
    "Groups": _groups,
    "Users": _users,
    "ResourceServers": _resource_servers,
    "IdentityProviders": _identity_providers,
    "LogConfigurations": lambda client, pool: client("cognito-idp").get_log_delivery_configuration(
        UserPoolId=pool["Id"])["LogDeliveryConfiguration"]["LogConfigurations"],
    "UICustomization": lambda client, pool: client("cognito-idp").get_ui_customization(UserPoolId=pool["Id"])["UICustomization"],
    "WebACLArn": lambda client, pool: client("wafv2").get_web_acl_for_resource(ResourceArn=pool["Arn"]).get("WebACL", {}).get("ARN"),
}


def _identity_pools(identity):
    pools = [identity.describe_identity_pool(IdentityPoolId=pool["IdentityPoolId"])
             for pool in identity.list_identity_pools(MaxResults=60)["IdentityPools"]]
    for pool in pools:
        roles = identity.get_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"])
        pool |= {"Roles": roles.get("Roles", {}), "RoleMappings": roles.get("RoleMappings", {})}
    return {pool["IdentityPoolName"]: pool for pool in pools}


def _roles(iam):
    roles = {}
    for name in (role["RoleName"] for role in iam.list_roles()["Roles"]):
        roles[name] = iam.get_role(RoleName=name)["Role"] | {
            "Policies": {
                policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]},
            "AttachedPolicies": [
                policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]}
        roles[name]["Tags"] = {tag["Key"]: tag["Value"] for tag in roles[name].get("Tags", [])}
    return roles


def _functions(functions, logs):
    found = {}
    for name in (function["FunctionName"] for function in functions.list_functions()["Functions"]):
        live = functions.get_function(FunctionName=name)
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]
        found[name] = live["Configuration"] | {
            "Tags": live.get("Tags", {}), "Statements": _statements(functions, name),
            "RetentionInDays": next((group.get("retentionInDays") for group in groups if group["logGroupName"] == f"/aws/lambda/{name}"), None)}
    return found


def _statements(functions, name):
    try:
        return json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return []


def _secrets(secrets):
    return {
        secret["Name"]: secret | {
            "Tags": {tag["Key"]: tag["Value"] for tag in secret.get("Tags", [])},
            "Value": json.loads(secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"])}
        for secret in secrets.list_secrets()["SecretList"]}
