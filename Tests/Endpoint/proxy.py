"""A proxy on a loopback address, for HTTPS (CONNECT) and for HTTP (whole URLs), with or without a password.

    with Proxy(password="name:pass word") as proxy:
        program.run(HTTPS_PROXY=proxy.url())
        proxy.asked                                     what it was asked for, with the status that it gave

It connects to this machine alone: whatever host it is asked for, it goes to `port` here, or to the port that was asked for. So a
host that nobody could look up is reached through it and in no other way.
"""

import asyncio
import base64
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from loopback import LoopbackServer


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    status: int | None  # None where the connection was closed instead


class Proxy(LoopbackServer):
    def __init__(self, credentials=None, refuses=None, port=None):
        """credentials: name and password with a colon between them, as they are asked for. refuses: a status, or "close"."""
        self.credentials, self.refuses, self.target_port = credentials, refuses, port
        self.asked = []

    def url(self, credentials=None):
        """As it is named in a variable; the credentials are percent-encoded there."""
        before = ":".join(quote(part, safe="") for part in credentials.split(":", 1)) + "@" if credentials else ""
        return f"http://{before}127.0.0.1:{self.port}"

    def clear(self):
        self.asked = []

    def protocol(self):
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=2**20), self._serve)

    async def _serve(self, reader, writer):
        try:
            await self._serve_one(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass  # one of the two ends is gone
        finally:
            writer.close()

    async def _serve_one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = self._status(headers.get("proxy-authorization", ""))
        self.asked.append(Asked(method, target, status))
        if status is None:
            return
        if status != 200:
            challenge = 'Proxy-Authenticate: Basic realm="the network"\r\n' if status == 407 else ""
            writer.write(f"HTTP/1.1 {status} Refused\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        if method == "CONNECT":
            upstream = await asyncio.open_connection("127.0.0.1", self.target_port or int(target.rpartition(":")[2]))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, upstream[1]), _pump(upstream[0], writer))
            return
        url = urlsplit(target)
        upstream = await asyncio.open_connection("127.0.0.1", self.target_port or url.port or 80)
        path = target[len(f"{url.scheme}://{url.netloc}"):] or "/"
        # One request a connection, so that each is seen here.
        kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:", "expect:"))]
        upstream[1].write("\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1"))
        sending = asyncio.ensure_future(_pump(reader, upstream[1]))
        try:
            writer.write((await upstream[0].readuntil(b"\r\n\r\n"))[:-2] + b"Connection: close\r\n\r\n")
            await _pump(upstream[0], writer)
        finally:
            sending.cancel()

    def _status(self, authorization):
        if self.refuses == "close":
            return None
        if self.refuses:
            return self.refuses
        wanted = self.credentials and "Basic " + base64.b64encode(self.credentials.encode()).decode()
        return 200 if not wanted or authorization == wanted else 407


async def _pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
