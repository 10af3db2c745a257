"""One run of a program as a whole process, with the operating system's own accounting of it."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SPAWN = Path(__file__).with_name("spawn.py")


@dataclass
class Run:
    status: int | None  # None where it was stopped
    stopped: str  # by which bound: "time" or "memory"
    out: bytes
    err: bytes
    wall: float  # seconds
    processor: float  # seconds, user and system
    switches: int  # of context, voluntary and not
    peak: float  # MiB
    written: int  # bytes, to files and pipes

    @property
    def text(self):
        """All that it printed, as one line."""
        return " ".join((self.err + self.out).decode(errors="replace").split())

    def __str__(self):
        end = f"stopped by its bound of {self.stopped}" if self.stopped else f"exit {self.status}"
        return f"{(self.out + self.err).decode(errors='replace')}[{end}, {self.wall:.1f} s, {self.peak:.0f} MiB]"


def measured(command, environment, folder, seconds=0, mebibytes=0):
    """Runs a command without a terminal to its end, at most for so many seconds and while it has so much in memory."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(reading, "rb") as result:
        try:
            subprocess.run(
                [sys.executable, "-S", "-E", SPAWN, str(writing), str(seconds), str(mebibytes), *map(str, command)], cwd=folder,
                env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, pass_fds=[writing], check=True)
        finally:
            os.close(writing)
        status, stopped, wall, processor, switches, peak, written = result.read().split()
        for file in (out, err):
            file.seek(0)
        stopped = stopped.decode().strip("-")
        return Run(
            None if stopped else int(status), stopped, out.read(), err.read(), float(wall), float(processor), int(switches), float(peak),
            int(written))


def measured_to_the_end(command, environment, folder):
    """One run, which has to end well."""
    run = measured(command, environment, folder)
    if run.status != 0:
        sys.exit(f"{' '.join(map(str, command))} went wrong:\n{run}")
    return run
