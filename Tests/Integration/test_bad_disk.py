"""Full and read-only disks, and files that are cut, damaged or something else: nothing is lost, and nothing is guessed."""

import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from inventory import names
from strict import StrictLayer

MINIMAL = "stacks/minimal.yaml"
WRITES = re.compile("Create|Update|Delete|Put|Set|Attach|Detach|Tag")
NOBODY = 65534


def with_minimal(cogstack):
    (cogstack.folder / MINIMAL).write_bytes((cogstack.folder / "examples/minimal.yaml").read_bytes())
    return cogstack


@pytest.fixture
def cogstack(cogstack):
    return with_minimal(cogstack)


@pytest.fixture
def files(cogstack):
    """Where the stack's files are."""
    return cogstack.folder / ".cogstack" / "minimal"


def applied(cogstack, account):
    """The account's contents, once the stack is there."""
    cogstack.apply(MINIMAL)
    return account.inventory()


def intents(journal):
    """The intents that a journal has open, read as its format says and not by cogstack."""
    opened = {}
    for line in (journal.read_bytes() if journal.exists() else b"").split(b"\n")[:-1]:
        entry = json.loads(line)
        if "begin" in entry:
            opened[entry["begin"]] = entry["intent"]
        else:
            del opened[entry["end"]]
    return list(opened.values())


def assert_converged(cogstack, account, expected=None):
    """What an apply that has just gone well must have left."""
    assert changes(cogstack.plan(MINIMAL)) == {}
    assert (cogstack.folder / ".cogstack/minimal/journal").read_bytes() == b""
    found = account.inventory()
    assert names(found) == names(expected) if expected else [len(objects) for objects in found.values()] == [1, 1, 1, 0, 0, 0, 0]
    assert len(found["userPools"][0]["clients"]) == 1


# A disk that is full


def no_file_beyond(limit):
    """For Popen. Python ignores SIGXFSZ, and hands that on, so that writing beyond is refused and does not kill."""
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)), "restore_signals": False}


class FullDisk:
    """An account and a folder of its own, where no file can grow beyond so many bytes: the kernel writes as many as fit and then
    refuses (EFBIG), as on a disk that is full (ENOSPC)."""

    def __init__(self, endpoint, binary, command, limit):
        self.command, self.limit = command, limit
        self.account = endpoint.account()
        self.layer = StrictLayer(endpoint)
        self._folder = tempfile.TemporaryDirectory(prefix="full-disk-")
        self.cogstack = with_minimal(Cogstack(binary, ROOT, Path(self._folder.name), self.account, self.layer))
        self.files = self.cogstack.folder / ".cogstack" / "minimal"
        self.unannounced = []
        self.was_state_behind = self.was_refused = False

    def run(self):
        """Says what went wrong; None for nothing."""
        try:
            with self.layer, self._folder:
                self.trial()
        except Exception as problem:  # one limit's failure must not hide the others
            return f"{self.command}, {self.limit} bytes: {type(problem).__name__}: {problem}"

    def trial(self):
        if self.command == "destroy":
            self.cogstack.apply(MINIMAL)
        self.layer.before = self.check_intent
        status, said = self.start()
        assert not self.unannounced, f"sent before its intent was on disk: {self.unannounced}"
        assert status in (0, 1), said
        self.was_refused = status == 1
        assert status == 0 or re.search(r"cannot write \.cogstack/minimal/(journal|state\.json|lock): File too large", said), said
        assert {path.name for path in self.files.iterdir()} <= {"state.json", "journal", "lock"}, "something torn was left"
        self.check_explained()
        self.layer.clear()
        self.cogstack.run(self.command, MINIMAL, "--yes")
        if self.command == "destroy":
            assert self.account.is_empty()
        else:
            assert_converged(self.cogstack, self.account)

    def start(self):
        program = self.cogstack.start(self.command, MINIMAL, "--yes", **no_file_beyond(self.limit))
        out, err = program.communicate(timeout=60)
        return program.returncode, out.decode() + err.decode()

    def check_intent(self, request):
        if WRITES.match(request.operation) and request.operation not in {i["operation"] for i in intents(self.files / "journal")}:
            self.unannounced.append(request.operation)

    def check_explained(self):
        """What there is, the state has, or the journal."""
        state = (self.files / "state.json").read_text() if (self.files / "state.json").exists() else ""
        if state:
            json.loads(state)
        open_operations = {intent["operation"] for intent in intents(self.files / "journal")}
        found = self.account.inventory()
        for operation, ids in {
                "CreateUserPool": [pool["Id"] for pool in found["userPools"]],
                "CreateUserPoolClient": [client["ClientId"] for pool in found["userPools"] for client in pool.get("clients", [])],
                "CreateIdentityPool": [pool["IdentityPoolId"] for pool in found["identityPools"]],
                "CreateRole": names(found)["roles"]}.items():
            for physical_id in ids:
                if not re.search(rf'"physicalId" : "[^"]*{physical_id}"', state):
                    assert operation in open_operations, f"nobody knows of {physical_id}"
                    self.was_state_behind = True


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_full_at_any_byte(command, endpoint, binary, capsys):
    # The state of the minimal stack has 4.9 kB and its journal 2.9 kB, at their longest.
    limits = range(0, 5200, 400) if command == "apply" else range(100, 4900, 800)
    trials = [FullDisk(endpoint, binary, command, limit + 7 * number) for number, limit in enumerate(limits)]
    with ThreadPoolExecutor(2) as pool:
        problems = [problem for problem in pool.map(FullDisk.run, trials) if problem]
    assert not problems, "\n".join(problems)
    assert any(trial.was_refused for trial in trials)
    assert command == "destroy" or any(trial.was_state_behind for trial in trials), "no limit let the journal get ahead of the state"
