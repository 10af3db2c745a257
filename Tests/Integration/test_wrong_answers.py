"""Answers that are not AWS's: a portal's page, a proxy's, another operation's, spoilt ones. Nothing follows from any of them.

Each of the ways in WAYS is tried with each kind of call. The stack has as many resources of each type as there are ways: the
requests about the nth are answered in the nth way, so that one run tries them all. Every third way is tried by default, all of them
with WRONG_ANSWERS=all.
"""

import gzip
import json
import os
import re
import socket
import threading
from collections import Counter

import boto3
import pytest

from cogstack import Cogstack, changes
from conftest import ROOT
from inventory import names
from strict import StrictLayer
from wire import Answer, Answered

pytestmark = pytest.mark.long

FILE = "stacks/wrong.yaml"
TITLE = "Sign in to the network"
PAGE = f"<!doctype html><html><head><title>{TITLE}</title></head><body><h1>Welcome</h1></body></html>".encode()
HTML = [("Content-Type", "text/html; charset=utf-8")]


# The ways. Each takes the request and a right answer to it, and gives a wrong one; None where it would be no wrong one.


def page(status, *headers):
    return lambda request, good: Answer(status, [*HTML, *headers], PAGE)


def bare(status, *headers):
    return lambda request, good: Answer(status, list(headers), b"")


def body(text):
    """Another body under the right headers; one with 204 is none on the wire."""
    return lambda request, good: Answer(
        200 if good.status == 204 else good.status, good.headers, text if isinstance(text, bytes) else text(request).encode())


def spoilt(change, needs=lambda request: True):
    """A right body changed."""
    return lambda request, good: good.body and needs(request) and Answer(good.status, good.headers, change(good.body)) or None


def typed(name):
    return lambda request, good: good.body and Answer(good.status, [*without(good, "content-type"), ("Content-Type", name)], good.body) or None


def status(number):
    return lambda request, good: Answer(number, good.headers, good.body)


def without(answer, *names):
    return [(name, value) for name, value in answer.headers if name.lower() not in names]


def without_id(request, good):
    text = re.sub(rb"<RequestId>.*</RequestId>", b"", good.body) if is_xml(request) else good.body
    return Answer(good.status, without(good, "x-amzn-requestid", "x-amz-request-id"), text)


def envelope(result=""):
    return lambda request: (
        f"<{request.operation}Response xmlns='u'>{result.format(request.operation)}<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        f"</{request.operation}Response>")


def is_xml(request):
    return request.service in ("iam", "sts")


def is_json(request):
    return not is_xml(request)


WAYS = {
    "a page": page(200), "a page, 404": page(404), "a page, 403": page(403), "a page, 407": page(407), "a page, 429": page(429),
    "a page, 500": page(500), "a page, 502": page(502), "a page, 503": page(503), "a page with a redirect": page(302, ("Location", "http://portal/")),
    "a redirect": bare(302, ("Location", "http://portal/")), "a redirect that keeps the method": bare(307, ("Location", "http://portal/")),
    "a redirect to nowhere": bare(301), "nothing": bare(200), "nothing, 202": bare(202), "nothing, 204": bare(204), "nothing, 404": bare(404),
    "nothing, 403": bare(403), "nothing, 500": bare(500), "nothing under the right headers": body(b""), "{}": body(b"{}"), "[]": body(b"[]"),
    "null": body(b"null"), "true": body(b"true"), "a text of JSON": body(b'"OK"'), "OK": body(b"OK"),
    "plain OK": lambda request, good: Answer(200, [("Content-Type", "text/plain")], b"OK"),
    "a proxy's JSON": lambda request, good: Answer(200, [("Content-Type", "application/json")], b'{"status":"ok"}'),
    "a proxy's JSON, 404": lambda request, good: Answer(404, [("Content-Type", "application/json")], b'{"message":"Not Found"}'),
    "half": spoilt(lambda text: text[:len(text) // 2]), "all but the end": spoilt(lambda text: text.rstrip()[:-1]),
    "twice": spoilt(lambda text: text + text), "compressed": spoilt(gzip.compress), "UTF-16": spoilt(lambda text: text.decode().encode("utf-16")),
    "a mark before it": spoilt(lambda text: b"\xef\xbb\xbf" + text, needs=is_json), "noise": body(bytes(range(128, 256))),
    "an empty XML element": body(lambda request: f"<{request.operation}Response/>"),
    "XML without a result": body(envelope()), "XML with an empty result": body(envelope("<{}Result/>")),
    "another operation's XML": body(lambda request: "<ListThingsResponse><ListThingsResult><Things/></ListThingsResult>"
                                                    "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListThingsResponse>"),
    "another operation's JSON": body(b'{"Things":[{"Id":"x"}]}'),
    "the right members, null": body(b'{"UserPool":null,"UserPools":null,"Configuration":null,"IdentityPoolId":null,"logGroups":null}'),
    "text/plain": typed("text/plain"), "text/html": typed("text/html"), "without a request id": without_id,
    "right, with 500": status(500), "right, with 404": status(404), "right, with 400": status(400), "right, with 203": status(203),
    "an error with 200": lambda request, good: Answer(200, good.headers, (
        b"<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>gone</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        if is_xml(request) else b'{"__type":"ResourceNotFoundException","message":"gone"}')),
}
NAMES = list(WAYS) if os.environ.get("WRONG_ANSWERS") == "all" else list(WAYS)[::3]


def says_nothing(request, models={}):  # noqa: B006 - a cache
    """Whether the operation has no output, so that AWS answers it with next to nothing."""
    if request.service not in models:
        client = boto3.client(request.service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        models[request.service] = client.meta.service_model
    output = models[request.service].operation_model(request.operation).output_shape
    return output is None or not set(output.members) - {"StatusCode"}


def wrong(way, request, good):
    """The answer, where it is no right one by chance."""
    answer = WAYS[way](request, good)
    if answer is None:
        return None
    has_id = any(name.lower() == "x-amzn-requestid" for name, _ in answer.headers)
    if request.operation == "Invoke" and answer.status == 200 and has_id:
        return None  # a function may say anything
    if says_nothing(request) and answer.status in (200, 202, 204):
        content = b"" if answer.status == 204 else re.sub(rb"<(\w+)Result/>", b"", answer.body)
        if is_xml(request) and content == envelope()(request).encode() or is_json(request) and has_id and content in (b"", b"{}"):
            return None
    return answer


def kind(request):
    verbs = {"Get": "read", "List": "read", "Describe": "read", "Create": "create", "Delete": "delete", "Invoke": "invoke"}
    verb = next((verbs[verb] for verb in verbs if request.operation.startswith(verb)), "update")
    return f"{request.service} {verb}"


class Liar:
    """A hook that answers some kinds of calls wrongly.

    operations: those that it lies about; a name, or a kind such as `iam read`. way: chooses one by the request.
    """

    def __init__(self, samples, told, command, operations, way):
        self.samples, self.told, self.command, self.operations, self.way = samples, told, command, operations, way

    def __call__(self, request):
        if not {request.operation, kind(request)} & self.operations:
            return
        good = self.samples.get((request.service, request.operation)) or Answer(200, [("x-amzn-RequestId", "r")], b"")
        way = self.way(request)
        answer = wrong(way, request, good)
        if answer:
            self.told[self.command, kind(request), way] += 1
        # The plainest lie, where the other one would be none: the endpoint must not see the request.
        raise Answered(answer or WAYS["a page, 404"](request, good))


class System:
    """A stack with a resource of each type for each way, in an account and a folder of their own."""

    def __init__(self, binary, endpoint, folder, layer):
        self.account, self.layer = endpoint.account(), layer
        self.cogstack = Cogstack(binary, ROOT, folder, self.account, layer)
        self.samples, self.told, self.numbers = {}, Counter(), {}
        trust = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        self.runner = self.account.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        code = self.cogstack.folder / "code" / "handler.py"
        code.parent.mkdir()
        code.write_text("def handle(event, context):\n    return {'statusCode': 200}\n")

    def write(self, count, change=0, probe=0, keep=0):
        """The stack file: `count` of each; `change` and `probe` make properties other ones."""
        number = [f"w{index:02d}" for index in range(count)]
        function = {"runtime": "python3.13", "handler": "handler.handle", "code": "../code", "role": self.runner}
        document = {
            "stack": "wrong", "region": "us-east-1",
            "userPools": {each: {"passwordPolicy": {"minimumLength": 8 + change}} for each in number},
            "appClients": {each: {"userPool": each, "refreshTokenValidity": 30 + change} for each in number},
            "identityPools": {each: {"allowUnauthenticatedIdentities": bool(change)} for each in number},
            "roles": {each: {"trust": [{"service": "lambda.amazonaws.com"}], "maxSessionDuration": 3600 + change} for each in number},
            "iamUsers": {each: {} for each in number},
            "accessKeys": {each: {"iamUser": each} for each in number},
            "lambdaFunctions": {
                **{each: {**function, "timeout": 3 + change, "environment": {"STEP": str(probe)}, "probe": {"check": "x"}} for each in number},
                **{f"log-{each}": {**function, "logRetentionDays": 7 if change else 1} for each in number}},
        }
        (self.cogstack.folder / FILE).write_text(json.dumps(document))

    def record(self, request, answer):
        if answer.status < 300:
            self.samples[request.service, request.operation] = answer

    def lie(self, command, operations, way=None):
        self.layer.clear()
        self.layer.before = Liar(self.samples, self.told, command, set(operations), way or self.by_number)

    def by_number(self, request):
        """The way of the resource that a request is about."""
        text = json.dumps(request.parameters)
        for key in ("UserPoolId", "IdentityPoolId"):
            if request.parameters.get(key) in self.numbers:
                text = self.numbers[request.parameters[key]]
        found = re.search(r"w(\d\d)", text)
        return NAMES[int(found[1])]

    def inventory(self):
        found = self.account.inventory()
        found["roles"] = [role for role in found["roles"] if role["RoleName"] != "runner"]
        self.numbers |= {pool["Id"]: pool["Name"] for pool in found["userPools"]}
        self.numbers |= {pool["IdentityPoolId"]: pool["IdentityPoolName"] for pool in found["identityPools"]}
        return found

    def run(self, *arguments, status):
        return self.cogstack.run(*arguments, status=status, within=300)

    def recorded(self):
        """The addresses in the state, and in what it says of calls that came to nothing."""
        return set(re.findall(r"\w+\.(?:log-)?w\d\d", self.run("state", "list", FILE, status=0).out))

    def heal(self):
        self.layer.clear()
        self.run("apply", FILE, "--yes", status=0)
        assert changes(self.cogstack.plan(FILE)) == {}

    def covered(self, command, kinds):
        """Each kind was answered in all the ways that are none by chance right: fewer where AWS's own answer is empty, or a function's."""
        ways = {each: {way for of, asked, way in self.told if (of, asked) == (command, each)} for each in kinds}
        assert min(map(len, ways.values())) >= len(NAMES) // 2, {each: len(found) for each, found in ways.items()}
        return sum(len(found) for found in ways.values())


@pytest.fixture(scope="module")
def system(binary, endpoint, tmp_path_factory):
    """With right answers to copy, from the life of a small stack."""
    assert len(WAYS) >= 40
    with StrictLayer(endpoint) as layer:
        system = System(binary, endpoint, tmp_path_factory.mktemp("wrong"), layer)
        layer.after = system.record
        for change in (0, 1):
            system.write(1, change, probe=change)
            system.run("apply", FILE, "--yes", status=0)
        system.run("destroy", FILE, "--yes", status=0)
        yield system


def test_plan(system, tell):
    """A plan that could not be read is none: it shows nothing as to be created or deleted, and the state stays as it is."""
    system.write(4)
    system.heal()
    before, files = system.inventory(), system.cogstack.files()
    kinds = ["iam read", "cognito-idp read", "cognito-identity read", "lambda read", "logs read"]
    asked = Counter()

    def next_way(request):
        asked[kind(request)] += 1
        return NAMES[asked[kind(request)] % len(NAMES)]

    # Who was asked often enough tells the truth: a plan ends with what it is told first.
    while lacking := [each for each in kinds if asked[each] < len(NAMES)]:
        system.lie("plan", lacking, next_way)
        outcome = system.run("plan", FILE, status=1)
        assert "not AWS's answer" in outcome.err and not re.search(r"to (create|delete)", outcome.out), str(outcome)
    while asked["sts read"] < len(NAMES):
        system.lie("plan", ["sts read"], next_way)
        system.run("plan", FILE, status=1)
    assert system.inventory() == before and system.cogstack.files() == files
    tell(f"wrong answers to a plan: {system.covered('plan', [*kinds, 'sts read'])} combinations, nothing concluded")
    system.heal()


def test_apply_and_destroy(system, tell):
    count = len(NAMES)
    system.write(count)
    combinations = 0

    # Nothing was created, and nothing is there twice afterwards.
    before = system.inventory()
    system.lie("create", ["CreateUserPool", "CreateIdentityPool", "CreateRole", "CreateUser", "logs create"])
    lied = system.layer.before
    functions = Liar(system.samples, system.told, "create", {"CreateFunction"}, system.by_number)

    def all_but_logs(request):
        if request.service == "logs" and "log-" not in json.dumps(request.parameters):
            return
        lied(request)
        functions(request)

    system.layer.before = all_but_logs
    outcome = system.run("apply", FILE, "--yes", status=1)
    assert TITLE in outcome.err + outcome.out
    after = names(system.inventory())
    for section in ("userPools", "identityPools", "roles", "users", "functions"):
        assert after[section] == names(before)[section], section
    system.lie("create", ["CreateUserPoolClient", "CreateAccessKey"])
    system.run("apply", FILE, "--yes", status=1)
    system.heal()
    found = system.inventory()
    assert {section: len(found[section]) for section in ("userPools", "identityPools", "roles", "users", "functions")} == {
        "userPools": count, "identityPools": count, "roles": count, "users": count, "functions": 2 * count}
    assert [len(pool["clients"]) for pool in found["userPools"]] == [1] * count
    assert [len(user["keys"]) for user in found["users"]] == [1] * count
    combinations += system.covered("create", ["iam create", "cognito-idp create", "cognito-identity create", "lambda create", "logs create"])

    # Nothing was changed, nor is it recorded as changed.
    system.write(count, change=1)
    system.lie("update", ["iam update", "cognito-idp update", "cognito-identity update", "lambda update", "logs update"])
    system.run("apply", FILE, "--yes", status=1)
    assert system.inventory() == found
    combinations += system.covered("update", ["iam update", "cognito-idp update", "cognito-identity update", "lambda update", "logs update"])

    # An environment that could not be asked for is not left.
    system.write(count, change=1, probe=1)
    system.lie("update", ["lambda invoke"])
    system.run("apply", FILE, "--yes", status=1)
    environments = [function["Environment"]["Variables"] for function in system.inventory()["functions"] if "Environment" in function]
    assert environments == [{"STEP": "0"}] * count
    system.heal()
    combinations += system.covered("update", ["lambda invoke"])

    # Nothing was deleted, nor forgotten.
    found, recorded = system.inventory(), system.recorded()
    system.lie("destroy", ["iam delete", "iam update", "cognito-idp delete", "cognito-identity delete", "lambda delete"])
    system.run("destroy", FILE, "--yes", status=1)
    assert system.inventory() == found and system.recorded() == recorded
    system.lie("destroy", ["DeleteAccessKey", "DeleteUserPool", "logs delete"])
    system.run("destroy", FILE, "--yes", status=1)
    left = system.inventory()
    assert (len(left["userPools"]), len(left["users"]), len(left["logGroups"])) == (count, count, 2 * count)
    assert [len(user["keys"]) for user in left["users"]] == [1] * count
    system.layer.clear()
    system.run("destroy", FILE, "--yes", status=0)
    assert not any(system.inventory().values())
    combinations += system.covered("destroy", ["iam delete", "iam update", "cognito-idp delete", "cognito-identity delete", "lambda delete", "logs delete"])
    tell(f"wrong answers to apply and destroy: {combinations} combinations, nothing lost")


SERVICES = {"cognitoIdentityProvider": "cognito-idp", "cognitoIdentity": "cognito-identity", "iam": "iam", "sts": "sts", "lambda": "lambda",
            "logs": "logs", "secretsManager": "secretsmanager", "ssm": "ssm", "dynamoDB": "dynamodb", "s3": "s3",
            "tagging": "resourcegroupstaggingapi", "wafv2": "wafv2"}
DECLARED = re.compile(r'Operation\(\s*\.(\w+), "(\w+)", \.(\w+)(.*?)\)(?=\s|,|$)', re.DOTALL)


def test_what_is_declared_is_botocores():
    """Each operation says of its answer what the model has: members that exist, lists where there are lists, and nothing only
    where there is nothing."""
    declared = [(match, path) for path in (ROOT / "Sources").rglob("*.swift") for match in DECLARED.finditer(path.read_text())]
    assert len(declared) > 80
    for match, path in declared:
        section, name, _, rest = match.groups()
        model = boto3.client(
            SERVICES[section], region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x").meta.service_model
        output = model.operation_model(name).output_shape
        where = f"{path.name}: {name}"
        answers = re.findall(r'"([^"]+)"', rest.partition(".hiding(")[0].partition("answers:")[2])
        if "payload:" in rest:
            continue
        has_output = output is not None and bool(set(output.members) - {"StatusCode", "RequestCharged"})
        assert bool(answers) == has_output, where
        for answer in answers:
            for alternative in answer.rstrip("?").split("|"):
                shape = output
                parts = alternative.split(".")
                for part in parts[section == "s3":]:  # in S3 it begins with the root element
                    shape = shape.members[part.removesuffix("[]")]
                    assert (shape.type_name == "list") == part.endswith("[]") or answer.endswith("?"), f"{where}: {part}"
                    if part.endswith("[]"):
                        shape = shape.member


class Proxy:
    """A proxy that answers each CONNECT in one way."""

    def __init__(self, reply):
        self.reply, self.asked = reply, []

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(65536).split(b"\r\n")[0].decode())
                connection.sendall(self.reply)


@pytest.mark.parametrize("reply, told", [
    (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403"),
    (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "407"),
    (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "502"),
    (b"", "it closed the connection"),
])
def test_a_proxy_that_refuses(cogstack, reply, told):
    with Proxy(reply) as proxy:
        outcome = cogstack.run("whoami", status=1, environment={
            "AWS_ENDPOINT_URL": "", "https_proxy": f"http://name:password@127.0.0.1:{proxy.port}"})
    words = " ".join(outcome.err.split())
    assert f"the proxy 127.0.0.1:{proxy.port} refused to connect to sts.us-east-1.amazonaws.com:443: {told}" in words
    assert "could not reach https://sts.us-east-1.amazonaws.com" in words and "password" not in words
    assert set(proxy.asked) == {"CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.1"}
