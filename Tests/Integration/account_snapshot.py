"""One live object of each resource type: how boto3 describes it, and how a person changes it by hand."""

import json
import threading

# What moves by itself.
_VOLATILE = {"ResponseMetadata", "CreationDate", "LastModifiedDate", "CreateDate", "UpdateDate", "LastModified", "RevisionId",
             "RoleLastUsed", "PasswordLastUsed", "State", "StateReason", "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReason",
             "LastUpdateStatusReasonCode"}


# How boto3 reads and writes the parts of a user pool: the call and the member of its answer, the members of a key, the call that updates.
PARTS = {
    "groups": ("get_group", "Group", ("UserPoolId", "GroupName"), "update_group"),
    "resourceServers": ("describe_resource_server", "ResourceServer", ("UserPoolId", "Identifier"), "update_resource_server"),
}


def flat(value, path=""):
    """A description as {path: leaf}. Lists and policy documents are leaves; lists whose order means nothing are sorted."""
    if isinstance(value, dict) and value and "Statement" not in value:
        return {
            below: leaf for key, member in value.items() if key not in _VOLATILE
            for below, leaf in flat(member, f"{path}.{key}" if path else key).items()}
    if isinstance(value, dict) and not value:
        return {}
    if isinstance(value, list) and path != "layers":
        return {path: ordered(value)}
    return {path: value}


def ordered(elements):
    return sorted(elements, key=repr)


class LiveObjects:
    """The live objects of an account, by their physical ids; an app client's is <pool>/<client>, an access key's <user>/<key>.

    Reads go through the strict layer, which shows some things as AWS does. What is written by hand goes to the endpoint
    itself, whose update calls keep what they are not told.
    """

    def __init__(self, account, layer):
        self._in_turn = threading.Lock()
        self.read = lambda service: account.client(service, layer.url, max_pool_connections=16)
        self.write = lambda service: account.client(service, max_pool_connections=16)

    def describe(self, section, key):
        return self._describe_part(section, key) if section in PARTS else getattr(self, f"_describe_{section}")(key)

    def set(self, section, key, member, description):
        """Brings one member of an object to what an earlier description says of it."""
        if section in PARTS:
            self._set_part(section, key, member, description)
        else:
            getattr(self, f"_set_{section}")(key, member, description)

    # User pools

    def _describe_userPools(self, key):
        idp = self.read("cognito-idp")
        pool = idp.describe_user_pool(UserPoolId=key)["UserPool"]
        # AWS derives it from TemporaryPasswordValidityDays and takes it in no request beside that; the endpoint shows what it was told.
        pool["AdminCreateUserConfig"].pop("UnusedAccountValidityDays", None)
        acl = self.read("wafv2").get_web_acl_for_resource(ResourceArn=pool["Arn"]).get("WebACL")
        mfa = idp.get_user_pool_mfa_config(UserPoolId=key)
        # Codes by e-mail are on where they are shown, even with nothing said of them.
        return pool | {"mfa": mfa | ({"hasMailFactor": True} if "EmailMfaConfiguration" in mfa else {})} | ({"webACL": acl["ARN"]} if acl else {})

    def _set_userPools(self, key, member, description):
        idp = self.write("cognito-idp")
        if member == "Name":  # the layer keeps the name, since the endpoint cannot rename
            live = self.describe("userPools", key)
            kept = {name: live[name] for name in ("UserPoolTags", "VerificationMessageTemplate") if name in live}
            self.read("cognito-idp").update_user_pool(UserPoolId=key, PoolName=description["Name"], **kept)
        elif member in ("mfa", "MfaConfiguration"):
            mfa = {name: value for name, value in description["mfa"].items() if name not in ("ResponseMetadata", "hasMailFactor")}
            self.read("cognito-idp").set_user_pool_mfa_config(UserPoolId=key, **mfa)
        elif member == "webACL":
            self.read("wafv2").associate_web_acl(ResourceArn=description["Arn"], WebACLArn=description[member])
        elif member in ("KeyConfiguration", "IssuerConfiguration"):  # which the layer keeps
            self.update_wholly("cognito-idp", "update_user_pool", self.describe("userPools", key) | {member: description[member]}, UserPoolId=key)
        else:
            idp.update_user_pool(UserPoolId=key, **{member: description[member]})

    def update_wholly(self, service, operation, description, **key):
        """An update that says all that it can of what a description has."""
        client = self.read(service)
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
        with self._in_turn:  # as AWS wants it of a pool's clients
            getattr(client, operation)(**{name: value for name, value in description.items() if name in shape.members and value != ""} | key)

    def _describe_appClients(self, key):
        pool, client = key.split("/")
        found = self.read("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]
        # A new client's DefaultRedirectURI, which AWS does not show at all; no request may say it.
        return {member: value for member, value in found.items() if value != ""}

    def _set_appClients(self, key, member, description):
        pool, client = key.split("/")
        if member == "RefreshTokenRotation":  # which the layer keeps
            self.update_wholly(
                "cognito-idp", "update_user_pool_client", self.describe("appClients", key) | {member: description[member]})
        else:
            self.write("cognito-idp").update_user_pool_client(UserPoolId=pool, ClientId=client, **{member: description[member]})

    # Parts of a user pool, whose keys are <pool>/<name>

    def _describe_part(self, section, key):
        read, member, names, _ = PARTS[section]
        return getattr(self.read("cognito-idp"), read)(**dict(zip(names, key.split("/", 1))))[member]

    def _set_part(self, section, key, member, description):
        _, _, names, update = PARTS[section]
        live = self._describe_part(section, key)
        self.update_wholly("cognito-idp", update, live | {member: description[member]}, **dict(zip(names, key.split("/", 1))))

    # Identity pools

    def _describe_identityPools(self, key):
        identity = self.read("cognito-identity")
        pool, roles = identity.describe_identity_pool(IdentityPoolId=key), identity.get_identity_pool_roles(IdentityPoolId=key)
        return pool | {
            "roles": roles.get("Roles", {}),
            "mappings": [{"IdentityProvider": name} | mapping for name, mapping in roles.get("RoleMappings", {}).items()],
            "principalTags": {
                provider: {"PrincipalTags": tags} for provider in pool.get("SupportedLoginProviders", {})
                if (tags := self._principal_tags(identity, key, provider))}}

    def _principal_tags(self, identity, pool, provider):
        try:
            return identity.get_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=provider).get("PrincipalTags")
        except identity.exceptions.ResourceNotFoundException:  # nobody ever set any
            return None

    def _set_identityPools(self, key, member, description):
        identity = self.write("cognito-identity")
        if member in ("roles", "mappings"):
            mappings = {each["IdentityProvider"]: {name: value for name, value in each.items() if name != "IdentityProvider"}
                        for each in description["mappings"]}
            identity.set_identity_pool_roles(IdentityPoolId=key, Roles=description["roles"], RoleMappings=mappings)
        elif member == "principalTags":
            for provider, tags in description[member].items():
                self.read("cognito-identity").set_principal_tag_attribute_map(
                    IdentityPoolId=key, IdentityProviderName=provider, UseDefaults=True, **tags)
        else:
            needed = ("IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities")
            live = identity.describe_identity_pool(IdentityPoolId=key)
            identity.update_identity_pool(**{name: live[name] for name in needed} | {member: description[member]})

    # Roles and users

    def _principal(self, kind, key):
        iam, name = self.read("iam"), {f"{kind}Name": key}
        call = lambda operation, **more: getattr(iam, operation.format(kind.lower()))(**name, **more)
        principal = call("get_{}")[kind]
        principal["Tags"] = {tag["Key"]: tag["Value"] for tag in principal.get("Tags", [])}
        return principal | {
            "inline": {
                policy: call("get_{}_policy", PolicyName=policy)["PolicyDocument"]
                for policy in call("list_{}_policies")["PolicyNames"]},
            "attached": [policy["PolicyArn"] for policy in call("list_attached_{}_policies")["AttachedPolicies"]]}

    def _describe_roles(self, key):
        return self._principal("Role", key)

    def _describe_iamUsers(self, key):
        return self._principal("User", key)

    def _set_principal(self, kind, key, member, description):
        iam, name = self.write("iam"), {f"{kind}Name": key}
        call = lambda operation, **more: getattr(iam, operation.format(kind.lower()))(**name, **more)
        match member:
            case "Description" | "MaxSessionDuration":
                call("update_{}", Description=description["Description"], MaxSessionDuration=description["MaxSessionDuration"])
            case "AssumeRolePolicyDocument":
                iam.update_assume_role_policy(RoleName=key, PolicyDocument=json.dumps(description[member]))
            case "inline":
                live = call("list_{}_policies")["PolicyNames"]
                for policy in set(live) - set(description["inline"]):
                    call("delete_{}_policy", PolicyName=policy)
                for policy, document in description["inline"].items():
                    call("put_{}_policy", PolicyName=policy, PolicyDocument=json.dumps(document))
            case "attached":
                live = {policy["PolicyArn"] for policy in call("list_attached_{}_policies")["AttachedPolicies"]}
                for arn in live - set(description["attached"]):
                    call("detach_{}_policy", PolicyArn=arn)
                for arn in set(description["attached"]) - live:
                    call("attach_{}_policy", PolicyArn=arn)
            case "PermissionsBoundary":
                call("put_{}_permissions_boundary", PermissionsBoundary=description[member]["PermissionsBoundaryArn"])
            case "Tags":
                live = call("list_{}_tags")["Tags"]
                call("untag_{}", TagKeys=[tag["Key"] for tag in live])
                call("tag_{}", Tags=[{"Key": name, "Value": value} for name, value in description["Tags"].items()])
            case _:
                raise KeyError(member)

    def _set_roles(self, key, member, description):
        self._set_principal("Role", key, member, description)

    def _set_iamUsers(self, key, member, description):
        self._set_principal("User", key, member, description)

    # Access keys

    def _describe_accessKeys(self, key):
        user, key = key.split("/")
        keys = self.read("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
        return next(each for each in keys if each["AccessKeyId"] == key)

    def _set_accessKeys(self, key, member, description):
        user, key = key.split("/")
        self.write("iam").update_access_key(UserName=user, AccessKeyId=key, Status=description["Status"])

    # Functions

    def _describe_lambdaFunctions(self, key):
        functions = self.read("lambda")
        live = functions.get_function(FunctionName=key)
        groups = self.read("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{key}")["logGroups"]
        group = next((group for group in groups if group["logGroupName"] == f"/aws/lambda/{key}"), {})
        configuration = live["Configuration"]
        configuration["layers"] = [layer["Arn"] for layer in configuration.pop("Layers", [])]
        own = {
            "tags": live.get("Tags", {}), "concurrency": live.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
            "retention": group.get("retentionInDays")}
        return configuration | {name: value for name, value in own.items() if value is not None}

    def _set_lambdaFunctions(self, key, member, description):
        functions, name = self.write("lambda"), {"FunctionName": key}
        match member:
            case "concurrency":
                functions.put_function_concurrency(**name, ReservedConcurrentExecutions=description[member])
            case "retention":
                self.write("logs").put_retention_policy(logGroupName=f"/aws/lambda/{key}", retentionInDays=description[member])
            case "tags":
                arn = {"Resource": functions.get_function(**name)["Configuration"]["FunctionArn"]}
                functions.untag_resource(**arn, TagKeys=list(functions.list_tags(**arn)["Tags"]))
                functions.tag_resource(**arn, Tags=description["tags"])
            case "layers":
                functions.update_function_configuration(**name, Layers=description["layers"])
            case "CodeSha256" | "Architectures":
                functions.update_function_code(**name, ZipFile=description["zip"], Architectures=description["Architectures"])
            case _:
                functions.update_function_configuration(**name, **{member: description[member]})

    # Secrets and parameters

    def _describe_secrets(self, key):
        secrets = self.read("secretsmanager")
        live = secrets.describe_secret(SecretId=key)
        shown = ("Name", "ARN", "Description", "KmsKeyId")
        return {name: live[name] for name in shown if live.get(name)} | {
            "tags": {tag["Key"]: tag["Value"] for tag in live.get("Tags", [])},
            "value": _pairs(secrets.get_secret_value(SecretId=key)["SecretString"])}

    def _set_secrets(self, key, member, description):
        secrets = self.write("secretsmanager")
        match member:
            case "value":
                secrets.put_secret_value(SecretId=key, SecretString=_text(description[member]))
            case "tags":
                live = self.describe("secrets", key)["tags"]
                secrets.untag_resource(SecretId=key, TagKeys=list(live))
                secrets.tag_resource(SecretId=key, Tags=_tag_list(description["tags"]))
            case _:
                secrets.update_secret(SecretId=key, **{member: description.get(member, "")})

    def _describe_ssmParameters(self, key):
        ssm = self.read("ssm")
        (live,) = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [key]}])["Parameters"]
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=key)["TagList"]
        return {name: value for name, value in live.items() if name != "Version" and value != ""} | {
            "tags": {tag["Key"]: tag["Value"] for tag in tags},
            "value": _pairs(ssm.get_parameter(Name=key, WithDecryption=True)["Parameter"]["Value"])}

    def _set_ssmParameters(self, key, member, description):
        ssm, owner = self.write("ssm"), {"ResourceType": "Parameter", "ResourceId": key}
        if member == "tags":
            ssm.remove_tags_from_resource(**owner, TagKeys=list(self.describe("ssmParameters", key)["tags"]))
            ssm.add_tags_to_resource(**owner, Tags=_tag_list(description["tags"]))
        else:
            live = self.describe("ssmParameters", key) | {member: description.get(member, "")}
            ssm.put_parameter(
                Name=key, Overwrite=True, Value=_text(live["value"]), Type=live["Type"], KeyId=live["KeyId"],
                Description=live.get("Description", ""), AllowedPattern=live.get("AllowedPattern", ""))


def _pairs(text):
    """A value as its members, where it is a JSON object."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else text


def _text(value):
    return json.dumps(value) if isinstance(value, dict) else value


def _tag_list(tags):
    return [{"Key": name, "Value": value} for name, value in tags.items()]
