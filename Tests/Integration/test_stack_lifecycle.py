"""From nothing to a stack and back: what the program says is compared with what boto3 finds in the account."""

import json
import re
import shutil

import pytest

from cogstack import changes
from inventory import names

DEV = "stacks/dev.yaml"
MINIMAL = "examples/minimal.yaml"
STACKS = [DEV, "stacks/staging.yaml", MINIMAL, "examples/s3-isolation.yaml", "examples/dynamodb-isolation.yaml"]


@pytest.mark.parametrize("file", [*STACKS, "stacks/prod.yaml"])
def test_every_stack_file_is_valid(cogstack, file):
    assert file in cogstack.run("validate", file).out
    assert cogstack.layer.count() == 0


@pytest.mark.parametrize("file", STACKS)
def test_plan_apply_plan_destroy(cogstack, account, file):
    planned = cogstack.run("plan", file, "--json", "--detailed-exitcode", status=2).json
    assert account.is_empty()
    assert {change["action"] for change in planned["changes"]} == {"create"}
    assert planned["summary"]["create"] == len(planned["changes"])
    assert (planned["format"], planned["account"], planned["region"]) == (1, account.id, account.region)

    cogstack.apply(file)
    made = account.inventory()
    again = cogstack.run("plan", file, "--json", "--detailed-exitcode", status=0).json
    assert changes(again) == {}
    assert again["summary"]["unchanged"] == planned["summary"]["create"]

    cogstack.apply(file)
    assert account.inventory() == made

    cogstack.run("destroy", file, "--yes")
    assert account.is_empty(), names(account.inventory())


def test_the_dev_stack_is_what_its_file_says(cogstack, account):
    cogstack.apply(DEV)
    found = account.inventory()
    assert names(found) == {
        "userPools": ["dev-users"], "identityPools": ["dev-identities"], "policies": [], "users": ["dev-proxy"],
        "roles": ["dev-authenticated", "dev-long-lived", "dev-proxy-execution"], "functions": ["dev-credential-proxy"],
        "logGroups": ["/aws/lambda/dev-credential-proxy"], "secrets": [], "parameters": []}
    pool, identities, function = found["userPools"][0], found["identityPools"][0], found["functions"][0]
    roles = {role["RoleName"]: role for role in found["roles"]}
    client = pool["clients"][0]
    key = found["users"][0]["keys"]
    assert len(pool["clients"]) == 1 and len(key) == 1 and key[0]["Status"] == "Active"

    password = pool["Policies"]["PasswordPolicy"]
    assert password["MinimumLength"] == 8 and not password["RequireSymbols"] and password["RequireNumbers"]
    assert client["ClientName"] == "cognito-auth-client" and "ClientSecret" not in client
    assert "ALLOW_USER_PASSWORD_AUTH" in client["ExplicitAuthFlows"] and client["RefreshTokenValidity"] == 1
    assert identities["roles"] == {"authenticated": roles["dev-authenticated"]["Arn"]}
    assert identities["CognitoIdentityProviders"][0]["ClientId"] == client["ClientId"]
    assert identities["CognitoIdentityProviders"][0]["ProviderName"].endswith("/" + pool["Id"])
    assert roles["dev-long-lived"]["MaxSessionDuration"] == 14400
    assert found["logGroups"][0]["retentionInDays"] == 7

    trusted = roles["dev-authenticated"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trusted["Action"] in ("sts:AssumeRoleWithWebIdentity", ["sts:AssumeRoleWithWebIdentity"])
    assert trusted["Condition"]["StringEquals"]["cognito-identity.amazonaws.com:aud"] in (
        identities["IdentityPoolId"], [identities["IdentityPoolId"]])
    trusted = roles["dev-long-lived"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trusted["Principal"] == {"AWS": found["users"][0]["Arn"]}
    assert sorted(trusted["Action"]) == ["sts:AssumeRole", "sts:TagSession"]

    environment = function["Environment"]["Variables"]
    assert environment["IAM_USER_ACCESS_KEY_ID"] == key[0]["AccessKeyId"]
    assert environment["DEFAULT_ROLE_ARN"] == roles["dev-long-lived"]["Arn"]
    assert environment["IDENTITY_POOL_ID"] == identities["IdentityPoolId"]
    assert (environment["USER_POOL_ID"], environment["APP_CLIENT_ID"]) == (pool["Id"], client["ClientId"])
    assert account._client(
        "sts", account.url, key[0]["AccessKeyId"], environment["IAM_USER_SECRET_ACCESS_KEY"]
    ).get_caller_identity()["Arn"] == found["users"][0]["Arn"]

    tags = [pool["UserPoolTags"], identities["IdentityPoolTags"], function["tags"],
            *({tag["Key"]: tag["Value"] for tag in entry["Tags"]} for entry in [*found["roles"], *found["users"]])]
    addresses = sorted(tag.pop("cogstack:address") for tag in tags)
    assert addresses == ["iamUsers.proxy", "identityPools.identities", "lambdaFunctions.credential-proxy", "roles.authenticated",
                         "roles.long-lived", "roles.proxy-execution", "userPools.users"]
    assert all(tag == {"cogstack:stack": "dev", "system": "cognito-auth", "environment": "dev"} for tag in tags)

    assert cogstack.run("output", DEV, "--json").json == {
        "region": account.region, "userPoolId": pool["Id"], "clientId": client["ClientId"],
        "identityPoolId": identities["IdentityPoolId"], "functionName": "dev-credential-proxy", "longLivedRoleName": "dev-long-lived"}


def test_the_proxy_answers(cogstack, account):
    """That it is deployed and runs; that it exchanges tokens is another test's."""
    cogstack.apply(DEV)
    functions = account.client("lambda", read_timeout=30)
    functions.get_waiter("function_active_v2").wait(FunctionName="dev-credential-proxy", WaiterConfig={"Delay": 0.2})
    answer = json.load(functions.invoke(FunctionName="dev-credential-proxy", Payload=b'{"id_token": "forged"}')["Payload"])
    assert answer["statusCode"] == 401, answer


def test_a_log_that_is_kept_longer_is_named_before_its_events_go(cogstack, account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/dev-credential-proxy")
    notices = cogstack.plan(DEV)["notices"]
    assert [notice for notice in notices if "kept for ever" in notice and "7 days" in notice and "credential-proxy" in notice], notices
    cogstack.apply(DEV)
    assert [group["retentionInDays"] for group in logs.describe_log_groups()["logGroups"]] == [7]
    logs.put_retention_policy(logGroupName="/aws/lambda/dev-credential-proxy", retentionInDays=30)
    assert "kept for 30 days" in cogstack.plan(DEV)["notices"][0]


def test_a_tag_key_may_change_its_case(cogstack, account, iam):
    """To IAM both spellings are one key."""
    text = "stack: tags\nregion: us-east-1\n{tags}\nroles:\n  r:\n    trust: [{{ service: lambda.amazonaws.com }}]\n    {own}\niamUsers:\n  u: {{}}\n"
    (cogstack.folder / "tags.yaml").write_text(text.format(tags="tags: { team: a }", own="tags: { CostCentre: x }"))
    cogstack.apply("tags.yaml")
    (cogstack.folder / "tags.yaml").write_text(text.format(tags="tags: { Team: a }", own="tags: { costcentre: x }"))
    cogstack.apply("tags.yaml")
    role, user = iam.list_role_tags(RoleName="tags-r")["Tags"], iam.list_user_tags(UserName="tags-u")["Tags"]
    own = [{tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("cogstack:")} for tags in (role, user)]
    assert own == [{"Team": "a", "costcentre": "x"}, {"Team": "a"}]
    assert changes(cogstack.plan("tags.yaml")) == {}
    (cogstack.folder / "tags.yaml").write_text(text.format(tags="tags: { team: a }", own="tags: { Team: b }"))
    assert "team" in cogstack.run("validate", "tags.yaml", status=1).err


def test_a_user_with_credentials_made_by_hand_stops_the_plan(cogstack, account, iam):
    text = "stack: hand\nregion: us-east-1\niamUsers:\n  u: {path}\naccessKeys:\n  k: { iamUser: u }\n"
    file = cogstack.folder / "hand.yaml"
    file.write_text(text.replace("{path}", "{}"))
    cogstack.apply("hand.yaml")
    key = iam.create_access_key(UserName="hand-u")["AccessKey"]["AccessKeyId"]
    iam.create_login_profile(UserName="hand-u", Password="Abcdef123!x")
    made = account.inventory()
    refused = cogstack.run("destroy", "hand.yaml", "--yes", status=1)
    assert key in refused.err and "a console password" in refused.err, refused
    assert refused.err.count("access key AKIA") == 1 and account.inventory() == made
    file.write_text(text.replace("{path}", "{ path: /robots/ }"))
    assert key in cogstack.run("plan", "hand.yaml", status=1).err
    iam.delete_access_key(UserName="hand-u", AccessKeyId=key)
    iam.delete_login_profile(UserName="hand-u")
    cogstack.run("destroy", "hand.yaml", "--yes")
    assert account.is_empty()


def test_environments_share_an_account(cogstack, account):
    for file in (DEV, "stacks/staging.yaml", "stacks/prod.yaml"):
        cogstack.apply(file)
    for file in (DEV, "stacks/staging.yaml", "stacks/prod.yaml"):
        assert changes(cogstack.plan(file)) == {}
    cogstack.run("destroy", "stacks/staging.yaml", "--yes")
    cogstack.run("destroy", DEV, "--yes")
    left = account.inventory()
    assert all(name.removeprefix("/aws/lambda/").startswith("prod-") for kind in names(left).values() for name in kind)
    assert changes(cogstack.plan("stacks/prod.yaml")) == {}
    pool = left["userPools"][0]
    assert pool["DeletionProtection"] == "ACTIVE" and pool["mfa"]["MfaConfiguration"] == "OPTIONAL"


def pool_of(found):
    return found["userPools"][0]


def client_of(found):
    return pool_of(found)["clients"][0]


def role_of(found):
    return found["roles"][0]


# (Not `description`: the endpoint reads an empty one as none given.)
# What is added to examples/minimal.yaml, below which line, and how the account shows it: set, and back at AWS's default.
PROPERTIES = [
    ("users", "deletionProtection: ACTIVE", "INACTIVE", "ACTIVE", lambda found: pool_of(found)["DeletionProtection"]),
    ("users", "autoVerifiedAttributes: [email]", [], ["email"], lambda found: pool_of(found).get("AutoVerifiedAttributes", [])),
    ("users", "userPoolTier: LITE", "ESSENTIALS", "LITE", lambda found: pool_of(found)["UserPoolTier"]),
    ("cli", "refreshTokenValidity: 5", 30, 5, lambda found: client_of(found)["RefreshTokenValidity"]),
    ("cli", "preventUserExistenceErrors: ENABLED", "LEGACY", "ENABLED", lambda found: client_of(found)["PreventUserExistenceErrors"]),
    ("cli", "enableTokenRevocation: false", True, False, lambda found: client_of(found)["EnableTokenRevocation"]),
    ("identities", "allowUnauthenticatedIdentities: true", False, True,
     lambda found: found["identityPools"][0]["AllowUnauthenticatedIdentities"]),
    ("identities", "allowClassicFlow: true", False, True, lambda found: found["identityPools"][0].get("AllowClassicFlow", False)),
    ("signed-in", "maxSessionDuration: 2h", 3600, 7200, lambda found: role_of(found)["MaxSessionDuration"]),
]


@pytest.mark.parametrize("name, line, default, value, read", PROPERTIES, ids=[line.split(":")[0] for _, line, *_ in PROPERTIES])
def test_a_property_is_set_and_taken_back(cogstack, account, name, line, default, value, read):
    section = {"users": "userPools", "cli": "appClients", "identities": "identityPools", "signed-in": "roles"}[name]
    path = line.split(":")[0]
    cogstack.apply(MINIMAL)
    before = account.inventory()
    assert read(before) == default

    cogstack.edit(MINIMAL, f"\n  {name}:\n", f"\n  {name}:\n    {line}\n")
    planned = changes(cogstack.plan(MINIMAL))
    assert list(planned) == [f"{section}.{name}"]
    action, attributes = planned[f"{section}.{name}"]
    assert action == "update" and list(attributes) == [path] and attributes[path][1] == value
    cogstack.apply(MINIMAL)
    assert read(account.inventory()) == value
    assert changes(cogstack.plan(MINIMAL)) == {}

    cogstack.edit(MINIMAL, f"    {line}\n", "")
    planned = changes(cogstack.plan(MINIMAL))
    assert list(planned) == [f"{section}.{name}"] and list(planned[f"{section}.{name}"][1]) == [path]
    cogstack.apply(MINIMAL)
    assert changes(cogstack.plan(MINIMAL)) == {}
    assert read(account.inventory()) == default
    assert account.inventory() == before, "something else moved"


def test_a_pool_with_a_second_factor(cogstack, account):
    """MFA has a call of its own, which replaces all that it is not told."""
    cogstack.apply(MINIMAL)
    factor = "    mfaConfiguration: OPTIONAL\n    softwareTokenMfaConfiguration: { enabled: true }\n"
    cogstack.edit(MINIMAL, "\n  users:\n", "\n  users:\n" + factor)
    cogstack.apply(MINIMAL)
    mfa = pool_of(account.inventory())["mfa"]
    assert mfa["MfaConfiguration"] == "OPTIONAL" and mfa["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    assert changes(cogstack.plan(MINIMAL)) == {}
    cogstack.edit(MINIMAL, factor, "")
    cogstack.apply(MINIMAL)
    assert pool_of(account.inventory())["mfa"]["MfaConfiguration"] == "OFF"
    assert changes(cogstack.plan(MINIMAL)) == {}


def test_drift_is_shown_and_put_right(cogstack, account):
    cogstack.apply(MINIMAL)
    before = account.inventory()
    account.client("iam").update_role(RoleName="minimal-signed-in", MaxSessionDuration=3600, Description="by hand")
    account.client("iam").put_role_policy(
        RoleName="minimal-signed-in", PolicyName="by-hand",
        PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}')
    planned = cogstack.plan(MINIMAL)
    assert list(changes(planned)) == ["roles.signed-in"]
    assert "by-hand" in json.dumps(planned), "a policy attached by hand is shown"
    cogstack.apply(MINIMAL)
    after = account.inventory()
    assert after["roles"][0]["inline"] == before["roles"][0]["inline"]
    assert changes(cogstack.plan(MINIMAL)) == {}


BY_HAND = {
    "lambdaFunctions.credential-proxy": lambda account: account.client("lambda").delete_function(FunctionName="dev-credential-proxy"),
    "appClients.cli": lambda account: [
        account.client("cognito-idp").delete_user_pool_client(UserPoolId=pool["Id"], ClientId=pool["clients"][0]["ClientId"])
        for pool in account.inventory()["userPools"]],
    "identityPools.identities": lambda account: [
        account.client("cognito-identity").delete_identity_pool(IdentityPoolId=pool["IdentityPoolId"])
        for pool in account.inventory()["identityPools"]],
    "accessKeys.proxy": lambda account: [
        account.client("iam").delete_access_key(UserName="dev-proxy", AccessKeyId=key["AccessKeyId"])
        for key in account.inventory()["users"][0]["keys"]],
    "roles.authenticated": lambda account: [
        [account.client("iam").delete_role_policy(RoleName="dev-authenticated", PolicyName=policy)
         for policy in account.client("iam").list_role_policies(RoleName="dev-authenticated")["PolicyNames"]],
        account.client("iam").delete_role(RoleName="dev-authenticated")],
}


@pytest.mark.parametrize("address", BY_HAND)
def test_what_was_deleted_by_hand_comes_back(cogstack, account, address):
    cogstack.apply(DEV)
    before = names(account.inventory())
    BY_HAND[address](account)
    planned = changes(cogstack.plan(DEV))
    assert [a for a, (action, _) in planned.items() if action == "create"] == [address]
    assert {action for action, _ in planned.values()} <= {"create", "update", "rotate"}  # a secret that is lost is made anew
    cogstack.apply(DEV)
    after = account.inventory()
    assert names(after) == before and len(after["userPools"][0]["clients"]) == 1 and len(after["users"][0]["keys"]) == 1
    assert changes(cogstack.plan(DEV)) == {}


def test_a_deleted_policy_comes_back_alone(cogstack, account):
    cogstack.apply(DEV)
    before = account.inventory()
    iam = account.client("iam")
    for policy in iam.list_user_policies(UserName="dev-proxy")["PolicyNames"]:
        iam.delete_user_policy(UserName="dev-proxy", PolicyName=policy)
    assert {address: action for address, (action, _) in changes(cogstack.plan(DEV)).items()} == {"iamUsers.proxy": "update"}
    cogstack.apply(DEV)
    assert account.inventory() == before


def test_what_goes_from_the_file_goes_from_the_account(cogstack, account):
    cogstack.apply(MINIMAL)
    text = (cogstack.folder / MINIMAL).read_text()
    extra = text.replace("\nroles:\n", "\nroles:\n  extra:\n    trust: [{ service: ec2.amazonaws.com }]\n")
    (cogstack.folder / MINIMAL).write_text(extra)
    cogstack.apply(MINIMAL)
    assert names(account.inventory())["roles"] == ["minimal-extra", "minimal-signed-in"]
    (cogstack.folder / MINIMAL).write_text(text)
    assert {address: action for address, (action, _) in changes(cogstack.plan(MINIMAL)).items()} == {"roles.extra": "delete"}
    cogstack.apply(MINIMAL)
    assert names(account.inventory())["roles"] == ["minimal-signed-in"]


def test_changed_code_is_deployed(cogstack, account):
    cogstack.apply(DEV)
    before = account.inventory()["functions"][0]["CodeSha256"]
    source = cogstack.folder / "examples/credential-proxy/lambda_function.py"
    source.write_text(source.read_text() + "# changed\n")
    planned = changes(cogstack.plan(DEV))
    assert list(planned) == ["lambdaFunctions.credential-proxy"]
    cogstack.apply(DEV)
    assert account.inventory()["functions"][0]["CodeSha256"] != before
    assert changes(cogstack.plan(DEV)) == {}


def test_an_unchanged_stack_costs_few_calls(cogstack, layer):
    cogstack.apply(DEV)
    layer.clear()
    planned = cogstack.plan(DEV)
    assert changes(planned) == {}
    assert planned["apiCalls"] == layer.count(), layer.operations()
    assert layer.count() < 20, layer.operations()
    assert not [r for r in layer.requests if r.operation.startswith(("Create", "Update", "Put", "Set", "Delete", "Tag", "Untag"))]


def make_anew(account, kind, name):
    """Somebody deletes a role or a user and makes one of the same name, with the same policies, tags and trust."""
    iam, named = account.client("iam"), {f"{kind.title()}Name": name}
    call = lambda verb, **parameters: getattr(iam, verb.format(kind))(**named, **parameters)
    old = call("get_{}")[kind.title()]
    policies = {policy: call("get_{}_policy", PolicyName=policy)["PolicyDocument"] for policy in call("list_{}_policies")["PolicyNames"]}
    for policy in policies:
        call("delete_{}_policy", PolicyName=policy)
    if kind == "user":
        for key in iam.list_access_keys(**named)["AccessKeyMetadata"]:
            iam.delete_access_key(**named, AccessKeyId=key["AccessKeyId"])
    call("delete_{}")
    call("create_{}", Tags=old["Tags"], **({
        "AssumeRolePolicyDocument": json.dumps(old["AssumeRolePolicyDocument"]), "Description": old["Description"]} if kind == "role" else {}))
    for policy, document in policies.items():
        call("put_{}_policy", PolicyName=policy, PolicyDocument=json.dumps(document))


def test_a_role_that_was_made_anew_is_told_to_the_function(cogstack, account, layer):
    """The ARN is the same; what Lambda has encrypted for the role that was is not for this one."""
    cogstack.apply(DEV)
    before = account.inventory()
    make_anew(account, "role", "dev-proxy-execution")
    assert changes(cogstack.plan(DEV)) == {"lambdaFunctions.credential-proxy": ("update", {})}
    layer.clear()
    cogstack.apply(DEV)
    request, = (request for request in layer.requests if request.operation == "UpdateFunctionConfiguration")
    variables = request.parameters["Environment"]["Variables"]
    assert variables == before["functions"][0]["Environment"]["Variables"], "what is encrypted goes with it, the secret too"
    assert changes(cogstack.plan(DEV)) == {}
    assert account.inventory()["functions"] == before["functions"]


def test_a_user_that_was_made_anew_is_trusted_again(cogstack, account):
    """A trust policy shows the id of the user that was: that is drift."""
    cogstack.apply(DEV)
    make_anew(account, "user", "dev-proxy")
    planned = cogstack.run("plan", DEV, "--json").json
    assert {address: action for address, (action, _) in changes(planned).items()} == {
        "roles.long-lived": "update", "accessKeys.proxy": "create", "lambdaFunctions.credential-proxy": "update"}
    assert "AIDA" in json.dumps(planned)
    cogstack.apply(DEV)
    assert changes(cogstack.plan(DEV)) == {}


def test_a_lost_state_file_heals(cogstack, account):
    """What carries this stack's tags is taken back as it is: nothing is changed in AWS."""
    cogstack.apply(DEV)
    before = account.inventory()
    shutil.rmtree(cogstack.folder / ".cogstack")
    assert changes(cogstack.plan(DEV)) == {}
    cogstack.layer.clear()
    cogstack.apply(DEV)
    assert account.inventory() == before
    assert not [operation for operation in cogstack.layer.operations() if re.search(":(Create|Update|Put|Set|Delete|Tag|Untag)", operation)]
    assert changes(cogstack.plan(DEV)) == {}
    cogstack.layer.clear()
    assert changes(cogstack.plan(DEV)) == {} and cogstack.layer.count() < 20, "the state is whole again"
