"""What AWS is late with: an apply gets over it by itself, and what is not seen yet is neither made twice nor left behind."""

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from inventory import names
from strict import StrictLayer
from test_broken_network import shape, wanted  # noqa: F401
from test_strict_layer import code

DEV = "stacks/dev.yaml"
CHANGED = """
tags: { season: spring }
userPools: { users: { mfaConfiguration: OPTIONAL, softwareTokenMfaConfiguration: { enabled: true } } }
roles: { long-lived: { managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] } }
lambdaFunctions: { credential-proxy: { timeout: 20, logRetentionDays: 14 } }
"""


@pytest.fixture
def late(binary, endpoint, account, tmp_path):
    """Starts the program behind a layer with delays. The clock moves when it is asked, so that no delay is waited away."""
    layers = []

    def start(**delays):
        asked = iter(range(1_000_000))
        layers.append(StrictLayer(endpoint, now=lambda: next(asked), **delays).__enter__())
        return Cogstack(binary, ROOT, tmp_path, account, layers[0])

    yield start
    for layer in layers:
        layer.__exit__()


def refusals(layer):
    return {request.operation for request in layer.requests if request.status and 400 <= request.status < 500}


@pytest.mark.parametrize("delays, refused", [
    ({"busy": 2}, {"CreateRole", "CreateUser", "SetIdentityPoolRoles", "CreateLogGroup", "PutRetentionPolicy"}),
    ({"write_delay": 12}, {"PutRolePolicy", "PutUserPolicy"}),
])
def test_what_is_new_is_waited_for(late, wanted, delays, refused):  # noqa: F811
    run = late(**delays)
    run.apply(DEV)
    assert refused <= refusals(run.layer)
    assert shape(run.account) == wanted


def test_what_is_busy_is_waited_for(late):
    run = late()
    run.apply(DEV)
    run.layer.rules.busy = 2
    run.lay_over(DEV, CHANGED)
    run.apply(DEV)
    assert {"UpdateFunctionConfiguration", "TagResource", "AttachRolePolicy", "TagRole", "PutRetentionPolicy"} <= refusals(run.layer)
    assert changes(run.plan(DEV)) == {}
    run.layer.clear()
    run.run("destroy", DEV, "--yes")
    assert {"DeleteRole", "DeleteUser", "DeleteFunction", "DeleteLogGroup"} <= refusals(run.layer)
    assert run.account.is_empty(), names(run.account.inventory())


@pytest.mark.parametrize("lag", [1, 3])
def test_what_is_not_shown_yet_is_not_made_twice(late, wanted, lag):  # noqa: F811
    """Each read answers as before the apply a few times: the plan must not take what it made for gone."""
    run = late(read_lag=lag)
    run.apply(DEV)
    found = changes(run.plan(DEV))
    assert {address: change for address, change in found.items() if change[0] != "update"} == {}
    run.apply(DEV)
    run.layer.rules.settle()
    assert shape(run.account) == wanted
    assert changes(run.plan(DEV)) == {}


def test_what_is_not_shown_yet_is_not_left_behind(late):
    run = late(read_lag=2)
    run.apply(DEV)
    run.run("destroy", DEV, "--yes")
    assert run.account.is_empty(), names(run.account.inventory())


@pytest.mark.parametrize("operation", ["CreateRole", "CreateUser", "CreateUserPool", "CreateIdentityPool", "CreateUserPoolClient", "CreateAccessKey"])
def test_what_a_lost_answer_made_is_found_although_it_is_shown_late(late, wanted, operation):  # noqa: F811
    run = late(read_lag=2)
    run.layer.fail(operation, mode="truncate")
    run.apply(DEV)
    run.layer.rules.settle()
    assert shape(run.account) == wanted
    assert changes(run.plan(DEV)) == {}


@pytest.mark.parametrize("operation, words", [
    ("CreateFunction", "A function named dev-credential-proxy exists already"),
    ("CreateRole", "A role named dev-authenticated exists already"),
])
def test_a_name_that_is_taken_is_not_waited_for(late, operation, words):
    """Lambda says so with the code of an update in progress."""
    run = late()
    roles, functions = run.account.client("iam"), run.account.client("lambda")

    def take_the_name(request):
        if request.operation == operation and request.parameters.get("RoleName", "dev-authenticated") == "dev-authenticated":
            run.layer.before = None
            if operation == "CreateRole":
                roles.create_role(RoleName="dev-authenticated", AssumeRolePolicyDocument=request.parameters["AssumeRolePolicyDocument"])
            else:
                functions.create_function(**{key: request.parameters[key] for key in ("FunctionName", "Runtime", "Role", "Handler")},
                                          Code={"ZipFile": code()})

    run.layer.before = take_the_name
    outcome = run.run("apply", DEV, "--yes", status=1)
    assert " ".join((outcome.err + outcome.out).split()).count(words) == 1, str(outcome)
    assert run.layer.count(operation="CreateFunction") <= 1


def test_a_role_made_anew_lets_the_function_read_its_environment(late):
    """AWS binds the key of the environment to the role's unique id: a role of the same name is not enough."""
    run = late()
    run.apply(DEV)
    functions = run.account.client("lambda", run.layer.url)
    functions.invoke(FunctionName="dev-credential-proxy", Payload=b"{}")
    run.lay_over(DEV, "roles: { proxy-execution: { path: /service/ } }\n")
    run.apply(DEV)
    functions.invoke(FunctionName="dev-credential-proxy", Payload=b"{}")
    # Somebody deletes the role, and cogstack makes it again under the same name and path.
    iam = run.account.client("iam", run.layer.url)
    iam.delete_role_policy(RoleName="dev-proxy-execution", PolicyName="cogstack-grants")
    iam.delete_role(RoleName="dev-proxy-execution")
    run.apply(DEV)
    functions.invoke(FunctionName="dev-credential-proxy", Payload=b"{}")
