"""Fixtures: an endpoint for the whole run, and for each test an account of its own and a folder of its own."""

import os
import re
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.pycache_prefix = str(ROOT / ".build" / "pycache")  # examples/credential-proxy is imported here, and its folder is what gets deployed
sys.path.insert(0, str(ROOT / "Tests" / "Endpoint"))

import pytest  # noqa: E402

from cogstack import Cogstack  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from request_check import TALLY  # noqa: E402
from strict import StrictLayer  # noqa: E402


# A program inherits that a signal is ignored, as it is under `nohup … &`, but not a handler: with one, the tests themselves go on as
# before, and what they start is stopped by the signal.
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


@pytest.fixture(scope="session")
def endpoint():
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def account(endpoint):
    account = endpoint.account()
    yield account
    account.close()


@pytest.fixture
def layer(endpoint):
    with StrictLayer(endpoint) as layer:
        yield layer


@pytest.fixture(scope="session")
def binary():
    path = Path(os.environ.get("COGSTACK", ROOT / ".build" / "debug" / "cogstack")).resolve()
    if not path.exists():
        pytest.skip(f"there is no {path}: run `swift build`, or set COGSTACK")
    return path


@pytest.fixture
def cogstack(binary, account, layer, tmp_path):
    """The program in a folder of its own with copies of stacks/ and examples/, working through the strict layer."""
    return Cogstack(binary, ROOT, tmp_path, account, layer)


@pytest.fixture
def iam(account, layer):
    return account.client("iam", layer.url)


@pytest.fixture
def idp(account, layer):
    return account.client("cognito-idp", layer.url)


@pytest.fixture
def pool(idp):
    """The id of a user pool that was created through the layer."""
    return idp.create_user_pool(PoolName="p")["UserPool"]["Id"]


@pytest.fixture
def app(idp, pool):
    """The ids of an app client with a secret, and of its pool, as parameters."""
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True)["UserPoolClient"]
    return {"UserPoolId": pool, "ClientId": client["ClientId"]}


@pytest.fixture
def people(endpoint, account):
    """A client at a layer that takes requests without a signature, which people make, to be of the account."""
    with StrictLayer(endpoint, unsigned=account) as layer:
        yield account.client("cognito-idp", layer.url)


@pytest.fixture
def functions(account, layer):
    return account.client("lambda", layer.url)


@pytest.fixture
def tell(request, record_property, capsys):
    """Prints what was measured: at once or, where tests run side by side, in the summary."""
    def tell(text):
        if hasattr(request.config, "workerinput"):
            record_property("told", text)
        else:
            with capsys.disabled():
                print("\n" + text, flush=True)
    return tell


# Every request of cogstack's that a strict layer sees is held against AWS's models; one that breaks them fails its test.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    return (yield from with_valid_requests())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from with_valid_requests())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    return (yield from with_valid_requests())


def with_valid_requests():
    try:
        result = yield
    except BaseException as failure:
        for problem in TALLY.take_problems():
            failure.add_note(f"A request that AWS does not know: {problem}")
        raise
    problems = TALLY.take_problems()
    assert not problems, "requests that AWS does not know:\n" + "\n".join(problems)
    return result


CHECKED = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[CHECKED] = []
    config.addinivalue_line("markers", "long: takes long, or waits long, and starts before the others")


def pytest_collection_modifyitems(items):
    """What takes longest starts first, so that no worker is left with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


# Tests that share what costs much to build, by the beginning of their names: they run in one worker, one after the other.
TOGETHER = re.compile(
    r".*/test_(additions|hostile_server|module_imports|proxies|sign_in|tls|verify|wrong_answers)\.py"
    r"|.*/test_properties\.py(?!::test_(replaced|policies_of_others)\b)"
    r"|.*/test_kill_matrix_edits\.py::\w+\[\w+")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            shared = TOGETHER.match(nodeid)
            return shared[0] if shared else nodeid

    config.option.loadscopereorder = False  # the order is that of the tests
    return Scheduler(config, log)


def pytest_sessionfinish(session):
    checked = (TALLY.requests, TALLY.invalid, sorted(TALLY.operations))
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["checked requests"] = checked
    else:
        session.config.stash[CHECKED].append(checked)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """What a worker of pytest-xdist has checked."""
    node.config.stash[CHECKED].append(getattr(node, "workeroutput", {}).get("checked requests", (0, 0, [])))


def pytest_terminal_summary(terminalreporter):
    reports = [report for reports in terminalreporter.stats.values() for report in reports if getattr(report, "when", "") == "call"]
    for text in [text for report in reports for name, text in report.user_properties if name == "told"]:
        terminalreporter.write_line(text)
    checked = terminalreporter.config.stash[CHECKED]
    operations = {operation for *_, operations in checked for operation in operations}
    requests, invalid = (sum(numbers[index] for numbers in checked) for index in (0, 1))
    terminalreporter.write_line(f"{requests} requests of {len(operations)} operations were held against AWS's models, {invalid} break them")
