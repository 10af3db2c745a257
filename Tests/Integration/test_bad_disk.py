"""Full and read-only disks, and files that are cut, damaged or something else: nothing is lost, and nothing is guessed."""

import json
import os
import re
import resource
import shutil
import stat
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from inventory import names
from state_file import read_state
from strict import Dropped, StrictLayer

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
    assert names(found) == names(expected) if expected else {kind: len(objects) for kind, objects in found.items() if objects} == {"userPools": 1, "identityPools": 1, "roles": 1}
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
        out, err = program.communicate(timeout=180)
        return program.returncode, out.decode() + err.decode()

    def check_intent(self, request):
        if WRITES.match(request.operation) and request.operation not in {i["operation"] for i in intents(self.files / "journal")}:
            self.unannounced.append(request.operation)

    def check_explained(self):
        """What there is, the state has, or the journal."""
        state = (self.files / "state.json").read_text() if (self.files / "state.json").exists() else ""
        if state:
            read_state(self.files / "state.json")
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


@pytest.mark.long
@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_full_at_any_byte(command, endpoint, binary):
    # The state of the minimal stack has 4.9 kB and its journal 2.9 kB, at their longest.
    # The first intent has 430 bytes and its record 1,080.
    limits = (0, 60, 250, 700, 1300, 1900, 2700, 3500, 4650, 5300) if command == "apply" else (60, 150, 400, 1100, 3000)
    trials = [FullDisk(endpoint, binary, command, limit) for limit in limits]
    with ThreadPoolExecutor(2) as pool:
        problems = [problem for problem in pool.map(FullDisk.run, trials) if problem]
    assert not problems, "\n".join(problems)
    assert any(trial.was_refused for trial in trials)
    assert command == "destroy" or any(trial.was_state_behind for trial in trials), "no limit let the journal get ahead of the state"


def test_a_file_system_without_room(cogstack, account, files):
    """ENOSPC of a real file system, at so many free pages."""
    files.parent.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", files.parent], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("skipped: no file system can be mounted here")
    try:
        for pages in range(0, 16, 2):
            filler = files.parent / "filler"
            with filler.open("wb", buffering=0) as full, pytest.raises(OSError):
                while True:
                    full.write(bytes(4096))
            os.truncate(filler, max(0, filler.stat().st_size - pages * 4096))
            outcome = cogstack.run("apply", MINIMAL, "--yes", status=None)
            filler.unlink()
            if pages == 0:
                assert account.is_empty()
            if outcome.status == 0:
                break
            assert outcome.status == 1 and "No space left on device. Free some space" in " ".join(str(outcome).split()), outcome
        assert outcome.status == 0 and pages >= 2
        cogstack.apply(MINIMAL)
        assert_converged(cogstack, account)
    finally:
        subprocess.run(["umount", files.parent], check=True)


@pytest.mark.parametrize("before", [None, "an older plan"])
def test_full_while_the_plan_is_saved(cogstack, account, files, before):
    if before:
        cogstack.run("plan", MINIMAL)
        before = (files / "plan.json").read_bytes()
        cogstack.edit(MINIMAL, "minimumLength: 12", "minimumLength: 13")
    for limit in (0, 1, 4000, 8000):
        program = cogstack.start("plan", MINIMAL, **no_file_beyond(limit))
        _, err = program.communicate(timeout=30)
        assert program.returncode == 1 and b"cannot write .cogstack/minimal/plan.json: File too large" in err
        assert [path.name for path in files.iterdir()] == (["plan.json"] if before else []), "something torn was left"
        assert not before or (files / "plan.json").read_bytes() == before
    said = cogstack.run("apply", "--yes", status=1).err
    assert ("no longer fits" if before else "no saved plan") in said
    assert account.is_empty()


# A disk that may not be written


@pytest.fixture
def nobody(cogstack, binary, tmp_path):
    """Runs commands as a user without rights, in a copy of the work folder that this user can reach but not write."""
    with tempfile.TemporaryDirectory(prefix="nobody-") as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            program = shutil.copy(binary, folder)
            rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        else:
            program, rights = binary, {}
        if subprocess.run([program, "version"], capture_output=True, cwd=folder, **rights).returncode != 0:
            pytest.skip("skipped: another user cannot run the program here")
        work = folder / "work"
        shutil.copytree(cogstack.folder, work)

        def run(*arguments):
            for path in [work, *work.rglob("*")]:
                if mode := stat.S_IMODE(path.stat().st_mode):  # 0000 is meant
                    path.chmod(0o555 if mode & 0o100 else 0o444)
            if os.geteuid() == 0:
                for path in [path for path in work.rglob("*") if ".cogstack" in path.parts]:
                    os.chown(path, NOBODY, NOBODY)
            return subprocess.run(
                [program, *arguments], cwd=work, env=cogstack.environment | {"HOME": str(folder)}, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=60, text=True, **rights)

        run.work = work
        yield run
        for path in [work, *work.rglob("*")]:
            path.chmod(0o700)


def test_a_folder_that_may_not_be_written(nobody, account, layer):
    for arguments in (["plan", MINIMAL], ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"]):
        outcome = nobody(*arguments)
        assert outcome.returncode == 1, outcome
        assert "cannot make the folder .cogstack: Permission denied" in outcome.stderr, outcome.stderr
    assert account.is_empty() and not [request for request in layer.requests if WRITES.match(request.operation)]


def test_state_that_may_not_be_written(cogstack, nobody, account, layer, files):
    applied(cogstack, account)
    shutil.copytree(files.parent, nobody.work / ".cogstack")
    layer.clear()
    stack = nobody.work / MINIMAL
    stack.write_text(stack.read_text().replace("minimumLength: 12", "minimumLength: 13"))
    for arguments, file in ((["plan", MINIMAL], "plan.json"), (["apply", MINIMAL, "--yes"], "lock"), (["destroy", MINIMAL, "--yes"], "lock")):
        outcome = nobody(*arguments)
        assert outcome.returncode == 1 and f".cogstack/minimal/{file}: Permission denied" in outcome.stderr, outcome
    assert not [request for request in layer.requests if WRITES.match(request.operation)]


@pytest.mark.parametrize("name", ["state.json", "journal", "plan.json"])
def test_a_file_that_may_not_be_read(cogstack, nobody, account, files, name):
    before = applied(cogstack, account)
    cogstack.run("plan", MINIMAL)
    shutil.copytree(files.parent, nobody.work / ".cogstack")
    (nobody.work / ".cogstack/minimal" / name).chmod(0)
    outcome = nobody(*(["apply", "--yes"] if name == "plan.json" else ["apply", MINIMAL, "--yes"]))
    assert outcome.returncode == 1 and f"cannot read .cogstack/minimal/{name}: Permission denied" in outcome.stderr, outcome
    assert account.inventory() == before


# Files that are damaged, or something else


def lengths(size, count):
    """A spread sample of the lengths below a size, with those at both ends."""
    return sorted({0, 1, size - 2, *(size * number // count for number in range(count))})


def refused(cogstack, account, words, *commands):
    """Each command says so and ends with 1, and touches nothing."""
    files, found = cogstack.files(), account.inventory()
    for arguments in commands or (["plan", MINIMAL], ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"], ["destroy", "--yes"]):
        outcome = cogstack.run(*arguments, status=1)
        assert re.search(words, outcome.err), outcome
    assert cogstack.files() == files and account.inventory() == found


def test_a_state_cut_anywhere(cogstack, account, files):
    applied(cogstack, account)
    whole = (files / "state.json").read_bytes()
    for length in lengths(len(whole), 6):
        (files / "state.json").write_bytes(whole[:length])
        refused(cogstack, account, r"the state file \.cogstack/minimal/state\.json is damaged")
    (files / "state.json").write_bytes(whole[:-1])  # all of it but the line's end
    assert changes(cogstack.plan(MINIMAL)) == {}


def spoil_with_zeros(path):
    path.write_bytes(bytes(path.stat().st_size))


def test_a_state_of_zeros(cogstack, account, files):
    applied(cogstack, account)
    spoil_with_zeros(files / "state.json")
    refused(cogstack, account, r"state\.json is damaged", ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"])


# What is no regular file of the user's own


def in_its_place(path, what, target):
    """Puts something else where a file or folder of the state is; what was there goes to `target`, or away."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if what == "a symbolic link":
        path.rename(target)
        path.symlink_to(target)
    elif what == "other users may write it":
        path.chmod(mode | 0o022)
    elif what == "it belongs to":
        if os.geteuid() != 0:
            pytest.skip("skipped: only root can give files away")
        os.chown(path, NOBODY, NOBODY)
    else:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        {"a FIFO": os.mkfifo, "a folder": os.mkdir}[what](path)


@pytest.mark.parametrize("what", ["a symbolic link", "a FIFO", "a folder", "other users may write it", "it belongs to"])
@pytest.mark.parametrize("name", [".", "..", "state.json", "journal", "lock", "plan.json", "verify.json"])
def test_something_else_in_a_files_place(cogstack, account, files, name, what):
    """It is named, at once, and stays as it is, and so does the file that a link leads to."""
    if name.startswith(".") and what == "a folder":
        return
    before = applied(cogstack, account)
    cogstack.run("plan", MINIMAL)
    (files / "verify.json").write_text("[]")
    path = {".": files, "..": files.parent}.get(name, files / name)
    target = cogstack.folder / "target"
    in_its_place(path, what, target)
    everything = cogstack.files()
    for arguments in {
            "plan.json": [["plan", MINIMAL], ["apply", "--yes"]], "verify.json": [["verify", MINIMAL]],
            "lock": [["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"], ["state", "unlock", MINIMAL]],
            "..": [["plan", MINIMAL], ["apply", "--yes"], ["apply", MINIMAL, "--yes"], ["destroy", "--yes"], ["output", MINIMAL]],
    }.get(name, [["plan", MINIMAL], ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"], ["state", "list", MINIMAL]]):
        outcome = cogstack.run(*arguments, status=1, within=30)
        said = " ".join((outcome.out + outcome.err).split())
        assert re.search(rf"cannot use {path.relative_to(cogstack.folder)}: .*{what}", said), outcome
    assert cogstack.files() == everything and account.inventory() == before


@pytest.mark.parametrize("suffix", ["", ".journal", ".lock", ".plan.json"])
def test_a_link_beside_a_state_file_that_was_named(cogstack, account, suffix):
    """The user names the state file, and links in the place of it or of the files beside it are followed as little."""
    precious = cogstack.folder / "precious"
    precious.write_text("precious")
    (cogstack.folder / ("own.json" + suffix)).symlink_to(precious)
    command = ["plan", MINIMAL] if suffix == ".plan.json" else ["apply", MINIMAL, "--yes"]
    outcome = cogstack.run(*command, "--state", "own.json", status=1, within=30)
    assert f"cannot use own.json{suffix}: it is a symbolic link" in outcome.err, outcome
    assert precious.read_text() == "precious" and account.is_empty()


def test_a_project_behind_a_link(cogstack, account, files):
    """Links above the state's own folder are the user's business."""
    project = cogstack.folder.parent / "link"
    project.symlink_to(cogstack.folder)
    cogstack.run("apply", MINIMAL, "--yes", cwd=project)
    cogstack.run("apply", str(project / MINIMAL), "--yes", "--state", str(project / "own.json"))
    assert (files / "state.json").exists() and (cogstack.folder / "own.json").exists()


# The journal of a run that was killed


def kill_at(cogstack, layer, operation):
    """Kills an apply when the endpoint is about to see its first request of an operation."""
    def kill(request):
        if request.operation == operation:
            started.wait()
            program.kill()
            program.wait()
            raise Dropped

    started = threading.Event()
    layer.before = kill
    program = cogstack.start("apply", MINIMAL, "--yes")
    started.set()
    program.communicate(timeout=30)
    layer.clear()


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("tail", [b"", bytes(300)], ids=["torn", "zeros"])
def test_a_journal_with_a_torn_tail(cogstack, account, layer, files, part, tail):
    """The last line did not reach the disk, or zeros did, as ext4 leaves them after a loss of power: its request was not sent."""
    kill_at(cogstack, layer, "CreateUserPoolClient")
    *lines, last, rest = (files / "journal").read_bytes().split(b"\n")
    assert rest == b"" and b"CreateUserPoolClient" in last
    (files / "journal").write_bytes(b"".join(line + b"\n" for line in lines) + last[:int(len(last) * part)] + tail)
    cogstack.apply(MINIMAL)
    assert_converged(cogstack, account)


def test_a_journal_with_garbage_in_it(cogstack, account, layer, files):
    kill_at(cogstack, layer, "CreateUserPoolClient")
    journal = (files / "journal").read_bytes()
    first = journal.index(b"\n") + 1
    for damage, line in (
            (b"garbage\n" + journal, 1), (journal[:first] + b"\n" + journal[first:], 2), (journal[1:], 1),
            (journal[:40] + bytes(20) + journal[60:], 1), (journal + b'{"end":99}\n', journal.count(b"\n") + 1)):
        (files / "journal").write_bytes(damage)
        refused(cogstack, account, rf"line {line} of the journal \.cogstack/minimal/journal is damaged",
                ["plan", MINIMAL], ["apply", MINIMAL, "--yes"], ["destroy", MINIMAL, "--yes"])
    (files / "journal").write_bytes(journal)
    cogstack.apply(MINIMAL)
    assert_converged(cogstack, account)


# The saved plan


def test_a_damaged_saved_plan(cogstack, account, files):
    cogstack.run("plan", MINIMAL)
    whole = (files / "plan.json").read_bytes()
    damaged = [whole[:length] for length in lengths(len(whole), 6)]
    for contents in [*damaged, bytes(len(whole)), b"{}", whole.replace(b'"create"', b'"conjure"')]:
        (files / "plan.json").write_bytes(contents)
        refused(cogstack, account, r"the saved plan \.cogstack/minimal/plan\.json cannot be read.*`cogstack plan`", ["apply", "--yes"])
    (files / "plan.json").write_bytes(re.sub(rb'"format" : \d+', b'"format" : 999', whole))
    refused(cogstack, account, "has format 999.*\n.*cogstack plan", ["apply", "--yes"])
    (files / "plan.json").write_bytes(whole)
    # What a plan that was killed while it was being saved leaves beside the older one.
    (files / "plan.json.aBcDeF").write_bytes(whole[:100])
    cogstack.run("apply", "--yes")
    assert_converged(cogstack, account)


def test_a_saved_plan_of_an_older_run(cogstack, account, files):
    cogstack.run("plan", MINIMAL)
    older = (files / "plan.json").read_bytes()
    cogstack.apply(MINIMAL)
    (files / "plan.json").write_bytes(older)
    refused(cogstack, account, "the saved plan no longer fits: .*\n.*cogstack plan", ["apply", "--yes"])
