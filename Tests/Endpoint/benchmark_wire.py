"""What the wire costs, and what a bad server can do: tables of whole runs of the release build, behind a line with a delay and TLS.

    benchmark_wire.py RUNS [--slow]

--slow: also a body of one byte every two seconds, which the program gives up after minutes.
"""

import json
import os
import shutil
import ssl
import statistics
import sys
import tempfile
import textwrap
from pathlib import Path

from authority import Authority, system_bundle
from endpoint import Endpoint
from hostile import DRESSES, DRIP, REDIRECT, WITHOUT_END, hostile
from line import HOSTS, Line
from measuring import measured, measured_to_the_end

ROOT = Path(__file__).resolve().parents[2]
DEV = "stacks/dev.yaml"
ROUND_TRIP = 0.02
SECONDS, SLOW_SECONDS, MEBIBYTES = 60, 600, 1024  # where a run under a bad server is stopped


class Wire:
    """A folder, an account in which the stacks are, and runs of the program behind a line."""

    def __init__(self, binary, endpoint, folder, runs):
        self.binary, self.endpoint, self.folder, self.runs = binary, endpoint, folder, runs
        for part in ("stacks", "examples"):
            shutil.copytree(ROOT / part, folder / part)
        self.authority = Authority(folder)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | endpoint.account().environment()

    def apply(self, file):
        measured_to_the_end([self.binary, "apply", file, "--yes", "--json"], self.environment, self.folder)

    def secured(self, newest=ssl.TLSVersion.TLSv1_3):
        return Line(self.endpoint.url, tls=self.authority.server("localhost", *HOSTS.values(), newest=newest), rtt=ROUND_TRIP)

    def plans(self, line, environment, file=DEV, runs=None):
        """Plans that find nothing to do: the runs, what the line counted in each, and the number of calls."""
        command, environment = [self.binary, "plan", file, "--json"], self.environment | environment
        measured_to_the_end(command, environment, self.folder)  # not counted: the files come into the cache
        results, counted = [], []
        for _ in range(runs or self.runs):
            line.clear()
            results.append(measured_to_the_end(command, environment, self.folder))
            counted.append((line.connections, max(line.names.values(), default=0), line.resumed))
            plan = json.loads(results[-1].out)
            if plan["changes"]:
                sys.exit("the plan was not empty, so that there is nothing to measure")
        return results, counted, plan["apiCalls"]


def table(title, first, counts, rows):
    """rows: title, runs, what was counted in each, calls."""
    print(f"\n{title}\n{first:32}{'calls':>6}{'wall ms: min':>14}{'median':>8}{'processor ms':>14}{'switches':>10}", end="")
    print("".join(f"{count:>{len(count) + 2}}" for count in counts))
    for name, results, counted, calls in rows:
        walls = [run.wall * 1000 for run in results]
        print(
            f"{name:32}{calls:6}{min(walls):14.0f}{statistics.median(walls):8.0f}"
            f"{statistics.median(run.processor for run in results) * 1000:14.0f}"
            f"{statistics.median(run.switches for run in results):10.0f}", end="")
        print("".join(
            f"{statistics.median(numbers):{len(count) + 2}.0f}" for count, numbers in zip(counts, zip(*counted))), flush=True)


def latency(wire):
    rows = []
    for held in (0, 0.1, 0.5):
        with Line(wire.endpoint.url, delay=held) as line:
            rows.append((f"{held * 1000:.0f} ms", *wire.plans(line, {"AWS_ENDPOINT_URL": line.url()})))
    table("Nothing to do in stacks/dev.yaml, plain HTTP", "each answer held for", ["opened"], rows)


def secure(wire):
    bundles = {"one certificate": wire.authority.bundle()}
    if system_bundle():
        bundles["the system's and one"] = wire.authority.bundle(system=True)
    else:
        bundles["140 certificates and one"] = wire.authority.bundle(others=140)
    rows = []
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        for name, bundle in bundles.items():
            with wire.secured(version) as line:
                plans = wire.plans(line, line.environment() | {"AWS_CA_BUNDLE": str(bundle)})
                rows.append((f"{version.name[4:].replace('_', '.')}, {name}", *plans))
    table(
        f"The same over TLS, a host name a service, {ROUND_TRIP * 1000:.0f} ms of round trip", "TLS, bundle",
        ["opened", "a host", "resumed"], rows)


def long_stack(groups):
    """A role, a user pool and an app client in each group: four reads."""
    sections = {
        "roles": "{ trust: [{ service: lambda.amazonaws.com }] }",
        "userPools": "{}",
        "appClients": "{ userPool: g%d, explicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH] }",
    }
    lines = [f"stack: many-{groups}", "region: us-east-1"]
    for section, text in sections.items():
        lines += [f"{section}:", *(f"  g{number}: {text.replace('%d', str(number))}" for number in range(groups))]
    return "\n".join([*lines, ""])


def growth(wire):
    bundle, rows = wire.authority.bundle(system=bool(system_bundle())), []
    for groups in (3, 33, 250):
        file = f"stacks/many-{groups}.yaml"
        (wire.folder / file).write_text(long_stack(groups))
        wire.environment |= wire.endpoint.account().environment()  # others' resources are not read with it
        wire.apply(file)
        with wire.secured() as line:
            plans = wire.plans(line, line.environment() | {"AWS_CA_BUNDLE": str(bundle)}, file, runs=3)
            rows.append((f"{3 * groups} resources", *plans))
    table("Nothing to do in larger stacks, over TLS as above, 3 runs", "", ["opened", "a host", "resumed"], rows)


def hostility(wire, is_slow):
    """Each form in answer to each GetRole of the plan, and each dress on all answers."""
    print(f"\n{'Nothing to do in stacks/dev.yaml, and a server that sends':58}{'exit':>6}{'wall s':>9}{'peak MiB':>10}")

    def row(name, line, seconds=SECONDS):
        run = measured(
            [wire.binary, "plan", DEV], wire.environment | {"AWS_ENDPOINT_URL": line.url()}, wire.folder, seconds, MEBIBYTES)
        print(f"{name:58}{'-' if run.stopped else run.status:>6}{run.wall:9.1f}{run.peak:10.0f}", flush=True)
        said = next((text for text in run.err.decode(errors="replace").splitlines() if text.strip()), "")
        if run.stopped:
            said = {"time": f"(stopped after {seconds} s)", "memory": f"(stopped at {MEBIBYTES} MiB)"}[run.stopped]
        if said and run.status != 0:
            print(textwrap.fill(said, 100, initial_indent="    ", subsequent_indent="    "))

    with Line(wire.endpoint.url) as line:
        row("right answers", line)
        forms = WITHOUT_END | REDIRECT | (DRIP if is_slow else {})
        for name, form in forms.items():
            line.answer = hostile(form, "GetRole")
            row(name, line, SLOW_SECONDS if name in DRIP else SECONDS)
        for name in DRIP.keys() - forms.keys():
            print(f"{name:58}  not run: --slow")
    for name, dress in DRESSES.items():
        with Line(wire.endpoint.url, dress=dress) as line:
            row(name, line)


def main(runs, *options):
    if options not in ((), ("--slow",)):
        sys.exit(__doc__)
    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as name:
        wire = Wire(os.environ["COGSTACK"], endpoint, Path(name), int(runs))
        wire.apply(DEV)
        print(f"Whole runs of the program, {runs} each; where nothing else is said, the median.")
        latency(wire)
        secure(wire)
        hostility(wire, bool(options))
        growth(wire)


if __name__ == "__main__":
    main(*sys.argv[1:])
