"""The strict layer itself: each rule refuses or rewrites as AWS would, each fault fails as it says, all else passes."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from strict import StrictLayer
from wire import Request


def trust(principal, *actions):
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions) or ["sts:AssumeRole"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


LAMBDA = trust({"Service": "lambda.amazonaws.com"})


def policy(size):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Sid": ""}
    empty = len(json.dumps({"Version": "2012-10-17", "Statement": [statement]}).replace(" ", ""))
    statement["Sid"] = "x" * (size - empty)
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def code():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lambda_function.py", "def lambda_handler(event, context):\n    return 'hello'\n")
    return packed.getvalue()


def create_function(functions, role, name="f"):
    return functions.create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="lambda_function.lambda_handler", Code={"ZipFile": code()})


def refused(code, words=""):
    return pytest.raises(ClientError, match=f"(?s){code}.*{words}")


# Passing through


def test_signatures_are_verified_behind_the_layer(account, layer):
    assert account.client("sts", layer.url).get_caller_identity()["Account"] == account.id
    forged = account._client("sts", layer.url, account.access_key_id, "wrong" + account.secret_access_key)
    with refused("SignatureDoesNotMatch"):
        forged.get_caller_identity()


def test_requests_are_read_in_every_protocol(account, layer, iam, idp, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]
    create_function(functions, role["Arn"])
    functions.get_function(FunctionName="f")
    idp.create_user_pool(PoolName="p")
    account.client("logs", layer.url).create_log_group(logGroupName="/aws/lambda/f")
    account.client("cognito-identity", layer.url).create_identity_pool(IdentityPoolName="i", AllowUnauthenticatedIdentities=False)
    assert layer.operations() == [
        "iam:CreateRole", "lambda:CreateFunction", "lambda:GetFunction", "cognito-idp:CreateUserPool", "logs:CreateLogGroup",
        "cognito-identity:CreateIdentityPool"]
    assert layer.count("lambda") == 2 and layer.count(operation="CreateRole") == 1
    assert layer.requests[0].parameters["RoleName"] == "r" and layer.requests[2].parameters["FunctionName"] == "f"
    assert [request.status for request in layer.requests] == [200, 201, 200, 200, 200, 200]


def test_unsigned_requests_are_of_the_account_that_is_named(endpoint, account):
    pool = account.client("cognito-identity").create_identity_pool(
        IdentityPoolName="p", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]

    def identity(**settings):
        with StrictLayer(endpoint, **settings) as layer:
            return account.client("cognito-identity", layer.url, signature_version=UNSIGNED).get_id(IdentityPoolId=pool)["IdentityId"]

    assert identity(unsigned=account)
    for other in (None, endpoint.account()):
        with refused("ResourceNotFoundException"):
            identity(unsigned=other)


# Cognito


def test_update_user_pool_resets_what_is_left_out(account, idp):
    pool = idp.create_user_pool(
        PoolName="p", AutoVerifiedAttributes=["email"], DeletionProtection="ACTIVE", UserPoolTags={"a": "b"}, UserPoolTier="LITE",
        Policies={"PasswordPolicy": {"MinimumLength": 20}})["UserPool"]["Id"]
    idp.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
    idp.update_user_pool(UserPoolId=pool, AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]})
    live = account.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    assert live["AutoVerifiedAttributes"] == [] and live["DeletionProtection"] == "INACTIVE" and live.get("UserPoolTags", {}) == {}
    assert live["Policies"]["PasswordPolicy"]["MinimumLength"] == 8 and live["Policies"]["PasswordPolicy"]["RequireSymbols"]
    assert live["AccountRecoverySetting"] == {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
    assert live["UserPoolTier"] == "LITE" and live["MfaConfiguration"] == "OPTIONAL"


def test_update_user_pool_keeps_policies_where_measured(endpoint, account):
    with StrictLayer(endpoint, resets="measured") as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p", Policies={"PasswordPolicy": {"MinimumLength": 20}})["UserPool"]["Id"]
        idp.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
        assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"] == 20


def test_partly_declared_password_policy_turns_requirements_off(idp):
    pool = idp.create_user_pool(PoolName="p", Policies={"PasswordPolicy": {"RequireNumbers": True}})["UserPool"]
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 8, "RequireUppercase": False, "RequireLowercase": False, "RequireNumbers": True, "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7}
    assert idp.create_user_pool(PoolName="q")["UserPool"]["Policies"]["PasswordPolicy"]["RequireSymbols"]


def test_user_pool_is_renamed_in_place(idp):
    pool = idp.create_user_pool(PoolName="old")["UserPool"]["Id"]
    idp.update_user_pool(UserPoolId=pool, PoolName="new")
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "new"


def test_both_validities_of_temporary_passwords_are_refused(idp):
    pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    with refused("InvalidParameterException", "UnusedAccountValidityDays"):
        idp.update_user_pool(
            UserPoolId=pool, AdminCreateUserConfig={"UnusedAccountValidityDays": 7},
            Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}})


def test_verification_before_update_needs_auto_verification(idp):
    pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    with refused("InvalidParameterException", "AutoVerifiedAttributes"):
        idp.update_user_pool(UserPoolId=pool, UserAttributeUpdateSettings=settings)
    idp.update_user_pool(UserPoolId=pool, UserAttributeUpdateSettings=settings, AutoVerifiedAttributes=["email"])


def test_deletion_protection_and_domain_stop_deletion(idp):
    pool = idp.create_user_pool(PoolName="p", DeletionProtection="ACTIVE")["UserPool"]["Id"]
    with refused("InvalidParameterException", "deletion protection"):
        idp.delete_user_pool(UserPoolId=pool)
    idp.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
    idp.create_user_pool_domain(UserPoolId=pool, Domain=f"d{time.time_ns()}")
    with refused("InvalidParameterException", "domain"):
        idp.delete_user_pool(UserPoolId=pool)


def test_mfa_configuration_is_replaced_whole(idp):
    with refused("InvalidParameterException", "SMS configuration"):
        idp.create_user_pool(PoolName="p", MfaConfiguration="OPTIONAL")
    pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    token = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    with refused("InvalidParameterException", "turn off MFA"):
        idp.set_user_pool_mfa_config(UserPoolId=pool, **token)
    with refused("InvalidParameterException", "turn off MFA"):
        idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF", SoftwareTokenMfaConfiguration={"Enabled": False})
    idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="ON", **token)
    assert idp.get_user_pool_mfa_config(UserPoolId=pool)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    idp.set_user_pool_mfa_config(UserPoolId=pool)
    live = idp.get_user_pool_mfa_config(UserPoolId=pool)
    assert live["MfaConfiguration"] == "OFF" and not live.get("SoftwareTokenMfaConfiguration", {}).get("Enabled")


def test_update_app_client_resets_what_is_left_out(idp):
    pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    made = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        RefreshTokenValidity=5, AccessTokenValidity=2, PreventUserExistenceErrors="ENABLED", ReadAttributes=["email"])["UserPoolClient"]
    assert made["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
    assert made["TokenValidityUnits"] == {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    client = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    idp.update_user_pool_client(**client, EnableTokenRevocation=False)
    live = idp.describe_user_pool_client(**client)["UserPoolClient"]
    assert live["ExplicitAuthFlows"] == ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert live["RefreshTokenValidity"] == 30 and live["PreventUserExistenceErrors"] == "LEGACY"
    assert "AccessTokenValidity" not in live and "ReadAttributes" not in live
    assert live["EnableTokenRevocation"] is False and live["ClientName"] == "c"


def test_update_identity_pool_resets_what_is_left_out(account, layer):
    identity = account.client("cognito-identity", layer.url)
    pool = identity.create_identity_pool(
        IdentityPoolName="i", AllowUnauthenticatedIdentities=False, AllowClassicFlow=True, IdentityPoolTags={"a": "b"},
        SupportedLoginProviders={"graph.facebook.com": "1"})["IdentityPoolId"]
    identity.update_identity_pool(IdentityPoolId=pool, IdentityPoolName="i", AllowUnauthenticatedIdentities=True)
    live = identity.describe_identity_pool(IdentityPoolId=pool)
    assert not live.get("SupportedLoginProviders") and not live.get("IdentityPoolTags") and live["AllowClassicFlow"]


def test_overlapping_writes_to_one_identity_pool_conflict(account, layer):
    identity = account.client("cognito-identity", layer.url)
    pool = identity.create_identity_pool(IdentityPoolName="i", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
    under_way = Request("POST", "/", {}, b"", operation="UpdateIdentityPool", parameters={"IdentityPoolId": pool})
    with layer.rules.during(under_way), refused("ConcurrentModificationException", "Only one request"):
        identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={})
    identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={})


# IAM and STS


def test_trust_policy_names_who_exists(iam, account):
    ghost = f"arn:aws:iam::{account.id}:user/ghost"
    with refused("MalformedPolicyDocument", "Invalid principal in policy"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": ghost}))
    iam.create_user(UserName="ghost")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": ghost}))
    with refused("MalformedPolicyDocument", "Invalid principal in policy"):
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"AWS": [ghost, ghost + "2"]}))


def test_new_principal_is_known_only_after_a_while(endpoint, account):
    clock = [0.0]
    with StrictLayer(endpoint, principal_delay=10, now=lambda: clock[0]) as layer:
        iam = account.client("iam", layer.url)
        user = iam.create_user(UserName="u")["User"]["Arn"]
        with refused("MalformedPolicyDocument", "Invalid principal in policy"):
            iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": user}))
        clock[0] = 10
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": user}))


def test_lost_principal_shows_as_its_id_even_when_its_name_is_back(iam):
    user = iam.create_user(UserName="u")["User"]
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=LAMBDA)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": user["Arn"]}))

    def principals():
        details = {role["RoleName"]: role for role in iam.get_account_authorization_details()["RoleDetailList"]}
        documents = [iam.get_role(RoleName="r")["Role"], details["r"]]
        assert details["other"]["AssumeRolePolicyDocument"] == json.loads(LAMBDA)
        return {document["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] for document in documents}

    assert principals() == {user["Arn"]}
    iam.delete_user(UserName="u")
    assert principals() == {user["UserId"]}
    iam.create_user(UserName="u")
    assert principals() == {user["UserId"]}
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"AWS": user["Arn"]}))
    assert principals() == {user["Arn"]}


def test_details_of_a_user_show_its_boundary(account, iam):
    bounds = iam.create_policy(PolicyName="bounds", PolicyDocument=policy(200))["Policy"]["Arn"]
    iam.create_user(UserName="bound", PermissionsBoundary=bounds)
    iam.create_user(UserName="free")
    shown = {user["UserName"]: user.get("PermissionsBoundary") for user in iam.get_account_authorization_details()["UserDetailList"]}
    assert shown["bound"] == {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": bounds}
    assert shown["free"] is None


def test_third_access_key_is_refused(iam):
    iam.create_user(UserName="u")
    iam.create_access_key(UserName="u")
    iam.create_access_key(UserName="u")
    with refused("LimitExceeded", "AccessKeysPerUser: 2"):
        iam.create_access_key(UserName="u")


def test_user_and_role_in_use_are_not_deleted(iam):
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(200))
    with refused("DeleteConflict", "policies"):
        iam.delete_user(UserName="u")
    iam.delete_user_policy(UserName="u", PolicyName="p")
    key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
    with refused("DeleteConflict", "access keys"):
        iam.delete_user(UserName="u")
    iam.delete_access_key(UserName="u", AccessKeyId=key)
    iam.delete_user(UserName="u")

    iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy(200))
    with refused("DeleteConflict", "policies"):
        iam.delete_role(RoleName="r")


def test_policy_sizes(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(6000))
    iam.put_role_policy(RoleName="r", PolicyName="b", PolicyDocument=policy(4240))
    with refused("LimitExceeded", "10240"):
        iam.put_role_policy(RoleName="r", PolicyName="b", PolicyDocument=policy(4241))
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="a", PolicyDocument=policy(2048))
    with refused("LimitExceeded", "2048"):
        iam.put_user_policy(UserName="u", PolicyName="a", PolicyDocument=policy(2049))
    with refused("LimitExceeded", "ACLSizePerRole"):
        iam.create_role(RoleName="big", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}, *["sts:" + "x" * 200] * 11))
    with refused("LimitExceeded", "PolicySize"):
        iam.create_policy(PolicyName="big", PolicyDocument=policy(6145))


def test_sessions_are_as_long_and_as_tagged_as_the_role_allows(account, layer, iam):
    user = iam.create_user(UserName="u")["User"]["Arn"]
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}'
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=everything)
    key = iam.create_access_key(UserName="u")["AccessKey"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"AWS": user}), MaxSessionDuration=7200)["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=everything)
    sts = account._client("sts", layer.url, key["AccessKeyId"], key["SecretAccessKey"])
    wanted = {"RoleArn": role, "RoleSessionName": "session"}
    with refused("ValidationError", "MaxSessionDuration"):
        sts.assume_role(**wanted, DurationSeconds=7201)
    with refused("AccessDenied", "sts:TagSession"):
        sts.assume_role(**wanted, Tags=[{"Key": "a", "Value": "b"}])
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"AWS": user}, "sts:AssumeRole", "sts:TagSession"))
    sts.assume_role(**wanted, Tags=[{"Key": "a", "Value": "b"}])
    sts.assume_role(**wanted, DurationSeconds=7200)


# Lambda


def test_new_role_cannot_be_assumed_by_lambda_at_once(endpoint, account):
    clock = [0.0]
    with StrictLayer(endpoint, role_delay=10, now=lambda: clock[0]) as layer:
        iam, functions = account.client("iam", layer.url), account.client("lambda", layer.url)
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
        text = r"InvalidParameterValueException.*The role defined for the function cannot be assumed by Lambda\.$"
        with pytest.raises(ClientError, match=text):
            create_function(functions, role)
        clock[0] = 10
        create_function(functions, role)


def test_role_that_does_not_trust_lambda_is_never_taken(account, iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))["Role"]["Arn"]
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        create_function(functions, role)


@pytest.mark.parametrize("state, call, words", [
    ({"LastUpdateStatus": "InProgress"}, lambda f: f.update_function_code(FunctionName="f", ZipFile=code()), "An update is in progress"),
    ({"LastUpdateStatus": "InProgress"}, lambda f: f.update_function_configuration(FunctionName="f", Timeout=9), "An update is in progress"),
    ({"State": "Pending", "StateReasonCode": "Creating"}, lambda f: f.delete_function(FunctionName="f"), "Pending"),
    ({"State": "Pending", "StateReasonCode": "Creating"}, lambda f: f.invoke(FunctionName="f"), "Pending"),
])
def test_a_busy_function_is_left_alone(layer, iam, functions, monkeypatch, state, call, words):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    function = create_function(functions, role)
    monkeypatch.setattr(layer.rules, "_function", lambda request: {"FunctionArn": function["FunctionArn"]} | state)
    with refused("ResourceConflictException", words):
        call(functions)
    monkeypatch.undo()
    functions.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    call(functions)


def test_an_environment_without_variables_keeps_the_old_ones(iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    create_function(functions, role)
    for environment in ({"Variables": {"A": "1"}}, {}):
        functions.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
        functions.update_function_configuration(FunctionName="f", Environment=environment)
    assert functions.get_function_configuration(FunctionName="f")["Environment"] == {"Variables": {"A": "1"}}


# Faults and hooks


@pytest.mark.parametrize("service, operation, call, code", [
    ("iam", "ListRoles", lambda client: client.list_roles(), "Throttling"),
    ("sts", "GetCallerIdentity", lambda client: client.get_caller_identity(), "Throttling"),
    ("lambda", "ListFunctions", lambda client: client.list_functions(), "TooManyRequestsException"),
    ("logs", "DescribeLogGroups", lambda client: client.describe_log_groups(), "ThrottlingException"),
    ("cognito-idp", "ListUserPools", lambda client: client.list_user_pools(MaxResults=1), "TooManyRequestsException"),
    ("cognito-identity", "ListIdentityPools", lambda client: client.list_identity_pools(MaxResults=1), "TooManyRequestsException"),
])
def test_throttling_and_breakdown_in_each_services_form(account, layer, service, operation, call, code):
    client = account.client(service, layer.url)
    layer.fail(operation, nth=2, mode="throttle")
    layer.fail(f"{service}:{operation}", nth=3, mode="500")
    call(client)
    with refused(code, "[Rr]ate [Ee]xceeded"):
        call(client)
    with pytest.raises(ClientError) as broken:
        call(client)
    assert broken.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    call(client)


def test_lost_requests_and_lost_answers(account, layer, iam):
    layer.fail("CreateUser", mode="reset-before")
    with pytest.raises(ConnectionClosedError):
        iam.create_user(UserName="never")
    layer.fail("CreateUser", mode="reset-after")
    with pytest.raises(ConnectionClosedError):
        iam.create_user(UserName="made")
    assert [user["UserName"] for user in account.inventory()["users"]] == ["made"]


def test_answers_that_are_none(account, layer):
    iam = account.client("iam", layer.url, read_timeout=2)
    layer.fail("ListUsers", mode="garbage")
    with pytest.raises((ClientError, ResponseParserError)):
        iam.list_users()
    layer.fail("ListUsers", mode="truncate")
    with pytest.raises(Exception, match="(?i)incomplete|connection|parse|read"):
        iam.list_users()
    held = layer.fail("ListUsers", mode="hold")
    with pytest.raises(ReadTimeoutError):
        iam.list_users()
    assert held.reached.is_set()
    held.released.set()
    iam.list_users()


def test_hold_goes_on_when_released(layer, iam):
    held = layer.fail("ListRoles", mode="hold")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(iam.list_roles)
        assert held.reached.wait(5) and not answer.done()
        held.released.set()
        assert answer.result(timeout=5)["Roles"] == []


@pytest.mark.parametrize("when, users", [("before", ["a"]), ("after", ["a", "b"])])
def test_a_program_is_killed_at_a_request(account, layer, when, users):
    script = "import boto3; iam = boto3.client('iam'); [iam.create_user(UserName=name) for name in 'abc']"
    environment = {**os.environ, **account.environment(layer.url), "AWS_DEFAULT_REGION": account.region}
    program = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)
    layer.at(2, when, lambda request: program.send_signal(signal.SIGKILL))
    assert program.wait(timeout=20) == -signal.SIGKILL
    assert [user["UserName"] for user in account.inventory()["users"]] == users


def test_hooks_see_request_and_answer(layer, iam):
    seen = []
    layer.before = lambda request: seen.append(("before", request.operation))
    layer.after = lambda request, answer: seen.append(("after", answer.status))
    iam.list_roles()
    assert seen == [("before", "ListRoles"), ("after", 200)]
    layer.clear()
    iam.list_users()
    assert len(seen) == 2 and layer.operations() == ["iam:ListUsers"]


# Secrets Manager and Systems Manager


def test_a_deleted_secret_keeps_its_name_and_values_come_with_a_token(account, layer):
    secrets = account.client("secretsmanager", layer.url, parameter_validation=False)
    with refused("InvalidParameterException", "ClientRequestToken"):
        secrets.create_secret(Name="s", SecretString="one", ClientRequestToken="short")
    secrets.create_secret(Name="s", SecretString="one")
    secrets.delete_secret(SecretId="s")
    with refused("InvalidRequestException", "scheduled for deletion"):
        secrets.create_secret(Name="s", SecretString="two")
    secrets.restore_secret(SecretId="s")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "one"


def test_what_a_parameter_keeps(account, layer):
    ssm = account.client("ssm", layer.url)
    ssm.put_parameter(Name="p", Value="one", Type="SecureString", Tier="Advanced", Tags=[{"Key": "a", "Value": "b"}])
    with refused("ParameterAlreadyExists"):
        ssm.put_parameter(Name="p", Value="two", Type="SecureString")
    with refused("HierarchyTypeMismatchException"):
        ssm.put_parameter(Name="p", Value="two", Type="String", Overwrite=True)
    with refused("ValidationException", "downgrade"):
        ssm.put_parameter(Name="p", Value="two", Tier="Standard", Overwrite=True)
    with refused("ValidationException", "tags and overwrite"):
        ssm.put_parameter(Name="p", Value="two", Overwrite=True, Tags=[{"Key": "a", "Value": "c"}])
    ssm.put_parameter(Name="p", Value="two", Overwrite=True)
    assert ssm.get_parameter(Name="p", WithDecryption=True)["Parameter"]["Value"] == "two"


# Sessions of roles


@pytest.fixture
def session(account, layer, iam):
    """A tagged session of a role that may do with what is the identity's own as it likes, and list it."""
    caller = account.client("sts").get_caller_identity()["Arn"]
    role = iam.create_role(
        RoleName="own", AssumeRolePolicyDocument=trust({"AWS": caller}, "sts:AssumeRole", "sts:TagSession"))["Role"]["Arn"]
    own = "${aws:PrincipalTag/CognitoIdentityId}"
    keys = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [own]}, "Null": {"dynamodb:LeadingKeys": "false"}}
    iam.put_role_policy(RoleName="own", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::data/{own}/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data", "Condition": {"StringLike": {"s3:prefix": f"{own}/*"}}},
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": keys},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/unlisted/*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/${aws:PrincipalTag/Nothing}*"},
        {"Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::data/*/secret"}]}))
    account.client("s3").create_bucket(Bucket="data")
    account.client("dynamodb").create_table(
        TableName="items", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}])
    given = account.client("sts", layer.url).assume_role(
        RoleArn=role, RoleSessionName="me", Tags=[{"Key": "CognitoIdentityId", "Value": "me"}])["Credentials"]
    session = boto3.session.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=account.region)
    yield lambda service: session.client(
        service, endpoint_url=layer.url, config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))
    account.client("s3").delete_bucket(Bucket="data")


def test_variables_in_the_policies_of_a_session(session):
    s3, items = session("s3"), session("dynamodb")
    assert s3.list_objects_v2(Bucket="data", Prefix="me/")["KeyCount"] == 0
    for refused_prefix in ("you/", ""):
        with refused("AccessDenied", "s3:ListBucket"):
            s3.list_objects_v2(Bucket="data", Prefix=refused_prefix)
    for key, code, words in (("me/x", "NoSuchKey", ""), ("you/x", "AccessDenied", "s3:GetObject"), ("me/secret", "AccessDenied", "explicit deny"),
                             ("unlisted/x", "AccessDenied", "s3:ListBucket")):
        with refused(code, words):
            s3.get_object(Bucket="data", Key=key)
    for key, code in (("me/x", "NoSuchUpload"), ("you/x", "AccessDenied")):
        with refused(code):
            s3.abort_multipart_upload(Bucket="data", Key=key, UploadId="none")
    never = {"ConditionExpression": "attribute_exists(#k) AND attribute_not_exists(#k)", "ExpressionAttributeNames": {"#k": "user"}}
    assert "Item" not in items.get_item(TableName="items", Key={"user": {"S": "me"}})
    with refused("ConditionalCheckFailedException"):
        items.delete_item(TableName="items", Key={"user": {"S": "me"}}, **never)
    for call in (lambda key: items.get_item(TableName="items", Key=key), lambda key: items.delete_item(TableName="items", Key=key, **never)):
        with refused("AccessDeniedException"):
            call({"user": {"S": "you"}})
