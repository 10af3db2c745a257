"""The examples of whole sign-in systems are applied as they stand, do what they say, and are taken away."""

import base64
import json
import re
import threading
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from conftest import ROOT
from cogstack import Cogstack
from strict import StrictLayer

SECRET = "swordfish-google"


def run(cogstack, file, *arguments, **more):
    return cogstack.run(*arguments[:1], file, *arguments[1:], environment={"GOOGLE_CLIENT_SECRET": SECRET}, **more)


def apply(cogstack, file):
    run(cogstack, file, "apply", "--yes")
    assert "Nothing to do" in run(cogstack, file, "plan").out


def destroy(cogstack, account, file, *more):
    run(cogstack, file, "destroy", "--yes", *more)
    assert account.is_empty()
    assert SECRET.encode() not in cogstack.everything_written()


def output(cogstack, file, name):
    return cogstack.run("output", file, name).out.strip()


@pytest.mark.parametrize("name, client", [("web-application", "Google"), ("enterprise-saml", "company")])
def test_people_sign_in_on_a_page(cogstack, account, name, client):
    file = f"examples/{name}.yaml"
    apply(cogstack, file)
    (pool,) = account.inventory()["userPools"]
    (app,) = pool["clients"]
    assert client in app["SupportedIdentityProviders"]
    assert output(cogstack, file, "signInPage") == f"https://{name}-example.auth.us-east-1.amazoncognito.com"
    if name == "enterprise-saml":
        cogstack.edit(file, "    deletionProtection: ACTIVE\n", "    deletionProtection: INACTIVE\n")
        run(cogstack, file, "apply", "--yes")
    destroy(cogstack, account, file)


def test_programs_get_tokens_for_their_scopes(cogstack, account, layer):
    file = "examples/machine-to-machine.yaml"
    apply(cogstack, file)
    kept = account.client("secretsmanager")
    for program, scope in (("reports", "orders/read"), ("shop", "orders/write")):
        client = output(cogstack, file, program)
        secret = kept.get_secret_value(SecretId=f"machine-to-machine-{program}")["SecretString"]
        credentials = base64.b64encode(f"{client}:{secret}".encode()).decode()
        request = Request(
            f"{layer.url}/oauth2/token", urlencode({"grant_type": "client_credentials", "scope": scope}).encode(),
            {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"})
        with urlopen(request, timeout=20) as answer:
            token = json.load(answer)["access_token"]
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        assert claims["scope"] == scope and claims["client_id"] == client
        assert secret.encode() not in cogstack.everything_written()
    destroy(cogstack, account, file)


def test_people_sign_in_with_passkeys(cogstack, account, idp):
    file = "examples/passkeys.yaml"
    apply(cogstack, file)
    pool = output(cogstack, file, "userPoolId")
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == [
        "PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
    assert idp.get_user_pool_mfa_config(UserPoolId=pool)["WebAuthnConfiguration"]["RelyingPartyId"] == "example.com"
    (ann,) = idp.list_users_in_group(UserPoolId=pool, GroupName="administrators")["Users"]
    assert {"Name": "email", "Value": "ann@example.com"} in ann["Attributes"]
    destroy(cogstack, account, file, "--accept-user-loss", "1")


@pytest.mark.long
@pytest.mark.parametrize("name, more", [("machine-to-machine", []), ("passkeys", ["--accept-user-loss", "1"])])
def test_a_killed_run_is_brought_to_its_end(endpoint, binary, tmp_path, name, more):
    """Killed before or after every second request of a system's making: the next run finishes it, and nothing is left behind."""
    file, killed = f"examples/{name}.yaml", 0
    for nth in count(1, 2):
        account = endpoint.account()
        (tmp_path / str(nth)).mkdir()
        with StrictLayer(endpoint) as layer:
            cogstack = Cogstack(binary, ROOT, tmp_path / str(nth), account, layer)
            started, died = threading.Event(), []

            def kill(request):
                started.wait(10)
                died.append(request.operation)
                run.kill()

            layer.at(nth, ("before", "after")[nth // 2 % 2], kill)
            run = cogstack.start("apply", file, "--yes")
            started.set()
            run.communicate(timeout=60)
            layer.clear()
            apply(cogstack, file)
            destroy(cogstack, account, file, *more)
        account.close()
        if not died:
            break
        killed += 1
    assert killed > 5


def test_every_example_has_a_test(cogstack):
    """Those of other files name their example; and each of them is valid as it stands."""
    tests = "".join(file.read_text() for file in sorted(Path(__file__).parent.glob("test_*.py")))
    for file in sorted((cogstack.folder / "examples").glob("*.yaml")):
        assert re.search(rf"{file.stem}\b", tests), file.name
        cogstack.run("validate", f"examples/{file.name}", environment={"GOOGLE_CLIENT_SECRET": SECRET})
