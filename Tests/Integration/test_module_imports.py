"""The walls of the house: a target imports only what Package.swift names for it. SwiftPM does not see to that itself."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^(?:@testable )?(?:(?:package|internal|private|fileprivate|public) )?import (?:(?:struct|enum|func|class|protocol|var) )?(\w+)", re.MULTILINE)
# What the toolchain brings.
TOOLCHAIN = {"Foundation", "FoundationNetworking", "Synchronization", "Testing", "Glibc", "Darwin", "Musl", "Dispatch"}


@pytest.fixture(scope="module")
def targets():
    dump = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, timeout=120)
    return json.loads(dump.stdout)["targets"]


def sources(target):
    folder = target.get("path") or f"{'Tests' if target['type'] == 'test' else 'Sources'}/{target['name']}"
    return sorted((ROOT / folder).rglob("*.swift"))


def imports(file):
    return set(IMPORT.findall(file.read_text())) - TOOLCHAIN


def dependencies(target):
    return {dependency["byName"][0] for dependency in target["dependencies"]}


def test_a_target_imports_what_the_package_names_for_it(targets):
    breaches = [
        f"{file.relative_to(ROOT)} imports {name}"
        for target in targets for file in sources(target) for name in sorted(imports(file) - dependencies(target))]
    assert not breaches, "\n".join(breaches)


def test_the_package_names_nothing_that_is_not_imported(targets):
    unused = [
        f"{target['name']} does not use {name}"
        for target in targets if target["type"] != "system"
        for name in sorted(dependencies(target) - {name for file in sources(target) for name in imports(file)})]
    assert not unused, "\n".join(unused)


@pytest.mark.parametrize("line, name", [
    ("import Schema", "Schema"), ("package import Schema", "Schema"), ("@testable import Store", "Store"),
    ("package import struct Foundation.Date", "Foundation"), ("// import Schema", None), ("    import Darwin", None),
])
def test_an_import_is_seen_in_each_of_its_forms(line, name):
    found = IMPORT.search(line)
    assert (found and found[1]) == name


def test_resource_types_know_nothing_of_each_other():
    """A folder of Resources that declares a type neither names another type's section nor its declaration."""
    types = {path.parent for path in (ROOT / "Sources/Resources").rglob("*Provider.swift")}
    declared = {}
    for folder in types:
        for file in folder.rglob("*.swift"):
            for name in re.findall(r"^(?:package )?(?:struct|enum|final class) (\w+Provider)\b", file.read_text(), re.MULTILINE):
                declared[name] = folder
    breaches = [
        f"{file.relative_to(ROOT)} names {name}"
        for folder in types for file in folder.rglob("*.swift")
        for name, home in declared.items() if home != folder and re.search(rf"\b{name}\b", file.read_text())]
    assert not breaches, "\n".join(breaches)
