"""Fixtures: an endpoint for the whole run, and for each test an account of its own and a folder of its own."""

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # examples/credential-proxy is imported here, and its folder is what gets deployed
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Endpoint"))

import pytest  # noqa: E402

from cogstack import Cogstack  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from strict import StrictLayer  # noqa: E402


@pytest.fixture(scope="session")
def endpoint():
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def account(endpoint):
    return endpoint.account()


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


def pytest_terminal_summary(terminalreporter):
    reports = [report for reports in terminalreporter.stats.values() for report in reports if getattr(report, "when", "") == "call"]
    for text in [text for report in reports for name, text in report.user_properties if name == "told"]:
        terminalreporter.write_line(text)
