"""What is the stack's is found again, also where no state knows it; what is not the stack's is never deleted."""

import json
import shutil

import pytest

from cogstack import changes
from strict import Dropped

DEV = "stacks/dev.yaml"
TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]})


@pytest.fixture
def deployed(cogstack):
    cogstack.apply(DEV)
    return cogstack


def tags(address, stack="dev"):
    return {"cogstack:stack": stack, "cogstack:address": address}


def role(account, name, tags):
    account.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def role_names(account):
    return [role["RoleName"] for role in account.client("iam").list_roles()["Roles"]]


def pool_ids(account):
    return [pool["Id"] for pool in account.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]]


def put_into_the_state(cogstack, address, physical_id):
    path = cogstack.folder / ".cogstack" / "dev" / "state.json"
    state = json.loads(path.read_text())
    state["resources"][address]["physicalId"] = physical_id
    path.write_text(json.dumps(state))


# Never delete what is not the stack's


@pytest.mark.parametrize("owner", [{}, tags("roles.long-lived", "other")], ids=["untagged", "another stack's"])
@pytest.mark.parametrize("command", ["destroy", "apply"])
def test_a_stranger_in_the_state_is_not_deleted(deployed, account, command, owner):
    role(account, "stranger", owner)
    put_into_the_state(deployed, "roles.authenticated", "stranger")
    if command == "apply":
        # Nothing uses it any more, and it goes from the file.
        deployed.lay_over(DEV, "roles: { authenticated: null }\nidentityPools: { identities: { roles: null } }")
    out = deployed.run(command, DEV, "--yes")
    said = " ".join((out.out + out.err).split())
    assert "stranger, recorded for roles.authenticated, stays in AWS" in said, said
    assert "stranger" in role_names(account)


# What no state knows


def test_what_carries_the_stacks_tags_is_named_recorded_and_deleted(deployed, account):
    role(account, "left", tags("roles.gone"))
    pool = account.client("cognito-idp").create_user_pool(PoolName="left", UserPoolTags=tags("userPools.gone"))["UserPool"]["Id"]
    account.client("cognito-idp").admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
    said = " ".join(deployed.run("plan", DEV).out.split())
    assert "left has this stack's tags, as roles.gone" in said and f"{pool} has this stack's tags, as userPools.gone" in said
    # A teardown counts the people in what it has not known until now.
    refused = deployed.run("destroy", DEV, "--yes", status=1)
    assert "--accept-user-loss 1" in refused.err and pool in pool_ids(account)
    # Recorded, it is what the file does not name any more.
    deployed.run("state", "rebuild", DEV, "--yes")
    assert {address: action for address, (action, _) in changes(deployed.plan(DEV)).items()} == {"roles.gone": "delete", "userPools.gone": "delete"}
    deployed.run("destroy", DEV, "--yes", "--accept-user-loss", "1")
    assert account.is_empty()


def test_a_lost_state_leaves_nothing_behind(deployed, account):
    """The file names less than the account has by the time that the state is lost."""
    shutil.rmtree(deployed.folder / ".cogstack")
    deployed.lay_over(DEV, """
roles: { long-lived: null, proxy-execution: null, authenticated: { grants: null } }
iamUsers: { proxy: { grants: null } }
lambdaFunctions: null
outputs: null
""")
    deployed.run("destroy", DEV, "--yes")
    left = role_names(account)
    assert not [name for name in left if name.startswith("dev-")], left
    assert pool_ids(account) == [] and account.client("lambda").list_functions()["Functions"] == []


# Twins


def twin_of_the_pool(account):
    """What another machine makes of the same file."""
    pool = account.client("cognito-idp").create_user_pool(
        PoolName="dev-users", AliasAttributes=["email"], AutoVerifiedAttributes=["email"], UserPoolTags=tags("userPools.users"))
    return pool["UserPool"]["Id"]


def test_a_second_run_makes_no_second_pool(cogstack, account):
    """Another machine makes the pool between this run's plan and its call."""
    made = []

    def other_machine(request):
        if request.operation == "ListUserPools" and not made and cogstack.layer.count("cognito-idp", "ListUserPools") == 2:
            made.append(twin_of_the_pool(account))

    cogstack.layer.before = other_machine
    out = cogstack.run("apply", DEV, "--yes", status=1)
    cogstack.layer.clear()
    assert pool_ids(account) == made and f"{made[0]} was created as userPools.users" in " ".join((out.out + out.err).split())
    cogstack.apply(DEV)
    assert pool_ids(account) == made


def test_two_pools_made_at_once_leave_one(cogstack, account):
    """Another machine makes the pool while this run's call is under way."""
    made = []

    def other_machine(request, answer):
        if request.operation == "CreateUserPool" and not made:
            made.append(twin_of_the_pool(account))

    cogstack.layer.after = other_machine
    out = cogstack.run("apply", DEV, "--yes", status=1)
    cogstack.layer.clear()
    assert pool_ids(account) == made and "was deleted again" in " ".join((out.out + out.err).split()), out
    cogstack.apply(DEV)
    assert pool_ids(account) == made and changes(cogstack.plan(DEV)) == {}


def test_twins_are_named_with_what_uses_them(deployed, account):
    used, = pool_ids(account)
    twin = twin_of_the_pool(account)
    said = " ".join(deployed.run("plan", DEV).out.split())
    assert f"{twin} has the tags of userPools.users as well" in said and f"Nothing of this stack uses {twin}" in said
    assert f"use {used}" in said
    assert set(pool_ids(account)) == {used, twin}


# What was cut short


def test_a_function_that_is_still_being_made_is_waited_for(cogstack, account):
    """Killed while Lambda makes it: the next run waits for it, and asks whether it works."""
    cogstack.layer.fail("GetFunctionConfiguration", mode="500", times=3)
    cogstack.run("apply", DEV, "--yes", status=1)
    cogstack.layer.clear()
    cogstack.apply(DEV)
    operations = [request.operation for request in cogstack.layer.requests]
    assert "Invoke" in operations and "GetFunctionConfiguration" in operations
    assert changes(cogstack.plan(DEV)) == {}


@pytest.mark.parametrize("then", ["destroy", "apply"])
def test_the_log_group_of_a_function_that_was_never_made_is_deleted(deployed, account, then):
    """Killed between the log group of a function's new name and the function itself."""
    def kill(request):
        if request.operation == "CreateFunction":
            program.kill()
            raise Dropped

    deployed.lay_over(DEV, "lambdaFunctions: { credential-proxy: { name: dev-other } }")
    deployed.layer.before = kill
    program = deployed.start("apply", DEV, "--yes")
    program.wait(120)
    deployed.layer.clear()

    def groups():
        return [group["logGroupName"] for group in account.client("logs").describe_log_groups()["logGroups"]]

    assert "/aws/lambda/dev-other" in groups()
    deployed.lay_over(DEV)
    deployed.run(then, DEV, "--yes")
    assert groups() == ([] if then == "destroy" else ["/aws/lambda/dev-credential-proxy"])
