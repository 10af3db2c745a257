"""The credential proxy's function, with stubs for AWS: what it checks, what it asks for, what it never says."""

import base64
import importlib.util
import json
import logging
import re
import socket
import threading
import time
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from conftest import ROOT

POOL = "us-east-1_AbCdEfGhI"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}"
ROLE = "arn:aws:iam::123456789012:role/CognitoLongLivedRole"
CONTEXT = SimpleNamespace(aws_request_id="8f2a6c1e-0d7b-4b6e-9d57-6a3f0c1b2d3e")
SECRETS = ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "session-secret", "session-token")


class Stub:
    """Stands for GetId and AssumeRole; keeps what it was asked."""

    def __init__(self, identity_error=None, role_errors=()):
        self.asked, self.identity_error, self.role_errors = [], identity_error, list(role_errors)

    def get_id(self, **wanted):
        self.asked.append(wanted)
        if self.identity_error:
            raise self.identity_error
        return {"IdentityId": "us-east-1:11111111-2222-3333-4444-555555555555"}

    def assume_role(self, **wanted):
        self.asked.append(wanted)
        if self.role_errors:
            raise self.role_errors.pop(0)
        return {"Credentials": {
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": SECRETS[1], "SessionToken": SECRETS[2],
            "Expiration": datetime(2030, 1, 1, tzinfo=timezone.utc)}}


def aws_error(code, message=""):
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def part(value):
    return part_of(json.dumps(value))


DEEP = "[" * 100_000  # far deeper than the reader of JSON follows


def part_of(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def token(header=None, signature="c2lnbmF0dXJl", **claims):
    claims = {"iss": ISSUER, "aud": "client1", "token_use": "id", "exp": time.time() + 600, "sub": "subject-1",
              "cognito:username": "ann"} | claims
    claims = {name: value for name, value in claims.items() if value is not None}
    return f"{part(header or {'alg': 'RS256', 'kid': 'k'})}.{part(claims)}.{signature}"


def altered(**claims):
    """A token whose claims are null where they are None here."""
    header, payload, signature = token().split(".")
    return ".".join([header, part(json.loads(base64.urlsafe_b64decode(payload + "==")) | claims), signature])


def load():
    """The module as Lambda loads it when a function starts."""
    spec = importlib.util.spec_from_file_location("proxy", ROOT / "examples/credential-proxy/lambda_function.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def settings(monkeypatch):
    for name, value in {
        "IAM_USER_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "IAM_USER_SECRET_ACCESS_KEY": SECRETS[0], "DEFAULT_ROLE_ARN": ROLE,
        "USER_POOL_ID": POOL, "IDENTITY_POOL_ID": "us-east-1:99999999-2222-3333-4444-555555555555", "APP_CLIENT_ID": "client1",
        "MAX_SESSION_SECONDS": "14400", "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_STS_REGIONAL_ENDPOINTS", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "")


@pytest.fixture
def proxy(settings):
    return load()


def call(proxy, stub, event):
    proxy.identity_client = proxy.sts_client = lambda: stub
    answer = proxy.lambda_handler(event, CONTEXT)
    return answer["statusCode"], json.loads(answer["body"])


def test_credentials_for_a_proven_token(proxy):
    stub, good = Stub(), token()
    status, body = call(proxy, stub, {"id_token": good, "duration_seconds": 7200, "role_arn": ROLE})
    assert (status, body) == (200, {
        "access_key_id": "ASIAIOSFODNN7EXAMPLE", "secret_access_key": SECRETS[1], "session_token": SECRETS[2],
        "expiration": "2030-01-01T00:00:00+00:00", "user_id": "subject-1", "username": "ann"})
    proof, wanted = stub.asked
    assert proof == {"IdentityPoolId": "us-east-1:99999999-2222-3333-4444-555555555555", "Logins": {ISSUER[8:]: good}}
    assert wanted["RoleArn"] == ROLE and wanted["DurationSeconds"] == 7200
    assert wanted["RoleSessionName"] == f"CognitoAuth-ann-{CONTEXT.aws_request_id}"
    assert {tag["Key"]: tag["Value"] for tag in wanted["Tags"]} == {
        "CognitoUsername": "ann", "CognitoSubject": "subject-1", "Source": "CognitoCredentialProxy",
        "CognitoIdentityId": "us-east-1:11111111-2222-3333-4444-555555555555"}


@pytest.mark.parametrize("wrap", [
    lambda request: {"body": json.dumps(request)},
    lambda request: {"body": base64.b64encode(json.dumps(request).encode()).decode(), "isBase64Encoded": True},
    lambda request: {"body": request},
])
def test_the_body_of_an_api_gateway(proxy, wrap):
    assert call(proxy, Stub(), wrap({"id_token": token()}))[0] == 200


@pytest.mark.parametrize("asked, granted", [
    (1, 900), (-5, 900), (900, 900), (14400, 14400), (43200, 14400), (float("inf"), 14400), (None, 14400), (1800.0, 1800)])
def test_durations_are_clamped(proxy, asked, granted):
    stub = Stub()
    request = {"id_token": token()} | ({} if asked is None else {"duration_seconds": asked})
    assert call(proxy, stub, request)[0] == 200
    assert stub.asked[1]["DurationSeconds"] == granted


TOO_LONG = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."


@pytest.mark.parametrize("asked, tried", [
    (14400, [14400, 10800, 7200]), (14399, [14399, 10800, 7200]), (9000, [9000, 7200])])
def test_the_most_whole_hours_that_the_role_allows(proxy, asked, tried):
    stub = Stub(role_errors=[aws_error("ValidationError", TOO_LONG)] * (len(tried) - 1))
    assert call(proxy, stub, {"id_token": token(), "duration_seconds": asked})[0] == 200
    assert [wanted["DurationSeconds"] for wanted in stub.asked[1:]] == tried


def test_what_a_role_allows_is_learnt_once(proxy):
    stub = Stub(role_errors=[aws_error("ValidationError", TOO_LONG)] * 2)
    for asked in (14400, 14400, 9000, 3600, 7200):
        assert call(proxy, stub, {"id_token": token(), "duration_seconds": asked})[0] == 200
    tried = [wanted["DurationSeconds"] for wanted in stub.asked if "DurationSeconds" in wanted]
    assert tried == [14400, 10800, 7200, 7200, 7200, 3600, 7200]


@pytest.mark.parametrize("configured", ["abc", "", "3600.0", "-3600", "1_000", " 900", "٣٦٠٠", "9" * 19])
def test_a_longest_session_that_is_no_number_of_seconds_is_named(proxy, monkeypatch, configured):
    monkeypatch.setenv("MAX_SESSION_SECONDS", configured)
    status, body = call(proxy, stub := Stub(), {"id_token": token()})
    assert status == 500 and "MAX_SESSION_SECONDS" in body["error"] and not stub.asked


@pytest.mark.parametrize("configured", ["43200", "43201", "99999999999"])
def test_no_session_is_longer_than_aws_allows(proxy, monkeypatch, configured):
    monkeypatch.setenv("MAX_SESSION_SECONDS", configured)
    stub = Stub()
    assert call(proxy, stub, {"id_token": token(), "duration_seconds": 1e6})[0] == 200
    assert stub.asked[1]["DurationSeconds"] == 43200


def test_no_less_than_an_hour_is_tried(proxy):
    stub = Stub(role_errors=[aws_error("ValidationError", TOO_LONG)] * 9)
    assert call(proxy, stub, {"id_token": token(), "duration_seconds": 7201})[0] == 500
    assert [wanted["DurationSeconds"] for wanted in stub.asked[1:]] == [7201, 7200, 3600]


@pytest.mark.parametrize("event", [
    None, [], "x", {}, {"id_token": ""}, {"id_token": 7}, {"body": "{"}, {"body": "[]"}, {"body": None},
    {"body": DEEP}, {"body": "%%%", "isBase64Encoded": True}, {"body": part_of(DEEP) + "=" * 2, "isBase64Encoded": True},
    {"id_token": "x.y.z", "duration_seconds": "long"},
    {"id_token": "x.y.z", "duration_seconds": True}, {"id_token": "x.y.z", "duration_seconds": float("nan")}])
def test_bad_requests(proxy, event):
    stub = Stub()
    status, body = call(proxy, stub, event)
    assert status == 400 and body["error"] and not stub.asked


@pytest.mark.parametrize("bad", [
    "garbage", "a.b", "a.b.c", "é.é.é", f"{part([])}.{part({})}.x",
    lambda: token(header={"alg": "none"}), lambda: token(header={"alg": "HS256"}), lambda: token(signature=""),
    lambda: token(iss=ISSUER + "x"), lambda: token(iss=None), lambda: token(aud="another"), lambda: token(aud=None),
    lambda: token(token_use="access"), lambda: token(exp=time.time() - 1), lambda: token(exp=None), lambda: token(exp="never"),
    lambda: token(sub=None), lambda: token(exp=float("nan")), lambda: token(exp=float("inf")), lambda: token(exp=10 ** 400),
    lambda: token(exp="9999999999"),
    lambda: part_of(DEEP) + "." + part({}) + ".x", lambda: part({"alg": "RS256"}) + "." + part_of(DEEP) + ".x",
    lambda: part_of(DEEP[:36_000]) + "." + part({}) + ".x", lambda: part({"alg": "RS256"}) + "." + part_of(DEEP[:36_000]) + ".x",
    lambda: altered(sub=None), lambda: altered(sub=7), lambda: altered(sub=""), lambda: altered(**{"cognito:username": None}),
    lambda: altered(**{"cognito:username": ["ann"]}), lambda: token(signature="\ud800"), lambda: token(signature="a b"),
    lambda: token(signature="x" * 50_000)])
def test_tokens_that_are_refused_before_aws_is_asked(proxy, bad):
    stub = Stub()
    status, body = call(proxy, stub, {"id_token": bad if isinstance(bad, str) else bad()})
    assert status == 401 and body["error"] and not stub.asked


@pytest.mark.parametrize("error, status", [
    (aws_error("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."), 401),
    (aws_error("InvalidParameterException"), 401), (aws_error("ValidationException"), 401), (aws_error("ResourceNotFoundException"), 500),
    (aws_error("TooManyRequestsException"), 500), (EndpointConnectionError(endpoint_url="https://x"), 500)])
def test_no_credentials_where_aws_does_not_prove_the_token(proxy, error, status):
    stub = Stub(identity_error=error)
    assert call(proxy, stub, {"id_token": token()})[0] == status
    assert len(stub.asked) == 1


@pytest.mark.parametrize("error, status", [
    (aws_error("AccessDenied"), 403), (aws_error("ExpiredToken"), 500), (aws_error("InvalidClientTokenId"), 500),
    (EndpointConnectionError(endpoint_url="https://x"), 500), (RuntimeError("a bug"), 500)])
def test_refused_roles(proxy, error, status):
    assert call(proxy, Stub(role_errors=[error]), {"id_token": token()})[0] == status


@pytest.mark.parametrize("role", [
    ROLE.replace("CognitoLongLivedRole", "Admin"), ROLE.replace("1234", "9999"), ROLE.replace(":role/", ":role/x/"), ROLE + "x",
    ROLE.lower(), "CognitoLongLivedRole", 7, [ROLE], {"arn": ROLE}])
def test_only_the_configured_role(proxy, role):
    stub = Stub()
    status, _ = call(proxy, stub, {"id_token": token(), "role_arn": role})
    assert status == 403 and not stub.asked


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_the_client_does_not_know_the_partition(proxy, monkeypatch, partition):
    configured = ROLE.replace("arn:aws:", f"arn:{partition}:")
    monkeypatch.setenv("DEFAULT_ROLE_ARN", configured)
    stub = Stub()
    assert call(proxy, stub, {"id_token": token(), "role_arn": ROLE})[0] == 200
    assert stub.asked[1]["RoleArn"] == configured


@pytest.mark.parametrize("missing", ["DEFAULT_ROLE_ARN", "USER_POOL_ID", "IDENTITY_POOL_ID"])
def test_a_setting_that_is_missing_is_named(proxy, monkeypatch, missing):
    monkeypatch.delenv(missing)
    status, body = call(proxy, Stub(), {"id_token": token()})
    assert status == 500 and missing in body["error"]


def test_any_client_of_the_pool_where_none_is_configured(proxy, monkeypatch):
    monkeypatch.delenv("APP_CLIENT_ID")
    assert call(proxy, Stub(), {"id_token": token(aud="another")})[0] == 200


@pytest.mark.parametrize("username", ["ann", "a" * 128, "ann@example.com", "Ånn/Österreich 1", "<script>", "+=,.@-", "日本"])
def test_session_names_and_tags_are_what_iam_takes(proxy, username):
    stub = Stub()
    assert call(proxy, stub, {"id_token": token(**{"cognito:username": username})})[0] == 200
    wanted = stub.asked[1]
    assert re.fullmatch(r"[A-Za-z0-9_+=,.@-]{2,64}", wanted["RoleSessionName"])
    assert wanted["RoleSessionName"].endswith(CONTEXT.aws_request_id)
    for tag in wanted["Tags"]:
        assert 0 < len(tag["Value"]) <= 256 and all(c.isalnum() or c in " _.:/=+-@" for c in tag["Value"])


@pytest.mark.parametrize("stub", [
    Stub(), Stub(identity_error=aws_error("NotAuthorizedException", token())), Stub(role_errors=[aws_error("AccessDenied", SECRETS[0])]),
    Stub(role_errors=[RuntimeError(SECRETS[0])]), Stub(identity_error=aws_error("ValidationException", token())),
    Stub(identity_error=ReadTimeoutError(endpoint_url=token())), Stub(role_errors=[ConnectTimeoutError(endpoint_url=SECRETS[0])])])
def test_logs_and_errors_hold_no_secret(proxy, caplog, stub):
    caplog.set_level(logging.DEBUG)
    good = token()
    status, body = call(proxy, stub, {"id_token": good})
    said = caplog.text + (json.dumps(body) if status != 200 else "")
    assert caplog.text
    for secret in (*SECRETS, good, good.split(".")[1]):
        assert secret not in said


def test_clients_are_made_as_meant(proxy):
    assert proxy.identity_client().meta.region_name == "us-east-1"
    assert proxy.identity_client().meta.config.signature_version is UNSIGNED
    credentials = proxy.sts_client()._request_signer._credentials
    assert (credentials.access_key, credentials.token) == ("AKIAIOSFODNN7EXAMPLE", None)


def test_sts_is_called_in_the_region_itself(settings, monkeypatch):
    """As older versions of boto3 do not by default: the trust policy's aws:RequestedRegion would be us-east-1."""
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert load().sts_client().meta.endpoint_url == "https://sts.eu-west-1.amazonaws.com"


def test_clients_are_ready_before_the_first_call(settings, monkeypatch):
    proxy = load()
    assert (proxy.identity_client.cache_info().currsize, proxy.sts_client_of.cache_info().currsize) == (1, 1)
    monkeypatch.delenv("IDENTITY_POOL_ID")
    assert load().identity_client.cache_info().currsize == 0


# The key in a secret or a parameter

KEYS = [("AKIAIOSFODNN7EXAMPLE", SECRETS[0]), ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")]


class Elsewhere:
    """Stands for the service that holds the key, and for STS, which accepts one key alone."""

    def __init__(self, accepted=0, refusal="InvalidClientTokenId"):
        self.held, self.accepted, self.refusal, self.looks, self.tried = 0, accepted, refusal, [], []
        self.fault = None

    def get_secret_value(self, **wanted):
        return {"SecretString": self.look(wanted)}

    def get_parameter(self, **wanted):
        return {"Parameter": {"Value": self.look(wanted)}}

    def look(self, wanted):
        self.looks.append(wanted)
        if self.fault:
            raise self.fault
        key_id, secret = KEYS[self.held]
        return json.dumps({"AccessKeyId": key_id, "SecretAccessKey": secret})

    def client_of(self, *key):
        self.tried.append(key)
        errors = [] if key == KEYS[self.accepted] else [aws_error(self.refusal)]
        assume_role = Stub(role_errors=errors).assume_role
        return SimpleNamespace(assume_role=assume_role, get_caller_identity=lambda: assume_role())


@pytest.fixture(params=[("IAM_USER_KEY_SECRET_ID", {"SecretId": "prod-key"}),
                        ("IAM_USER_KEY_PARAMETER", {"Name": "prod-key", "WithDecryption": True})], ids=["secret", "parameter"])
def elsewhere(request, proxy, monkeypatch):
    """The function whose key is in Secrets Manager or Systems Manager, as what stands for these is told."""
    variable, asked = request.param
    for name in ("IAM_USER_ACCESS_KEY_ID", "IAM_USER_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv(variable, "prod-key")

    def ask(stub, event=None):
        proxy.key_client, proxy.sts_client_of = lambda service: stub, stub.client_of
        proxy.identity_client = lambda: Stub()
        answer = proxy.lambda_handler(event or {"id_token": token()}, CONTEXT)
        return answer["statusCode"], json.loads(answer["body"])

    ask.asked, ask.proxy = asked, proxy
    return ask


def test_a_key_elsewhere_is_read_once_for_many_calls(elsewhere, monkeypatch):
    stub = Elsewhere()
    assert [elsewhere(stub)[0] for _ in range(3)] == [200] * 3
    assert stub.looks == [elsewhere.asked] and set(stub.tried) == {KEYS[0]}
    now = time.monotonic()
    monkeypatch.setattr(elsewhere.proxy.time, "monotonic", lambda: now + 301)
    assert elsewhere(stub)[0] == 200
    assert len(stub.looks) == 2


@pytest.mark.parametrize("refusal", ["InvalidClientTokenId", "SignatureDoesNotMatch", "AccessDenied"])
def test_a_key_that_was_replaced_is_read_anew_at_once(elsewhere, refusal):
    stub = Elsewhere(refusal=refusal)
    assert elsewhere(stub)[0] == 200
    stub.held = stub.accepted = 1
    assert elsewhere(stub)[0] == 200
    assert len(stub.looks) == 2 and stub.tried == [KEYS[0], KEYS[0], KEYS[1]]


@pytest.mark.parametrize("refusal, status, looks", [("InvalidClientTokenId", 500, 2), ("AccessDenied", 403, 2), ("ExpiredToken", 500, 1)])
def test_a_key_that_is_no_other_by_now_is_not_tried_again(elsewhere, refusal, status, looks):
    stub = Elsewhere(accepted=1, refusal=refusal)
    assert elsewhere(stub)[0] == status
    assert stub.tried == [KEYS[0]] and len(stub.looks) == looks


CHECK = {"check": "key"}
FAULTS = [aws_error("ThrottlingException", SECRETS[0]), EndpointConnectionError(endpoint_url="https://x")]


@pytest.fixture
def clock(elsewhere, monkeypatch):
    """Time as the function sees it, which passes when told."""
    clock = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(elsewhere.proxy.time, "monotonic", lambda: clock.now)
    return clock


@pytest.mark.parametrize("fault", FAULTS)
def test_the_known_key_stays_in_use_while_none_can_be_looked_up(elsewhere, clock, caplog, fault):
    stub = Elsewhere()
    assert elsewhere(stub)[0] == 200
    stub.fault = fault
    clock.now += 301
    assert [elsewhere(stub)[0] for _ in range(3)] == [200] * 3
    assert len(stub.looks) == 2 and set(stub.tried) == {KEYS[0]}
    assert "stays in use" in caplog.text and SECRETS[0] not in caplog.text
    clock.now += 31  # soon, as the failure may be over by then
    stub.fault, stub.held, stub.accepted = None, 1, 1
    assert elsewhere(stub)[0] == 200
    assert len(stub.looks) == 3 and stub.tried[-1] == KEYS[1]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_refusal_and_a_failed_look_up_do_not_lose_the_known_key(elsewhere, clock, fault):
    stub = Elsewhere(refusal="AccessDenied")
    assert elsewhere(stub)[0] == 200
    stub.fault, stub.accepted = fault, 1
    assert elsewhere(stub)[0] == 403
    stub.accepted = 0
    assert elsewhere(stub)[0] == 200
    assert len(stub.looks) == 2 and stub.tried == [KEYS[0]] * 3


def test_the_check_is_of_the_key_that_is_in_its_place_now(elsewhere):
    stub = Elsewhere()
    assert elsewhere(stub)[0] == 200
    stub.held = 1  # AWS still accepts the other alone
    status, body = elsewhere(stub, CHECK)
    assert status == 500 and "InvalidClientTokenId" in body["error"]
    assert elsewhere(stub)[0] == 200 and stub.tried == [KEYS[0], KEYS[1], KEYS[0]]
    stub.accepted = 1
    assert elsewhere(stub, CHECK) == (200, {"check": "passed"})
    assert elsewhere(stub)[0] == 200 and stub.tried[3:] == [KEYS[1], KEYS[1]]
    assert len(stub.looks) == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_does_not_fall_back_to_a_known_key(elsewhere, fault):
    stub = Elsewhere()
    assert elsewhere(stub)[0] == 200
    stub.fault = fault
    status, body = elsewhere(stub, CHECK)
    assert status == 500 and "could not be read" in body["error"] and SECRETS[0] not in body["error"]
    assert elsewhere(stub)[0] == 200 and stub.tried == [KEYS[0]] * 2


def test_the_check_of_a_key_in_the_environment(proxy, monkeypatch):
    stub = Elsewhere()
    proxy.sts_client_of = stub.client_of
    assert proxy.lambda_handler(CHECK, CONTEXT)["statusCode"] == 200
    stub.accepted = 1
    assert proxy.lambda_handler(CHECK, CONTEXT)["statusCode"] == 500
    assert stub.tried == [KEYS[0]] * 2 and not stub.looks


@pytest.mark.parametrize("held, said", [
    (aws_error("ResourceNotFoundException", SECRETS[0]), "ResourceNotFoundException"), ("not JSON " + SECRETS[0], "not JSON"),
    (json.dumps({"AccessKeyId": "AKIA", "Secret": SECRETS[0]}), "not JSON"), (json.dumps([SECRETS[0]]), "not JSON"),
    (json.dumps({"AccessKeyId": None, "SecretAccessKey": SECRETS[0]}), "not JSON"), (DEEP, "not JSON"),
    (json.dumps({"AccessKeyId": "", "SecretAccessKey": SECRETS[0]}), "not JSON"),
    (EndpointConnectionError(endpoint_url="https://x"), "EndpointConnectionError")])
def test_a_key_that_cannot_be_read_is_said_and_not_shown(elsewhere, caplog, held, said):
    def look(wanted):
        if isinstance(held, Exception):
            raise held
        return held

    stub = Elsewhere()
    stub.look = look
    status, body = elsewhere(stub)
    assert status == 500 and said in body["error"]
    assert SECRETS[0] not in caplog.text + json.dumps(body)


def test_a_key_elsewhere_is_never_logged(elsewhere, caplog):
    caplog.set_level(logging.DEBUG)
    stub = Elsewhere()
    elsewhere(stub)
    stub.held = stub.accepted = 1
    elsewhere(stub)
    assert caplog.text and not [part for key in KEYS for part in key if part in caplog.text]


# Time

class Limit:
    """A context as Lambda gives it, with an invocation's time: the function must have answered before it is over."""

    aws_request_id = CONTEXT.aws_request_id

    def __init__(self, seconds):
        self.over = time.monotonic() + seconds

    def get_remaining_time_in_millis(self):
        return max(0, int((self.over - time.monotonic()) * 1000))


@pytest.fixture
def silence(monkeypatch):
    """An endpoint that takes connections and never answers; how many it took."""
    taken = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def take():
            try:
                while True:
                    taken.append(server.accept()[0])
            except OSError:
                pass  # closed

        threading.Thread(target=take, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS[0][0])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS[0][1])
        yield taken
        server.shutdown(socket.SHUT_RDWR)
        for connection in taken:
            connection.close()


def late(proxy, event, limit):
    answer = proxy.lambda_handler(event, limit)
    assert limit.get_remaining_time_in_millis() > 0
    return answer["statusCode"], json.loads(answer["body"])["error"]


@pytest.mark.parametrize("event, operation", [
    (lambda: {"id_token": token()}, "get_id"), (lambda: {"check": "key"}, "get_caller_identity")])
def test_there_is_an_answer_before_lambda_cuts_the_function(settings, silence, event, operation):
    assert late(load(), event(), Limit(2)) == (500, "AWS took too long to answer " + operation)
    assert len(silence) == 1


def test_sts_that_hangs_after_a_slow_proof(proxy):
    """What GetId took is not there for AssumeRole any more."""
    stub, wake, limit = Stub(), threading.Event(), Limit(2.5)
    get_id = stub.get_id

    def slow(**wanted):
        time.sleep(1)
        return get_id(**wanted)

    def assume_role(**wanted):
        wake.wait(20)

    stub.get_id, stub.assume_role = slow, assume_role
    proxy.identity_client = proxy.sts_client = lambda: stub
    assert late(proxy, {"id_token": token()}, limit) == (500, "AWS took too long to answer assume_role")
    wake.set()


def test_nothing_is_asked_when_there_is_no_time_left(proxy):
    stub = Stub(role_errors=[aws_error("ValidationError", TOO_LONG)] * 2)
    times = iter([30_000, 20_000, 900, 30_000, 29_000, 28_000])
    context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: next(times))
    proxy.identity_client = proxy.sts_client = lambda: stub
    assert proxy.lambda_handler({"id_token": token()}, context)["statusCode"] == 500
    assert [wanted.get("DurationSeconds") for wanted in stub.asked] == [None, 14400]
    # What was learnt is not lost with that.
    assert proxy.lambda_handler({"id_token": token()}, context)["statusCode"] == 200
    assert [wanted.get("DurationSeconds") for wanted in stub.asked[2:]] == [None, 10800, 7200]


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="https://x"), ConnectTimeoutError(endpoint_url="https://x")])
def test_time_outs_are_said_to_be_such(proxy, error):
    for stub, operation in ((Stub(identity_error=error), "get_id"), (Stub(role_errors=[error]), "assume_role")):
        assert call(proxy, stub, {"id_token": token()}) == (500, {"error": "AWS took too long to answer " + operation})


def test_one_call_does_not_take_all_the_time(proxy):
    """So that the known key can still be used where the look-up hangs."""
    calls = proxy.CALLS
    assert calls.retries["total_max_attempts"] * (calls.connect_timeout + calls.read_timeout) + 1 <= 15


def test_a_look_up_that_hangs_leaves_the_known_key_in_use(elsewhere, clock):
    stub = Elsewhere()
    assert elsewhere(stub)[0] == 200
    clock.now += 301
    stub.fault = ReadTimeoutError(endpoint_url="https://x")
    assert elsewhere(stub)[0] == 200 and set(stub.tried) == {KEYS[0]}


@pytest.mark.parametrize("variable", ["IAM_USER_KEY_SECRET_ID", "IAM_USER_KEY_PARAMETER"])
def test_no_key_is_looked_up_while_the_function_starts(settings, silence, monkeypatch, variable):
    monkeypatch.setenv(variable, "prod-key")
    proxy = load()
    assert not silence
    made = [make.cache_info().currsize for make in (proxy.identity_client, proxy.key_client, proxy.sts_client_of)]
    assert made == [1, 1, 1]
    operation = "get_secret_value" if variable == "IAM_USER_KEY_SECRET_ID" else "get_parameter"
    assert late(proxy, {"check": "key"}, Limit(1.5)) == (500, "AWS took too long to answer " + operation)
