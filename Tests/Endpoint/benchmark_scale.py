"""Measures how the cost grows with the work: stacks of 10 to 10,000 resources, the release build as a whole process.

    benchmark_scale.py RUNS [LARGEST]

`validate` needs no AWS; `apply`, `plan` and `destroy` go to the local endpoint, up to 1,000 resources (or LARGEST). The processor's time
is the program's own; the growth exponent is how that grows from one size to the next: 1 is a line.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from endpoint import Endpoint
from measuring import measured_to_the_end

SIZES = [10, 100, 1_000, 10_000]


def wide(count):
    """App clients of one pool, roles with a policy of their own, users, and parameters that name the roles."""
    lines = [f"stack: wide{count}", "region: us-east-1", "userPools:", "  main: {}", "appClients:"]
    part = range(count // 4)
    for number in part:
        lines += [f"  client-{number}:", "    userPool: main"]
    lines.append("roles:")
    for number in part:
        lines += [
            f"  role-{number}:", "    trust: [{ service: lambda.amazonaws.com }]", "    inlinePolicies:", "      read:",
            "        Version: '2012-10-17'", "        Statement:",
            f"          - {{ Effect: Allow, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::bucket-{number}/*'] }}"]
    lines.append("iamUsers:")
    lines += [f"  user-{number}: {{}}" for number in part]
    lines.append("ssmParameters:")
    for number in range(count - 1 - 3 * len(part)):
        lines += [f"  parameter-{number}:", f"    value: $(roles.role-{number % len(part)}.arn)"]
    return "\n".join(lines) + "\n"


def chain(count):
    """Parameters each of which names the one before it."""
    lines = [f"stack: chain{count}", "region: us-east-1", "ssmParameters:", "  parameter-0:", "    value: first"]
    for number in range(1, count):
        lines += [f"  parameter-{number}:", f"    value: $(ssmParameters.parameter-{number - 1}.name)"]
    return "\n".join(lines) + "\n"


def layers(count):
    """The wide stack in four files that extend each other, each with a description of its own for every user."""
    files = {"base.yaml": wide(count).replace(f"stack: wide{count}\n", "")}
    below = "base.yaml"
    for layer in range(3):
        text = "iamUsers:\n" + "".join(f"  user-{number}: {{ path: /layer-{layer}/ }}\n" for number in range(count // 4))
        name = f"layer-{layer}.yaml"
        files[name] = f"extends: {below}\n{text}"
        below = name
    files["stack.yaml"] = f"stack: layers{count}\nextends: {below}\n"
    return files


class Table:
    def __init__(self):
        self.last = {}
        print(f"{'':34}{'resources':>10}{'wall s':>9}{'own s':>9}{'ms/call':>9}{'peak MiB':>10}{'B/resource':>12}{'exponent':>10}")

    def row(self, title, count, run, calls=None):
        growth = ""
        if title in self.last:
            before, then = self.last[title]
            growth = f"{math.log(run.processor / then) / math.log(count / before):.2f}"
        self.last[title] = (count, run.processor)
        per_call = f"{run.processor * 1000 / calls:.2f}" if calls else ""
        print(
            f"{title:34}{count:10,}{run.wall:9.2f}{run.processor:9.2f}{per_call:>9}{run.peak:10.0f}{run.written / count:12,.0f}{growth:>10}",
            flush=True)


def main(runs, largest=1_000):
    binary = os.environ["COGSTACK"]
    table = Table()
    with tempfile.TemporaryDirectory() as name:
        offline(Path(name), binary, table, runs)
    for count in (size for size in SIZES if size <= largest):
        # An endpoint of its own for each size: what another left behind would be listed along.
        with Endpoint() as endpoint, tempfile.TemporaryDirectory() as name:
            online(Path(name), binary, table, endpoint, count)
    if not terraform(largest):
        print("Terraform's figures are missing: `terraform` is not installed here.")


def offline(folder, binary, table, runs):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for title, make in (("validate, wide", wide), ("validate, a chain", chain), ("validate, four layers", layers)):
        for count in SIZES:
            files = make(count)
            place = folder / f"{make.__name__}-{count}"
            place.mkdir()
            for name, text in (files if isinstance(files, dict) else {"stack.yaml": files}).items():
                (place / name).write_text(text)
            results = [measured_to_the_end([binary, "validate", "stack.yaml"], environment, place) for _ in range(runs)]
            table.row(title, count, min(results, key=lambda run: run.processor))


def online(folder, binary, table, endpoint, count):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | endpoint.account().environment()
    (folder / "stack.yaml").write_text(wide(count))
    for title, arguments in (
            ("apply, all new", ["apply", "stack.yaml", "--yes"]), ("plan, nothing to do", ["plan", "stack.yaml"]),
            ("destroy", ["destroy", "stack.yaml", "--yes"])):
        run = measured_to_the_end([binary, *arguments, "--json"], environment, folder)
        report = json.loads(run.out)
        if title.startswith("plan") and report["changes"]:
            sys.exit("the plan was not empty, so that there is nothing to measure")
        table.row(title, count, run, report["apiCalls"])


def terraform(largest):
    """The same roles, users and parameters with Terraform; False where there is none."""
    program = shutil.which("terraform")
    if not program:
        return False
    for count in (size for size in SIZES if size <= min(largest, 1_000)):
        with Endpoint() as endpoint, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "main.tf").write_text(TERRAFORM % {"url": endpoint.url, "count": count // 3})
            environment = os.environ | endpoint.account().environment() | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
            ready = subprocess.run([program, "init", "-input=false"], cwd=folder, env=environment, capture_output=True)
            if ready.returncode != 0:
                print(f"Terraform cannot begin: {' '.join(ready.stderr.decode().split())}")
                return True
            for title, arguments in (
                    ("terraform apply, all new", ["apply", "-auto-approve"]), ("terraform plan, nothing to do", ["plan"]),
                    ("terraform destroy", ["destroy", "-auto-approve"])):
                run = measured_to_the_end([program, *arguments, "-input=false", "-no-color"], environment, folder)
                print(f"{title:34}{count // 3 * 3:10,}{run.wall:9.2f}{run.processor:9.2f}{'':9}{run.peak:10.0f}", flush=True)
    return True


TERRAFORM = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  endpoints {
    iam = "%(url)s"
    ssm = "%(url)s"
    sts = "%(url)s"
  }
}
resource "aws_iam_role" "role" {
  count = %(count)d
  name  = "role-${count.index}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_user" "user" {
  count = %(count)d
  name  = "user-${count.index}"
}
resource "aws_ssm_parameter" "parameter" {
  count = %(count)d
  name  = "parameter-${count.index}"
  type  = "String"
  value = aws_iam_role.role[count.index].arn
}
"""


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(int, sys.argv[2:]))
