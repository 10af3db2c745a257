"""What the README says of adding a resource type is true: one folder, one line."""

import os
import shutil
import subprocess

import pytest

from conftest import ROOT
from cogstack import Cogstack

pytestmark = pytest.mark.long

LINE = "            SSMParameterProvider(),\n"


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The package with one more type, built beside the real one."""
    package = tmp_path_factory.mktemp("extended")
    for part in ("Package.swift", "Sources"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, package / part)
    # The test targets are of no use here, and their folders are not copied.
    manifest = (package / "Package.swift").read_text()
    assert manifest.count("] + tests,") == 1
    (package / "Package.swift").write_text(manifest.replace("] + tests,", "],"))

    shutil.copytree(ROOT / "Tests" / "Integration" / "new_type", package / "Sources" / "Resources" / "LogGroups")
    registry = package / "Sources" / "Resources" / "ResourceTypes.swift"
    text = registry.read_text()
    assert text.count(LINE) == 1
    registry.write_text(text.replace(LINE, LINE + "            LogGroupProvider(),\n"))

    scratch = ROOT / ".build" / "new-type"
    subprocess.run(
        ["swift", "build", "--package-path", package, "--scratch-path", scratch, "--product", "cogstack"],
        check=True, env=os.environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=900)
    return scratch / "debug" / "cogstack"


STACK = """stack: logs
region: us-east-1
tags: { team: identity }
logGroups:
  audit: { retentionInDays: 30 }
roles:
  writer:
    trust: [{ service: lambda.amazonaws.com }]
    inlinePolicies:
      write:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Action: "logs:PutLogEvents", Resource: "*" }]
outputs: { group: $(logGroups.audit.name) }
"""


def test_a_new_type_is_one_folder_and_one_line(extended, account, layer, tmp_path):
    program = Cogstack(extended, ROOT, tmp_path, account, layer)
    file = program.folder / "logs.yaml"
    logs = account.client("logs")

    def retention():
        groups = logs.describe_log_groups()["logGroups"]
        return {group["logGroupName"]: group.get("retentionInDays") for group in groups}

    file.write_text(STACK.replace("retentionInDays", "retentionInDay"))
    assert "Did you mean `retentionInDays`?" in program.run("validate", "logs.yaml", status=1).err

    file.write_text(STACK)
    program.apply("logs.yaml")
    assert retention() == {"logs-audit": 30}
    assert program.plan("logs.yaml")["changes"] == []
    assert program.run("output", "group").out.strip() == "logs-audit"

    file.write_text(STACK.replace("retentionInDays: 30", "retentionInDays: 7"))
    program.apply("logs.yaml")
    assert retention() == {"logs-audit": 7}

    file.write_text(STACK.replace("{ retentionInDays: 30 }", "{}"))
    program.apply("logs.yaml")
    assert retention() == {"logs-audit": None}
    assert program.plan("logs.yaml")["changes"] == []

    logs.delete_log_group(logGroupName="logs-audit")
    assert [change["address"] for change in program.plan("logs.yaml")["changes"]] == ["logGroups.audit"]
    program.apply("logs.yaml")
    program.run("destroy", "--yes")
    assert account.is_empty()
