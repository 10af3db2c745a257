"""Killed at any request, answers lost, services that ask for patience: the next apply converges, and nothing is twice."""

import signal

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


@pytest.fixture
def wanted(cogstack):
    """The shape of an account in which nothing went wrong, and how many requests that took."""
    cogstack.apply(DEV)
    wanted = shape(cogstack.account)
    assert wanted["keyInUse"] and wanted["keys"] == [["Active"]] and len(wanted["clients"]) == 1
    return wanted


@pytest.fixture
def another(binary, endpoint, layer, tmp_path):
    """Makes further accounts, each with a folder of its own."""
    number = 0

    def make():
        nonlocal number
        number += 1
        layer.clear()
        folder = tmp_path / str(number)
        folder.mkdir()
        return Cogstack(binary, ROOT, folder, endpoint.account(), layer)

    return make


def converges(run, wanted):
    run.layer.clear()
    run.apply(DEV)
    assert shape(run.account) == wanted
    assert changes(run.plan(DEV)) == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_request_of_an_apply(cogstack, wanted, another, layer, when):
    total = layer.count()
    assert total > 20
    for nth in range(1, total + 1):
        run = another()
        program = run.start("apply", DEV, "--yes")
        layer.at(nth, when, lambda request: program.send_signal(signal.SIGKILL))
        program.communicate(timeout=60)
        if program.returncode != -signal.SIGKILL:
            assert program.returncode == 0 and nth > total - 5, "requests vary only in how often something is polled"
            continue
        where = layer.operations()[-1]
        try:
            converges(run, wanted)
        except AssertionError as error:
            raise AssertionError(f"killed {when} request {nth} ({where}): {error}") from error
        run.run("destroy", DEV, "--yes")
        assert run.account.is_empty(), f"killed {when} request {nth} ({where}): {names(run.account.inventory())}"


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_request_of_a_destroy(cogstack, another, layer, when):
    cogstack.apply(DEV)
    layer.clear()
    cogstack.run("destroy", DEV, "--yes")
    total = layer.count()
    for nth in range(1, total + 1):
        run = another()
        run.apply(DEV)
        layer.clear()
        program = run.start("destroy", DEV, "--yes")
        layer.at(nth, when, lambda request: program.send_signal(signal.SIGKILL))
        program.communicate(timeout=60)
        where = layer.operations()[-1]
        layer.clear()
        run.run("destroy", DEV, "--yes")
        assert run.account.is_empty(), f"killed {when} request {nth} ({where}): {names(run.account.inventory())}"


@pytest.mark.parametrize("operation", CREATES)
@pytest.mark.parametrize("mode", ["reset-before", "reset-after", "500", "throttle", "truncate"])
def test_one_bad_answer(wanted, another, operation, mode):
    """Whether this apply gets over it by itself or ends with exit 1: the next one ends well, and nothing is there twice."""
    run = another()
    run.layer.fail(operation, mode=mode)
    outcome = run.run("apply", DEV, "--yes", status=None)
    assert outcome.status in (0, 1), str(outcome)
    if mode in ("throttle", "reset-before"):
        assert outcome.status == 0, str(outcome)
    converges(run, wanted)


def test_throttled_all_the_time(wanted, another):
    run = another()
    for nth in range(2, 60, 3):
        run.layer.fail("*", nth=nth, mode="throttle")
    run.run("apply", DEV, "--yes", within=120)
    converges(run, wanted)


def test_waits_until_aws_knows_what_is_new(binary, endpoint, account, tmp_path):
    with StrictLayer(endpoint, role_delay=3, principal_delay=3) as layer:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        run.apply(DEV)
        assert layer.count(operation="CreateFunction") > 1
        assert changes(run.plan(DEV)) == {}


def test_a_wait_that_never_ends_says_why(binary, endpoint, account, tmp_path):
    with StrictLayer(endpoint, role_delay=3600) as layer:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        outcome = run.run("apply", DEV, "--yes", status=1, within=240)
        assert "The role defined for the function cannot be assumed by Lambda." in outcome.err + outcome.out
