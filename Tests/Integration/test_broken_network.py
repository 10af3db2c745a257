"""Answers lost, services that ask for patience: the next apply converges, and nothing is twice."""

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from inventory import names
from strict import StrictLayer

DEV = "stacks/dev.yaml"
CREATES = ["CreateUserPool", "CreateUserPoolClient", "CreateIdentityPool", "SetIdentityPoolRoles", "CreateRole", "PutRolePolicy",
           "CreateUser", "PutUserPolicy", "CreateAccessKey", "CreateLogGroup", "CreateFunction"]


def shape(account):
    """What an account with one dev stack holds, without ids; and whether its one key is the one in use."""
    found = account.inventory()
    users, functions = found["users"], found["functions"]
    return names(found) | {
        "clients": [client["ClientName"] for pool in found["userPools"] for client in pool.get("clients", [])],
        "keys": [[key["Status"] for key in user.get("keys", [])] for user in users],
        "keyInUse": [key["AccessKeyId"] for user in users for key in user.get("keys", [])]
        == [function["Environment"]["Variables"]["IAM_USER_ACCESS_KEY_ID"] for function in functions],
        "inline": [sorted(role.get("inline", {})) for role in found["roles"]],
    }


@pytest.fixture(scope="session")
def wanted(binary, endpoint, tmp_path_factory):
    """The shape of an account in which nothing went wrong."""
    with StrictLayer(endpoint) as layer:
        run = Cogstack(binary, ROOT, tmp_path_factory.mktemp("wanted"), endpoint.account(), layer)
        run.apply(DEV)
        wanted = shape(run.account)
    assert wanted["keyInUse"] and wanted["keys"] == [["Active"]] and len(wanted["clients"]) == 1
    return wanted


def converges(run, wanted):
    run.layer.clear()
    run.apply(DEV)
    assert shape(run.account) == wanted
    assert changes(run.plan(DEV)) == {}


@pytest.mark.parametrize("operation, mode", [
    *((operation, "500") for operation in CREATES),
    # A lost answer on a connection that was used before is noticed only by the client's own timeout, a minute later.
    *((operation, "reset-after") for operation in ("CreateUserPool", "CreateUserPoolClient", "CreateAccessKey", "PutRolePolicy")),
    *((operation, mode) for operation in ("CreateUserPoolClient", "CreateAccessKey") for mode in ("reset-before", "throttle", "truncate")),
])
def test_one_bad_answer(cogstack, wanted, operation, mode):
    """Whether this apply gets over it by itself or ends with exit 1: the next one ends well, and nothing is there twice."""
    cogstack.layer.fail(operation, mode=mode)
    outcome = cogstack.run("apply", DEV, "--yes", status=None)
    assert outcome.status in (0, 1), str(outcome)
    if mode in ("throttle", "reset-before"):
        assert outcome.status == 0, str(outcome)
    converges(cogstack, wanted)


def test_throttled_all_the_time(cogstack, wanted):
    for nth in range(2, 60, 3):
        cogstack.layer.fail("*", nth=nth, mode="throttle")
    cogstack.run("apply", DEV, "--yes", within=120)
    converges(cogstack, wanted)


def test_waits_until_aws_knows_what_is_new(binary, endpoint, account, tmp_path):
    # A clock that only moves when something is tried, so that a slow machine does not wait the waits away.
    def tries():
        return 5 * layer.count(operation="CreateFunction") + layer.count(operation="CreateRole")

    with StrictLayer(endpoint, role_delay=20, principal_delay=4, now=tries) as layer:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        run.apply(DEV)
        assert layer.count(operation="CreateFunction") > 1 and layer.count(operation="CreateRole") > 3
        assert changes(run.plan(DEV)) == {}


def test_a_wait_that_never_ends_says_why(binary, endpoint, account, tmp_path):
    with StrictLayer(endpoint, role_delay=3600) as layer:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        outcome = run.run("apply", DEV, "--yes", status=1, within=240)
        assert "The role defined for the function cannot be assumed by Lambda." in outcome.err + outcome.out
