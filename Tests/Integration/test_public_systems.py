"""Public definitions of sign-in systems, rewritten as stack files: each is applied, planned empty, compared member by member with what
its definition asks for, and destroyed.

systems/<name>/stack.yaml is the rewriting; expected.py says what the definition asks for, in the words and names of AWS's API, and was
written from the definition, not from the stack file. Texts are our own, and people, addresses and numbers are made up.
"""

import json
import runpy
import shutil
from pathlib import Path

import pytest

from cogstack import changes
from expectations import ANY, allow, differences, policy, resolved, service
from live_systems import live_system

SYSTEMS = Path(__file__).parent / "systems"
SECRETS = {
    "GOOGLE_CLIENT_SECRET": "google's own secret",
    "FACEBOOK_CLIENT_SECRET": "facebook's own secret",
    "OIDC_CLIENT_SECRET": "the company's own secret",
    "FIRST_PASSWORD": "Chosen-4-the-1st-time",
}


def role_of_the_data_store(client):
    client("iam").create_role(RoleName="data-access", AssumeRolePolicyDocument=json.dumps(service("ec2.amazonaws.com")))
    return {}


def log_group(client):
    client("logs").create_log_group(logGroupName="/load-testing/cognito")
    return {}


def web_acl(client):
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "chat"}
    created = client("wafv2").create_web_acl(Name="chat", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility)
    return {"webACL": created["Summary"]["ARN"]}


# What must be there before, which no part of cogstack's makes, and the parameters of the stack file that name it.
THERE_BEFORE = {"earth-data": role_of_the_data_store, "load-testing": log_group, "chat": web_acl}

# Parameters that let a pool go that AWS protects.
LET_GO = {"care-staff": {"deletionProtection": "INACTIVE"}}


def overriding(parameters):
    return [word for name, value in parameters.items() for word in ("--set", f"{name}={value}")]


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(folder.parent.name for folder in SYSTEMS.glob("*/stack.yaml")))
def test_public_system(cogstack, account, layer, name):
    for folder in (name, "code"):
        shutil.copytree(SYSTEMS / folder, cogstack.folder / folder, ignore=shutil.ignore_patterns("*.pyc", "__pycache__", "expected.py"))
    file = f"{name}/stack.yaml"
    read = lambda service: account.client(service, layer.url)
    parameters = THERE_BEFORE.get(name, lambda client: {})(account.client)
    run = lambda command, *options: cogstack.run(command, file, *options, *overriding(parameters), environment=SECRETS)
    before, roles_before = account.inventory(), {role["RoleName"] for role in read("iam").list_roles()["Roles"]}

    run("apply", "--yes")
    assert changes(run("plan", "--json").json) == {}

    asked_for = runpy.run_path(str(SYSTEMS / name / "expected.py"))["EXPECTED"]
    live = live_system(read, account.id, asked_for)
    live["roles"] = {role: value for role, value in live["roles"].items() if role not in roles_before}
    nothing = dict.fromkeys(live, {}) | {"account": account.id}
    assert differences(nothing | resolved(asked_for, live | {"parameters": parameters}), live) == []

    written = cogstack.everything_written()
    assert not [name for name, secret in SECRETS.items() if secret.encode() in written]

    if name in LET_GO:
        parameters |= LET_GO[name]
        run("apply", "--yes")
    people = sum(len(read("cognito-idp").list_users(UserPoolId=pool["Id"])["Users"]) for pool in live["userPools"].values())
    run("destroy", "--yes", *(["--accept-user-loss", str(people)] if people else []))
    assert account.inventory() == before


# What is expected, what there is, and how many differences that makes.
COMPARISONS = [
    ({"userPools": {"a": {"Name": "a"}}}, {"userPools": {"a": {"Name": "a", "Arn": "x"}}}, 0),
    ({"userPools": {"a": {"Name": "a"}}}, {"userPools": {"a": {"Name": "b"}}}, 1),
    ({"userPools": {"a": {"Name": "a"}}}, {"userPools": {"a": {}}}, 1),
    ({"userPools": {"a": {}}}, {"userPools": {}}, 1),
    ({"userPools": {"a": {}}}, {"userPools": {"a": {}, "b": {}}}, 1),
    ({"userPools": {}}, {"userPools": {}, "roles": {"r": {}}}, 1),
    ({"userPools": {"a": {"Flows": ["x", "y"]}}}, {"userPools": {"a": {"Flows": ["y", "x"]}}}, 0),
    ({"userPools": {"a": {"Flows": ["x", "y"]}}}, {"userPools": {"a": {"Flows": ["x", "z"]}}}, 1),
    ({"userPools": {"a": {"Flows": ["x"]}}}, {"userPools": {"a": {"Flows": ["x", "x"]}}}, 1),
    ({"userPools": {"a": {"Flows": []}}}, {"userPools": {"a": {}}}, 0),
    ({"userPools": {"a": {"Flows": None}}}, {"userPools": {"a": {"Flows": ["x"]}}}, 1),
    ({"userPools": {"a": {"Secret": ANY}}}, {"userPools": {"a": {}}}, 1),
    ({"userPools": {"a": {"Flag": False}}}, {"userPools": {"a": {}}}, 1),
    ({"userPools": {"a": {"Precedence": 1}}}, {"userPools": {"a": {"Precedence": True}}}, 1),
    ({"roles": {"r": {"Policies": {"p": policy(allow("s3:GetObject", "*"))}}}},
     {"roles": {"r": {"Policies": {"p": policy(allow(["s3:GetObject"], ["*"]))}}}}, 0),
    ({"roles": {"r": {"Policies": {"p": policy(allow("s3:GetObject", "*"))}}}},
     {"roles": {"r": {"Policies": {"p": policy(allow("s3:GetObject", "*", Condition={}))}}}}, 1),
    ({"roles": {"r": {"Policies": {}}}}, {"roles": {"r": {"Policies": {"p": policy()}}}}, 1),
]


@pytest.mark.parametrize("expected, live, count", COMPARISONS)
def test_differences_are_found(expected, live, count):
    assert len(differences(expected, live)) == count


def test_references_are_resolved():
    live = {"account": "123456789012", "userPools": {"a": {"Id": "us-east-1_A"}}}
    assert resolved({"p/[[userPools/a/Id]]": ["[[account]]:${aws:username}", 1, None]}, live) == {
        "p/us-east-1_A": ["123456789012:${aws:username}", 1, None]}
