"""Killed at any request, a run loses nothing: the next one converges.

For every request of a run there are two points: SIGKILL before the endpoint has seen it, and SIGKILL after the endpoint has
carried it out and before the answer is there. Each point has an account and a folder of its own. After the kill the state must
be whole, and after one more run the account must hold exactly what a run that was never killed leaves.

A spread sample of the points is run by default, all of them with KILL_MATRIX=all (see Tests/kill-matrix).
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

import secret_destinations
from bench import PATIENCE, Bench, first_difference, portable
from edits import edit

WHOLE = os.environ.get("KILL_MATRIX") == "all"
WORKERS = int(os.environ.get("KILL_MATRIX_WORKERS", "2"))
STACK = "stacks/dev.yaml"

# The key's secret in all the places to which it can go, added to the stack.
PLACES = """
secrets:
  proxy-key:
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret) }
ssmParameters:
  proxy-key:
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret) }
"""

@dataclass(frozen=True)
class Scenario:
    name: str
    edit: str = ""  # made in the stack file, once it is deployed
    starts_deployed: bool = True
    before: object = None  # done to the account, once it is deployed
    killed: str = "apply"
    healed: str = "apply"
    then: str | None = None  # the edit that is made instead, after the kill

    def prepare(self, cogstack):
        (cogstack.folder / "examples" / "changed").mkdir()
        (cogstack.folder / "examples" / "changed" / "lambda_function.py").write_text("def lambda_handler(event, context): return 1\n")
        with (cogstack.folder / STACK).open("a") as stack:
            stack.write(PLACES)
        cogstack.edit("stacks/base.yaml", "timeout: 5", "timeout: 3")  # which is how long a rotation lets the old key be
        if self.starts_deployed:
            cogstack.run("apply", STACK, "--yes", within=PATIENCE)
        if self.edit:
            edit(cogstack, STACK, self.edit)
        if self.before:
            self.before(cogstack.account)


SCENARIOS = {scenario.name: scenario for scenario in (
    Scenario("create", starts_deployed=False),
    Scenario("create, then destroy", starts_deployed=False, healed="destroy"),
    Scenario("update", "updated"),
    Scenario("replace", "replaced"),
    Scenario("replace under the same names", "remade"),
    Scenario("rotate", before=secret_destinations.everywhere),
    Scenario("mend from another place", before=secret_destinations.into_the_function),
    Scenario("rotate as asked", killed="rotate"),
    Scenario("destroy", killed="destroy", healed="destroy"),
)}


class Trial(Bench):
    """One run that is killed or not, and the run that heals."""

    def __init__(self, scenario, endpoint, binary, parallelism):
        super().__init__(endpoint, binary)
        self.scenario, self.parallelism = scenario, parallelism

    def __enter__(self):
        super().__enter__()
        self.scenario.prepare(self.cogstack)
        self.layer.clear()
        self.serial = self.state_serial()
        return self

    def command(self, name):
        if name == "rotate":
            return [name, STACK, "--yes", "--soak", "0"]
        return [name, STACK, "--yes", *(["--parallelism", str(self.parallelism)] if self.parallelism else [])]

    def kill(self, nth, when):
        """Whether the run came to its nth request, and died there."""
        died_at = self.run_and_kill(self.command(self.scenario.killed), nth, when)
        self.layer.clear()
        return died_at

    def heal(self):
        if self.scenario.then is not None:
            edit(self.cogstack, STACK, self.scenario.then)
        taken = secret_destinations.keys_taken_away(self.layer, self.account) if self.scenario.name == "rotate as asked" else []
        self.cogstack.run(*self.command(self.scenario.healed), within=PATIENCE)
        assert taken == [], f"a key was taken away from its users: {taken}"

    # What must be so

    def check_state_after_kill(self):
        serial = self.state_serial()
        assert serial >= self.serial
        self.serial = serial

    def check_convergence(self, expected):
        serial = self.state_serial()
        assert serial >= self.serial
        self.check_journal_is_settled()
        live = self.live_inventory()
        found = portable(live, self.account.id)
        if found != expected:
            raise AssertionError(first_difference(expected, found))
        if self.scenario.healed == "apply":
            self.check_keys(live)
            self.check_plan_is_empty(STACK)
            self.check_function()
        else:
            assert self.resources() == {}

    def check_function(self):
        """The function runs, in the role that there is by now and with the key that it has."""
        functions = self.account.client("lambda", self.layer.url)
        name, = (function["FunctionName"] for function in functions.list_functions()["Functions"])
        for _ in range(10):
            answer = json.loads(functions.invoke(FunctionName=name, Payload='{"check": "key"}')["Payload"].read())
            # The endpoint's own worker, which it replaces after an update, may not be there for a moment.
            if answer == 1 or "errorType" not in answer:
                break
            time.sleep(0.5)
        assert answer == 1 or answer.get("statusCode") == 200, answer


def reference(scenario, endpoint, binary, parallelism):
    """What a run that is not killed leaves, and the requests that it takes."""
    with Trial(scenario, endpoint, binary, parallelism) as trial:
        before = trial.inventory()
        trial.cogstack.run(*trial.command(scenario.killed), within=PATIENCE)
        operations = [request.operation for request in trial.layer.requests]
        if scenario.healed != scenario.killed:
            trial.heal()
        expected = trial.inventory()
        trial.check_convergence(expected)
        if scenario.healed == "destroy":
            assert trial.account.is_empty()
        elif not scenario.name.startswith(("rotate", "mend")):
            assert expected != before
        return expected, operations


def points(operations, every, offset):
    """Every point, or one in so many, and those at which something comes to be that neither a name nor a tag tells."""
    numbers = range(1, len(operations) + 1)
    all_points = [(nth, when) for nth in numbers for when in ("before", "after")]
    hardest = [(nth, "after") for nth in numbers if operations[nth - 1] in ("CreateAccessKey", "CreateUserPoolClient")]
    return sorted({*all_points[offset % every::every], *hardest})


def run_point(scenario, endpoint, binary, parallelism, expected, point):
    """None where the run was over before, else "converged" or what went wrong."""
    nth, when = point
    where = f"{when} request {nth}"
    try:
        with Trial(scenario, endpoint, binary, parallelism) as trial:
            operation = trial.kill(nth, when)
            if operation is None:
                return None
            where += f", {operation}"
            trial.check_state_after_kill()
            trial.heal()
            trial.check_convergence(expected)
            return "converged"
    except Exception as problem:  # one point's failure must not hide the others
        return f"{scenario.name}, killed {where}: {type(problem).__name__}: {problem}"


@pytest.mark.long
@pytest.mark.parametrize("parallelism", [1, None], ids=["one by one", "side by side"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_any_request(name, parallelism, endpoint, binary, tell):
    scenario = SCENARIOS[name]
    start = time.monotonic()
    expected, operations = reference(scenario, endpoint, binary, parallelism)
    # An odd step takes "before" and "after" in turn.
    every = (1 if parallelism else 5) if WHOLE else (15 if parallelism else 41)
    with ThreadPoolExecutor(WORKERS) as pool:
        chosen = points(operations, every, list(SCENARIOS).index(name) * 4)
        results = list(pool.map(lambda point: run_point(scenario, endpoint, binary, parallelism, expected, point), chosen))
    all_converged(results, f"{name}, {'one by one' if parallelism else 'side by side'}: {len(operations)} requests", start, tell)


def all_converged(results, title, start, tell):
    """Tells what came of the points of one run, and fails where one did not converge."""
    reached = [result for result in results if result]
    problems = [result for result in reached if result != "converged"]
    tell(f"{title}, {len(reached)} points, {len(reached) - len(problems)} converged ({time.monotonic() - start:.0f} s)")
    for problem in problems:
        tell("  " + problem[:int(os.environ.get("KILL_MATRIX_WIDTH", "2000"))])
    assert reached and not problems, f"{len(problems)} of {len(reached)} points did not converge"
