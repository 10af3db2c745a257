"""Random stacks, random edits, random misfortune: whatever happened, one more `apply` makes the account as the file says.

A seed decides a stack, the edits of it, and what goes wrong while each is applied: throttling, server errors, lost and broken
answers, SIGKILL at any request, services that know late what is new, somebody's hand in the account, a state file that is gone.
After each step the state must be whole. In the end one clean `apply` must leave what the same file leaves in an empty account,
and `destroy` nothing.

Eight seeds are run by default; RANDOM_RUNS names others, as 1-200 or 7 (see Tests/random-runs).
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from bench import PATIENCE, Bench, first_difference, portable
from random_stacks import Chance, edited

WORKERS = int(os.environ.get("RANDOM_RUNS_WORKERS", "2"))
FILE = "stacks/random.yaml"


def seeds():
    first, _, last = os.environ.get("RANDOM_RUNS", "1-8").partition("-")
    return range(int(first), int(last or first) + 1)


class Life(Bench):
    """One seed: a stack from its first apply to its end."""

    def __init__(self, seed, endpoint, binary):
        requests = count()  # the clock: it moves with what is tried, so that a slow machine does not wait the waits away
        super().__init__(endpoint, binary, now=lambda: next(requests))
        self.seed, self.chance, self.steps, self.serial = seed, Chance(seed), [], 0

    def write(self, bench):
        """The stack file as the seed has it now, into the folder of a bench."""
        changed = bench.cogstack.folder / "examples" / "changed"
        changed.mkdir(exist_ok=True)
        (changed / "lambda_function.py").write_text("def lambda_handler(event, context): return 1\n")
        base = bench.cogstack.folder / "stacks/dev.yaml"
        base.write_text(base.read_text().replace("stack: dev\n", ""))  # what others only extend says no name
        (bench.cogstack.folder / FILE).write_text(json.dumps(edited(self.chance.edits), indent=1))

    def live(self):
        chance = self.chance
        self.steps.append(f"edit: {chance.edit(chance.random.choice((0, 2, 5)))}")
        self.write(self)
        self.apply_badly() if chance.random.random() < 0.5 else self.apply()
        for _ in range(chance.random.randint(2, 4)):
            if chance.random.random() < 0.2:
                self.lose_state()
            if chance.random.random() < 0.3:
                self.steps.append(f"hand: {chance.hand(self.account)}")
            self.steps.append(f"edit: {chance.edit(chance.random.randint(1, 4))}")
            self.write(self)
            self.apply_badly()
        self.apply()
        self.check_convergence()
        self.destroy()

    def apply(self):
        """Nothing goes wrong: the file must be reached."""
        self.steps.append("apply")
        self.layer.clear()
        self.layer.rules.settle()
        self.cogstack.run("apply", FILE, "--yes", within=PATIENCE)
        self.check_state()

    def apply_badly(self):
        self.layer.clear()
        self.layer.rules.settle()
        late = self.chance.delay(self.layer.rules)
        faults = self.chance.faults(self.layer)
        kill = self.chance.kill()
        self.steps.append(f"apply, with {late or 'no delay'}; {faults or 'no fault'}; " + (f"killed {kill[1]} {kill[0]}" if kill else "not killed"))
        start = time.monotonic()
        if kill:
            died_at = self.run_and_kill(["apply", FILE, "--yes"], *kill, statuses=(0, 1))
            self.steps.append(f"  died at {died_at} ({time.monotonic() - start:.0f} s)")
        else:
            outcome = self.cogstack.run("apply", FILE, "--yes", status=None, within=PATIENCE)
            self.steps.append(f"  exit {outcome.status} ({time.monotonic() - start:.0f} s): {outcome.err[-1500:] if outcome.status else ''}")
            assert outcome.status in (0, 1), str(outcome)
        self.layer.wait_until_idle()
        assert b"defect of cogstack" not in self.cogstack.written[-1] + self.cogstack.written[-2]
        self.check_state()

    def lose_state(self):
        """The state file is gone. What was under way then is not lost with it: nothing is."""
        self.apply()
        self.state.unlink()
        self.serial = 0
        self.steps.append("state file deleted")
        self.apply_badly()
        self.apply()

    def destroy(self):
        self.steps.append("destroy")
        self.cogstack.run("destroy", FILE, "--yes", within=PATIENCE)
        self.check_state()
        assert self.resources() == {}
        assert self.account.is_empty(), f"destroy left something: {self.account.inventory()}"

    def check_state(self):
        serial = self.state_serial()
        assert serial >= self.serial, f"the state's serial went from {self.serial} to {serial}"
        self.serial = serial

    def check_convergence(self):
        self.check_journal_is_settled()
        with Bench(self.endpoint, self.binary) as fresh:
            self.write(fresh)
            fresh.cogstack.run("apply", FILE, "--yes", within=PATIENCE)
            expected = fresh.inventory()
        live = self.live_inventory()
        found = portable(live, self.account.id)
        if found != expected:
            raise AssertionError(first_difference(expected, found))
        self.check_keys(live)
        self.check_plan_is_empty(FILE)


def run_seed(seed, endpoint, binary):
    """None, or what went wrong and how to see it again."""
    start = time.monotonic()
    life = Life(seed, endpoint, binary)
    try:
        with life:
            life.live()
    except Exception as problem:  # one seed's failure must not hide the others
        return f"seed {seed} ({time.monotonic() - start:.0f} s): {type(problem).__name__}: {problem}\n    " + "\n    ".join(life.steps) \
            + f"\n    again with: Tests/random-runs --seed {seed}"
    return None


@pytest.mark.long
def test_one_more_apply_converges(endpoint, binary, tell):
    start = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        problems = []
        for problem in pool.map(lambda seed: run_seed(seed, endpoint, binary), seeds()):
            if problem:
                problems.append(problem)
                tell(problem[:int(os.environ.get("RANDOM_RUNS_WIDTH", "5000"))])
    tell(f"{len(seeds()) - len(problems)} of {len(seeds())} random runs converged ({time.monotonic() - start:.0f} s)")
    assert not problems, f"{len(problems)} of {len(seeds())} random runs did not converge"
