"""Text from AWS, files, the environment and arguments never steers the terminal, nor does it look like the program's own lines."""

import json
import re

import pytest

from strict import Refused
from terminal import Terminal

MINIMAL = "stacks/minimal.yaml"
HOSTILE = "x\x1b[31m\x1b]0;title\x07\x9b2J\x7f\x08\r\nApply done\t\u202e\u2066\u061c\u200f\ufeff\u2028z"
# On a command line and in the environment there is no NUL, and elsewhere everything else is as good.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
OWN = re.compile(r"\x1b\[(?:[0-9;]*m|2K|J|\d*A)")


@pytest.fixture
def cogstack(cogstack):
    (cogstack.folder / MINIMAL).write_bytes((cogstack.folder / "examples/minimal.yaml").read_bytes())
    return cogstack


def from_aws(cogstack, layer):
    def refuse(request):
        if request.operation == "CreateUserPool":
            raise Refused("InvalidParameterException", HOSTILE, 400)

    layer.before = refuse
    return ["apply", MINIMAL, "--yes", "--verbose"], {}


def from_the_lock(cogstack, layer):
    cogstack.apply(MINIMAL)
    claim = cogstack.folder / ".cogstack/minimal/lock.claim"
    claim.write_text(json.dumps({"user": HOSTILE, "host": HOSTILE, "pid": 1, "since": "2026-01-01T00:00:00Z", "command": HOSTILE}))
    return ["state", "unlock", MINIMAL], {}


def from_the_plan(cogstack, layer):
    cogstack.run("plan", MINIMAL)
    path = cogstack.folder / ".cogstack/minimal/plan.json"
    path.write_text(path.read_text().replace('"create"', json.dumps(HOSTILE)))
    return ["apply", "--yes"], {}


def from_the_state(cogstack, layer):
    cogstack.apply(MINIMAL)
    path = cogstack.folder / ".cogstack/minimal/state.json"
    state = json.loads(path.read_text())
    state["account"] = HOSTILE
    state["outputs"] = {HOSTILE: HOSTILE}
    for record in state["resources"].values():
        record["physicalId"] = HOSTILE
    path.write_text(json.dumps(state))
    return ["state", "show", MINIMAL], {}


def from_another_state(cogstack, layer):
    from_the_state(cogstack, layer)
    return ["plan", MINIMAL], {}


def from_the_environment(cogstack, layer):
    return ["plan", MINIMAL], {"AWS_PROFILE": HOSTILE}


def from_an_argument(cogstack, layer):
    return ["plan", MINIMAL, HOSTILE, "--" + HOSTILE], {}


def from_a_file_name(cogstack, layer):
    return ["plan", HOSTILE + ".yaml"], {}


def from_a_stack_file(cogstack, layer):
    path = cogstack.folder / MINIMAL
    path.write_text(path.read_text() + f"{json.dumps(HOSTILE)}: {json.dumps(HOSTILE)}\n")
    return ["validate", MINIMAL], {}


SOURCES = [
    from_aws, from_the_lock, from_the_plan, from_the_state, from_another_state, from_the_environment, from_an_argument, from_a_file_name,
    from_a_stack_file]


def check(text):
    assert not FORBIDDEN.search(text), repr(text)
    assert not re.search(r"^\s*Apply done", text, re.MULTILINE), text
    assert "[31m" in text or "\\n" in text or "�" in text, f"nothing hostile was printed: {text}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_nothing_is_printed_raw(cogstack, layer, source):
    arguments, environment = source(cogstack, layer)
    outcome = cogstack.run(*arguments, status=None, environment=environment)
    check(outcome.out + outcome.err)
    if source is not from_an_argument:
        outcome = cogstack.run(*arguments, "--json", status=None, environment=environment)
        assert not FORBIDDEN.search(outcome.out + outcome.err), outcome
        json.loads(outcome.out)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_nothing_is_printed_raw_at_a_terminal(cogstack, layer, source):
    arguments, environment = source(cogstack, layer)
    terminal = Terminal(cogstack, *arguments, environment=environment)
    if source is from_the_lock:
        terminal.read_until("Type yes")
        terminal.type("no\n")
    terminal.end()
    # The terminal itself ends lines by \r\n, and the live region begins with \r.
    check(OWN.sub("", terminal.text).replace("\r", ""))


def test_an_output_is_exact_for_a_program_and_escaped_for_a_person(cogstack, layer):
    from_the_state(cogstack, layer)
    assert cogstack.run("output", MINIMAL, HOSTILE).out.encode() == (HOSTILE + "\n").encode()
    terminal = Terminal(cogstack, "output", MINIMAL, HOSTILE)
    assert terminal.end() == 0
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", OWN.sub("", terminal.text))
