"""Ctrl-C, SIGTERM, a terminal that is closed, a reader that went away: a run comes to a recorded end, and the next one goes on."""

import os
import signal
import time

import pytest

from cogstack import changes
from inventory import names
from state_file import read_state
from terminal import Terminal

DEV, MINIMAL = "stacks/dev.yaml", "stacks/minimal.yaml"
REPLACED = "appClients:\n  cli: { generateSecret: true }\nroles:\n  signed-in: { name: renamed }\n"
FOREVER = 10_000  # seconds of delay, where a wait ends only by being cut short
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def cogstack(cogstack):
    (cogstack.folder / MINIMAL).write_bytes((cogstack.folder / "examples/minimal.yaml").read_bytes())
    return cogstack


def read_until(stream, words):
    """What a program says up to the line that has `words` in it."""
    lines = []
    for line in stream:
        lines.append(line.decode())
        if words in lines[-1]:
            return "".join(lines)
    raise AssertionError(f"no {words!r} in:\n{''.join(lines)}")


def wait_for(condition, within=20):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(program, within=20):
    """Its exit status and all that it says from here on. Within far less time than any wait of it would take."""
    out, err = program.communicate(timeout=within)
    return program.returncode, out.decode() + err.decode()


def state(cogstack, stack="minimal"):
    return read_state(cogstack.folder / ".cogstack" / stack / "state.json")["resources"]


def assert_converges(cogstack, account, layer, file):
    """One apply, and everything is there once, and there is nothing left to do or to look into."""
    layer.clear()
    layer.rules.role_delay = layer.rules.principal_delay = 0
    cogstack.apply(file)
    assert changes(cogstack.plan(file)) == {}
    stack = "dev" if file == DEV else "minimal"
    assert (cogstack.folder / ".cogstack" / stack / "journal").read_bytes() == b""
    found = account.inventory()
    for kind, kept in names(found).items():
        assert len(kept) == len(set(kept)), (kind, kept)
    assert [len(pool["clients"]) for pool in found["userPools"]] == [1] and len(found["identityPools"]) == 1
    assert [len(user["keys"]) for user in found["users"]] == ([1] if file == DEV else [])
    assert len(found["roles"]) == (3 if file == DEV else 1)


# Before anything is changed


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("arguments", [["plan", MINIMAL], ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"]])
def test_while_planning(cogstack, account, layer, arguments, number):
    held = layer.fail("*", nth=2, mode="hold")
    program = cogstack.start(*arguments)
    assert held.reached.wait(60)
    program.send_signal(number)
    status, said = ended(program)
    assert status == 130 and "Nothing was changed" in said
    assert not list(cogstack.folder.glob(".cogstack/*/*.json*"))
    held.released.set()
    layer.clear()
    assert account.is_empty()
    cogstack.run("plan", MINIMAL)  # nobody holds a lock


@pytest.mark.parametrize("how", ["ctrl-c", "closed"])
def test_at_the_question(cogstack, account, how):
    terminal = Terminal(cogstack, "apply", MINIMAL)
    terminal.read_until(r"(?i)yes[^\n]*$")
    if how == "ctrl-c":
        terminal.type("\x03")
        assert terminal.end() == 130 and "\nInterrupted. Nothing was changed." in terminal.text.replace("\r", "")
    else:
        os.close(terminal.master)
        assert terminal.program.wait(20) == 130
    assert account.is_empty()


# During requests


@pytest.mark.parametrize("number", SIGNALS)
def test_during_a_request(cogstack, account, layer, number):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.send_signal(number)
    read_until(program.stderr, "Interrupted: what is under way comes to its end")
    held.released.set()
    status, said = ended(program)
    assert status == 130
    assert "not done  create appClients.cli: interrupted" in said and "again to go on." in said
    pool = account.inventory()["userPools"]
    assert len(pool) == 1 and "clients" not in pool[0]
    assert state(cogstack)["userPools.users"]["physicalId"] == pool[0]["Id"], "what was under way is recorded"
    assert_converges(cogstack, account, layer, MINIMAL)


@pytest.mark.parametrize("operation", ["CreateUserPoolClient", "DeleteUserPoolClient", "CreateRole", "DeleteRole"])
def test_during_a_replacement(cogstack, account, layer, operation):
    cogstack.apply(MINIMAL)
    before = account.inventory()
    held = layer.fail(operation, mode="hold")
    cogstack.lay_over(MINIMAL, REPLACED)
    program = cogstack.start("apply", MINIMAL, "--yes", "--parallelism", "1")
    assert held.reached.wait(60)
    program.send_signal(signal.SIGINT)
    read_until(program.stderr, "Interrupted: ")
    held.released.set()
    status, said = ended(program)
    assert status == (130 if "not done" in said else 0)
    assert_converges(cogstack, account, layer, MINIMAL)
    after = account.inventory()
    assert names(after)["roles"] == ["renamed"] and names(after)["userPools"] == names(before)["userPools"]
    assert after["userPools"][0]["clients"][0]["ClientId"] != before["userPools"][0]["clients"][0]["ClientId"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_during_a_destroy(cogstack, account, layer, number):
    cogstack.apply(MINIMAL)
    held = layer.fail("DeleteIdentityPool", mode="hold")
    program = cogstack.start("destroy", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.send_signal(number)
    read_until(program.stderr, "Interrupted: ")
    held.released.set()
    status, said = ended(program)
    assert status == 130 and "not done  delete userPools.users: interrupted" in said
    found = names(account.inventory())
    assert found["userPools"] and not found["identityPools"]
    assert "identityPools.identities" not in state(cogstack)
    layer.clear()
    cogstack.run("destroy", MINIMAL, "--yes")
    assert account.is_empty() and state(cogstack) == {}


def test_the_second_stops_at_once(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.send_signal(signal.SIGINT)
    read_until(program.stderr, "Press Ctrl-C again to stop now")
    program.send_signal(signal.SIGINT)
    assert ended(program)[0] == 130
    assert account.is_empty(), "it did not wait for the request"
    held.released.set()
    wait_for(lambda: not account.is_empty())
    assert_converges(cogstack, account, layer, MINIMAL)


def test_a_hang_up_is_never_the_second(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.send_signal(signal.SIGHUP)
    read_until(program.stderr, "Interrupted: ")
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP):
        program.send_signal(number)
    with pytest.raises(Exception, match="timed out"):
        program.wait(1)
    held.released.set()
    assert ended(program)[0] == 130
    assert "userPools.users" in state(cogstack)


# During waits


def lambda_waits(layer):
    layer.rules.role_delay = FOREVER
    return "CreateFunction", 5  # the next pause is of 1.3 seconds


def iam_waits(layer):
    layer.rules.principal_delay = FOREVER
    return "CreateRole", 7  # two roles are known at once, and then as above


def throttled(layer):
    layer.fail("CreateUserPool", mode="throttle", times=FOREVER)
    return "CreateUserPool", 3  # the pauses before the other seven are up to 4, 8, 16 and four times 20 seconds


@pytest.mark.parametrize("waits, number, words", [
    (lambda_waits, signal.SIGINT, "interrupted while waiting for Lambda to take CreateFunction. AWS's last words: The role defined"),
    (lambda_waits, signal.SIGHUP, "interrupted while waiting for Lambda"),
    (iam_waits, signal.SIGTERM, "interrupted while waiting for IAM"),
    (throttled, signal.SIGINT, "CreateUserPool was throttled"),
])
def test_during_a_wait(cogstack, account, layer, waits, number, words):
    operation, tries = waits(layer)
    program = cogstack.start("apply", DEV, "--yes")
    wait_for(lambda: layer.count(operation=operation) >= tries)
    sent = layer.count(operation=operation)
    program.send_signal(number)
    read_until(program.stderr, "Interrupted: ")
    status, said = ended(program)
    assert status == 130 and " ".join(words.split()) in " ".join(said.split()), said
    if waits is not throttled:  # where the pause may be of any length from zero
        assert layer.count(operation=operation) == sent, "the pause itself is cut short, not only the next one"
    assert_converges(cogstack, account, layer, DEV)


def test_a_wait_for_what_was_made(cogstack, account, layer):
    """The function is there and recorded; what was cut short is the waiting for it to become active."""
    layer.after = still_pending
    program = cogstack.start("apply", DEV, "--yes")
    wait_for(lambda: layer.count(operation="CreateFunction") and layer.count(operation="GetFunctionConfiguration") >= 2)
    program.send_signal(signal.SIGINT)
    status, said = ended(program)
    assert status == 130 and "interrupted while waiting" in said, said
    assert state(cogstack, "dev")["lambdaFunctions.credential-proxy"]["physicalId"] == "dev-credential-proxy"
    assert_converges(cogstack, account, layer, DEV)


def still_pending(request, answer):
    if request.operation in ("CreateFunction", "GetFunctionConfiguration", "GetFunction") and answer.status < 300:
        answer.body = answer.body.replace(b'"Active"', b'"Pending"')


def test_closed_terminal_during_a_wait(cogstack, account, layer):
    """Closing a terminal's window: the kernel says so with SIGHUP, and every write fails from then on."""
    layer.rules.role_delay = FOREVER
    terminal = Terminal(cogstack, "apply", DEV, "--yes")
    terminal.read_until("waits|Lambda to take CreateFunction")
    os.close(terminal.master)
    assert terminal.program.wait(20) == 130
    assert "roles.proxy-execution" in state(cogstack, "dev")
    assert_converges(cogstack, account, layer, DEV)


# Nobody looks any more


def test_readers_that_went_away_stop_nothing(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.stdout.close()
    program.stderr.close()
    held.released.set()
    assert program.wait(30) == 0
    assert changes(cogstack.plan(MINIMAL)) == {} and not account.is_empty()


def test_a_terminal_that_breaks_without_a_signal_stops_nothing(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    terminal = Terminal(cogstack, "apply", MINIMAL, "--yes", controls=False)
    assert held.reached.wait(60)
    os.close(terminal.master)
    held.released.set()
    assert terminal.program.wait(30) == 0
    assert changes(cogstack.plan(MINIMAL)) == {}


def test_nohup_is_respected(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert held.reached.wait(60)
    program.send_signal(signal.SIGHUP)
    held.released.set()
    assert ended(program)[0] == 0
    assert changes(cogstack.plan(MINIMAL)) == {}


def test_a_result_that_cannot_be_written_is_a_failure(cogstack):
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no full device here")
    for arguments in (["plan", MINIMAL, "--json"], ["validate", MINIMAL], ["version"]):
        with open("/dev/full", "wb") as full:
            program = cogstack.start(*arguments, stdout=full)
            _, err = program.communicate(timeout=30)
        assert program.returncode == 1 and b"cannot write to standard output: No space left" in err, (arguments, err)
