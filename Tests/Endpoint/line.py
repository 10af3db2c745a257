"""What lies between a program and AWS: a line that takes its time, TLS, a host name a service.

    with Line(endpoint.url, tls=authority.server(*HOSTS), rtt=0.02) as line:
        program.run(**line.environment())
        line.connections, line.resumed, line.requests

The delay is applied to bytes below TLS, so that each flight of a handshake costs what it costs on a real line: to connect takes
one round trip, each direction half of one; bandwidth is without limit. Requests go on to the backend as they came, with Host and
signature.
"""

import asyncio
import ssl
from collections import Counter, deque
from http.client import responses
from urllib.parse import urlsplit

from loopback import LoopbackServer
from request_check import SERVICES, service_id
from wire import Request

# `*.localhost` is this machine, without being looked up: RFC 6761, and libcurl.
HOSTS = {service: f"{service}.localhost" for service in SERVICES}


def endpoint_variable(service):
    """The variable by which a program is told where a service is."""
    return "AWS_ENDPOINT_URL_" + service_id(service).upper().replace(" ", "_")


class Line(LoopbackServer):
    """See the module. What was counted: `connections` (that were accepted), `handshakes` (that ended well) and how many of them
    `resumed` a session, `failures` (of handshakes), `names` (that clients asked for, by SNI), `versions` (of TLS), `requests`."""

    def __init__(self, backend, tls=None, rtt=0.0, delay=0.0, is_kept=True, answer=None, dress=None):
        """
        backend: the URL of what answers. tls: the context of a server; without one it is plain HTTP. rtt: seconds that a round trip takes.
        delay: seconds for which each answer is held. is_kept: whether a connection is kept after an answer.
        answer: called with each request; where it gives a coroutine function, that one answers in place of the backend: it is called
        with `write`, and the connection ends with it. dress: makes the bytes of an answer out of its status, headers and body.
        """
        self.backend, self.tls, self.rtt, self.delay = urlsplit(backend), tls, rtt, delay
        self.is_kept, self.answer, self.dress = is_kept, answer, dress or plainly_dressed
        self._forget()

    def clear(self):
        """Forgets what was counted, with what a program that has ended may still have in the queue of connections."""
        async def forget():
            for _ in range(3):
                await asyncio.sleep(0)
            self._forget()

        asyncio.run_coroutine_threadsafe(forget(), self.loop).result(10)

    def _forget(self):
        self.connections = self.handshakes = self.resumed = 0
        self.failures, self.requests = [], []
        self.names, self.versions = Counter(), Counter()

    def __enter__(self):
        if self.tls:
            self.tls.sni_callback = _note_name
        return super().__enter__()

    def protocol(self):
        return _Connection(self)

    def url(self, host="127.0.0.1"):
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def environment(self):
        """Where each service is, under a name of its own."""
        return {endpoint_variable(service): self.url(host) for service, host in HOSTS.items()} | {"AWS_ENDPOINT_URL": self.url("localhost")}

    async def serve(self, connection):
        backend = None
        try:
            while True:
                request, rest = await _read_request(connection.reader, connection.write)
                received = self.loop.time()
                self.requests.append(request)
                takes_over = self.answer and self.answer(request)
                if takes_over:
                    await takes_over(connection.write)
                    return
                if backend is None or backend[0].at_eof():
                    backend = await asyncio.open_connection(self.backend.hostname, self.backend.port, limit=2**20)
                backend[1].write(rest)
                status, headers, body, is_last = await _read_answer(backend[0], request.method)
                if is_last:
                    backend[1].close()
                    backend = None
                await asyncio.sleep(received + self.delay - self.loop.time())
                if not self.is_kept:
                    headers.append(("Connection", "close"))
                await connection.write(self.dress(status, headers, b"" if request.method == "HEAD" else body))
                if not self.is_kept:
                    return
        except (asyncio.IncompleteReadError, OSError):
            pass  # one of the two ends is gone, and so is the other
        finally:
            if backend:
                backend[1].close()
            connection.close()


class _Connection(asyncio.Protocol):
    """A client's connection. Bytes arrive, and leave, half a round trip late and in their order."""

    def __init__(self, line):
        self.line, self.loop = line, line.loop
        self.reader = asyncio.StreamReader(limit=2**20, loop=self.loop)
        self._arriving, self._leaving = deque(), deque()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._tls = None
        self._has_shaken_hands = False

    def connection_made(self, transport):
        self._transport = transport
        self.line.connections += 1
        # On a real line the client's first byte waits for the server's SYN.
        self._opened = self.loop.time() + self.line.rtt
        if self.line.tls:
            self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            self._tls = self.line.tls.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._task = self.loop.create_task(self.line.serve(self))

    def data_received(self, data):
        self._late(self._arriving, max(self.loop.time(), self._opened), lambda: self._arrive(data))

    def eof_received(self):
        self._late(self._arriving, max(self.loop.time(), self._opened), self._arrive_end)
        return True  # what is on its way to the client still leaves

    def connection_lost(self, error):
        self._may_write.set()
        self.reader.feed_eof()

    def pause_writing(self):
        self._may_write.clear()

    def resume_writing(self):
        self._may_write.set()

    async def write(self, data):
        """Lets bytes leave, and waits while there are too many on their way."""
        if self._tls:
            for start in range(0, len(data), 65536):
                self._tls.write(data[start:start + 65536])
            data = self._outgoing.read()
        self._leave(data)
        await self._may_write.wait()
        if self._transport.is_closing():
            raise ConnectionResetError

    def close(self):
        if self._tls and self._has_shaken_hands:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # it waits for the client's own goodbye, which nobody needs
            self._leave(self._outgoing.read())
        self._late(self._leaving, self.loop.time(), self._transport.close)

    def _late(self, queue, sent, act):
        due = sent + self.line.rtt / 2
        if not queue and due <= self.loop.time():
            act()
            return
        # Whichever timer goes off takes the oldest, so that the order is kept where two are due at once.
        queue.append(act)
        self.loop.call_at(due, lambda: queue.popleft()())

    def _leave(self, data):
        if data:
            self._late(self._leaving, self.loop.time(), lambda: None if self._transport.is_closing() else self._transport.write(data))

    def _arrive(self, data):
        if not self._tls:
            self.reader.feed_data(data)
            return
        self._incoming.write(data)
        try:
            if not self._has_shaken_hands:
                self._tls.do_handshake()
                self._shaken_hands()
            while data := self._tls.read(65536):
                self.reader.feed_data(data)
            self.reader.feed_eof()  # the client said goodbye
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.line.failures.append(error.reason or str(error))
            self.reader.feed_eof()
        self._leave(self._outgoing.read())

    def _arrive_end(self):
        if self._tls and not self._has_shaken_hands:
            self.line.failures.append("the client left")
        self.reader.feed_eof()

    def _shaken_hands(self):
        self._has_shaken_hands = True
        self.line.handshakes += 1
        self.line.resumed += self._tls.session_reused
        self.line.names[getattr(self._tls, "asked_for", None)] += 1
        self.line.versions[self._tls.version()] += 1


def _note_name(connection, name, context):
    connection.asked_for = name


# HTTP/1.1, as far as programs and endpoints here use it


def plainly_dressed(status, headers, body):
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}", *(f"{name}: {value}" for name, value in headers)]
    if status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def _read_head(reader):
    first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
    return first, [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


async def _read_chunks(reader):
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return b"".join(parts)


async def _read_request(reader, write):
    """A request, and its bytes as they go on."""
    first, pairs = await _read_head(reader)
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in pairs}
    if headers.get("expect", "").lower() == "100-continue":
        await write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    kept = [(name, value) for name, value in pairs if name.lower() not in ("expect", "transfer-encoding", "content-length", "connection")]
    lines = [first, *(f"{name}: {value}" for name, value in kept), f"Content-Length: {len(body)}", "", ""]
    return Request(method, path, headers, body), "\r\n".join(lines).encode("latin-1") + body


async def _read_answer(reader, method):
    """Status, headers that do not belong to the connection, body, and whether the connection ends with it."""
    status = 100
    while status < 200:
        first, pairs = await _read_head(reader)
        status = int(first.split(" ")[1])
    headers = {name.lower(): value for name, value in pairs}
    is_last = headers.get("connection", "").lower() == "close"
    if method == "HEAD" or status in (204, 304):
        body = b""
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        body, is_last = await reader.read(), True
    own = ("connection", "keep-alive", "transfer-encoding", "content-length")
    return status, [(name, value) for name, value in pairs if name.lower() not in own], body, is_last
