"""Names that change: whoever signs in gets in at every instant, a name taken back takes its object back, and no name of
somebody else's is taken.
"""

import json

import pytest

from cogstack import changes

DEV = "stacks/dev.yaml"


@pytest.fixture
def deployed(cogstack):
    cogstack.apply(DEV)
    return cogstack


@pytest.fixture
def roles(account):
    return account.client("iam")


def listed(value):
    return value if isinstance(value, list) else [value]


def allows(statements, action, member, wanted):
    return any(
        statement["Effect"] == "Allow" and action in listed(statement["Action"]) and wanted in listed(member(statement))
        for statement in statements)


def why_nobody_gets_in(account):
    """What breaks the chain from the function over its key's user to its role; None where it holds."""
    iam = account.client("iam")
    [function] = account.client("lambda").list_functions()["Functions"]
    variables = function["Environment"]["Variables"]
    role, key = variables["DEFAULT_ROLE_ARN"], variables["IAM_USER_ACCESS_KEY_ID"]
    user = next(
        (user for user in iam.list_users()["Users"] for one in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
         if (one["AccessKeyId"], one["Status"]) == (key, "Active")), None)
    if user is None:
        return f"nobody has the key {key}"
    policies = [
        iam.get_user_policy(UserName=user["UserName"], PolicyName=name)["PolicyDocument"]["Statement"]
        for name in iam.list_user_policies(UserName=user["UserName"])["PolicyNames"]]
    if not any(allows(statements, "sts:AssumeRole", lambda one: one["Resource"], role) for statements in policies):
        return f"{user['UserName']} may not assume {role}"
    try:
        trust = iam.get_role(RoleName=role.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]["Statement"]
    except iam.exceptions.NoSuchEntityException:
        return f"{role} is gone"
    if not allows(trust, "sts:AssumeRole", lambda one: one["Principal"].get("AWS", []), user["Arn"]):
        return f"{role} does not trust {user['Arn']}"
    return None


RENAMINGS = {
    "the role": "roles: { long-lived: { name: dev-longer } }",
    "the user": "iamUsers: { proxy: { name: dev-signer } }",
    "both": "roles: { long-lived: { name: dev-longer } }\niamUsers: { proxy: { name: dev-signer } }",
    "the execution role": "roles: { proxy-execution: { name: dev-runner } }",
}


@pytest.mark.parametrize("text", RENAMINGS.values(), ids=RENAMINGS.keys())
def test_whoever_signs_in_gets_in_at_every_instant(deployed, account, text):
    gaps, seen = [], []

    def look(request, answer):
        if request.operation.startswith(("Create", "Put", "Update", "Delete", "Attach", "Detach")):
            seen.append(request.operation)
            problem = why_nobody_gets_in(account)
            if problem:
                gaps.append(f"after {request.operation}: {problem}")

    assert why_nobody_gets_in(account) is None
    deployed.lay_over(DEV, text)
    deployed.layer.after = look
    deployed.apply(DEV)
    deployed.layer.clear()
    assert len(seen) > 3 and gaps == []
    assert changes(deployed.plan(DEV)) == {}


def test_a_stopped_renaming_leaves_nobody_outside_either(deployed, account):
    """Stopped where the function is about to be told of the new role; the next run goes on from there."""
    deployed.lay_over(DEV, RENAMINGS["the role"])
    deployed.layer.fail("UpdateFunctionConfiguration", mode="500", times=3)
    deployed.run("apply", DEV, "--yes", status=1)
    assert why_nobody_gets_in(account) is None
    test_whoever_signs_in_gets_in_at_every_instant(deployed, account, RENAMINGS["the role"])


KINDS = {
    "a role": ("roles: { long-lived: { name: dev-other } }", "iam:DeleteRole"),
    "a user": ("iamUsers: { proxy: { name: dev-other } }", "iam:DeleteUser"),
    "a function": ("lambdaFunctions: { credential-proxy: { name: dev-other } }", "lambda:DeleteFunction"),
    "a secret": ("secrets: { note: { secretString: x, name: dev-other } }", "secretsmanager:DeleteSecret"),
    "a parameter": ("ssmParameters: { note: { value: x, type: String, name: dev-other } }", "ssm:DeleteParameter"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_renaming_taken_back_converges(cogstack, account, kind):
    text, delete = KINDS[kind]
    with (cogstack.folder / DEV).open("a") as stack:
        stack.write("secrets: { note: { secretString: x } }\nssmParameters: { note: { value: x, type: String } }\n")
    cogstack.apply(DEV)
    before = account.inventory()
    cogstack.lay_over(DEV, text)
    cogstack.layer.fail(delete, mode="500", times=3)
    cogstack.run("apply", DEV, "--yes", status=1)
    cogstack.layer.clear()
    cogstack.lay_over(DEV)
    out = cogstack.run("plan", DEV).out
    assert "is still there and takes its place again" in " ".join(out.split()), out
    cogstack.apply(DEV)
    assert changes(cogstack.plan(DEV)) == {}
    after = account.inventory()
    if kind == "a user":  # whose key is a new one
        assert len(account.client("iam").list_access_keys(UserName="dev-proxy")["AccessKeyMetadata"]) == 1
        assert [user["UserName"] for user in account.client("iam").list_users()["Users"] if user["UserName"].startswith("dev-")] == ["dev-proxy"]
    else:
        assert after == before


def test_names_that_are_swapped_are_refused(deployed, account):
    deployed.lay_over(DEV, "roles: { long-lived: { name: dev-proxy-execution }, proxy-execution: { name: dev-long-lived } }")
    before = account.inventory()
    err = deployed.run("apply", DEV, "--yes", status=1).err
    assert err.count("owned-by-another") == 2 and "a name must be free before it is taken" in " ".join(err.split())
    assert account.inventory() == before


def test_a_name_of_somebody_elses_is_refused_before_anything_is_done(deployed, account, roles):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}
    roles.create_role(RoleName="admin", AssumeRolePolicyDocument=json.dumps(trust))
    before = account.inventory()
    deployed.lay_over(DEV, "roles: { long-lived: { name: admin } }")
    assert "exists-already" in deployed.run("apply", DEV, "--yes", status=1).err
    assert account.inventory() == before
    # Where the file says so, it is taken over.
    deployed.lay_over(DEV, "roles: { long-lived: { name: admin, lifecycle: { adopt: true } } }")
    deployed.apply(DEV)
    assert changes(deployed.plan(DEV)) == {}
    assert why_nobody_gets_in(account) is None
    names = [role["RoleName"] for role in roles.list_roles()["Roles"]]
    assert "admin" in names and "dev-long-lived" not in names
