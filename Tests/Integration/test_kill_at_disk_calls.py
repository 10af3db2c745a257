"""Killed at any call to the disk, a run loses nothing either: the state is whole, and the next run converges.

The points of test_kill_matrix.py lie at the requests; these lie between them: before a write, half-way through it, between a
temporary file and its rename, and so on. A library that is loaded into the program kills it there (Tests/Endpoint/kill_at_syscall.c).

A sample by default, one point in three with KILL_MATRIX=all (see Tests/kill-matrix).
"""

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench import PATIENCE
from conftest import ROOT
from test_kill_matrix import SCENARIOS, WHOLE, WORKERS, Trial, all_converged, reference

NAMES = ("create", "update", "replace", "rotate as asked", "destroy")


@pytest.fixture(scope="session")
def kill_library(tmp_path_factory):
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        pytest.skip("needs a C compiler, which comes with the Swift toolchain")
    library = tmp_path_factory.mktemp("kill-at-syscall") / "kill_at_syscall.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, ROOT / "Tests/Endpoint/kill_at_syscall.c", "-ldl"], check=True)
    return library


class DiskTrial(Trial):
    def die(self, library, nth=0, when="before"):
        """The calls of a run that dies at its nth, or at none where it is 0."""
        log = self.cogstack.home.parent / "calls"
        self.cogstack.run(
            *self.command(self.scenario.killed), status=-9 if nth else 0, within=PATIENCE,
            environment={"LD_PRELOAD": str(library), "KILL_IN": "/.cogstack", "KILL_LOG": str(log), "KILL_AT": str(nth), "KILL_WHEN": when})
        self.layer.wait_until_idle()
        return log.read_text().splitlines()


def run_point(scenario, endpoint, binary, library, expected, point):
    nth, when = point
    where = f"{when} call {nth}"
    try:
        with DiskTrial(scenario, endpoint, binary, 1) as trial:
            where += f", {trial.die(library, nth, when)[-1]}"
            trial.check_state_after_kill()
            trial.heal()
            trial.check_convergence(expected)
            return "converged"
    except Exception as problem:  # one point's failure must not hide the others
        return f"{scenario.name}, killed {where}: {type(problem).__name__}: {problem}"


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_killed_at_any_disk_call(name, endpoint, binary, kill_library, tell):
    scenario = SCENARIOS[name]
    start = time.monotonic()
    expected, _ = reference(scenario, endpoint, binary, 1)
    with DiskTrial(scenario, endpoint, binary, 1) as trial:
        calls = trial.die(kill_library)
    points = [
        (number, when) for number, call in enumerate(calls, 1)
        for when in ("before", "torn") if when == "before" or call.startswith("write ")]
    points.append((len(calls), "after"))
    # A step that shares no factor with the pattern of the calls, begun elsewhere in each scenario.
    chosen = points[NAMES.index(name) * 7 % 11::3 if WHOLE else len(points) // 3]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda point: run_point(scenario, endpoint, binary, kill_library, expected, point), chosen))
    all_converged(results, f"{name}, at the disk: {len(calls)} calls", start, tell)
