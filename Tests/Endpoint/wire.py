"""How AWS services write requests and errors: JSON (Cognito, Logs), query and XML (IAM, STS), REST and JSON (Lambda)."""

import json
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

# The last part of the credential scope names the service; the target's prefix does where nothing is signed.
_TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "Logs_20140328": "logs",
    "secretsmanager": "secretsmanager",
    "AmazonSSM": "ssm",
    "AWSWAF_20190729": "wafv2",
}

_LAMBDA = [
    ("POST", r"/2015-03-31/functions/?", "CreateFunction"),
    ("GET", r"/2015-03-31/functions/?", "ListFunctions"),
    ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)", "GetFunction"),
    ("DELETE", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)", "DeleteFunction"),
    ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/configuration", "GetFunctionConfiguration"),
    ("PUT", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/configuration", "UpdateFunctionConfiguration"),
    ("PUT", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/code", "UpdateFunctionCode"),
    ("POST", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/invocations", "Invoke"),
    ("POST", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy", "AddPermission"),
    ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy", "GetPolicy"),
    ("DELETE", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy/(?P<StatementId>[^/]+)", "RemovePermission"),
    ("POST", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/aliases", "CreateAlias"),
    ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/aliases", "ListAliases"),
    ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/aliases/(?P<Name>[^/]+)", "GetAlias"),
    ("PUT", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/aliases/(?P<Name>[^/]+)", "UpdateAlias"),
    ("DELETE", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/aliases/(?P<Name>[^/]+)", "DeleteAlias"),
    ("POST", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "CreateFunctionUrlConfig"),
    ("GET", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "GetFunctionUrlConfig"),
    ("PUT", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "UpdateFunctionUrlConfig"),
    ("DELETE", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "DeleteFunctionUrlConfig"),
    ("GET", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/urls", "ListFunctionUrlConfigs"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/(?P<FunctionName>[^/]+)/concurrency", "PutFunctionConcurrency"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/(?P<FunctionName>[^/]+)/concurrency", "DeleteFunctionConcurrency"),
    ("GET", r"/2017-03-31/tags/(?P<Resource>.+)", "ListTags"),
    ("POST", r"/2017-03-31/tags/(?P<Resource>.+)", "TagResource"),
    ("DELETE", r"/2017-03-31/tags/(?P<Resource>.+)", "UntagResource"),
]


@dataclass
class Request:
    """One request, read as its service would."""

    method: str
    path: str
    headers: dict  # names in lower case
    body: bytes = field(repr=False)
    service: str = ""
    operation: str = ""
    parameters: dict = field(default_factory=dict, repr=False)
    access_key: str = ""
    region: str = ""
    was_rewritten: bool = False
    status: int | None = None  # None where no answer was given
    looked_up: dict = field(default_factory=dict, repr=False)  # what rules have found out for this request

    def __post_init__(self):
        scope = re.search(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request", self.headers.get("authorization", ""))
        if scope:
            self.access_key, self.region, self.service = scope.groups()
        target = self.headers.get("x-amz-target", "")
        route = unquote(urlsplit(self.path).path)
        if target:
            prefix, _, self.operation = target.rpartition(".")
            self.service = self.service or _TARGETS.get(prefix, prefix)
            self.parameters = _json(self.body)
        elif self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            self.parameters = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
            self.operation = self.parameters.get("Action", "")
            if route.startswith("/oauth2/"):
                self.service, self.operation = "cognito-idp", f"{self.method} {route}"
            self.service = self.service or ("sts" if "Assume" in self.operation else "iam")
        elif self.service == "lambda":
            for method, pattern, operation in _LAMBDA:
                match = re.fullmatch(pattern, route)
                if method == self.method and match:
                    self.operation = operation
                    self.parameters = ({} if operation == "Invoke" else _json(self.body)) | match.groupdict()
                    name = self.parameters.get("FunctionName", "")
                    self.parameters["FunctionName"] = name.split(":")[6] if name.startswith("arn:") else name
        elif self.service == "s3" and route.count("/") >= 1:
            bucket, _, key = route[1:].partition("/")
            self.parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)) | {"Bucket": bucket, "Key": key}
            self.operation = {
                ("GET", False, False): "ListObjectsV2", ("GET", True, False): "GetObject", ("DELETE", True, True): "AbortMultipartUpload",
            }.get((self.method, bool(key), "uploadId" in self.parameters), "")
        if not self.operation:
            self.operation = f"{self.method} {route}"

    def rewrite(self, **parameters):
        """Puts other parameters into a JSON request."""
        self.parameters |= parameters
        self.body = json.dumps(self.parameters).encode()
        self.was_rewritten = True

    def count(self, prefix):
        """How many elements a list of a query request has."""
        indices = {int(m[1]) for m in (re.match(re.escape(prefix) + r"\.member\.(\d+)", key) for key in self.parameters) if m}
        return len(indices)


@dataclass
class Answer:
    status: int
    headers: list  # of pairs
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    def replace(self, body):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


class Refused(Exception):
    """An error in AWS's own words, to be sent in the service's own form."""

    def __init__(self, code, message, status=400):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


class Answered(Exception):
    """An answer that the endpoint has no part in."""

    def __init__(self, answer):
        super().__init__(answer)
        self.answer = answer


# What each service answers when it is asked too often.
THROTTLED = {
    "iam": Refused("Throttling", "Rate exceeded", 400),
    "sts": Refused("Throttling", "Rate exceeded", 400),
    "lambda": Refused("TooManyRequestsException", "Rate Exceeded.", 429),
    "logs": Refused("ThrottlingException", "Rate exceeded", 400),
    "cognito-idp": Refused("TooManyRequestsException", "Rate exceeded", 400),
    "cognito-identity": Refused("TooManyRequestsException", "Rate exceeded", 400),
    "secretsmanager": Refused("ThrottlingException", "Rate exceeded", 400),
    "ssm": Refused("ThrottlingException", "Rate exceeded", 400),
    "wafv2": Refused("ThrottlingException", "Rate exceeded", 400),
    "s3": Refused("SlowDown", "Please reduce your request rate.", 503),
}

# What each service answers when it is broken.
BROKEN = {
    "iam": Refused("ServiceFailure", "The request processing has failed because of an unknown error.", 500),
    "sts": Refused("InternalFailure", "The request processing has failed because of an unknown error.", 500),
    "lambda": Refused("ServiceException", "An error occurred and the request cannot be processed.", 500),
    "logs": Refused("ServiceUnavailableException", "The service cannot complete the request.", 500),
    "cognito-idp": Refused("InternalErrorException", "Amazon Cognito encountered an internal server error.", 500),
    "cognito-identity": Refused("InternalErrorException", "Amazon Cognito encountered an internal server error.", 500),
    "secretsmanager": Refused("InternalServiceError", "An error occurred on the server side.", 500),
    "ssm": Refused("InternalServerError", "An error occurred on the server side.", 500),
    "wafv2": Refused("WAFInternalErrorException", "AWS WAF couldn’t perform the operation because of a system problem.", 500),
    "s3": Refused("InternalError", "We encountered an internal error. Please try again.", 500),
}

# What each service answers to the token of a session that is over.
EXPIRED = {
    "iam": Refused("ExpiredToken", "The security token included in the request is expired", 403),
    "sts": Refused("ExpiredToken", "The security token included in the request is expired", 403),
    "lambda": Refused("ExpiredTokenException", "The security token included in the request is expired", 403),
    "logs": Refused("ExpiredTokenException", "The security token included in the request is expired", 400),
    "cognito-idp": Refused("ExpiredTokenException", "The security token included in the request is expired", 400),
    "cognito-identity": Refused("ExpiredTokenException", "The security token included in the request is expired", 400),
}


def skew_refusal(service, signed, edge, now, is_early):
    """What a service answers to a signature from a wrong clock."""
    code = "SignatureDoesNotMatch" if service in ("iam", "sts") else "InvalidSignatureException"
    status = 403 if service in ("iam", "sts", "lambda") else 400
    if is_early:
        return Refused(code, f"Signature not yet current: {signed} is still later than {edge} ({now} + 5 min.)", status)
    return Refused(code, f"Signature expired: {signed} is now earlier than {edge} ({now} - 5 min.)", status)


def json_answer(body):
    """What a service of the JSON protocols answers: times are numbers of seconds."""
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", str(uuid.uuid4()))]
    return Answer(200, headers, json.dumps(body).encode())


def error_answer(service, refused):
    request_id = str(uuid.uuid4())
    headers = [("x-amzn-RequestId", request_id)]
    if service in ("iam", "sts"):
        kind = "Sender" if refused.status < 500 else "Receiver"
        namespace = {"iam": "https://iam.amazonaws.com/doc/2010-05-08/", "sts": "https://sts.amazonaws.com/doc/2011-06-15/"}[service]
        body = (
            f'<ErrorResponse xmlns="{namespace}">\n  <Error>\n    <Type>{kind}</Type>\n    <Code>{refused.code}</Code>\n'
            f"    <Message>{escape(refused.message)}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n")
        return Answer(refused.status, headers + [("Content-Type", "text/xml")], body.encode())
    if service == "s3":
        body = f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message><RequestId>{request_id}</RequestId></Error>"
        return Answer(refused.status, headers + [("Content-Type", "application/xml")], body.encode())
    if service == "lambda":
        body = {"Type": "User" if refused.status < 500 else "Service", "Message": refused.message, "message": refused.message}
        headers += [("Content-Type", "application/json"), ("x-amzn-ErrorType", refused.code)]
    else:
        body = {"__type": refused.code, "message": refused.message}
        headers += [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", refused.code + ":")]
    return Answer(refused.status, headers, json.dumps(body).encode())


def _json(body):
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
