"""What the tests of every property need beside the declarations: which properties a type has, two values for each, and where boto3 shows it.

The types' tables come from the program `tables`. What a table does not say stands in a sample, one file for each section:

    base        the properties without which there is no such object
    values      two values for a property whose limits alone do not give them; or of an object for all its members, and one where AWS has no
                second one
    beside      what must be there with a property
    shown       the two values as boto3 shows them, where that is not as the file says them
    live        where boto3 shows what the table's names do not lead to
    defaults    what boto3 shows where nothing is set
    more        what else is said of a row of test_properties.py

A section gives rows to test_properties.py, unless it `isApart`: of its objects one has one place, and test_conformance.py lives one's life.
Its sample has more:

    around      the other sections of the stack file
    files       the files that it refers to
    prepare     what people do by hand before there is such an object
    read        the object, read with boto3 by the parts of its physical id; nothing where there is none
    write       brings it by hand to what an earlier description says
    derived     what AWS works out by itself from other members, or gives each object anew
    needed      properties that AWS does not take out, though the table does not require them
    unseen      properties that AWS never tells
    whole       all properties of the object, where a property's other value does not go with the rest of the base
    families    objects of other kinds, each a sample over its own base, with values for the properties that this kind alone has
    faults      properties that cogstack does not keep as it should, and why: they must fail
"""

import importlib
import json
import pkgutil
import subprocess
from functools import cache
from pathlib import Path

from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[3]


@cache
def tables():
    """Every type's table, by section."""
    return json.loads(subprocess.run([ROOT / ".build" / "debug" / "tables"], check=True, capture_output=True, timeout=60).stdout)


@cache
def samples():
    return {found.name: importlib.import_module(f"conformance.{found.name}").SAMPLE for found in pkgutil.iter_modules(__path__)}


def properties(section, rows=None, path="", wire=""):
    """The properties of a section that a request may set: (path, row, the names that lead to it in AWS's messages)."""
    for row in tables()[section]["attributes"] if rows is None else rows:
        here, there = f"{path}{row['name']}", f"{wire}{row['wire']}"
        if row["kind"] == "object":
            for inner, member, below in properties(section, row["attributes"], f"{here}.", f"{there}."):
                # What holds for the whole holds for its members.
                yield inner, member | {
                    key: row[key] for key in ("change", "writtenBy", "isDerived", "isRequired") if key in row}, below
        else:
            yield here, row, there


def is_apart(section):
    """Whether only one object of the section has room where it belongs, so that test_conformance.py lives its life."""
    return samples().get(section, {}).get("isApart", False)


def keys(section):
    """The properties that tell an object of a section from others."""
    return tables()[section].get("key") or []


def changeable(section):
    """Those of them that can be changed in place, and taken out again."""
    for path, row, wire in properties(section):
        if row["change"] in ("in place", "lasting") and not (row["isLocal"] or row["isDerived"] or row["name"] == "tags"):
            yield path, row, wire


def live_path(section, wire):
    """Where boto3 shows a property; where it shows it twice, both places."""
    live = samples().get(section, {}).get("live", {})
    for prefix, shown in live.items():
        if isinstance(shown, tuple) and wire == prefix:
            return shown
        if wire == prefix or wire.startswith(f"{prefix}."):
            return f"{shown}{wire.removeprefix(prefix)}".strip(".")
    return wire


def two_values(section, path, row):
    """Two values for a property, neither its default where there are three."""
    sample = samples().get(section, {})
    stated = next((each["values"][path] for each in [sample, *sample.get("families", {}).values()] if path in each.get("values", {})), None)
    if stated:
        return stated
    default = row.get("default")
    match row["kind"]:
        case "boolean":
            return not default, bool(default)
        case "word":
            return [word for word in row["words"] if word != default][:2] if len(row["words"]) > 2 else [
                *(word for word in row["words"] if word != default), default][:2]
        case "integer":
            low, high = row["limits"]
            return [number for number in (low, low + 1, low + 2) if number != default and number <= high][:2]
        case "string" if not row.get("pattern") and (row.get("limits") or [1])[0] < 4:
            return "one", "another"
    raise LookupError(f"{section}.{path} needs two values in Tests/Integration/conformance/{section}.py")


def derived(covered, one, gone):
    """A row for each property that has none. covered: (section, path) of those that have one."""
    for section, sample in samples().items():
        if sample.get("isApart"):
            continue
        for path, row, wire in changeable(section):
            if any(section == other and (path == known or path.startswith(f"{known}.")) for other, known in covered):
                continue
            a, b = two_values(section, path, row)
            default = sample.get("defaults", {}).get(path, row.get("default"))
            base = sample.get("base", {}) | sample.get("beside", {}).get(path, {})
            shown = sample.get("shown", {}).get(path)
            yield one(
                section, path, a, b, live_path(section, wire), gone if default is None else default, shown=shown, base=base,
                is_removable=not row["isRequired"] and row["change"] == "in place",
                removal_cause="stack file" if row.get("isNamed") else "default", **sample.get("more", {}).get(path, {}))


# For types of which one object has one place


def apart():
    """The sections whose objects cannot be many side by side."""
    return sorted(section for section, sample in samples().items() if sample.get("isApart"))


def row_at(section, path):
    """A property's own row, and the names that lead to it in AWS's messages."""
    rows, wire = tables()[section]["attributes"], []
    for name in path.split("."):
        row = next(row for row in rows if row["name"] == name)
        rows, wire = row.get("attributes"), [*wire, row["wire"]]
    return row, ".".join(wire)


def whole_life(section):
    """Each property that has more than one value, and the property that is changed for it: itself, or the object that it belongs to."""
    sample = samples()[section]
    stated = {path for each in [sample, *sample.get("families", {}).values()] for path in each.get("values", {})}
    for path, row, _ in properties(section):
        if row["isLocal"] or row["isDerived"] or row["kind"] == "word" and row["words"] == [row.get("default")]:
            continue
        names = path.split(".")
        above = [".".join(names[:count]) for count in range(len(names), 0, -1)]
        yield path, next((each for each in above if each in stated), path)


def wire_form(row, value, files):
    """A value as AWS's messages have it."""
    match row["kind"]:
        case "object":
            return {inner["wire"]: wire_form(inner, value[inner["name"]], files) for inner in row["attributes"] if inner["name"] in value}
        case "list":
            return [wire_form(row["element"], each, files) for each in value]
        case "file":
            return files[value["file"]]
    return value


def if_there(call, **of):
    """An answer; nothing where AWS says that there is no such object."""
    try:
        return call(**of)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return {}


def update(client, operation, description, **key):
    """Calls an update operation with all that it takes of a description."""
    known = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape.members
    getattr(client, operation)(**{
        name: value for name, value in (description | key).items() if name in known and name != "RevisionId"})


# A pool with two clients, and another one; two functions.
POOLS = {
    "userPools": {"users": {}, "others": {}},
    "appClients": {"web": {"userPool": "users"}, "other": {"userPool": "users"}},
}
_FUNCTION = {"runtime": "python3.13", "handler": "code.handler", "code": "code", "role": "runner"}
FUNCTIONS = {
    "roles": {"runner": {"trust": [{"service": "lambda.amazonaws.com"}]}},
    "lambdaFunctions": {"function": _FUNCTION, "other": _FUNCTION},
}
ALIASES = {"lambdaAliases": {name: {"functionName": "function", "functionVersion": "$LATEST"} for name in ("one", "two")}}
