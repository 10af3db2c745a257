"""The saved plan, what is asked before anything is changed, and what a terminal shows."""

import re
import signal
import time

import pytest

from cogstack import changes
from inventory import names
from terminal import Terminal

DEV = "stacks/dev.yaml"
MINIMAL = "stacks/minimal.yaml"


@pytest.fixture
def cogstack(cogstack):
    """With the minimal example among the stacks, so that its state is where commands without a file look."""
    (cogstack.folder / MINIMAL).write_bytes((cogstack.folder / "examples/minimal.yaml").read_bytes())
    return cogstack


# The saved plan


def test_the_saved_plan_is_carried_out(cogstack, account):
    cogstack.run("plan", MINIMAL)
    assert account.is_empty()
    said = cogstack.run("apply", "--yes")
    assert account.id in said.out + said.err and "minimal" in said.out + said.err and account.region in said.out + said.err
    assert names(account.inventory())["userPools"] == ["minimal-users"]
    assert changes(cogstack.plan(MINIMAL)) == {}


def test_no_saved_plan(cogstack, account):
    assert "plan" in cogstack.run("apply", "--yes", status=1).err
    assert account.is_empty()


def test_a_saved_plan_is_not_carried_out_twice(cogstack, account):
    cogstack.run("plan", MINIMAL)
    cogstack.run("apply", "--yes")
    before = account.inventory()
    cogstack.run("apply", "--yes", status=1)
    assert account.inventory() == before


def test_a_saved_plan_is_refused_when_the_file_moved(cogstack, account):
    cogstack.run("plan", MINIMAL)
    cogstack.edit(MINIMAL, "minimumLength: 12", "minimumLength: 13")
    assert "minimal.yaml" in cogstack.run("apply", "--yes", status=1).err
    assert account.is_empty()


def test_a_saved_plan_is_refused_when_a_base_or_code_moved(cogstack, account):
    cogstack.run("plan", DEV)
    cogstack.edit("stacks/base.yaml", "minimumLength: 12", "minimumLength: 13")
    assert "base.yaml" in cogstack.run("apply", "--yes", status=1).err
    cogstack.run("plan", DEV)
    source = cogstack.folder / "examples/credential-proxy/lambda_function.py"
    source.write_text(source.read_text() + "# changed\n")
    assert "credential-proxy" in cogstack.run("apply", "--yes", status=1).err
    assert account.is_empty()


def test_a_saved_plan_is_refused_when_a_live_object_moved(cogstack, account):
    cogstack.apply(MINIMAL)
    cogstack.edit(MINIMAL, "\n  signed-in:\n", "\n  signed-in:\n    maxSessionDuration: 2h\n")
    cogstack.run("plan", MINIMAL)
    account.client("iam").update_role(RoleName="minimal-signed-in", Description="by hand")
    assert "roles.signed-in" in cogstack.run("apply", "--yes", status=1).err
    assert account.inventory()["roles"][0]["MaxSessionDuration"] == 3600


# Asking


def test_nobody_to_ask(cogstack, account):
    for arguments in (["apply", MINIMAL], ["apply"]):
        cogstack.run("plan", MINIMAL)
        assert "--yes" in cogstack.run(*arguments, status=1).err
        assert account.is_empty()
    cogstack.apply(MINIMAL)
    before = account.inventory()
    assert "--yes" in cogstack.run("destroy", MINIMAL, status=1).err
    assert account.inventory() == before


def test_protected_stacks_are_not_destroyed(cogstack, account):
    cogstack.apply("stacks/prod.yaml")
    before = account.inventory()
    for arguments in (["destroy", "stacks/prod.yaml", "--yes"], ["destroy", "--yes"]):
        assert "prod" in cogstack.run(*arguments, status=1).err
    assert account.inventory() == before

    text = (cogstack.folder / "stacks/base.yaml").read_text()
    (cogstack.folder / "stacks/base.yaml").write_text(text.replace("userPools:\n  users:\n", "userPools:\n  people:\n    name: people\n"))
    cogstack.run("apply", "stacks/prod.yaml", "--yes", status=1)
    assert account.inventory() == before


def test_a_protected_pool_goes_when_its_file_lets_it(cogstack, account):
    """AWS's own deletion protection is taken off first, by an apply, as the message says."""
    cogstack.edit(MINIMAL, "\n  users:\n", "\n  users:\n    deletionProtection: ACTIVE\n")
    cogstack.apply(MINIMAL)
    before = account.inventory()
    refusal = cogstack.run("destroy", MINIMAL, "--yes", status=1)
    assert "deletionProtection" in refusal.err or "DeletionProtection" in refusal.err or "deletion protection" in refusal.err
    assert names(account.inventory())["userPools"] == names(before)["userPools"]
    cogstack.edit(MINIMAL, "    deletionProtection: ACTIVE\n", "")
    cogstack.apply(MINIMAL)
    cogstack.run("destroy", MINIMAL, "--yes")
    assert account.is_empty()


def test_destroy_takes_the_one_unprotected_stack(cogstack, account):
    assert cogstack.run("destroy", "--yes", status=1).err
    cogstack.apply("stacks/prod.yaml")
    cogstack.apply(DEV)
    cogstack.apply(MINIMAL)
    said = cogstack.run("destroy", "--yes", status=1).err
    assert DEV in said and MINIMAL in said
    cogstack.run("destroy", DEV, "--yes")
    cogstack.run("destroy", "--yes")
    assert names(account.inventory())["userPools"] == ["prod-users"]


def test_user_accounts_are_lost_only_by_their_number(cogstack, account):
    cogstack.apply(MINIMAL)
    before = account.inventory()
    idp = account.client("cognito-idp")
    for name in ("ann", "bob"):
        idp.admin_create_user(UserPoolId=before["userPools"][0]["Id"], Username=name, MessageAction="SUPPRESS")
    for arguments in ([], ["--accept-user-loss", "1"], ["--accept-user-loss", "3"]):
        assert "2" in cogstack.run("destroy", MINIMAL, "--yes", *arguments, status=1).err
        assert names(account.inventory()) == names(before)
    cogstack.run("destroy", MINIMAL, "--yes", "--accept-user-loss", "2")
    assert account.is_empty()


def test_a_user_pool_is_never_replaced(cogstack, account):
    cogstack.apply(MINIMAL)
    before = account.inventory()
    account.client("cognito-idp").admin_create_user(
        UserPoolId=before["userPools"][0]["Id"], Username="ann", MessageAction="SUPPRESS")
    cogstack.edit(MINIMAL, "\n  users:\n", "\n  users:\n    usernameAttributes: [email]\n")
    said = cogstack.run("plan", MINIMAL, status=1).err
    assert "usernameAttributes" in said and "1" in said
    cogstack.run("apply", MINIMAL, "--yes", status=1)
    assert names(account.inventory()) == names(before)


# Stopped, failing, waiting


def test_control_c_finishes_what_is_under_way(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    program = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    program.send_signal(signal.SIGINT)
    time.sleep(0.5)
    held.released.set()
    _, err = program.communicate(timeout=30)
    assert program.returncode == 130, err.decode()
    found = names(account.inventory())
    assert found["userPools"] == ["minimal-users"] and "clients" not in account.inventory()["userPools"][0]
    cogstack.apply(MINIMAL)
    assert changes(cogstack.plan(MINIMAL)) == {} and names(account.inventory())["userPools"] == ["minimal-users"]


def test_one_writer_at_a_time(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    first = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    said = cogstack.run("apply", MINIMAL, "--yes", status=1).err
    assert str(first.pid) in said, "the lock says who"
    held.released.set()
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert names(account.inventory())["userPools"] == ["minimal-users"]


def test_a_failed_action_stops_only_what_depends_on_it(cogstack, account, layer):
    layer.before = lambda request: refuse(request) if request.operation == "CreateIdentityPool" else None
    outcome = cogstack.run("apply", MINIMAL, "--yes", status=1)
    assert "identityPools.identities" in outcome.err + outcome.out and "AccessDenied" in outcome.err + outcome.out
    found = account.inventory()
    assert len(found["userPools"][0]["clients"]) == 1 and not found["identityPools"]
    layer.clear()
    cogstack.apply(MINIMAL)
    assert changes(cogstack.plan(MINIMAL)) == {} and len(account.inventory()["userPools"]) == 1


def refuse(request):
    from wire import Refused
    raise Refused("AccessDeniedException", "User is not authorized to perform: cognito-identity:CreateIdentityPool")


# The terminal


ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_a_terminal_asks_and_shows(cogstack, account):
    terminal = Terminal(cogstack, "apply", MINIMAL)
    terminal.read_until(r"(?i)yes[^\n]*$")
    assert account.is_empty()
    assert account.id in terminal.text and "roles.signed-in" in ESCAPES.sub("", terminal.text)
    terminal.type("yes\n")
    assert terminal.end() == 0, terminal.text
    assert "\x1b[" in terminal.text, "colour at a terminal"
    plain = ESCAPES.sub("", terminal.text)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", plain), "nothing that a terminal would not show"
    assert "\x1b[?25l" not in terminal.text or terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l"), "the cursor is back"
    assert names(account.inventory())["roles"] == ["minimal-signed-in"]


@pytest.mark.parametrize("answer", ["no\n", "y\n", "\n", "\x04"])
def test_anything_but_yes_is_no(cogstack, account, answer):
    terminal = Terminal(cogstack, "apply", MINIMAL)
    terminal.read_until(r"(?i)yes[^\n]*$")
    terminal.type(answer)
    assert terminal.end() == 1, terminal.text
    assert account.is_empty()


def test_destroy_asks_for_the_stacks_name(cogstack, account):
    cogstack.apply(MINIMAL)
    terminal = Terminal(cogstack, "destroy", MINIMAL)
    terminal.read_until(r"(?i)name[^\n]*$")
    terminal.type("yes\n")
    assert terminal.end() == 1 and not account.is_empty(), terminal.text
    terminal = Terminal(cogstack, "destroy", MINIMAL)
    terminal.read_until(r"(?i)name[^\n]*$")
    terminal.type("minimal\n")
    assert terminal.end() == 0 and account.is_empty(), terminal.text


@pytest.mark.parametrize("arguments, environment", [
    (["plan", MINIMAL, "--no-color"], {}), (["plan", MINIMAL], {"NO_COLOR": "1"}), (["plan", MINIMAL], {"TERM": "dumb"})])
def test_no_colour_where_it_is_not_wanted(cogstack, arguments, environment):
    terminal = Terminal(cogstack, *arguments, environment=environment)
    assert terminal.end() == 0
    assert not re.search(r"\x1b\[[0-9;]*m", terminal.text), terminal.text


def test_no_escapes_and_no_mixing_without_a_terminal(cogstack):
    for arguments in (["plan", MINIMAL], ["apply", MINIMAL, "--yes"]):
        outcome = cogstack.run(*arguments)
        assert "\x1b" not in outcome.out + outcome.err and "\r" not in outcome.out + outcome.err
    assert cogstack.run("apply", MINIMAL, "--yes", "--json").json is not None
    assert cogstack.run("plan", MINIMAL, "--quiet").err == ""
