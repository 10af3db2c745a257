"""Objects of which one has one place live their lives, one property after another, and nothing else moves with it.

The samples in conformance/ say how; those of other types give rows to test_properties.py. An object is created, and then, of each property:

    what must be there with it · set · set to another value · somebody sets it by hand, repaired · taken out of the file · taken back

or, where AWS changes it with a new object alone, it is replaced. In the end the object is taken out of the file.
"""

import json
from copy import deepcopy

import pytest

import conformance
from account_snapshot import flat
from cogstack import changes
from state_file import read_state

pytestmark = pytest.mark.long

FILE = "conformance.yaml"


@pytest.mark.parametrize("section", conformance.apart())
def test_life(cogstack, section):
    sample = conformance.samples()[section]
    lived, failures = [], {}
    prepare(cogstack, sample)
    for each in [{}, *sample.get("families", {}).values()]:
        life = Life(cogstack, section, sample | each)
        lived += life.live(properties(section, each))
        failures |= life.failures
    assert sorted(lived) == sorted({changed for _, changed in conformance.whole_life(section)}), "each property, once"
    cogstack.run("destroy", FILE, "--yes", "--quiet")
    assert cogstack.account.is_empty()
    expected = sample.get("faults", {})
    assert failures.keys() == expected.keys(), "\n\n".join(
        [f"{path}: {failure}" for path, failure in failures.items() if path not in expected]
        + [f"{path} no longer fails: {reason}" for path, reason in expected.items() if path not in failures])


def prepare(cogstack, sample):
    """What the objects refer to, and files."""
    code = cogstack.folder / "code"
    code.mkdir()
    (code / "code.py").write_text("def handler(event, context):\n    return event\n")
    for name, content in sample.get("files", {}).items():
        (cogstack.folder / name).write_bytes(content)
    write(cogstack, sample["around"])
    cogstack.apply(FILE, "--quiet")
    sample.get("prepare", lambda client: None)(cogstack.account.client)


def properties(section, family):
    """Those that a family alone has; without one, all others."""
    alone = {path for each in conformance.samples()[section].get("families", {}).values() for path in each["values"]}
    every = dict.fromkeys(changed for _, changed in conformance.whole_life(section))
    return [path for path in every if (path in family["values"] if family else path not in alone)]


def write(cogstack, sections):
    # JSON is YAML.
    (cogstack.folder / FILE).write_text(json.dumps({"stack": "conf", "region": "us-east-1"} | sections, indent=1))


class Life:
    """The life of one object. A property that does not live through it is remembered, and the object goes on from its base."""

    def __init__(self, cogstack, section, sample):
        self.cogstack, self.section, self.sample = cogstack, section, sample
        self.client = lambda service: cogstack.account.client(service, cogstack.layer.url)
        self.failures = {}
        self.defaults = self.all_defaults()

    def all_defaults(self):
        """What AWS may show, or not, where nothing is set."""
        stated, found = self.sample.get("defaults", {}), {}
        for path, row, wire in conformance.properties(self.section):
            if path in stated:
                found |= comparable(nested(wire, stated[path]))
            elif row.get("default") is not None:
                found |= self.shown(path, row, wire, row["default"])
        return found

    def shown(self, path, row, wire, value):
        """A property's value as boto3 shows it, by its paths."""
        form = conformance.wire_form(row, value, self.sample.get("files", {}))
        if path in self.sample.get("shown", {}):
            pairs = zip(conformance.two_values(self.section, path, row), self.sample["shown"][path])
            form = next((shown for stated, shown in pairs if stated == value), form)
        return comparable(nested(wire, form))

    def live(self, paths):
        self.base = self.sample["base"]
        self.set(self.base)
        self.at_base = self.seen()
        assert self.at_base, "it was not created"
        lived = []
        for path in paths:
            lived.append(path)
            try:
                Step(self, path).live()
                self.set(self.base)
                assert self.seen() == self.at_base, "it did not come back to what it was before"
            except AssertionError as failure:
                self.failures[path] = str(failure)
                self.set(None)
                self.set(self.base)
                self.at_base = self.seen()
        ids = self.ids
        assert self.planned(None) == {self.address: "delete"}
        self.apply()
        assert not self.description(ids), "it was not deleted"
        return lived

    @property
    def address(self):
        return f"{self.section}.sample"

    def planned(self, properties):
        """The actions that a plan shows for the object as the file is to have it. None: not at all."""
        sections = deepcopy(self.sample["around"])
        if properties is not None:
            sections.setdefault(self.section, {})["sample"] = properties
        write(self.cogstack, sections)
        return {address: action for address, (action, _) in changes(self.cogstack.plan(FILE)).items()}

    def attributes(self):
        """The changes of the object that the plan shows now, by their paths."""
        (change,) = self.cogstack.plan(FILE)["changes"]
        return {each["path"]: each for each in change["attributes"]}

    def apply(self):
        self.cogstack.apply(FILE, "--quiet")
        assert self.cogstack.plan(FILE)["changes"] == [], "the plan right after apply is empty"

    def set(self, properties):
        if self.planned(properties):
            self.apply()

    @property
    def ids(self):
        (file,) = (self.cogstack.folder / ".cogstack").rglob("state.json")
        return read_state(file)["resources"][self.address]["physicalId"].split("/")

    def description(self, ids):
        return self.sample["read"](self.client, *ids)

    def seen(self):
        return self.told(self.description(self.ids))

    def told(self, description):
        """What is not a default, of what does not move by itself."""
        return {
            path: value for path, value in comparable(description).items()
            if self.defaults.get(path) != value and not any(is_below(path, each) for each in self.sample.get("derived", ()))}


class Step:
    """The life of one property."""

    def __init__(self, life, path):
        self.life, self.path, self.sample = life, path, life.sample
        self.row, self.wire = conformance.row_at(life.section, path)
        self.change = next(row["change"] for each, row, _ in conformance.properties(life.section) if is_below(each, path))
        if self.change != "replacement":
            self.change = self.row["change"]
        self.is_needed = self.row["isRequired"] or path in self.sample.get("needed", ())
        self.is_seen = path not in self.sample.get("unseen", ())
        self.whole = self.sample.get("whole", {}).get(path)
        self.start = merged(life.base, self.sample.get("beside", {}).get(path, {}))
        if not self.is_needed:
            self.start = without(self.start, path)
        self.values = [self.whole] if self.whole else self.two_values()

    def two_values(self):
        """Those that are not there already."""
        values = list(conformance.two_values(self.life.section, self.path, self.row))
        now = value_at(self.start, self.path)
        if now is None:
            now = self.row.get("default")
        values = [value for value in values if value != now] + [value for value in values if value == now]
        assert values and values[0] != now, f"{self.path} needs another value in Tests/Integration/conformance/{self.life.section}.py"
        return values

    def properties(self, value):
        return self.whole or merged(without(self.start, self.path), nested(self.path, value))

    def live(self):
        if self.change == "replacement":
            self.be_replaced()
            return
        assert self.change in ("in place", "lasting"), f"nothing is known here of changes that are {self.change}"
        self.life.set(self.start)
        before, histories = self.life.seen(), [self.life.description(self.life.ids)]
        for value in self.values:
            self.be_set(before, value)
            histories.append(self.life.description(self.life.ids))
        if self.whole:
            return
        if self.is_seen and "write" in self.sample:
            self.drift(histories)
        if self.change == "lasting":
            self.stay()
        elif not self.is_needed:
            self.be_taken_out(before)

    def be_set(self, before, value):
        assert self.life.planned(self.properties(value)) == {self.life.address: "update"}
        self.is_alone(self.life.attributes(), "stack file")
        self.life.apply()
        if not self.whole:
            assert self.life.seen() == self.with_value(before, value), f"{value!r} is not there, or is not alone"

    def drift(self, histories):
        """Somebody sets it back."""
        wanted, ids = self.life.seen(), self.life.ids
        old = next(each for each in reversed(histories) if self.life.told(each) != wanted)
        self.sample["write"](self.life.client, old, *ids)
        assert self.life.seen() != wanted, "the hand missed"
        self.is_alone(self.life.attributes(), "drift")
        self.life.apply()
        assert self.life.seen() == wanted, "it was not repaired"

    def be_taken_out(self, before):
        if self.life.seen() == before and self.is_seen:
            self.life.set(self.properties(self.values[0]))
        assert self.life.planned(self.start) == {self.life.address: "update"}, "taken out of the file"
        self.is_alone(self.life.attributes(), "default")
        self.life.apply()
        assert self.life.seen() == before, "AWS's default is not back"
        assert not any(is_below(path, self.wire) for path in before), "that is not AWS's default"

    def stay(self):
        """AWS has no way back, and cogstack says so."""
        write(self.life.cogstack, self.life.sample["around"] | {self.life.section: {"sample": self.start}})
        live = self.life.seen()
        assert "[cannot-change]" in self.life.cogstack.run("apply", FILE, "--yes", status=1).err
        assert self.life.seen() == live
        self.life.base = merged(self.life.base, nested(self.path, self.values[-1]))
        self.life.set(self.life.base)
        self.life.at_base = self.life.seen()

    def be_replaced(self):
        self.life.set(self.start)
        before, old = self.life.seen(), self.life.ids
        assert self.life.planned(self.properties(self.values[0])) == {self.life.address: "replace"}
        attributes = self.life.attributes()
        forcing = [path for path, each in attributes.items() if each["forcesReplacement"]]
        assert self.path in forcing if self.whole else forcing and all(is_below(path, self.path) for path in forcing)
        if not self.whole:
            self.is_alone(attributes, "stack file")
        self.life.apply()
        assert old == self.life.ids or not self.life.description(old), "the old one is still there"
        seen = self.life.seen()
        assert seen, "the new one is not there"
        if self.row["kind"] == "reference":  # the file has another name for it
            return
        if self.whole:
            assert self.shown(value_at(self.whole, self.path)).items() <= seen.items()
        else:
            assert seen == self.with_value(before, self.values[0])

    def is_alone(self, attributes, cause):
        """A plan changes the property, and nothing else."""
        assert {each["cause"] for path, each in attributes.items() if is_below(path, self.path)} == {cause}
        assert self.whole or all(is_below(path, self.path) for path in attributes), str(attributes)

    def with_value(self, description, value):
        """A description with the property at a value."""
        return {path: member for path, member in description.items() if not is_below(path, self.wire)} | self.shown(value)

    def shown(self, value):
        if not self.is_seen or self.wire in self.sample.get("derived", ()):
            return {}
        shown = self.life.shown(self.path, self.row, self.wire, value)
        return {path: each for path, each in shown.items() if self.life.defaults.get(path) != each}


def comparable(description):
    """By paths, lists in an order of their own, and absent for empty."""
    return {
        path: json.dumps(value, sort_keys=True, default=repr) if not isinstance(value, list)
        else sorted(json.dumps(each, sort_keys=True, default=repr) for each in value)
        for path, value in flat(description).items()
        if value not in (None, "", [], {})}


def is_below(path, whole):
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def merged(left, right):
    both = left | right
    return both | {
        key: merged(left[key], right[key]) for key in left.keys() & right.keys()
        if isinstance(left[key], dict) and isinstance(right[key], dict)}


def nested(path, value):
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def value_at(properties, path):
    for key in path.split("."):
        properties = properties.get(key) if properties else None
    return properties


def without(properties, path):
    """Without a property, and without objects that are empty then."""
    first, _, rest = path.partition(".")
    left = {key: value for key, value in properties.items() if key != first}
    inner = without(properties[first], rest) if rest and first in properties else None
    return left | ({first: inner} if inner else {})
