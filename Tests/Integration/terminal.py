"""The program under test at a terminal, for what it does only there."""

import errno
import fcntl
import os
import pty
import re
import selectors
import struct
import subprocess
import termios
import time


class Terminal:
    """The program at a terminal of 100 columns, which rules it (Ctrl-C, closing) unless `controls` is False."""

    def __init__(self, cogstack, *arguments, environment=None, controls=True):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.program = subprocess.Popen(
            [cogstack.binary, *arguments], cwd=cogstack.folder, env=cogstack.environment | {"TERM": "xterm-256color"} | (environment or {}),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controls else None)
        os.close(slave)
        self.text = ""

    def read_until(self, pattern, within=30):
        end = time.monotonic() + within
        while not re.search(pattern, self.text):
            assert time.monotonic() < end, f"no {pattern!r} in:\n{self.text}"
            if not self._read(0.2) and self.program.poll() is not None:
                assert re.search(pattern, self.text), f"ended without {pattern!r}:\n{self.text}"

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self, within=60):
        end = time.monotonic() + within
        while self._read(0.2) or self.program.poll() is None:
            assert time.monotonic() < end, f"still running:\n{self.text}"
        os.close(self.master)
        return self.program.wait()

    def _read(self, seconds):
        with selectors.DefaultSelector() as selector:  # `select` itself knows no descriptor above 1023
            selector.register(self.master, selectors.EVENT_READ)
            if not selector.select(seconds):
                return False
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.text += data.decode(errors="replace")
        return bool(data)
