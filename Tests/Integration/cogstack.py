"""The program under test, as a user has it: a folder, an environment, a command line."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass


@dataclass
class Outcome:
    arguments: tuple
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"$ cogstack {' '.join(self.arguments)}\n{self.out}{self.err}[exit {self.status}]"


class Cogstack:
    def __init__(self, binary, root, folder, account, layer):
        self.binary, self.folder, self.account, self.layer = binary, folder / "work", account, layer
        self.folder.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        for part in ("stacks", "examples"):
            shutil.copytree(root / part, self.folder / part, ignore=shutil.ignore_patterns("__pycache__", ".cogstack"))
        # A key that is replaced stays for as long as a call may take.
        self.edit("stacks/base.yaml", "timeout: 30", "timeout: 5")
        self.written = []  # all output of all runs, for the search for secrets

    @property
    def environment(self):
        """Only what is named here: nothing of the machine's own AWS configuration gets in."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"} | self.account.environment(self.layer.url)

    def run(self, *arguments, status=0, within=180, environment=None, cwd=None):
        """Runs a command to its end, without a terminal. status: what it must end with; None for anything."""
        finished = subprocess.run(
            [self.binary, *arguments], cwd=cwd or self.folder, env=self.environment | (environment or {}),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=within)
        self.written += [finished.stdout, finished.stderr]
        outcome = Outcome(
            arguments, finished.returncode, finished.stdout.decode(errors="replace"), finished.stderr.decode(errors="replace"))
        assert status is None or outcome.status == status, str(outcome)
        return outcome

    def start(self, *arguments, **more):
        """A command that runs on; `more` goes to Popen."""
        return subprocess.Popen(
            [self.binary, *arguments], cwd=self.folder, env=self.environment,
            **({"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more))

    def plan(self, file, *more):
        return self.run("plan", file, "--json", *more).json

    def apply(self, file, *more):
        return self.run("apply", file, "--yes", *more)

    def edit(self, file, old, new):
        """Replaces text in a file of the run's folder; it must be there once."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))

    def lay_over(self, file, text=""):
        """Edits a stack file by what is laid over it as it was. It keeps its name, as two files of one stack are refused."""
        path = self.folder / file
        name = re.search(r"^stack: .*\n", path.read_text(), re.MULTILINE)[0]
        base = path.with_name(f"unedited-{path.name}")
        if not base.exists():
            base.write_text(path.read_text().replace(name, "", 1))
        path.write_text(f"{name}extends: {base.name}\n{text}")

    def files(self):
        """Every file in the run's folder with its bytes, in the state's folder too."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}

    def everything_written(self):
        """All that the program wrote: its folder, its home, what it printed."""
        homes = [path.read_bytes() for path in self.home.rglob("*") if path.is_file()]
        return b"\n".join([*self.files().values(), *homes, *self.written])


def changes(plan):
    """The changes of `plan --json` as {address: (action, {path: (before, after)})}."""
    return {
        change["address"]: (change["action"], {a["path"]: (a.get("before"), a.get("after")) for a in change["attributes"]})
        for change in plan["changes"] if change["action"] != "none"}
