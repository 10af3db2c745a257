"""Everything that an account holds, read with boto3: what the tests compare before and after."""

# What moves by itself, or says how the answer came about.
_VOLATILE = {"ResponseMetadata", "CreationDate", "LastModifiedDate", "CreateDate", "UpdateDate", "LastModified", "RevisionId",
             "creationTime", "storedBytes", "RoleLastUsed", "PasswordLastUsed", "CreatedDate", "LastChangedDate", "LastAccessedDate",
             "VersionIdsToStages",
             "UnusedAccountValidityDays"}  # mirrors TemporaryPasswordValidityDays, and may not be sent beside it

def account_inventory(client, besides_user=None):
    """Lists of what there is, by kind. Two objects of one name are two entries, so that a duplicate shows.

    client: gives a boto3 client for a service's name. besides_user: an IAM user that is not counted.
    """
    found = {
        "userPools": _user_pools(client("cognito-idp")),
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


def _all(client, call, items):
    return [item for page in client.get_paginator(call).paginate() for item in page[items]]


def _user_pools(idp):
    pools = []
    for summary in idp.list_user_pools(MaxResults=60)["UserPools"]:
        pool_id = summary["Id"]
        clients = idp.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
        pools.append(idp.describe_user_pool(UserPoolId=pool_id)["UserPool"] | {
            "mfa": idp.get_user_pool_mfa_config(UserPoolId=pool_id),
            "clients": [
                _with_units(idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])["UserPoolClient"])
                for client in clients],
        })
    return pools


def _with_units(client):
    """AWS reads the units back also where they were never set; the endpoint does not."""
    units = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    return client | {"TokenValidityUnits": units | client.get("TokenValidityUnits", {})}


def _identity_pools(identity):
    return [
        identity.describe_identity_pool(IdentityPoolId=pool["IdentityPoolId"])
        | {"roles": identity.get_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"]).get("Roles", {})}
        for pool in identity.list_identity_pools(MaxResults=60)["IdentityPools"]]


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
    return [
        functions.get_function(FunctionName=function["FunctionName"])["Configuration"]
        | {"tags": functions.list_tags(Resource=function["FunctionArn"])["Tags"]}
        for function in _all(functions, "list_functions", "Functions")]


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
