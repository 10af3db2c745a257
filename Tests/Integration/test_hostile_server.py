"""Whatever a server sends: the program ends with a clear error, and does not grow. What browsers read is read."""

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from hostile import DRESSES, REDIRECT, WITHOUT_END, hostile
from line import Line
from measuring import measured
from strict import StrictLayer
from test_bad_disk import intents

STACK = """\
stack: small
region: us-east-1
roles:
  first:
    trust: [{ service: lambda.amazonaws.com }]
"""
FILE = "stacks/small.yaml"
ROOM = 64  # MiB that bad answers may take, over what good ones take
SECONDS, MEBIBYTES = 60, 400  # where a run is stopped, and the test fails


class Server:
    """What the tests here share: an account in which the stack is, behind a line whose answers a test spoils."""

    def __init__(self, binary, layer, line, account, folder):
        self.layer, self.line = layer, line
        self.program = Cogstack(binary, ROOT, folder, account, layer)
        (self.program.folder / FILE).write_text(STACK)

    def run(self, *arguments):
        program = self.program
        environment = program.environment | {"AWS_ENDPOINT_URL": self.line.url()}
        return measured([program.binary, *arguments], environment, program.folder, SECONDS, MEBIBYTES)

    def iam(self):
        return self.program.account.client("iam")


@pytest.fixture(scope="module")
def shared(binary, endpoint, tmp_path_factory):
    with StrictLayer(endpoint) as layer, Line(layer.url) as line:
        server = Server(binary, layer, line, endpoint.account(), tmp_path_factory.mktemp("hostile"))
        server.program.apply(FILE)
        usual = server.run("plan", FILE)
        assert usual.status == 0, str(usual)
        server.usual = usual.peak
        yield server


@pytest.fixture
def server(shared):
    shared.line.answer = None
    shared.line.clear()
    shared.layer.clear()
    return shared


def assert_refused(run, usual, *words):
    assert run.status == 1 and not run.stopped, str(run)
    missing = [word for word in words if word not in run.text]
    assert not missing, f"{missing} are not in:\n{run}"
    assert run.peak < usual + ROOM, f"{run.peak:.0f} MiB, and usually {usual:.0f}\n{run}"


@pytest.mark.parametrize("form", WITHOUT_END)
def test_a_plan_that_is_answered_without_end(server, form):
    server.line.answer = hostile(WITHOUT_END[form], "GetRole")
    assert_refused(server.run("plan", FILE), server.usual, server.line.url(), "GetRole")


@pytest.mark.parametrize("form", ["an endless body", "an endless head"])
def test_an_apply_that_is_answered_without_end(server, endpoint, tmp_path, form):
    """A create whose answer is none: nothing is there twice after the next apply."""
    own = Server(server.program.binary, server.layer, server.line, endpoint.account(), tmp_path)
    server.line.answer = hostile(WITHOUT_END[form], "CreateRole")
    assert_refused(own.run("apply", FILE, "--yes"), server.usual, server.line.url(), "CreateRole")
    server.line.answer = None
    own.program.apply(FILE)
    assert [role["RoleName"] for role in own.iam().list_roles()["Roles"]] == ["small-first"]
    assert intents(own.program.folder / ".cogstack/small/journal") == []
    assert changes(own.program.plan(FILE)) == {}


def test_the_body_of_a_redirect_is_read(server):
    """It says what is wrong, as S3's PermanentRedirect does."""
    server.line.answer = hostile(REDIRECT["a redirect's body"], "GetRole")
    assert_refused(server.run("plan", FILE), server.usual, "GetRole", "PermanentRedirect")


@pytest.mark.parametrize("dress", DRESSES)
def test_what_browsers_read(server, dress):
    """Right answers of all services in a dress that is not quite HTTP's: an apply, a plan with nothing to do, a destroy."""
    with Line(server.layer.url, dress=DRESSES[dress]) as line:
        environment = {"AWS_ENDPOINT_URL": line.url()}
        plan = server.program.run("plan", FILE, "--json", environment=environment).json
        assert changes(plan) == {}
        assert len(line.requests) == plan["apiCalls"]  # none was asked again


def test_what_browsers_read_in_changes(server, endpoint, tmp_path):
    """All four dresses in turn, under the changes of the dev stack too."""
    dresses = list(DRESSES.values())
    number = 0

    def dress(*answer):
        nonlocal number
        number += 1
        return dresses[number % len(dresses)](*answer)

    with Line(server.layer.url, dress=dress) as line:
        account = endpoint.account()
        program = Cogstack(server.program.binary, ROOT, tmp_path, account, server.layer)
        environment = {"AWS_ENDPOINT_URL": line.url()}
        program.run("apply", "stacks/dev.yaml", "--yes", environment=environment)
        assert changes(program.run("plan", "stacks/dev.yaml", "--json", environment=environment).json) == {}
        program.run("destroy", "stacks/dev.yaml", "--yes", environment=environment)
    assert account.is_empty()
