"""Answers lost or spoilt, services that ask for patience, clocks and credentials that go wrong: the next apply converges, and
nothing is twice."""

import re
import threading
import time

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from endpoint import ADMIN
from inventory import names
from strict import StrictLayer
from test_bad_disk import intents
from wire import EXPIRED, THROTTLED, Refused

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


class AtMost:
    """A hook that lets so many requests a second through to each service."""

    def __init__(self, rate):
        self.rate, self.lock = rate, threading.Lock()
        self.tokens, self.filled = {}, time.monotonic()

    def __call__(self, request):
        with self.lock:
            now = time.monotonic()
            full = max(1, self.rate)
            self.tokens = {name: min(full, left + (now - self.filled) * self.rate) for name, left in self.tokens.items()}
            self.filled = now
            if self.tokens.setdefault(request.service, full) < 1:
                raise THROTTLED[request.service]
            self.tokens[request.service] -= 1


def converges(run, wanted):
    run.layer.clear()
    run.apply(DEV)
    assert shape(run.account) == wanted
    assert changes(run.plan(DEV)) == {}


@pytest.mark.parametrize("operation, mode", [
    *((operation, "500") for operation in CREATES),
    *((operation, "reset-after") for operation in ("CreateUserPool", "CreateUserPoolClient", "CreateAccessKey", "PutRolePolicy")),
    *((operation, mode) for operation in ("CreateUserPoolClient", "CreateAccessKey") for mode in ("reset-before", "throttle", "truncate")),
    ("CreateFunction", "empty"), ("CreateAccessKey", "empty"), ("CreateIdentityPool", "halve"), ("CreateUserPool", "page"),
    ("PutRolePolicy", "page"),
])
def test_one_bad_answer(cogstack, wanted, operation, mode):
    """Whether this apply gets over it by itself or ends with exit 1: the next one ends well, and nothing is there twice."""
    cogstack.layer.fail(operation, mode=mode)
    outcome = cogstack.run("apply", DEV, "--yes", status=None)
    assert outcome.status in (0, 1), str(outcome)
    if mode in ("throttle", "reset-before"):
        assert outcome.status == 0, str(outcome)
    converges(cogstack, wanted)


@pytest.mark.parametrize("operation, mode", [
    ("PutRolePolicy", "truncate"), ("SetIdentityPoolRoles", "reset-after"), ("GetUser", "halve"), ("ListUserPools", "empty"),
])
def test_what_may_be_repeated_is(cogstack, wanted, operation, mode):
    """One apply gets over it by itself, without the connection's own timeout of a minute."""
    fault = cogstack.layer.fail(operation, mode=mode)
    cogstack.run("apply", DEV, "--yes", within=55)
    assert fault.reached.is_set()
    converges(cogstack, wanted)


def test_a_service_that_lets_little_through(cogstack, wanted):
    """It takes longer, says why, and ends well; nor is the service asked much more often than it lets through."""
    cogstack.layer.before = AtMost(3)
    outcome = cogstack.apply(DEV)
    assert " waits: IAM asks to slow down" in outcome.err
    refused = sum(request.status in (400, 429) for request in cogstack.layer.requests if request.service == "iam")
    assert 0 < refused < 30
    converges(cogstack, wanted)


def test_throttled_nine_times_out_of_ten(cogstack, wanted):
    """More often than any number of attempts, for eight seconds; the retry quota is no reason to give up either."""
    number, end = 0, time.monotonic() + 8

    def hook(request):
        nonlocal number
        number += 1
        if number % 10 and time.monotonic() < end and request.service != "sts":
            raise THROTTLED[request.service]

    cogstack.layer.before = hook
    assert "Waiting: " in cogstack.apply(DEV).err  # while planning
    converges(cogstack, wanted)


def test_a_service_that_is_down(cogstack, wanted):
    cogstack.layer.fail("cognito-idp:*", mode="500", times=10**6)
    outcome = cogstack.run("apply", DEV, "--yes", status=1, within=120)
    assert "InternalErrorException" in outcome.err
    cogstack.layer.clear()
    # While it is being carried out:
    cogstack.layer.fail("iam:*", nth=12, mode="500", times=10**6)
    outcome = cogstack.run("apply", DEV, "--yes", status=1, within=120)
    assert "ServiceFailure" in outcome.out and "failed" in outcome.err
    converges(cogstack, wanted)


def test_a_slow_answer_is_waited_for(cogstack, wanted):
    """For a change as long as the transport bears; a read is asked again sooner."""
    create = cogstack.layer.fail("CreateUserPool", mode="hold")
    put = cogstack.layer.fail("PutRolePolicy", mode="hold")
    threading.Timer(25, lambda: [fault.released.set() for fault in (create, put)]).start()
    cogstack.apply(DEV)
    assert cogstack.layer.count(operation="CreateUserPool") == 1
    policies = [request.parameters["RoleName"] for request in cogstack.layer.requests if request.operation == "PutRolePolicy"]
    assert len(policies) == len(set(policies)) > 1
    converges(cogstack, wanted)


@pytest.mark.parametrize("ahead", [1200, -1200])
def test_a_clock_twenty_minutes_off(cogstack, wanted, ahead):
    """It is set right by AWS's after a first refusal, also where calls of all services meet it at once; and a key whose answer
    was lost is known by the time at which AWS made it."""
    def later(request):
        if request.service != "sts":
            cogstack.layer.clock.ahead = ahead

    cogstack.layer.before = later
    cogstack.layer.fail("CreateAccessKey", mode="reset-after")
    outcome = cogstack.apply(DEV, "--verbose")
    assert outcome.err.count("CreateAccessKey") == 2
    assert {"IAM", "Lambda"} <= set(re.findall(r"^(.*) \S+: 40[03] (?:SignatureDoesNotMatch|InvalidSignatureException)", outcome.err, re.M))
    assert shape(cogstack.account) == wanted
    converges(cogstack, wanted)


def test_a_key_that_a_killed_run_made_with_a_wrong_clock(cogstack, wanted):
    cogstack.layer.clock.ahead = 1200
    running = None

    def kill(request, answer):
        if request.operation == "CreateAccessKey":
            running.kill()

    cogstack.layer.after = kill
    running = cogstack.start("apply", DEV, "--yes")
    running.communicate(timeout=60)
    assert len(cogstack.account.inventory()["users"][0]["keys"]) == 1
    converges(cogstack, wanted)


def profile(run, key):
    """Writes the credentials file, and takes the credentials out of the environment."""
    folder = run.home / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "credentials").write_text(
        f"[default]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n")
    return {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def expiring(run, nth, renew=None):
    """A hook: the credentials in use now are not taken from the nth request on, at which `renew` is called."""
    seen, old, turn = 0, None, threading.Lock()

    def hook(request):
        nonlocal seen, old
        with turn:  # none is refused before the new ones are there
            seen += 1
            old = old or request.access_key
            if seen == nth and renew:
                renew()
            if seen >= nth and request.access_key == old:
                raise EXPIRED[request.service]

    return hook


def test_credentials_that_are_renewed_while_it_runs(cogstack, wanted):
    account = cogstack.account
    first = {"AccessKeyId": account.access_key_id, "SecretAccessKey": account.secret_access_key}
    second = account.client("iam").create_access_key(UserName=ADMIN)["AccessKey"]
    environment = profile(cogstack, first)
    for nth in (2, 20):  # while planning, and while applying what is left
        cogstack.layer.before = expiring(cogstack, nth, renew=lambda: profile(cogstack, second))
        cogstack.run("apply", DEV, "--yes", environment=environment)
        assert {request.access_key for request in cogstack.layer.requests} == {first["AccessKeyId"], second["AccessKeyId"]}
        cogstack.layer.clear()
        cogstack.run("destroy", DEV, "--yes", environment=environment)
        profile(cogstack, first)
        cogstack.layer.clear()
    converges(cogstack, wanted)


def test_credentials_that_expire_and_are_not_renewed(cogstack, wanted):
    """The run ends early and says so: every other call would be refused alike."""
    cogstack.layer.before = expiring(cogstack, 18)
    outcome = cogstack.run("apply", DEV, "--yes", status=1)
    words = " ".join(outcome.out.split())
    assert "since the credentials have expired" in words and "They came from environment variables." in words
    assert re.search(r"not done create \S+: the credentials have expired", words)
    assert cogstack.layer.count() < 18 + 10  # those under way, each asked once
    assert not cogstack.account.is_empty()
    converges(cogstack, wanted)


def test_pages_that_repeat(cogstack, wanted):
    def same_again(request, answer):
        if request.operation == "ListUserPools":
            answer.status = 200  # the endpoint knows no such token
            answer.headers.append(("x-amzn-RequestId", "again"))
            answer.replace({"UserPools": [], "NextToken": "again"})

    cogstack.layer.after = same_again
    outcome = cogstack.run("apply", DEV, "--yes", status=1)
    assert "gave the token of a page that it had given before" in " ".join(outcome.err.split())
    assert cogstack.layer.count(operation="ListUserPools") == 2 and cogstack.account.is_empty()
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


@pytest.mark.long
def test_a_wait_that_never_ends_says_why(binary, endpoint, account, tmp_path):
    with StrictLayer(endpoint, role_delay=3600) as layer:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        outcome = run.run("apply", DEV, "--yes", status=1, within=240)
        assert "The role defined for the function cannot be assumed by Lambda." in outcome.err + outcome.out


@pytest.mark.parametrize("status, code", [(501, "NotImplementedException"), (400, "UnknownOperationException")])
def test_an_endpoint_that_lacks_a_call(cogstack, wanted, status, code):
    """It is told at once, and nothing is looked for: each run asks once."""
    def hook(request):
        if request.operation == "CreateUserPool":
            raise Refused(code, "The API action is not implemented", status)

    cogstack.layer.before = hook
    for number in (1, 2):
        outcome = cogstack.run("apply", DEV, "--yes", status=1, within=60)
        assert "this endpoint does not implement CreateUserPool" in outcome.out
        assert cogstack.layer.count(operation="CreateUserPool") == number
        assert intents(cogstack.folder / ".cogstack/dev/journal") == []
    converges(cogstack, wanted)


def test_a_key_with_a_line_break(cogstack):
    """It is told by name before anything is sent, and without a word of it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        outcome = cogstack.run("whoami", status=1, environment={name: cogstack.environment[name] + "\n"})
        assert f"{name} ends in a line break" in outcome.err and cogstack.environment[name] not in outcome.err
    assert cogstack.layer.requests == []
