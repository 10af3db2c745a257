"""Measures commands of the release build as whole processes, with the operating system's own accounting of each run."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[2]


def measured(command, environment, folder):
    """Wall milliseconds, peak memory in MiB, and standard output."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = (time.perf_counter() - start) * 1000
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {os.waitstatus_to_exitcode(status)}")
    kibibytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return wall, kibibytes / 1024, out


def main(runs):
    binary = os.environ["COGSTACK"]
    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("stacks", "examples"):
            shutil.copytree(ROOT / part, folder / part)
        environment = {"PATH": os.environ["PATH"], "HOME": name} | endpoint.account().environment()
        made = measured([binary, "apply", "stacks/dev.yaml", "--yes", "--json"], environment, folder)
        rows = {"apply, all new": ([made[0]], [made[1]], json.loads(made[2])["apiCalls"])}

        plan = [binary, "plan", "stacks/dev.yaml", "--json"]
        measured(plan, environment, folder)  # not counted: the files come into the cache
        results = [measured(plan, environment, folder) for _ in range(runs)]
        plans = [json.loads(out) for _, _, out in results]
        if any(plan["changes"] for plan in plans):
            sys.exit("the plan was not empty, so that there is nothing to measure")
        rows[f"plan, nothing to do ({runs} runs)"] = (
            [wall for wall, _, _ in results], [memory for _, memory, _ in results], plans[0]["apiCalls"])
        gone = measured([binary, "destroy", "stacks/dev.yaml", "--yes", "--json"], environment, folder)
        rows["destroy"] = ([gone[0]], [gone[1]], json.loads(gone[2])["apiCalls"])

    print(f"{'':34}{'wall ms: min':>13}{'median':>9}{'max':>9}{'peak MiB':>11}{'API calls':>11}")
    for title, (walls, memories, calls) in rows.items():
        print(
            f"{title:34}{min(walls):13.0f}{statistics.median(walls):9.0f}{max(walls):9.0f}"
            f"{max(memories):11.1f}{calls:11}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
