"""Every property of every resource type is set, changed, repaired and taken out, and nothing else moves with it.

The rows are in properties.py, each a resource of its own in one stack, whose life is lived once:

    create with a · change to b · somebody sets a by hand, repaired · back to a · taken out of the file ·
    somebody sets a by hand, which is none of cogstack's business now · destroy

Each test judges one row by what was seen at one of those points.
"""

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import ROOT
from cogstack import Cogstack
from endpoint import ADMIN
from inventory import names
from live import Live, flat, ordered
from properties import ACCOUNT, AT_CREATION_ONLY, CODE, LAMBDA, OTHERS, REPLACED, ROWS, STACK, managed, policy
from strict import StrictLayer

FILE = "props.yaml"


class History:
    """What was seen at each point of the stack's life: plans, outcomes, and descriptions of all objects."""

    def __init__(self, cogstack, live):
        self.cogstack, self.live = cogstack, live
        self.plans, self.described, self.outcomes, self.ids = {}, {}, {}, {}

    def write(self, state):
        stack = {"stack": STACK, "region": "us-east-1"} | {section: dict(others) for section, others in OTHERS.items()}
        stack["outputs"] = {}
        for number, row in enumerate(ROWS):
            stack.setdefault(row.section, {})[row.resource] = row.properties("a" if state == "removed" and not row.is_removable else state)
            attribute = "name" if row.section in ("roles", "iamUsers", "lambdaFunctions") else "id"
            stack["outputs"][f"row{number}"] = f"$({row.address}.{attribute})"
        stack["outputs"]["shared"] = "$(userPools.shared.id)"
        # JSON is YAML.
        (self.cogstack.folder / FILE).write_text(json.dumps(stack, indent=1))

    def apply(self, point):
        self.outcomes[point] = self.cogstack.run("apply", FILE, "--yes", "--quiet", "--parallelism", "16")
        self.see(point)

    def plan(self, point):
        outcome = self.cogstack.run("plan", FILE, "--json", status=None)
        self.outcomes[f"plan {point}"] = outcome
        self.plans[point] = {}
        for change in outcome.json["changes"] if outcome.status == 0 else []:
            self.plans[point][change["address"]] = change

    def see(self, point):
        if not self.ids:
            outputs = self.cogstack.run("output", FILE, "--format", "json").json
            for number, row in enumerate(ROWS):
                key = outputs[f"row{number}"]
                if row.section == "appClients":
                    key = f"{outputs['shared']}/{key}"
                if row.section == "accessKeys":
                    key = f"{STACK}-{row.base['iamUser']}/{key}"
                self.ids[row.id] = key
        with ThreadPoolExecutor(8) as pool:
            seen = pool.map(lambda row: self.live.describe(row.section, self.ids[row.id]), ROWS)
            self.described[point] = dict(zip([row.id for row in ROWS], seen))

    def set_by_hand(self, point):
        """Somebody brings each row's property to what it was at another point."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda row: self._set(row, self.described[point][row.id]), [row for row in ROWS if row.leaves]))

    def _set(self, row, description):
        for member in sorted({path.split(".")[0] for leaf in row.leaves for path in leaf.live} - {"MfaConfiguration"}):
            if member == "CodeSha256":
                description = description | {"zip": archive(self.cogstack.folder / "code" / "a")}
            self.live.set(row.section, self.ids[row.id], member, description)

    def flat(self, point, row):
        return flat(self.described[point][row.id])


def archive(folder):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for path in sorted(folder.iterdir()):
            written.write(path, path.name)
    return packed.getvalue()


@pytest.fixture(scope="module")
def world(binary, endpoint, tmp_path_factory):
    account = endpoint.account(ACCOUNT)
    for letter in "abc":
        account.client("iam").create_policy(PolicyName=letter, PolicyDocument=json.dumps(policy("s3:GetObject")))
    with StrictLayer(endpoint) as layer:
        cogstack = Cogstack(binary, ROOT, tmp_path_factory.mktemp("properties"), account, layer)
        for letter in "ab":
            code = cogstack.folder / "code" / letter
            code.mkdir(parents=True)
            (code / "code.py").write_text(f"def handler(event, context):\n    return '{letter}'\n")
            account.client("lambda").publish_layer_version(LayerName=letter, Content={"ZipFile": archive(code)})
        yield cogstack


@pytest.fixture(scope="module")
def history(world):
    history = History(world, Live(world.account, world.layer))
    history.write("a")
    history.apply("a")
    history.plan("after a")
    history.write("b")
    history.plan("to b")
    history.apply("b")
    history.plan("after b")
    history.set_by_hand("a")
    history.see("by hand")
    history.plan("drift")
    history.apply("repaired")
    history.plan("after repair")
    history.write("a")
    history.apply("a again")
    history.plan("after a again")
    history.write("removed")
    history.plan("to removed")
    history.apply("removed")
    history.plan("after removal")
    history.set_by_hand("a")
    history.plan("unmanaged")
    history.set_by_hand("removed")
    history.outcomes["destroy"] = world.run("destroy", FILE, "--yes", status=None)
    history.left = world.account.inventory()
    return history


def rows(test, among=ROWS):
    """The rows as parameters of a test; those that the endpoint cannot do are expected to fail, and must."""
    return pytest.mark.parametrize("row", [
        pytest.param(row, id=row.id, marks=[pytest.mark.xfail(strict=True, reason=row.unlike_aws[test])] if test in row.unlike_aws else [])
        for row in among])


def seen(history, point, row):
    """The changes of one row's resource in a plan: {path: (before, after, cause)}."""
    change = history.plans[point].get(row.address)
    return change and {
        each["path"]: (comparable(row, each.get("before")), comparable(row, each.get("after")), each["cause"])
        for each in change["attributes"]}


def expected(row, *arguments):
    return {
        path: (comparable(row, before), comparable(row, after), cause)
        for path, (before, after, cause) in row.changes(*arguments).items()} or None


def comparable(row, value):
    """A list whose order means nothing is sorted, and a policy's single values stand alone."""
    if isinstance(value, list):
        return value if row.path == "layers" else ordered([comparable(row, each) for each in value])
    if isinstance(value, dict):
        return {key: comparable(row, member) for key, member in value.items()}
    return value


def with_live(description, row, old, new):
    """The description with the property changed from one state to another, and nothing else."""
    kept = {path: value for path, value in description.items() if path not in row.live(old)}
    return kept | flat_leaves(row, new)


def flat_leaves(row, state):
    return {path: ordered(value) if isinstance(value, list) and path != "layers" else value for path, value in row.live(state).items()}


def test_every_command_succeeds(history):
    failed = [str(outcome) for outcome in history.outcomes.values() if outcome.status != 0]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("point", ["after a", "after b", "after repair", "after a again", "after removal"])
def test_plan_right_after_apply_is_empty(history, point):
    assert history.plans[point] == {}


@rows("created")
def test_created(history, row):
    assert flat_leaves(row, "a").items() <= history.flat("a", row).items()


@rows("changed")
def test_changed(history, row):
    assert seen(history, "to b", row) == expected(row, "a", "b", "stack file")
    assert history.flat("b", row) == with_live(history.flat("a", row), row, "a", "b")


@rows("drift", [row for row in ROWS if row.leaves])
def test_changed_by_hand(history, row):
    assert history.flat("by hand", row) == with_live(history.flat("b", row), row, "b", "a"), "the hand missed"
    assert seen(history, "drift", row) == expected(row, "a", "b", "drift")
    assert history.flat("repaired", row) == history.flat("b", row)


@rows("back")
def test_changed_back(history, row):
    assert history.flat("a again", row) == history.flat("a", row)


@rows("removed", [row for row in ROWS if row.is_removable])
def test_removed(history, row):
    assert seen(history, "to removed", row) == expected(row, "a", "removed", row.removal_cause)
    assert history.flat("removed", row) == with_live(history.flat("a", row), row, "a", "removed")


@rows("unmanaged", [row for row in ROWS if row.is_removable and row.leaves])
def test_what_the_file_does_not_set_is_left_alone(history, row):
    is_theirs = row.is_exclusive or row.path == "name"
    assert seen(history, "unmanaged", row) == (expected(row, "a", "removed", "drift") if is_theirs else None)


def test_nothing_is_left(history):
    left = names(history.left)
    assert left.pop("policies") and not any(left.values())
