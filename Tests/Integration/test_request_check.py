"""The check of requests against AWS's models: it takes what boto3 itself sends, and each kind of mistake fails it."""

import json
from urllib.parse import quote, urlencode, urlsplit

import pytest
from botocore.config import Config
from botocore.session import Session

import conftest
import request_check
from request_check import SERVICES, check
from wire import Request

LAMBDA = "/2015-03-31/functions"
ROLE = "arn:aws:iam::123456789012:role/proxy"
FUNCTION = {"FunctionName": "f", "Runtime": "python3.13", "Role": ROLE, "Handler": "f.f", "Code": {"ZipFile": "aGVsbG8="}}


def signed(service):
    return {"authorization": f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"}


def as_json(service, target, members, **headers):
    return ("POST", "/", signed(service) | {"content-type": "application/x-amz-json-1.1", "x-amz-target": target} | headers,
            json.dumps(members).encode())


def idp(operation, members, **headers):
    return as_json("cognito-idp", f"AWSCognitoIdentityProviderService.{operation}", members, **headers)


def logs(operation, members):
    return as_json("logs", f"Logs_20140328.{operation}", members)


def form(**fields):
    return ("POST", "/", signed("iam") | {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            urlencode({"Version": "2010-05-08"} | {name.replace("__", "."): value for name, value in fields.items()},
                      quote_via=quote, safe="").encode())


def rest(method, path, members=None, **headers):
    headers = {"content-type": "application/json"} | headers if members is not None else headers
    return method, path, signed("lambda") | headers, b"" if members is None else json.dumps(members).encode()


def s3(method, path):
    return method, path, signed("s3"), b""


def function(**members):
    return rest("POST", LAMBDA, FUNCTION | members)


TRUST = '{"Version":"2012-10-17"}'

GOOD = [
    ("cognito-idp:DescribeUserPool", idp("DescribeUserPool", {"UserPoolId": "us-east-1_abc"})),
    ("cognito-idp:CreateUserPool", idp("CreateUserPool", {"PoolName": "A pool", "UserPoolTags": {"a": "b"}})),
    ("logs:DescribeLogGroups", logs("DescribeLogGroups", {"logGroupNamePrefix": "/aws/lambda/f"})),
    ("iam:GetRole", form(Action="GetRole", RoleName="r")),
    ("iam:CreateRole", form(
        Action="CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST, MaxSessionDuration="3600", Tags__member__1__Key="ä",
        Tags__member__1__Value="", Tags__member__2__Key="b", Tags__member__2__Value="c")),
    ("iam:ListUsers", form(Action="ListUsers", MaxItems="100")),
    ("lambda:CreateFunction", function(Environment={"Variables": {"A_B": "x"}})),
    ("lambda:GetFunction", rest("GET", f"{LAMBDA}/f")),
    ("lambda:PutFunctionConcurrency", rest("PUT", "/2017-10-31/functions/f/concurrency", {"ReservedConcurrentExecutions": 0})),
    ("lambda:UntagResource", rest("DELETE", "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af?tagKeys=a&tagKeys=b")),
    ("lambda:Invoke", ("POST", f"{LAMBDA}/f/invocations", signed("lambda") | {"content-type": "application/octet-stream"}, b"anything")),
    ("s3:ListObjectsV2", s3("GET", "/bucket?list-type=2&max-keys=1")),
    ("s3:GetObject", s3("GET", "/bucket/a/b%20c")),
    ("s3:AbortMultipartUpload", s3("DELETE", "/bucket/a?uploadId=1")),
    ("s3:DeleteObject", s3("DELETE", "/bucket/a")),
]

BAD = [
    # Members
    (function(Probe={"check": "key"}), "Probe: no such member"),
    (form(Action="CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST, ExclusivePolicies="true"), "ExclusivePolicies: no such member"),
    (idp("CreateUserPool", {"PoolName": "a", "Policies": {"PasswordPolicy": {"Minimum": 8}}}), "Policies.PasswordPolicy.Minimum: no such member"),
    (form(Action="TagRole", RoleName="r", Tags__member__1__Key="a", Tags__member__1__Value="b", Tags__member__1__Name="c"),
     "Tags[0].Name: no such member"),
    (form(Action="TagRole", RoleName="r", Tags__member__1__Value="b"), "Tags[0].Key: required, and missing"),
    (rest("GET", f"{LAMBDA}?Stack=a"), "Stack: no such query parameter"),
    (rest("GET", LAMBDA, **{"x-amz-stack": "a"}), "x-amz-stack: no such header"),
    (idp("DescribeUserPool", {}), "UserPoolId: required, and missing"),
    (rest("DELETE", "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"),
     "DELETE /2017-03-31/tags"),  # tagKeys is required
    # Types
    (idp("DescribeUserPool", {"UserPoolId": None}), "UserPoolId: NoneType is no string"),
    (idp("ListUserPools", {"MaxResults": "60"}), "MaxResults: str is no integer"),
    (idp("ListUserPools", {"MaxResults": True}), "MaxResults: bool is no integer"),
    (function(Environment={"Variables": {"AB": 1}}), "Environment.Variables.AB: int is no string"),
    (function(Layers={"a": "b"}), "Layers: dict is no list"),
    (function(TracingConfig="Active"), "TracingConfig: str is no structure"),
    (function(Code={"ZipFile": "no base64!"}), "Code.ZipFile: no Base64"),
    (form(Action="ListUsers", MaxItems="many"), "MaxItems: str is no integer"),
    (form(Action="UntagRole", RoleName="r", TagKeys__member__2="a"), "TagKeys: dict is no list"),
    (form(Action="UpdateAccessKey", UserName="u", AccessKeyId="A" * 20, Status__a="Active"), "Status: dict is no string"),
    # Limits
    (idp("ListUserPools", {"MaxResults": 61}), "MaxResults: 61 is not in 1...60"),
    (function(Timeout=0), "Timeout: 0 is not in 1..."),
    (function(Description="x" * 257), "Description: 257 characters is not in 0...256"),
    (form(Action="CreateRole", RoleName="r" * 65, AssumeRolePolicyDocument=TRUST), "RoleName: 65 characters is not in 1...64"),
    (function(Architectures=[]), "Architectures: 0 elements is not in 1...1"),
    # Patterns
    (idp("DescribeUserPool", {"UserPoolId": "abc"}), "UserPoolId: does not match"),
    (form(Action="GetRole", RoleName="a b"), "RoleName: does not match"),
    (form(Action="UntagRole", RoleName="r", TagKeys__member__1="a\t"), "TagKeys[0]: does not match"),
    # Enumerations
    (function(Runtime="cobol"), "Runtime: cobol is none of"),
    (function(Architectures=["mips"]), "Architectures[0]: mips is none of"),
    (form(Action="UpdateAccessKey", UserName="u", AccessKeyId="A" * 20, Status="Off"), "Status: Off is none of"),
    # URI and headers
    (rest("GET", f"{LAMBDA}/a:b"), "not percent-encoded"),
    (rest("GET", f"{LAMBDA}/a%3ab"), "not percent-encoded"),
    (rest("GET", f"{LAMBDA}?Marker=a+b"), "Marker: not percent-encoded"),
    (rest("GET", "/2015-03-31/function/f"), "lambda has no operation for GET"),
    (rest("PUT", LAMBDA, FUNCTION), "lambda has no operation for PUT"),
    (rest("GET", f"{LAMBDA}/f", {"FunctionName": "f"}), "body: the operation takes none"),
    (rest("PUT", f"{LAMBDA}/f/configuration", {"FunctionName": "f"}), "FunctionName: in the body, and belongs elsewhere"),
    (rest("POST", LAMBDA, FUNCTION, **{"content-type": "text/plain"}), "content-type: 'text/plain' is not application/json"),
    (idp("ListUserPools", {"MaxResults": 1}, **{"content-type": "application/json"}), "content-type: 'application/json' is not"),
    (("GET", "/?a", *idp("ListUserPools", {"MaxResults": 1})[2:]), "GET /: it must be POST /"),
    (("POST", "/a", *form(Action="GetRole", RoleName="r")[2:]), "POST /a: it must be POST /"),
    (idp("ListUserPool", {}), "cognito-idp has no operation ListUserPool"),
    (as_json("cognito-idp", "Cognito.ListUserPools", {"MaxResults": 1}), "x-amz-target: Cognito is not"),
    (form(Action="GetRoles"), "iam has no operation GetRoles"),
    (form(Action="GetRole", RoleName="r", Version="2011-06-15"), "Version: 2011-06-15 is not 2010-05-08"),
    (("POST", "/", form()[2], b"Action=GetRole&Version=2010-05-08&RoleName=a@b"), "RoleName: not percent-encoded"),
    (("POST", "/", form()[2], b"Action=GetRole&Version=2010-05-08&RoleName=a&RoleName=b"), "RoleName: given twice"),
    (("POST", "/", idp("ListUserPools", {})[2], b"[]"), "body: no JSON object"),
    (("POST", "/", idp("ListUserPools", {})[2], b'{"MaxResults": 1, "MaxResults": 2}'), "body: a member is given twice"),
    (("POST", "/", {name: value for name, value in idp("ListUserPools", {})[2].items() if name != "authorization"}, b'{"MaxResults": 1}'),
     "authorization: the operation takes no unsigned request"),
    (("GET", "/", signed("ec2"), b""), "ec2: no service that is known here"),
]


@pytest.mark.parametrize(("operation", "request_"), GOOD, ids=[operation for operation, _ in GOOD])
def test_good_requests_are_taken(operation, request_):
    assert check(*request_) == (operation, [])


@pytest.mark.parametrize(("request_", "problem"), BAD, ids=[problem for _, problem in BAD])
def test_a_mistake_is_the_one_problem_that_is_found(request_, problem):
    _, problems = check(*request_)
    assert len(problems) == 1 and problem in problems[0], problems


@pytest.mark.parametrize(("service", "call", "members"), [
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": TRUST, "Tags": [{"Key": "k", "Value": "v w+"}]}),
    ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "session", "TransitiveTagKeys": ["a", "b"], "DurationSeconds": 900}),
    ("lambda", "create_function", FUNCTION | {"Code": {"ZipFile": b"hello"}}),
    ("lambda", "invoke", {"FunctionName": ROLE.replace("iam:", "lambda:us-east-1").replace("role/", "function:"), "Payload": b"{}"}),
    ("cognito-identity", "get_id", {"IdentityPoolId": "us-east-1:11111111-2222-3333-4444-555555555555"}),
    ("cognito-idp", "initiate_auth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "a", "AuthParameters": {"USERNAME": "ü"}}),
    ("secretsmanager", "create_secret", {"Name": "n", "SecretBinary": b"hello"}),
    ("ssm", "put_parameter", {"Name": "n", "Value": "v", "Tags": [{"Key": "k", "Value": "v"}]}),
    ("logs", "get_log_events", {"logGroupName": "g", "logStreamName": "s", "startTime": 0}),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "a/b c"}),
])
def test_what_botocore_sends_is_taken(service, call, members):
    client = Session().create_client(
        service, region_name="us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="s", endpoint_url="http://127.0.0.1:1",
        config=Config(s3={"addressing_style": "path"}))
    sent = []

    def capture(request, **_):
        path = urlsplit(request.url)
        headers = {name.lower(): value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
        own = {name: value for name, value in headers.items() if not name.startswith("amz-sdk-")}
        body = request.body or b""
        sent.append((request.method, path.path + ("?" + path.query if path.query else ""), own, body if isinstance(body, bytes) else body.encode()))
        raise ConnectionAbortedError

    client.meta.events.register_last("before-send", capture)
    with pytest.raises(Exception):
        getattr(client, call)(**members)
    operation, problems = check(*sent[0])
    assert operation == f"{service}:{client.meta.method_to_api_mapping[call]}"
    # botocore leaves colons in a path, and writes a blank in a form as +.
    assert [problem for problem in problems if "percent-encoded" not in problem] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_pattern_of_the_models_can_be_checked(service):
    model = request_check._model(service)
    patterns = {model.shape_for(name).metadata.get("pattern") for name in model.shape_names} - {None}
    for pattern in patterns:
        request_check._compiled(pattern)


def test_only_the_programs_own_requests_are_counted():
    tally = request_check.Tally()
    method, path, headers, body = function(Probe={})
    for agent in ("cogstack", "Boto3/1.43"):
        tally.add(Request(method, path, headers | {"user-agent": agent}, body))
    assert (tally.requests, tally.operations) == (1, {"lambda:CreateFunction"})
    assert tally.take_problems() == ["lambda:CreateFunction: Probe: no such member"]
    assert tally.take_problems() == []


def test_a_request_that_breaks_the_models_fails_its_test(monkeypatch):
    tally = request_check.Tally()
    monkeypatch.setattr(conftest, "TALLY", tally)
    method, path, headers, body = function(Probe={})
    for outcome in ("passed", "failed"):
        phase = conftest.with_valid_requests()
        next(phase)
        tally.add(Request(method, path, headers | {"user-agent": "cogstack"}, body))
        if outcome == "passed":
            with pytest.raises(AssertionError, match="lambda:CreateFunction: Probe: no such member"):
                phase.send(None)
        else:
            with pytest.raises(KeyError) as failure:
                phase.throw(KeyError())
            assert "Probe" in failure.value.__notes__[0]
    assert (tally.requests, tally.invalid) == (2, 2)
