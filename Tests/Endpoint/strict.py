"""A loopback server in front of the local endpoint that is strict where AWS is, and fails where a test says so.

    with StrictLayer(endpoint) as layer:
        program.run(AWS_ENDPOINT_URL=layer.url)
        layer.count("iam")                       how many requests there were
        layer.fail("CreateRole", mode="reset-after")
        layer.before = lambda request: ...       called before a request goes on, `after` before its answer goes back;
                                                 either may raise Dropped or Refused

The rules are in rules.py, those with a clock in eventual_consistency.py, those about signing in in users.py and sessions.py; what of
Cognito the endpoint lacks is played in played/. Requests
go on as they came, with Host and signature, so that the endpoint verifies them; those of cogstack are held against AWS's models
(request_check.py).
"""

import http.client
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

import users  # noqa: F401 - its rules
import sessions  # noqa: F401 - its rules
from clock import Clock
from endpoint import create_client, free_port
from eventual_consistency import EventualConsistencyRules
from request_check import TALLY
import played  # noqa: F401 - its rules, after the others: what is busy is not answered
from wire import BROKEN, THROTTLED, Answer, Answered, Refused, Request, error_answer

ENDPOINTS_OWN = "000000000000"  # the account that the endpoint takes unsigned requests to be of
WORKER_DIED = re.compile(rb'"errorType": ?"(RuntimeError|AttributeError|Runtime\.HandlerError|Sandbox\.Timedout)"')  # of the endpoint's own making
MODES = ("throttle", "500", "reset-before", "reset-after", "hold", "garbage", "page", "truncate", "halve", "empty")


class Dropped(Exception):
    """The connection is closed without an answer. Hooks raise it too."""


@dataclass
class Fault:
    operation: str
    nth: int
    mode: str
    times: int
    seen: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def strikes(self, request):
        if self.operation not in ("*", request.operation, f"{request.service}:*", f"{request.service}:{request.operation}"):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class StrictLayer:
    """See the module. `settings` go to ``eventual_consistency.EventualConsistencyRules``: how long things take to be known, and the like.

    unsigned: the account that is meant by requests without a signature. On AWS the ids in them tell it; the endpoint takes them
    to be of an account of its own.
    """

    def __init__(self, backend, port=None, unsigned=None, **settings):
        self.backend = urlsplit(backend if isinstance(backend, str) else backend.url)
        self._has_fixed_port = port is not None
        self.port = port or free_port()
        self.unsigned = unsigned
        self.url = f"http://127.0.0.1:{self.port}"
        self.rules = EventualConsistencyRules(self, **settings)
        self.requests = []
        self.before = None
        self.after = None
        self.clock = Clock()
        self._faults = []
        self._lock = threading.Lock()
        self._local = threading.local()
        self._clients, self._accounts = {}, {}

    # Running

    def __enter__(self):
        while True:
            try:
                self._server = _Server(("127.0.0.1", self.port), type("Handler", (_Handler,), {"layer": self}))
                break
            except OSError:
                # Somebody who runs at the same time was faster to take the free port.
                if self._has_fixed_port:
                    raise
                self.port = free_port()
                self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        for fault in self._faults:
            fault.released.set()
        self._server.shutdown()
        self._server.server_close()
        for client in list(self._clients.values()):
            client.close()

    def clear(self):
        """Forgets the requests, the faults and the hooks; what the rules know of the account stays."""
        with self._lock:
            for fault in self._faults:
                fault.released.set()
            self.requests, self._faults, self.before, self.after = [], [], None, None

    # What a test asks for

    def fail(self, operation, nth=1, mode="500", times=1):
        """Lets the nth request of an operation from now fail, and those after it up to `times`.

        operation: such as CreateRole or iam:CreateRole; iam:* for any of a service, * for any. mode: throttle and 500 in the service's own form;
        reset-before, where the endpoint never sees the request; reset-after, where it carried it out and the answer is
        lost; hold, until the returned fault's `released` is set, and then as usual; garbage and page, where the endpoint never
        sees the request and the answer is HTML with status 500 and 200; truncate, where the connection ends in the answer's
        middle; halve and empty, where only half of the answer's body is sent, or nothing, as if that were all.
        """
        assert mode in MODES, mode
        fault = Fault(operation, nth, mode, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def at(self, nth, when, act):
        """Calls `act(request)` once, before or after the nth request from now, and then drops its connection.

        Made to kill a program at that point: "before" leaves the endpoint without the request, "after" the program
        without the answer.
        """
        seen = 0

        def hook(request, answer=None):
            nonlocal seen
            with self._lock:
                seen += 1
                is_due = seen == nth
            if is_due:
                act(request)
                raise Dropped

        setattr(self, {"before": "before", "after": "after"}[when], hook)

    def count(self, service=None, operation=None):
        return sum(service in (None, r.service) and operation in (None, r.operation) for r in self.requests)

    def operations(self):
        return [f"{request.service}:{request.operation}" for request in self.requests]

    # What the rules need

    def client(self, request, service):
        """A boto3 client at the endpoint itself, with the rights of the account's root: its keys are never verified."""
        account = self.account(request)
        return self._client_of(account, service, request.region or "us-east-1")

    def _client_of(self, account, service, region="us-east-1"):
        key = (service, account, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = create_client(
                    service, self.backend.geturl(), region, account, "test", retries={"total_max_attempts": 1})
            return self._clients[key]

    def account(self, request):
        key = request.access_key or (self.unsigned.id if self.unsigned else ENDPOINTS_OWN)
        if len(key) == 12 and key.isdigit():
            return key
        with self._lock:
            known = self._accounts.get(key)
        if known is None:
            # The one who signed is asked for at the endpoint, which tells an access key's account to anybody.
            try:
                known = self._client_of(ENDPOINTS_OWN, "sts").get_access_key_info(AccessKeyId=key)["Account"]
            except ClientError:
                return ENDPOINTS_OWN  # nobody's key: the endpoint will say so
            with self._lock:
                self._accounts[key] = known
        return known

    # The way of a request

    def answer(self, request):
        """The answer to a request; raises ``Dropped`` where there is none."""
        TALLY.add(request)
        with self._lock:
            self.requests.append(request)
            struck = [fault for fault in self._faults if fault.strikes(request)]  # each counts the request
        fault = struck[0] if struck else None
        mode = fault.mode if fault else None
        if fault:
            fault.reached.set()
        try:
            self.clock.check(request)
            if self.before:
                self.before(request)
            answer = self._outcome(request, mode, fault)
        except Answered as answered:
            answer = answered.answer
        except Refused as refused:
            answer = error_answer(request.service, refused)
        request.status = answer.status
        if self.after:
            self.after(request, answer)
        if mode == "reset-after":
            raise Dropped
        if mode == "truncate":
            raise Truncated(answer)
        if mode in ("halve", "empty"):
            answer.body = answer.body[:len(answer.body) // 2 if mode == "halve" else 0]
        return answer

    def _outcome(self, request, mode, fault):
        if mode == "reset-before":
            raise Dropped
        if mode == "hold":
            fault.released.wait(60)
        if mode == "garbage":
            return Answer(500, [("Content-Type", "text/html")], b"<!doctype html><title>500</title><h1>Internal Server Error</h1>")
        if mode == "page":
            return Answer(200, [("Content-Type", "text/html")], b"<!doctype html><title>Welcome</title><h1>Sign in to the network</h1>")
        if mode == "throttle":
            raise THROTTLED[request.service]
        if mode == "500":
            raise BROKEN[request.service]
        with self.rules.during(request):
            old = self.rules.old_answer(request)
            if old:
                return old
            self.rules.before_change(request)
            answer = self._forward(request)
            # AWS lets calls end on what they began with while a function is updated; the endpoint kills its worker under them.
            tries = 20 if request.operation == "Invoke" else 0
            while tries and WORKER_DIED.search(answer.body):
                time.sleep(0.1)
                tries -= 1
                answer = self._forward(request)
            self.rules.amend(request, answer)
            self.rules.after_change(request, answer)
            self.clock.amend(answer)
            return answer

    def _forward(self, request):
        headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
        if request.was_rewritten and request.access_key or self.unsigned and "authorization" not in headers:
            headers = self._signed_by_root(request, headers)
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection(self.backend.hostname, self.backend.port, timeout=60)
        try:
            connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.putheader("content-length", str(len(request.body)))
            connection.endheaders(request.body)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self._local.connection = None
            raise Dropped from None
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP]
        return Answer(answer.status, kept, body)

    def _signed_by_root(self, request, headers):
        """A rewritten request no longer fits its signature, and one without any would be of another account; the endpoint does
        not verify those of root keys."""
        kept = {name: value for name, value in headers.items() if name in ("content-type", "x-amz-target")}
        signed = AWSRequest(request.method, self.backend.geturl() + request.path, headers=kept, data=request.body)
        root = Credentials(self.account(request), "test")
        region = request.region or self.unsigned.region
        SigV4Auth(root, request.service, region).add_auth(signed)
        return {"host": self.backend.netloc} | dict(signed.headers.items())


_readers, _beginning = {}, threading.Lock()


def reader_of(backend):
    """A layer of this process's own in front of an endpoint, to see what is kept beside it: one that no test counts requests of, or lets
    fail. It ends with the process."""
    with _beginning:
        if backend not in _readers:
            _readers[backend] = StrictLayer(backend).__enter__()
        return _readers[backend]


class Truncated(Exception):
    def __init__(self, answer):
        self.answer = answer


_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect", "te", "upgrade", "date", "server"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that went away, for instance because the test killed it, is none of the layer's errors; a rule that fails is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    layer: StrictLayer

    def handle_any(self):
        try:
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, body)
            self._send(self.layer.answer(request))
        except Truncated as truncated:
            self._send(truncated.answer, part=len(truncated.answer.body) // 2)
            self.close_connection = True
        except Dropped:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        # After a broken connection libcurl sends the headers again by itself, and no body; no service takes that for a request.
        if len(body) < size:
            raise Dropped
        return body

    def _send(self, answer, part=None):
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:part])

    def date_time_string(self, timestamp=None):
        return super().date_time_string(timestamp or self.layer.clock.now())

    def log_message(self, *_):
        """Silent: the requests are kept in `StrictLayer.requests`."""
