"""Signing in end to end: the prod stack, the unmodified client of aws-cognito-auth, and the deployed proxy with forged tokens."""

import base64
import hashlib
import hmac
import json
import os
import pty
import re
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from configparser import ConfigParser
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest
from botocore import UNSIGNED
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cogstack import Cogstack
from conftest import ROOT
from endpoint import create_client
from strict import StrictLayer

pytestmark = pytest.mark.long

PROD = "stacks/prod.yaml"
PASSWORD = "Correct-horse-7-battery"
BUCKET = "prod-cognito-auth-data"


class System:
    """The prod stack, applied, with two people in its user pool."""

    def __init__(self, cogstack, account, layer):
        self.cogstack, self.account, self.layer = cogstack, account, layer
        # The endpoint runs functions with its own address; this one is to be seen by the layer.
        cogstack.edit(PROD, "    logRetentionDays: 365", "    logRetentionDays: 365\n    environment: { AWS_ENDPOINT_URL: $(env.AWS_ENDPOINT_URL) }")
        cogstack.edit("stacks/base.yaml", "timeout: 5", "timeout: 10")  # a rotation waits as long for calls under way
        cogstack.apply(PROD)
        files = cogstack.run("output", PROD, "--format", "cogauth").json
        self.set_up = files[".cognito-cli-config.json"]
        self.names = files[".cognito-admin-config.json"]["aws_service_names"]
        self.role = f"arn:aws:iam::{account.id}:role/{self.names['long_lived_role_name']}"
        self.pool, self.client = self.set_up["user_pool_id"], self.set_up["client_id"]
        self.issuer = f"https://cognito-idp.{account.region}.amazonaws.com/{self.pool}"
        for name in ("ann", "ben"):
            self.add_user(self.pool, name)
        account.client("lambda").get_waiter("function_active_v2").wait(
            FunctionName=self.names["lambda_function_name"], WaiterConfig={"Delay": 0.1})

    def add_user(self, pool, name):
        idp = self.account.client("cognito-idp")
        idp.admin_create_user(UserPoolId=pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)

    @cache
    def unsigned(self, service):
        return create_client(service, self.layer.url, self.account.region, signature_version=UNSIGNED)

    @cache
    def tokens(self, name="ann", client=None):
        return self.unsigned("cognito-idp").initiate_auth(
            ClientId=client or self.client, AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})["AuthenticationResult"]

    def invoke(self, **request):
        functions = self.account.client("lambda", self.layer.url, read_timeout=30)
        answer = functions.invoke(FunctionName=self.names["lambda_function_name"], Payload=json.dumps(request).encode())
        assert "FunctionError" not in answer
        answer = json.load(answer["Payload"])
        return answer["statusCode"], json.loads(answer["body"])

    def identity_id(self, id_token):
        """The identity id in the identity pool's own sessions."""
        identity, logins = self.unsigned("cognito-identity"), {self.issuer[8:]: id_token}
        found = identity.get_id(IdentityPoolId=self.set_up["identity_pool_id"], Logins=logins)["IdentityId"]
        return identity.get_credentials_for_identity(IdentityId=found, Logins=logins)["IdentityId"]

    def session(self, key, secret, token):
        return lambda service: create_client(
            service, self.layer.url, self.account.region, key, secret, token,
            retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

    def cogauth(self, *arguments, password=PASSWORD):
        """Runs the client in a terminal of its own, as a person does, and types the password where it asks."""
        keyboard, terminal = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.cogstack.home), "LANG": "C.UTF-8", "AWS_ENDPOINT_URL": self.layer.url}
        process = subprocess.Popen(
            [ROOT / ".build/client/bin/cogauth", *arguments], cwd=self.cogstack.home, env=environment, stdin=terminal, stdout=terminal,
            stderr=terminal, start_new_session=True)
        os.close(terminal)
        shown, typed = b"", False
        try:
            while part := os.read(keyboard, 4096):
                shown += part
                if not typed and b"Password: " in shown:
                    os.write(keyboard, password.encode() + b"\n")
                    typed = True
        except OSError:
            pass  # Linux tells in this way that nobody has the terminal open any more
        finally:
            os.close(keyboard)
        return process.wait(timeout=30), shown.decode()


@pytest.fixture(scope="module")
def system(binary, endpoint, tmp_path_factory):
    account = endpoint.account()
    with StrictLayer(endpoint, unsigned=account) as layer:
        yield System(Cogstack(binary, ROOT, tmp_path_factory.mktemp("sign-in"), account, layer), account, layer)


@pytest.fixture(scope="module")
def client():
    subprocess.run(["bash", ROOT / "Tests/Endpoint/setup-client"], check=True)


@pytest.fixture(autouse=True)
def forget(system):
    system.layer.clear()


def asked(system, operation):
    return [request.parameters for request in system.layer.requests if request.operation == operation]


def tags(request):
    return {request[f"Tags.member.{n}.Key"]: request[f"Tags.member.{n}.Value"]
            for n in range(1, 1 + sum(key.endswith(".Key") for key in request))}


# The client


def test_cogauth_login(system, client):
    cogstack, home = system.cogstack, system.cogstack.home
    assert cogstack.run("output", PROD, "--format", "cogauth", "--into", str(home)).out.count("wrote") == 2
    before = datetime.now(timezone.utc)
    status, shown = system.cogauth("login", "--username", "ann", "--profile", "prod")
    assert status == 0 and PASSWORD not in shown, shown
    # The client keeps the hour's credentials without failing where the proxy refuses: both lines tell that it did not.
    assert "Successfully upgraded to longer-lived credentials" in shown and "Keeping" not in shown, shown

    credentials, config = ConfigParser(), ConfigParser()
    credentials.read(home / ".aws/credentials")
    config.read(home / ".aws/config")
    assert config["profile prod"]["region"] == system.account.region
    keys = credentials["prod"]
    long = system.session(keys["aws_access_key_id"], keys["aws_secret_access_key"], keys["aws_session_token"])
    who = long("sts").get_caller_identity()
    assert re.fullmatch(
        rf"arn:aws:sts::{system.account.id}:assumed-role/prod-long-lived/CognitoAuth-ann-[0-9a-f-]{{36}}", who["Arn"]), who["Arn"]

    [assumed] = asked(system, "AssumeRole")
    assert (assumed["RoleArn"], assumed["DurationSeconds"]) == (system.role, "43200")
    expires = datetime.fromisoformat(re.search(r"longer-lived credentials \(expires at (.*?)\)", shown)[1])
    assert abs(expires - before - timedelta(hours=12)) < timedelta(minutes=1)


def test_the_key_is_replaced_while_people_sign_in(system, client):
    """None of them notices: every sign-in ends with the long session, by the client and by calls that come faster than it."""
    home = system.cogstack.home
    system.cogstack.run("output", PROD, "--format", "cogauth", "--into", str(home))
    token = system.tokens()["IdToken"]
    logins, calls, over = [], [], threading.Event()

    def until_over(outcomes, sign_in):
        while not over.is_set():
            outcomes.append(sign_in())

    def call():
        """The function answers whatever happens: where there is no answer, the endpoint has killed its worker for the update."""
        functions = system.account.client("lambda", system.layer.url, read_timeout=30)
        answer = functions.invoke(FunctionName=system.names["lambda_function_name"], Payload=json.dumps({"id_token": token}).encode())
        return None if "FunctionError" in answer else json.load(answer["Payload"])["statusCode"]

    people = [
        threading.Thread(target=until_over, args=(logins, lambda: system.cogauth("login", "--username", "ann", "--profile", "prod"))),
        threading.Thread(target=until_over, args=(calls, call)),
    ]
    old, = system.account.client("iam").list_access_keys(UserName="prod-proxy")["AccessKeyMetadata"]
    for person in people:
        person.start()
    try:
        system.cogstack.run("rotate", PROD, "--yes", "--soak", "2")
    finally:
        over.set()
        for person in people:
            person.join()
    new, = system.account.client("iam").list_access_keys(UserName="prod-proxy")["AccessKeyMetadata"]
    assert new["AccessKeyId"] != old["AccessKeyId"]
    answered = [status for status in calls if status is not None]
    assert len(logins) >= 3 and len(answered) > len(logins)
    for status, shown in logins:
        assert status == 0 and "Successfully upgraded to longer-lived credentials" in shown and "Keeping" not in shown, shown
    assert set(answered) == {200}


def test_cogauth_login_with_a_wrong_password(system, client):
    system.cogstack.run("output", PROD, "--format", "cogauth", "--into", str(system.cogstack.home))
    status, shown = system.cogauth("login", "--username", "ann", password="Wrong-horse-7-battery")
    assert status == 1 and "Invalid username or password" in shown
    assert not asked(system, "AssumeRole")


def test_without_a_proxy_only_the_first_file(cogstack):
    cogstack.apply("examples/minimal.yaml")
    outcome = cogstack.run("output", "examples/minimal.yaml", "--format", "cogauth", "--into", "new/folder")
    assert "--no-lambda-proxy" in outcome.err
    written = [path for path in cogstack.files() if path.startswith("new/")]
    assert written == ["new/folder/.cognito-cli-config.json"]
    ids = cogstack.run("output", "examples/minimal.yaml", "--json").json
    assert json.loads((cogstack.folder / written[0]).read_text()) == {
        "user_pool_id": ids["userPoolId"], "client_id": ids["clientId"], "identity_pool_id": ids["identityPoolId"], "region": "us-east-1"}


def test_a_file_that_says_something_else_stays(system, tmp_path):
    def write(*more, status=0):
        return system.cogstack.run("output", PROD, "--format", "cogauth", "--into", str(tmp_path), *more, status=status)

    cli, admin = tmp_path / ".cognito-cli-config.json", tmp_path / ".cognito-admin-config.json"
    (tmp_path / "collected").write_text('{"aws_service_names": {"lambda_function_name": "mine"}}')
    admin.symlink_to("collected")
    assert "exists with other content" in write(status=1).err
    assert not cli.exists() and "mine" in admin.read_text()
    write("--yes")
    assert json.loads(admin.read_text())["aws_service_names"] == system.names and admin.is_symlink()
    assert json.loads(cli.read_text()) == system.set_up
    assert [path.stat().st_mode & 0o777 for path in (cli, admin)] == [0o600, 0o600]

    cli.write_text(json.dumps(system.set_up))  # the same in other words
    def as_written():  # the time at which it was read is another matter
        found = cli.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode

    same = as_written()
    assert write("--json").json == {"format": 1, "written": [], "unchanged": [str(cli), str(admin)]}
    assert as_written() == same
    assert system.layer.count() == 0


# The proxy, with real tokens


def test_the_session_is_named_and_tagged(system):
    token = system.tokens()["IdToken"]
    claims = read(token)[1]
    identity = system.identity_id(token)
    status, answer = system.invoke(id_token=token, duration_seconds=43200, role_arn=system.role)
    assert status == 200 and (answer["username"], answer["user_id"]) == ("ann", claims["sub"])
    assert datetime.fromisoformat(answer["expiration"]).utcoffset() is not None

    [assumed] = asked(system, "AssumeRole")
    assert tags(assumed) == {
        "CognitoUsername": "ann", "CognitoSubject": claims["sub"], "CognitoIdentityId": identity, "Source": "CognitoCredentialProxy"}
    assert re.fullmatch(r"CognitoAuth-ann-[0-9a-f-]{36}", assumed["RoleSessionName"])


@pytest.mark.parametrize("wanted, granted", [(1, 900), (7200, 7200), (10**9, 43200)])
def test_durations(system, wanted, granted):
    status, _ = system.invoke(id_token=system.tokens()["IdToken"], duration_seconds=wanted)
    assert status == 200 and [request["DurationSeconds"] for request in asked(system, "AssumeRole")] == [str(granted)]


def test_a_role_that_allows_less_than_the_function_was_told(system):
    iam = system.account.client("iam")
    iam.update_role(RoleName="prod-long-lived", MaxSessionDuration=14400)
    try:
        assert system.invoke(id_token=system.tokens()["IdToken"], duration_seconds=6 * 3600)[0] == 200
    finally:
        iam.update_role(RoleName="prod-long-lived", MaxSessionDuration=43200)
    assert [request["DurationSeconds"] for request in asked(system, "AssumeRole")] == ["21600", "18000", "14400"]


@pytest.mark.parametrize("role", ["arn:aws:iam::{}:role/prod-authenticated", "arn:aws:iam::{}:role/Admin", "arn:aws:iam::999999999999:role/prod-long-lived"])
def test_no_other_role(system, role):
    status, answer = system.invoke(id_token=system.tokens()["IdToken"], role_arn=role.format(system.account.id))
    assert status == 403 and set(answer) == {"error"}
    assert not asked(system, "AssumeRole")


def test_the_log_holds_no_secret(system):
    token = system.tokens()["IdToken"]
    _, answer = system.invoke(id_token=token)
    forged = token[:-9] + "AAAAAAAAA"
    assert system.invoke(id_token=forged)[0] == 401
    logs, group = system.account.client("logs"), f"/aws/lambda/{system.names['lambda_function_name']}"
    said = "\n".join(event["message"] for event in logs.filter_log_events(logGroupName=group)["events"])
    assert "refused with 401" in said  # on AWS what was granted too, at a level that the endpoint does not show
    environment = system.account.inventory()["functions"][0]["Environment"]["Variables"]
    for secret in (
            *token.split("."), forged.split(".")[2], answer["access_key_id"], answer["secret_access_key"], answer["session_token"],
            environment["IAM_USER_ACCESS_KEY_ID"], environment["IAM_USER_SECRET_ACCESS_KEY"]):
        assert secret not in said


# The proxy, with tokens that prove nothing


def part(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


def read(token):
    """Header and claims."""
    return [json.loads(base64.urlsafe_b64decode(each + "=" * (-len(each) % 4))) for each in token.split(".")[:2]]


def signed(key, header, claims):
    said = f"{part(header)}.{part(claims)}"
    return f"{said}.{part(key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class Forger:
    """Makes tokens of a real one, also such as only Cognito could: with the key that the endpoint signs id tokens with."""

    def __init__(self, system, endpoint):
        self.system = system
        self.tokens = system.tokens()
        self.token = self.tokens["IdToken"]
        self.header, self.claims = read(self.token)
        pem = endpoint.folder / "state/cognito-pool-keys" / f"{system.pool}-id.pem"
        self.key = serialization.load_pem_private_key(pem.read_bytes(), password=None)
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        idp = system.account.client("cognito-idp")
        flows = ["ALLOW_USER_PASSWORD_AUTH"]
        self.other_client = idp.create_user_pool_client(
            UserPoolId=system.pool, ClientName="other", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
        self.other_pool = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        self.other_pools_client = idp.create_user_pool_client(
            UserPoolId=self.other_pool, ClientName="other", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
        system.add_user(self.other_pool, "ann")

    def but(self, key=None, header=(), **claims):
        """The token with other claims, and a signature of the pool's own key or of another one."""
        return signed(key or self.key, self.header | dict(header), self.claims | claims)

    def tampered(self):
        header, _, signature = self.token.split(".")
        return ".".join([header, part(self.claims | {"cognito:username": "admin"}), signature])

    def hmac_with_the_public_key(self):
        public = self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        said = f"{part(self.header | {'alg': 'HS256'})}.{part(self.claims)}"
        return f"{said}.{part(hmac.digest(public, said.encode(), hashlib.sha256))}"

    def own_key_in_the_header(self):
        numbers = self.stranger.public_key().public_numbers()
        jwk = {"kty": "RSA", "e": part(numbers.e.to_bytes(3)), "n": part(numbers.n.to_bytes(256))}
        return self.but(self.stranger, {"jwk": jwk, "kid": "mine"})


@pytest.fixture(scope="module")
def forger(system, endpoint):
    return Forger(system, endpoint)


# What is forged, and whether AWS is asked about it: where not, the function itself sees that it is no good.
FORGED = {
    "garbage": (lambda f: "garbage", False),
    "another user's name": (lambda f: f.tampered(), True),
    "the signature of another token": (lambda f: f.but(jti="x").rpartition(".")[0] + "." + f.token.rpartition(".")[2], True),
    "no signature": (lambda f: f.token.rpartition(".")[0] + ".", False),
    "alg none": (lambda f: f"{part({'alg': 'none'})}.{part(f.claims)}.", False),
    "alg none, signed": (lambda f: f.but(header={"alg": "none"}), False),
    "HS256 with the public key": (lambda f: f.hmac_with_the_public_key(), False),
    "HS256 with the public key, called RS256": (lambda f: f.token.split(".")[0] + "." + ".".join(f.hmac_with_the_public_key().split(".")[1:]), True),
    "a stranger's key": (lambda f: f.but(f.stranger), True),
    "a stranger's key in the header": (lambda f: f.own_key_in_the_header(), True),
    "another pool": (lambda f: f.system.tokens(client=f.other_pools_client)["IdToken"], False),
    "another pool, called this one": (lambda f: f.system.tokens(client=f.other_pools_client)["IdToken"].split(".")[0] + "." + f.token.split(".", 1)[1][:-8] + "AAAAAAAA", True),
    "another issuer, signed well": (lambda f: f.but(iss=f.system.issuer + "x"), False),
    "another client": (lambda f: f.system.tokens(client=f.other_client)["IdToken"], False),
    "another client, called this one": (lambda f: f.but(f.stranger, aud=f.system.client), True),
    "the access token": (lambda f: f.tokens["AccessToken"], False),
    "an access token with the claims of an id token, signed well": (lambda f: f.but(token_use="access"), False),
    "the refresh token": (lambda f: f.tokens["RefreshToken"], False),
    "expired, signed well": (lambda f: f.but(exp=int(time.time()) - 1), False),
    "expired, said not to be": (lambda f: f.but(f.stranger, exp=int(time.time()) + 3600), True),
}


def test_a_forger_with_the_pools_key_is_believed(system, forger):
    """So that what is refused below is refused for what is wrong with it."""
    assert forger.claims["cognito:username"] == "ann"
    status, answer = system.invoke(id_token=forger.but(**{"cognito:username": "cat"}))
    assert (status, answer["username"]) == (200, "cat")


@pytest.mark.parametrize("name", FORGED)
def test_no_credentials_for_a_forged_token(system, forger, name):
    forge, is_asked = FORGED[name]
    token = forge(forger)
    system.layer.clear()
    status, answer = system.invoke(id_token=token, duration_seconds=43200, role_arn=system.role)
    assert status == 401 and set(answer) == {"error"} and answer["error"], answer
    assert Counter(request.operation for request in system.layer.requests) == Counter(["Invoke"] + ["GetId"] * is_asked)


# What both kinds of session reach


def test_one_prefix_in_both_kinds_of_session(system):
    """The endpoint puts no variables into policies, so that this test does it: with the identity id of the identity pool's session,
    and with the tags of the long one as STS was asked for them."""
    policies = {role["RoleName"]: json.dumps(role["inline"]) for role in system.account.inventory()["roles"]}

    def own(role, variables):
        """The objects and the table's keys that a role's policies give to one person."""
        text = re.sub(r"\$\{([^}]*)\}", lambda variable: variables[variable[1]], policies[role])
        return set(re.findall(rf"{BUCKET}/[^\"]*", text)), re.findall(r'"dynamodb:LeadingKeys": (?:\[)?"([^"]*)"', text)

    seen = []
    for name in ("ann", "ben"):
        token = system.tokens(name)["IdToken"]
        identity = system.identity_id(token)
        system.layer.clear()
        assert system.invoke(id_token=token)[0] == 200
        [assumed] = asked(system, "AssumeRole")
        tagged = {f"aws:PrincipalTag/{key}": value for key, value in tags(assumed).items()}
        hour = own("prod-authenticated", {"cognito-identity.amazonaws.com:sub": identity})
        long = own("prod-long-lived", tagged)
        assert hour[0] == long[0] == {f"{BUCKET}/{identity}/*"}
        assert set(long[1]) == {identity, "false"}  # the latter in Null: a request without keys is none of a person's own
        seen.append(identity)
    assert seen[0] != seen[1]
