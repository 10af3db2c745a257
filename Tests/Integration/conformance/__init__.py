"""Rows of test_properties.py that follow from the declarations: each property of a type, two values for it, and where boto3 shows it.

The types' tables come from the program `tables`. What a table does not say stands in a sample, one file for each section: `base`, the
properties without which there is no such object; `values`, two values for a property whose limits alone do not give them; `live`, where
boto3 shows what the table's names do not lead to; `defaults`, what it shows where nothing is set. One that `isApart` has objects that cannot be many in one pool: it
gives no rows, and has tests of its own.
"""

import importlib
import json
import pkgutil
import subprocess
from functools import cache
from pathlib import Path

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
    stated = samples().get(section, {}).get("values", {}).get(path)
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
