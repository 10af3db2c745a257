"""Measures commands of the release build as whole processes, with the operating system's own accounting of each run."""

import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from endpoint import Endpoint
from measuring import measured_to_the_end

ROOT = Path(__file__).resolve().parents[2]


def main(runs):
    binary = os.environ["COGSTACK"]
    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("stacks", "examples"):
            shutil.copytree(ROOT / part, folder / part)
        environment = {"PATH": os.environ["PATH"], "HOME": name} | endpoint.account().environment()
        made = measured_to_the_end([binary, "apply", "stacks/dev.yaml", "--yes", "--json"], environment, folder)
        rows = {"apply, all new": ([made], json.loads(made.out)["apiCalls"])}

        plan = [binary, "plan", "stacks/dev.yaml", "--json"]
        measured_to_the_end(plan, environment, folder)  # not counted: the files come into the cache
        results = [measured_to_the_end(plan, environment, folder) for _ in range(runs)]
        plans = [json.loads(run.out) for run in results]
        if any(plan["changes"] for plan in plans):
            sys.exit("the plan was not empty, so that there is nothing to measure")
        rows[f"plan, nothing to do ({runs} runs)"] = (results, plans[0]["apiCalls"])
        gone = measured_to_the_end([binary, "destroy", "stacks/dev.yaml", "--yes", "--json"], environment, folder)
        rows["destroy"] = ([gone], json.loads(gone.out)["apiCalls"])

    print(f"{'':34}{'wall ms: min':>13}{'median':>9}{'max':>9}{'peak MiB':>11}{'API calls':>11}")
    for title, (results, calls) in rows.items():
        walls = [run.wall * 1000 for run in results]
        print(
            f"{title:34}{min(walls):13.0f}{statistics.median(walls):9.0f}{max(walls):9.0f}"
            f"{max(run.peak for run in results):11.1f}{calls:11}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
