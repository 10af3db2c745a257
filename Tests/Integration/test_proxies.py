"""Proxies: which variables name one, which hosts are reached without one, and what a proxy that refuses means.

What a proxy answers to `CONNECT`, and how that is told, is in test_wrong_answers.py.
"""

import pytest

from authority import Authority
from cogstack import Cogstack, changes
from conftest import ROOT
from line import HOSTS, Line
from proxy import Proxy
from strict import StrictLayer
from test_bad_disk import intents

# Nobody can look it up, so that it is reached through a proxy or not at all.
HOST = "sts.behind-a-proxy.test"
CREDENTIALS = "people@example.com:pa ss:w/rd%"
SECRETS = (CREDENTIALS.split(":", 1)[1], "pa%20ss", "people@example", "people%40example")


class Network:
    """What the tests here share: an account behind a strict layer, and the layer behind TLS."""

    def __init__(self, endpoint, layer, line, plain, bundle):
        self.account, self.layer, self.line, self.plain, self.bundle = endpoint.account(), layer, line, plain, bundle

    def of(self, scheme):
        return self.line if scheme == "https" else self.plain


@pytest.fixture(scope="module")
def shared(endpoint, tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("authority"))
    tls = authority.server(HOST, "localhost", "127.0.0.1", *HOSTS.values())
    with StrictLayer(endpoint) as layer, Line(layer.url, tls=tls) as line, Line(layer.url) as plain:
        yield Network(endpoint, layer, line, plain, authority.bundle())


@pytest.fixture
def network(shared):
    shared.layer.clear()
    shared.line.clear()
    shared.plain.clear()
    return shared


@pytest.fixture
def program(binary, network, tmp_path):
    return Cogstack(binary, ROOT, tmp_path, network.account, network.layer)


def whoami(program, network, url, status=0, **variables):
    outcome = program.run("whoami", status=status, environment={"AWS_CA_BUNDLE": str(network.bundle), "AWS_ENDPOINT_URL": url} | variables)
    if status == 0:
        assert network.account.id in outcome.out + outcome.err, str(outcome)
    return outcome


def asked(proxy):
    return {(asked.method, asked.target, asked.status) for asked in proxy.asked}


def has_leaked(program):
    return [secret for secret in SECRETS if secret.encode() in program.everything_written()]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_https(program, network, name):
    with Proxy(port=network.line.port) as proxy:
        whoami(program, network, f"https://{HOST}", **{name: proxy.url()})
        assert asked(proxy) == {("CONNECT", f"{HOST}:443", 200)}
    assert len(network.line.requests) == 1 and set(network.line.names) == {HOST}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_http(program, network, name):
    with Proxy(port=network.plain.port) as proxy:
        whoami(program, network, f"http://{HOST}", **{name: proxy.url()})
        assert asked(proxy) == {("POST", f"http://{HOST}/", 200)}
    assert [request.headers["host"] for request in network.plain.requests] == [HOST]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_lower_case_counts_before_upper_case(program, network, scheme):
    with Proxy(port=network.of(scheme).port) as wanted, Proxy(refuses=403) as other:
        whoami(program, network, f"{scheme}://{HOST}", **{f"{scheme}_proxy": wanted.url(), f"{scheme.upper()}_PROXY": other.url()})
        assert wanted.asked and not other.asked


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_each_scheme_has_its_own(program, network, scheme):
    other = {"https": "HTTP_PROXY", "http": "HTTPS_PROXY"}[scheme]
    with Proxy(refuses=403) as proxy:
        whoami(program, network, network.of(scheme).url("sts.localhost"), **{other: proxy.url(), other.lower(): proxy.url()})
        assert not proxy.asked


@pytest.mark.parametrize("scheme, name, hosts, is_direct", [
    ("https", "NO_PROXY", "sts.localhost", True),
    ("https", "no_proxy", "sts.localhost", True),
    ("https", "NO_PROXY", "other.test,.localhost", True),
    ("https", "NO_PROXY", "other.test, localhost", True),
    ("https", "no_proxy", "*", True),
    ("https", "no_proxy", "iam.localhost,ts.localhost", False),
    ("http", "NO_PROXY", "sts.localhost", True),
    ("http", "no_proxy", "other.test", False),
])
def test_hosts_without_a_proxy(program, network, scheme, name, hosts, is_direct):
    line = network.of(scheme)
    with Proxy(port=line.port) as proxy:
        whoami(program, network, line.url("sts.localhost"), **{name: hosts, f"{scheme}_proxy": proxy.url()})
        assert bool(proxy.asked) != is_direct and len(line.requests) == 1


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_password(program, network, scheme):
    with Proxy(credentials=CREDENTIALS, port=network.of(scheme).port) as proxy:
        whoami(program, network, f"{scheme}://{HOST}", **{f"{scheme}_proxy": proxy.url(CREDENTIALS)})
        assert {asked.status for asked in proxy.asked} <= {200, 407} and proxy.asked[-1].status == 200
    assert len(network.of(scheme).requests) == 1 and not has_leaked(program)
    # The proxy's password is for the proxy alone.
    assert not any("proxy-authorization" in request.headers for request in network.of(scheme).requests)


@pytest.mark.parametrize("credentials", [None, "people@example.com:pa ss"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_wrong_password(program, network, scheme, credentials):
    with Proxy(credentials=CREDENTIALS, port=network.of(scheme).port) as proxy:
        outcome = whoami(program, network, f"{scheme}://{HOST}", status=1, **{f"{scheme}_proxy": proxy.url(credentials)})
        words = " ".join((outcome.out + outcome.err).split())
        assert "407" in words and "proxy" in words and HOST in words, str(outcome)
        assert scheme == "http" or f"127.0.0.1:{proxy.port}" in words, str(outcome)
        assert proxy.asked and {asked.status for asked in proxy.asked} == {407}
    assert not network.of(scheme).requests and not has_leaked(program)


def test_a_proxy_that_is_not_there(program, network):
    with Proxy() as proxy:
        url = proxy.url(CREDENTIALS)
    outcome = whoami(program, network, f"https://{HOST}", status=1, https_proxy=url)
    assert f"127.0.0.1:{proxy.port}" in outcome.err and "proxy" in outcome.err and not has_leaked(program), str(outcome)


STACK = """\
stack: refused
region: us-east-1
roles:
  first:
    trust: [{ service: lambda.amazonaws.com }]
userPools:
  users:
    dependsOn: [roles.first]
"""


@pytest.mark.parametrize("refuses", [403, 407, "close"])
def test_what_a_proxy_refused_was_never_sent(program, network, endpoint, refuses):
    """The create of a user pool, of which nobody could tell later whether it was: it leaves nothing open, and the next apply makes one."""
    account = program.account = endpoint.account()
    (program.folder / "stacks/refused.yaml").write_text(STACK)
    direct = network.line.environment() | {"AWS_CA_BUNDLE": str(network.bundle)}
    with Proxy(credentials=CREDENTIALS, port=network.line.port) as proxy:

        def refuse(request):
            if request.operation == "ListUserPools" and network.layer.count(operation="CreateRole"):
                proxy.refuses = refuses  # the list is what is asked for before the create

        network.layer.before = refuse
        network.line.is_kept = False  # so that the create needs a tunnel of its own
        try:
            outcome = program.run("apply", "stacks/refused.yaml", "--yes", status=1, environment=direct | {
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": f"https://{HOST}", "HTTPS_PROXY": proxy.url(CREDENTIALS),
                "NO_PROXY": ".localhost"})
        finally:
            network.line.is_kept = True
        assert proxy.asked[-1].status == (None if refuses == "close" else refuses)
    words = " ".join((outcome.out + outcome.err).split())
    assert "CreateUserPool" in words and f"127.0.0.1:{proxy.port}" in words and HOST in words, str(outcome)
    assert not has_leaked(program) and network.layer.count(operation="CreateUserPool") == 0
    assert network.layer.count(operation="CreateRole") == 1 and intents(program.folder / ".cogstack/refused/journal") == [], str(outcome)
    network.layer.clear()
    program.run("apply", "stacks/refused.yaml", "--yes", environment=direct)
    assert network.layer.count(operation="CreateUserPool") == 1
    assert len(account.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]) == 1
    assert changes(program.run("plan", "stacks/refused.yaml", "--json", environment=direct).json) == {}
