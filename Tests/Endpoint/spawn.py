"""Runs one command for measuring.py, and writes what the operating system says of it to a file descriptor.

    spawn.py FD SECONDS MEBIBYTES COMMAND...

A process of its own, and a small one: on Linux the peak memory of a process is never less than that of the one which started it.
SECONDS and MEBIBYTES bound the run; 0 is none.
"""

import os
import signal
import sys
import time


def main(result, seconds, mebibytes, *command):
    stopped = ""
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)

    def look(*_):
        nonlocal stopped
        if float(seconds) and time.perf_counter() - start > float(seconds):
            stopped = "time"
        elif float(mebibytes) and resident(process) > float(mebibytes):
            stopped = "memory"
        if stopped:
            os.kill(process, signal.SIGKILL)

    signal.signal(signal.SIGALRM, look)
    if float(seconds) or float(mebibytes):
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - start
    signal.setitimer(signal.ITIMER_REAL, 0)  # from here on the number may be another process's
    written = bytes_written(process)
    _, status, usage = os.wait4(process, 0)
    kibibytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    os.write(int(result), " ".join(str(value) for value in (
        os.waitstatus_to_exitcode(status), stopped or "-", wall, usage.ru_utime + usage.ru_stime, usage.ru_nvcsw + usage.ru_nivcsw,
        kibibytes / 1024, written)).encode())


def bytes_written(process):
    """What it has written to files and pipes; 0 where the machine does not tell."""
    try:
        with open(f"/proc/{process}/io") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("wchar"))
    except OSError:
        return 0


def resident(process):
    """MiB in memory now; 0 where the machine does not tell."""
    try:
        with open(f"/proc/{process}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
