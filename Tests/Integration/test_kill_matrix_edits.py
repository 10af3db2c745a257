"""Killed, and then edited: a run is killed at any of its requests, the file is edited again, and the next run converges.

The edit that is killed is one of `KILLED`; what follows is that edit taken back, another edit, or a destroy. Afterwards the account must
hold exactly what it holds where the killed run never was. A spread sample of the points is run by default, many more with
KILL_MATRIX=all (see Tests/kill-matrix).
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import pytest

from bench import PATIENCE
from test_kill_matrix import STACK, WHOLE, WORKERS, Scenario, Trial, all_converged, run_point

# What is applied when the kill comes, and the other edit that is made then.
KILLED = {
    "created": "updated",
    "updated": "replaced",
    "replaced": "renamed",
    "remade": "updated",
    "renamed": "replaced",
    "removed": "updated",
    "moved": "renamed",
}
THEN = ("taken back", "edited again", "destroyed")
STEP = int(os.environ.get("KILL_MATRIX_STEP", "5"))  # an odd one takes "before" and "after" in turn


def named(edit):
    return "" if edit in ("created", "taken back") else edit


def scenario(edit, then):
    other = named(KILLED[edit] if then == "edited again" else then)
    return Scenario(
        f"{edit}, {then}", named(edit), starts_deployed=edit != "created", healed="destroy" if then == "destroyed" else "apply",
        then=None if then == "destroyed" else other)


@dataclass(frozen=True)
class Reference:
    """An edit that is not killed: the requests that it takes, and what the account holds afterwards."""

    operations: list
    after: dict


@cache
def reference(edit, endpoint, binary):
    with Trial(Scenario(edit, named(edit), starts_deployed=edit != "created"), endpoint, binary, None) as trial:
        trial.cogstack.run("apply", STACK, "--yes", within=PATIENCE)
        return Reference([request.operation for request in trial.layer.requests], trial.inventory())


def expected(edit, then, endpoint, binary):
    if then == "destroyed":
        with Trial(Scenario("empty", starts_deployed=False), endpoint, binary, None) as trial:
            return trial.inventory()
    return reference("created" if then == "taken back" else KILLED[edit], endpoint, binary).after


def points(count, index):
    """One point in so many, or the one in the sample that is `index`'s: they are spread over the run's length."""
    if WHOLE:
        return [(nth, when) for nth in range(1, count + 1) for when in ("before", "after")][index % STEP::STEP]
    return [(1 + int(index * 0.618 % 1 * count), ("after", "before")[index % 2])]


@pytest.mark.long
@pytest.mark.parametrize("then", THEN)
@pytest.mark.parametrize("edit", KILLED)
def test_edited_after_a_kill(edit, then, endpoint, binary, tell):
    if (edit, then) == ("created", "taken back"):
        pytest.skip("that is a destroy")
    start = time.monotonic()
    trial, wanted = scenario(edit, then), expected(edit, then, endpoint, binary)
    count = len(reference(edit, endpoint, binary).operations)
    chosen = points(count, list(KILLED).index(edit) * len(THEN) + THEN.index(then))
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda point: run_point(trial, endpoint, binary, None, wanted, point), chosen))
    all_converged(results, f"{trial.name}: {count} requests", start, tell)


@pytest.mark.long
def test_what_was_made_for_one_that_must_go_first(endpoint, binary, tell):
    """A role was made for a new user, its answer lost, and the user's name is to be free again: the role is taken up only to go, and waits
    for nothing that waits for its end."""
    start = time.monotonic()
    trial, wanted = scenario("replaced", "taken back"), expected("replaced", "taken back", endpoint, binary)
    operations = reference("replaced", endpoint, binary).operations
    last = len(operations) - operations[::-1].index("CreateRole")
    assert "CreateUser" in operations[:last]
    all_converged([run_point(trial, endpoint, binary, None, wanted, (last, "after"))], trial.name, start, tell)
