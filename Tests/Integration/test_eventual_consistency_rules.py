"""The strict layer's rules with a clock: what AWS refuses for a while, and reads that do not see a change yet."""

import time
from contextlib import contextmanager

import pytest

from strict import StrictLayer
from test_strict_layer import LAMBDA, create_function, policy, refused, trust


@contextmanager
def layer_with(endpoint, **settings):
    """A layer, and a clock that stands at its `hands[0]`."""
    clock = [0.0]
    with StrictLayer(endpoint, now=lambda: clock[0], **settings) as layer:
        layer.hands = clock
        yield layer


BUSY = [
    ("iam", "ConcurrentModification", lambda c: c.create_user(UserName="new")),
    ("iam", "ConcurrentModification", lambda c: c.create_role(RoleName="new", AssumeRolePolicyDocument=LAMBDA)),
    ("iam", "ConcurrentModification", lambda c: c.tag_role(RoleName="r", Tags=[{"Key": "a", "Value": "b"}])),
    ("iam", "DeleteConflict", lambda c: c.delete_role(RoleName="r")),
    ("iam", "EntityTemporarilyUnmodifiable", lambda c: c.delete_login_profile(UserName="u")),
    ("cognito-idp", "ConcurrentModificationException", lambda c: c.update_user_pool(UserPoolId=c.pool, UserPoolTier="LITE")),
    ("cognito-idp", "ConcurrentModificationException", lambda c: c.create_user_pool_domain(UserPoolId=c.pool, Domain=f"d{time.time_ns()}")),
    ("cognito-idp", "ConcurrentModificationException",
     lambda c: c.create_managed_login_branding(UserPoolId=c.pool, ClientId=c.app, UseCognitoProvidedValues=True)),
    ("lambda", "ResourceConflictException", lambda c: c.update_function_configuration(FunctionName="f", Timeout=9)),
    ("lambda", "ResourceConflictException", lambda c: c.delete_function(FunctionName="f")),
    ("logs", "OperationAbortedException", lambda c: c.delete_log_group(logGroupName="g")),
]


@pytest.mark.parametrize("service, code, change", BUSY)
def test_a_change_is_refused_for_a_while(endpoint, account, service, code, change):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    iam.create_login_profile(UserName="u", Password="Example-password-1")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    account.client("logs").create_log_group(logGroupName="g")
    functions = account.client("lambda")
    create_function(functions, role)
    functions.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    with layer_with(endpoint, busy=10) as layer:
        client = account.client(service, layer.url)
        if service == "cognito-idp":
            idp = account.client("cognito-idp")
            client.pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
            client.app = idp.create_user_pool_client(UserPoolId=client.pool, ClientName="c")["UserPoolClient"]["ClientId"]
        for layer.hands[0] in (0.0, 9.0):
            with refused(code):
                change(client)
        layer.hands[0] = 10.0
        change(client)


def test_a_name_that_is_taken_is_said_at_once(account, iam, functions):
    """With the code of an update in progress, and other words: nobody should wait for it."""
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    create_function(functions, role)
    with refused("ResourceConflictException", "Function already exist"):
        create_function(functions, role)
    with refused("EntityAlreadyExists"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)


def test_a_new_user_is_not_found_by_changes(endpoint, account):
    with layer_with(endpoint, write_delay=10) as layer:
        iam = account.client("iam", layer.url)
        iam.create_user(UserName="u")
        with refused("NoSuchEntity", "The user with name u cannot be found"):
            iam.create_access_key(UserName="u")
        with refused("NoSuchEntity", "The user with name u cannot be found"):
            iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(200))
        layer.hands[0] = 10.0
        iam.create_access_key(UserName="u")


def test_a_new_sms_role_is_not_known_to_cognito(endpoint, account):
    with layer_with(endpoint, role_delay=10) as layer:
        iam, idp = account.client("iam", layer.url), account.client("cognito-idp", layer.url)
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"Service": "cognito-idp.amazonaws.com"}))["Role"]["Arn"]
        pool = {"PoolName": "p", "SmsConfiguration": {"SnsCallerArn": role, "ExternalId": "x"}}
        with refused("InvalidSmsRoleTrustRelationshipException"):
            idp.create_user_pool(**pool)
        layer.hands[0] = 10.0
        idp.create_user_pool(**pool)


def test_a_role_made_anew_cannot_read_the_environment(account, iam, functions):
    def make_role():
        return iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]

    def wait():
        functions.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})

    role = make_role()
    create_function(functions, role)
    wait()
    functions.update_function_configuration(FunctionName="f", Environment={"Variables": {"A": "1"}})
    wait()
    functions.invoke(FunctionName="f")
    iam.delete_role(RoleName="r")
    make_role()
    with refused("KMSAccessDeniedException", "Lambda was unable to decrypt the environment variables"):
        functions.invoke(FunctionName="f")
    functions.update_function_configuration(FunctionName="f", Timeout=9)
    wait()
    with refused("KMSAccessDeniedException"):
        functions.invoke(FunctionName="f")
    functions.update_function_configuration(FunctionName="f", Role=role)
    wait()
    functions.invoke(FunctionName="f")


# Reads


def test_reads_of_iam_see_a_change_late(endpoint, account):
    with StrictLayer(endpoint, read_lag=2) as layer:
        iam = account.client("iam", layer.url)

        def users():
            return [user["UserName"] for user in iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]]

        before = users()
        iam.create_user(UserName="u")
        for _ in range(2):
            with refused("NoSuchEntity"):
                iam.get_user(UserName="u")
            assert users() == before
        assert iam.get_user(UserName="u") and "u" in users()

        key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
        listed = [[k["AccessKeyId"] for k in iam.list_access_keys(UserName="u")["AccessKeyMetadata"]] for _ in range(3)]
        assert listed == [[], [], [key]]

        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(200))
        for _ in range(2):
            with refused("NoSuchEntity"):  # nobody has asked since the user was made
                iam.list_user_policies(UserName="u")
        assert iam.list_user_policies(UserName="u")["PolicyNames"] == ["p"]


def test_reads_of_cognito_and_lambda_see_a_change_late(endpoint, account):
    with StrictLayer(endpoint, read_lag=1) as layer:
        idp, functions = account.client("cognito-idp", layer.url), account.client("lambda", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        assert idp.list_user_pools(MaxResults=60)["UserPools"] == []
        with refused("ResourceNotFoundException"):
            idp.describe_user_pool(UserPoolId=pool)
        idp.update_user_pool(UserPoolId=pool, UserPoolTier="LITE")
        tiers = [idp.describe_user_pool(UserPoolId=pool)["UserPool"]["UserPoolTier"] for _ in range(2)]
        assert tiers == ["ESSENTIALS", "LITE"]

        identity = account.client("cognito-identity", layer.url)
        made = identity.create_identity_pool(IdentityPoolName="i", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
        with refused("ResourceNotFoundException"):
            identity.describe_identity_pool(IdentityPoolId=made)
        identity.describe_identity_pool(IdentityPoolId=made)

        role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
        create_function(functions, role)
        with refused("ResourceNotFoundException"):
            functions.get_function(FunctionName="f")
        functions.get_function(FunctionName="f")


PARTS = [  # a change of a part of a pool, and the same read before and after it
    (lambda c, of: c.create_group(**of, GroupName="g"), lambda c, of: c.list_groups(**of)["Groups"]),
    (lambda c, of: c.create_resource_server(**of, Identifier="a", Name="n"), lambda c, of: c.list_resource_servers(**of)["ResourceServers"]),
    (lambda c, of: c.create_user_pool_domain(**of, Domain="d" + of["UserPoolId"][-9:].lower()),
     lambda c, of: c.describe_user_pool_domain(Domain="d" + of["UserPoolId"][-9:].lower())["DomainDescription"]),
    (lambda c, of: c.set_log_delivery_configuration(**of, LogConfigurations=[{
        "EventSource": "userNotification", "LogLevel": "ERROR",
        "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:g"}}]),
     lambda c, of: c.get_log_delivery_configuration(**of)["LogDeliveryConfiguration"]["LogConfigurations"]),
]


def test_reads_of_a_pools_parts_see_a_change_late(endpoint, account):
    pool = {"UserPoolId": account.client("cognito-idp").create_user_pool(PoolName="p")["UserPool"]["Id"]}
    with StrictLayer(endpoint, read_lag=2) as layer:
        idp = account.client("cognito-idp", layer.url)
        for change, read in PARTS:
            change(idp, pool)
            seen = [read(idp, pool) for _ in range(3)]
            assert seen[0] == seen[1] and not seen[0] and seen[2]
        idp.update_group(**pool, GroupName="g", Description="d")
        described = [idp.list_groups(**pool)["Groups"][0].get("Description") for _ in range(3)]
        assert described == [None, None, "d"]


def test_several_changes_in_a_row_are_seen_late_together(endpoint, account):
    with StrictLayer(endpoint, read_lag=1) as layer:
        iam = account.client("iam", layer.url)
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)
        iam.update_role(RoleName="r", Description="second")
        with refused("NoSuchEntity"):
            iam.get_role(RoleName="r")
        assert iam.get_role(RoleName="r")["Role"]["Description"] == "second"
        iam.delete_role(RoleName="r")
        iam.get_role(RoleName="r")
        layer.rules.settle()
        with refused("NoSuchEntity"):
            iam.get_role(RoleName="r")
