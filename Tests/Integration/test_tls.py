"""HTTPS: which certificates are believed, where they come from, and that nothing is sent to a server that is not believed."""

import ssl
from pathlib import Path

import pytest

from authority import Authority
from cogstack import Cogstack, changes
from conftest import ROOT
from endpoint import Endpoint
from line import HOSTS, Line
from loopback import has_ipv6
from strict import StrictLayer

DEV = "stacks/dev.yaml"
V1_1, V1_2, V1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
NAMES = ("localhost", "127.0.0.1", "::1", *HOSTS.values())
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


class Secured:
    """What the tests here share: an authority, another one, and an account behind a strict layer."""

    def __init__(self, endpoint: Endpoint, layer, folder: Path):
        self.folder = folder
        self.ours, self.others = Authority(folder), Authority(folder, "Another authority")
        self.bundle, self.wrong_bundle = self.ours.bundle(others=2), self.others.bundle()
        self.layer, self.account = layer, endpoint.account()


@pytest.fixture(scope="module")
def secured(endpoint, tmp_path_factory):
    with StrictLayer(endpoint) as layer:
        yield Secured(endpoint, layer, tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def good(secured):
    """A line with a right certificate."""
    with Line(secured.layer.url, tls=secured.ours.server(*NAMES)) as line:
        yield line


@pytest.fixture
def line(good):
    good.clear()
    return good


@pytest.fixture
def program(binary, secured, tmp_path):
    return Cogstack(binary, ROOT, tmp_path, secured.account, secured.layer)


def whoami(program, line, environment=None, host="sts.localhost", status=None):
    """The least that asks AWS something. All that it printed, as one line."""
    outcome = program.run("whoami", status=status, environment={"AWS_ENDPOINT_URL": line.url(host)} | (environment or {}))
    return outcome, " ".join((outcome.out + outcome.err).split())


def is_accepted(program, line, environment=None, host="sts.localhost"):
    outcome, words = whoami(program, line, environment, host, status=0)
    assert program.account.id in words and len(line.requests) == 1, str(outcome)
    return outcome


def is_refused(program, line, *reasons, environment=None, host="sts.localhost"):
    """With exit 1, and before the server saw a request; the words name the host, and each of the reasons ("a|b" is either)."""
    outcome, words = whoami(program, line, environment, host, status=1)
    assert line.requests == [], str(outcome)
    for reason in (host, *reasons):
        assert any(part.lower() in words.lower() for part in reason.split("|")), f"{reason} is not in:\n{outcome}"
    return words


def configured(program, **settings):
    """The default profile in the AWS configuration file."""
    folder = program.home / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text("[default]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))


def set_by(way, program, bundle):
    """Names a bundle in one of the three ways; what that takes in the environment."""
    if way == "ca_bundle":
        configured(program, ca_bundle=bundle)
        return {}
    return {way: str(bundle)}


WAYS = ("AWS_CA_BUNDLE", "ca_bundle", "SSL_CERT_FILE")  # the strongest first


@pytest.mark.parametrize("way", WAYS)
def test_a_bundle_is_believed(program, secured, line, way):
    is_accepted(program, line, set_by(way, program, secured.bundle))


@pytest.mark.parametrize("stronger, weaker", [(WAYS[0], WAYS[1]), (WAYS[0], WAYS[2]), (WAYS[1], WAYS[2])])
def test_the_stronger_way_counts(program, secured, line, stronger, weaker):
    is_accepted(program, line, set_by(stronger, program, secured.bundle) | set_by(weaker, program, secured.wrong_bundle))
    line.clear()
    words = is_refused(
        program, line, "certificate",
        environment=set_by(stronger, program, secured.wrong_bundle) | set_by(weaker, program, secured.bundle))
    assert str(secured.wrong_bundle) in words


def test_without_a_bundle_the_systems_counts(program, line):
    is_refused(program, line, "certificate", "AWS_CA_BUNDLE")


@pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])
def test_both_versions(program, secured, version):
    with Line(secured.layer.url, tls=secured.ours.server(*NAMES, oldest=version, newest=version)) as line:
        is_accepted(program, line, {"AWS_CA_BUNDLE": str(secured.bundle)})
        assert set(line.versions) == {version.name.replace("_", ".")}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
@pytest.mark.parametrize("server, reasons", [
    (lambda secured: secured.ours.server(*NAMES, is_expired=True), ["expired", "certificate"]),
    (lambda secured: secured.ours.server("other.localhost"), ["host name|hostname|subject name|alternative", "certificate"]),
    (lambda secured: secured.others.server(*NAMES), ["issuer", "certificate"]),
    (lambda secured: secured.ours.server(*NAMES, is_self_signed=True), ["self-signed|self signed", "certificate"]),
    (lambda secured: secured.ours.server(*NAMES, oldest=V1_1, newest=V1_1), ["TLS", "version|protocol"]),
], ids=["expired", "another host's", "another authority's", "self-signed", "TLS 1.1"])
def test_a_server_that_is_not_believed(program, secured, server, reasons):
    with Line(secured.layer.url, tls=server(secured)) as line:
        words = is_refused(program, line, *reasons, environment={"AWS_CA_BUNDLE": str(secured.bundle)})
        assert line.connections > 0
    if "issuer" in reasons:
        assert str(secured.bundle) in words  # where certificates come from


def test_a_change_is_not_sent_either(program, secured):
    """A plan that believed the server, and an apply that does not: nothing is left open."""
    program.run("plan", DEV)
    with Line(secured.layer.url, tls=secured.others.server(*NAMES)) as line:
        outcome = program.run(
            "apply", DEV, "--yes", status=1, environment=line.environment() | {"AWS_CA_BUNDLE": str(secured.bundle)})
        assert line.requests == [] and "certificate" in outcome.err
    assert secured.account.is_empty()


SPOILT = {
    "missing": (lambda path: None, "does not exist|no such file|not there|is missing|there is no"),
    "a folder": (lambda path: path.mkdir(), "folder|directory"),
    "empty": (lambda path: path.write_bytes(b""), "empty|no certificate"),
    "no PEM": (lambda path: path.write_bytes(b"this is no bundle\n" * 20), "PEM|no certificate"),
    "no certificate": (
        lambda path: path.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "certificate"),
}


@pytest.mark.parametrize("way, spoilt", [
    *((WAYS[0], spoilt) for spoilt in SPOILT), *((way, spoilt) for way in WAYS[1:] for spoilt in ("missing", "no PEM")),
])
def test_a_bundle_that_is_none(program, line, tmp_path, way, spoilt):
    """It is told with its path and with what named it, before anything is connected to."""
    make, reason = SPOILT[spoilt]
    path = tmp_path / "bundle.pem"
    make(path)
    outcome, words = whoami(program, line, set_by(way, program, path), status=1)
    assert line.connections == 0 and way in words and str(path) in words, str(outcome)
    assert any(part.lower() in words.lower() for part in reason.split("|")), f"{reason} is not in:\n{outcome}"


def test_the_life_of_a_stack(binary, endpoint, secured, tmp_path):
    """A host name a service, all over TLS; what is there is asked for past the line."""
    account = endpoint.account()
    with StrictLayer(endpoint) as layer, Line(layer.url, tls=secured.ours.server(*NAMES)) as line:
        run = Cogstack(binary, ROOT, tmp_path, account, layer)
        environment = line.environment() | {"AWS_CA_BUNDLE": str(secured.bundle)}
        run.run("apply", DEV, "--yes", environment=environment)
        found = account.inventory()
        assert [role["RoleName"] for role in found["roles"]] and len(found["functions"]) == len(found["userPools"]) == 1
        line.clear()
        assert changes(run.run("plan", DEV, "--json", environment=environment).json) == {}
        assert line.names.keys() <= set(HOSTS.values()) and line.names.keys() >= {HOSTS["iam"], HOSTS["cognito-idp"], HOSTS["lambda"]}
        run.run("destroy", DEV, "--yes", environment=environment)
    assert account.is_empty()


@pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])
def test_a_second_connection_resumes_the_session(program, secured, version):
    """Each connection ends with its answer here, so that there are many to a host."""
    with Line(secured.layer.url, tls=secured.ours.server(*NAMES, newest=version), is_kept=False) as line:
        program.run("plan", DEV, environment={"AWS_ENDPOINT_URL": line.url("iam.localhost"), "AWS_CA_BUNDLE": str(secured.bundle)})
        assert line.handshakes > line.resumed > 0, f"{line.resumed} of {line.handshakes}"
        # The first wave is under way before any session is there to be resumed; after that each resumes one.
        assert line.resumed >= line.handshakes // 3


@needs_ipv6
@pytest.mark.parametrize("is_secure", [True, False], ids=["https", "http"])
def test_an_address_of_ipv6(program, secured, is_secure):
    with Line(secured.layer.url, tls=secured.ours.server("::1") if is_secure else None) as line:
        is_accepted(program, line, {"AWS_CA_BUNDLE": str(secured.bundle)}, host="[::1]")


@needs_ipv6
def test_a_certificate_for_another_address(program, secured):
    with Line(secured.layer.url, tls=secured.ours.server("127.0.0.1")) as line:
        is_refused(program, line, "certificate", environment={"AWS_CA_BUNDLE": str(secured.bundle)}, host="[::1]")
