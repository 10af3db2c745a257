"""Exchanges a Cognito id token for long-lived AWS credentials.

An identity pool's own credentials last one hour at most. This function assumes a role as an IAM user, whose sessions
may last up to twelve, for whoever proves with an id token to be a user of the pool.

Environment:
    IAM_USER_ACCESS_KEY_ID, IAM_USER_SECRET_ACCESS_KEY  the IAM user who may assume the role; or one of
    IAM_USER_KEY_SECRET_ID, IAM_USER_KEY_PARAMETER  the secret of Secrets Manager, or the parameter of Systems Manager, that
                          holds the user's key as JSON: {"AccessKeyId": …, "SecretAccessKey": …}
    DEFAULT_ROLE_ARN      the only role that is ever assumed
    USER_POOL_ID          whose id tokens are accepted
    IDENTITY_POOL_ID      proves the token and gives the user's identity id
    APP_CLIENT_ID         the only app client whose tokens are accepted; any of the user pool where left out
    MAX_SESSION_SECONDS   the longest session, by default 43200; where the role allows less, the most whole hours that it does

Nothing that could be used to sign in, neither tokens nor keys, is ever logged or put into an error.
"""

import base64
import json
import logging
import math
import os
import re
import time
from concurrent import futures
from contextvars import ContextVar
from functools import cache, lru_cache

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

log = logging.getLogger()
log.setLevel(logging.INFO)

SHORTEST_SESSION = 900  # the least that sts:AssumeRole grants
LONGEST_SESSION = 43200  # the most
HOUR = 3600  # the least that a role's MaxSessionDuration can be
KEY_LIFE = 300  # seconds until a key that is kept elsewhere is looked up again
LOOK_AGAIN = 30  # the same where that failed and the key that is known stays in use
LONGEST_TOKEN = 50000  # that cognito-identity:GetId takes
TOKEN_REFUSED = ("NotAuthorizedException", "InvalidParameterException", "ValidationException")  # what GetId says of a bad token
KEY_GONE = ("InvalidClientTokenId", "SignatureDoesNotMatch", "AccessDenied")  # what AWS may say of a key that was replaced
# Where the trust policy names regions, AWS compares the one that STS is called in: older versions of boto3 call us-east-1.
os.environ["AWS_STS_REGIONAL_ENDPOINTS"] = "regional"
# At most some 15 s for a call, so that one that hangs leaves time for another of the 30 s that the function has.
CALLS = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
TO_ANSWER = 1  # seconds that are kept for the answer itself
time_left = ContextVar("time_left", default=None)  # asks Lambda for the milliseconds until it cuts this invocation
callers = futures.ThreadPoolExecutor(16)  # one is in use; others may still wait for calls that hang


class Refusal(Exception):
    """Why a request is not granted: an HTTP status and a message that the caller may see."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


def lambda_handler(event, context):
    request_id = getattr(context, "aws_request_id", "local")
    time_left.set(getattr(context, "get_remaining_time_in_millis", None))
    try:
        if event == {"check": "key"}:
            return response(200, check_key())
        request = parse(event)
        claims = checked_claims(request["id_token"])
        identity_id = prove(request["id_token"])
        answer = assume_role(claims, identity_id, request["duration"], request_id)
        log.info("credentials issued: request %s, subject %s", request_id, claims["sub"])
        return response(200, answer)
    except Refusal as refusal:
        log.warning("refused with %s: request %s: %s", refusal.status, request_id, refusal.message)
        return response(refusal.status, {"error": refusal.message})
    except Exception as error:  # the caller must get an answer of the protocol's form, whatever happened
        log.error("failed: request %s: %s", request_id, type(error).__name__)
        return response(500, {"error": "Internal error; the function's log has the request id " + request_id})


def in_time(call, **wanted):
    """What AWS answers, waited for while there is time left to answer the caller before Lambda cuts the function.

    botocore's own time-outs are of single steps of a call (each part of an answer may take as long) and do not make such a limit.
    """
    limit = time_left.get()
    seconds = limit() / 1000 - TO_ANSWER if limit else None
    try:
        if limit and seconds <= 0:
            raise futures.TimeoutError
        return callers.submit(call, **wanted).result(seconds)
    except (futures.TimeoutError, ConnectTimeoutError, ReadTimeoutError):
        raise Refusal(500, "AWS took too long to answer " + call.__name__) from None


def parse(event):
    """The request, sent directly or as the JSON `body` of an API Gateway event."""
    try:
        if isinstance(event, dict) and "body" in event:
            body = event["body"] or "{}"
            if event.get("isBase64Encoded"):
                body = base64.b64decode(body)
            event = body if isinstance(body, dict) else json.loads(body)
    except (ValueError, TypeError, RecursionError):  # the last for what is nested too deep
        raise Refusal(400, "The body is not JSON") from None
    if not isinstance(event, dict):
        raise Refusal(400, "The request is not a JSON object")
    token = event.get("id_token")
    if not isinstance(token, str) or not token:
        raise Refusal(400, "id_token is missing")
    if not is_the_role(event.get("role_arn")):
        raise Refusal(403, "This proxy assumes only the role that it was set up for")
    longest = longest_allowed()
    duration = event.get("duration_seconds", longest)
    if isinstance(duration, bool) or not isinstance(duration, (int, float)) or duration != duration:
        raise Refusal(400, "duration_seconds is not a number of seconds")
    return {"id_token": token, "duration": int(max(SHORTEST_SESSION, min(duration, longest)))}


def longest_allowed():
    value = setting("MAX_SESSION_SECONDS", str(LONGEST_SESSION))
    if not re.fullmatch("[0-9]{1,18}", value):
        raise Refusal(500, "MAX_SESSION_SECONDS in the function's environment is no whole number of seconds")
    return min(int(value), LONGEST_SESSION)


def is_the_role(arn):
    """Whether a request names no other role than the configured one, which alone is assumed. The client always writes the
    partition `aws`, so that it does not count."""
    return arn in (None, "") or isinstance(arn, str) and arn.split(":")[2:] == setting("DEFAULT_ROLE_ARN").split(":")[2:]


def checked_claims(token):
    """The token's claims, after every check that needs no key. Alone they prove nothing: see `prove`."""
    try:
        # AWS answers what can be no token with other errors than a token that is forged.
        if len(token) > LONGEST_TOKEN or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}", token):
            raise ValueError("not a signed token")
        header, claims = (decoded(part) for part in token.split(".")[:2])
        expiry, subject, username = claims["exp"], claims["sub"], claims["cognito:username"]
        if not math.isfinite(expiry) or not all(isinstance(name, str) and name for name in (subject, username)):
            raise ValueError("not an id token's claims")
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise Refusal(401, "The token is not an id token") from None
    client = setting("APP_CLIENT_ID", "")
    if header.get("alg") != "RS256":
        raise Refusal(401, "The token is not signed as Cognito signs")
    if claims.get("iss") != "https://" + login_provider():
        raise Refusal(401, "The token is of another user pool")
    if client and claims.get("aud") != client:
        raise Refusal(401, "The token is of another app client")
    if claims.get("token_use") != "id":
        raise Refusal(401, "The token is not an id token")
    if expiry <= time.time():
        raise Refusal(401, "The token has expired")
    return {"sub": subject, "username": username}


def decoded(part):
    value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def login_provider():
    """The name under which the identity pool knows the user pool; its region stands in the user pool's id."""
    pool = setting("USER_POOL_ID")
    region = pool.split("_")[0]
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"cognito-idp.{region}.{domain}/{pool}"


def prove(token):
    """Lets AWS verify the token's signature, and returns the user's identity id.

    GetId refuses a login token that is forged, expired or of a pool or client that the identity pool does not know. The
    call takes no AWS credentials, so that the function's own role needs no permission for it.
    """
    try:
        logins = {login_provider(): token}
        return in_time(identity_client().get_id, IdentityPoolId=setting("IDENTITY_POOL_ID"), Logins=logins)["IdentityId"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        log.warning("GetId: %s", code)
        if code in TOKEN_REFUSED:
            raise Refusal(401, "AWS does not accept the token") from None
        raise Refusal(500, "The token could not be verified: " + code) from None
    except BotoCoreError as error:
        raise Refusal(500, "The token could not be verified: " + type(error).__name__) from None


def assume_role(claims, identity_id, duration, request_id):
    wanted = {
        "RoleArn": setting("DEFAULT_ROLE_ARN"),
        "RoleSessionName": session_name(claims["username"], request_id),
        "DurationSeconds": duration,
        "Tags": [
            {"Key": key, "Value": tag_value(value)}
            for key, value in (
                ("CognitoUsername", claims["username"]),
                ("CognitoSubject", claims["sub"]),
                ("CognitoIdentityId", identity_id),
                ("Source", "CognitoCredentialProxy"),
            )
        ],
    }
    try:
        session = longest_session(wanted)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        log.error("AssumeRole: %s", code)
        if code in ("AccessDenied", "AccessDeniedException"):
            raise Refusal(403, "The role may not be assumed") from None
        raise Refusal(500, "The role could not be assumed: " + code) from None
    except BotoCoreError as error:
        raise Refusal(500, "The role could not be assumed: " + type(error).__name__) from None
    credentials = session["Credentials"]
    return {
        "access_key_id": credentials["AccessKeyId"],
        "secret_access_key": credentials["SecretAccessKey"],
        "session_token": credentials["SessionToken"],
        "expiration": credentials["Expiration"].isoformat(),
        "user_id": claims["sub"],
        "username": claims["username"],
    }


def check_key():
    """Whether AWS accepts the key that this function is given: asked by cogstack when it has replaced it.

    It must prove what is in the key's place now: a key that is kept elsewhere is looked up afresh, and none is tried instead.
    """
    key = look_up()
    try:
        in_time(sts_client_of(*key).get_caller_identity)
    except (ClientError, BotoCoreError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        log.error("GetCallerIdentity: %s", code)
        raise Refusal(500, "AWS does not accept the function's key: " + code) from None
    looked_up.keep(key)
    return {"check": "passed"}


most_of_role = {}  # what was learnt by being refused more


def longest_session(wanted):
    """Assumes the role, for less time where it allows less: its maximum is not to be read without more permissions."""
    role, seconds = wanted["RoleArn"], wanted["DurationSeconds"]
    seconds = min(seconds, most_of_role.get(role, seconds))
    while True:
        try:
            return as_user({**wanted, "DurationSeconds": seconds})
        except ClientError as error:
            if "MaxSessionDuration" not in error.response["Error"].get("Message", "") or seconds <= HOUR:
                raise
            log.warning("AssumeRole: the role allows less than %s seconds: set MAX_SESSION_SECONDS", seconds)
            seconds = most_of_role[role] = (seconds - 1) // HOUR * HOUR


def as_user(wanted):
    """Assumes the role as the IAM user; tries once more where the user's key was replaced since it was looked up."""
    try:
        return in_time(sts_client().assume_role, **wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] not in KEY_GONE or not looked_up.renew():
            raise
        return in_time(sts_client().assume_role, **wanted)


def session_name(username, request_id):
    """`CognitoAuth-{username}-{request id}` in the 64 characters and the alphabet that IAM takes."""
    end = "-" + re.sub(r"[^A-Za-z0-9_+=,.@-]", "_", request_id)[:36]
    start = "CognitoAuth-" + re.sub(r"[^A-Za-z0-9_+=,.@-]", "_", username)
    return start[: 64 - len(end)] + end


def tag_value(text):
    """In the alphabet of session tags. It may make two names one: to isolate users, use CognitoIdentityId."""
    return "".join(c if c.isalnum() or c in " _.:/=+-@" else "_" for c in text)[:256]


def setting(name, default=None):
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise Refusal(500, f"The function's environment has no {name}")
    return value


@cache
def identity_client():
    region = setting("IDENTITY_POOL_ID").split(":")[0]
    return boto3.client("cognito-identity", region_name=region, config=CALLS.merge(Config(signature_version=UNSIGNED)))


def key_service():
    """Which service keeps the IAM user's key; None where the function's environment does."""
    return "secretsmanager" if setting("IAM_USER_KEY_SECRET_ID", "") else "ssm" if setting("IAM_USER_KEY_PARAMETER", "") else None


def sts_client():
    return sts_client_of(*(looked_up.key() if key_service() else look_up()))


@lru_cache(maxsize=2)  # while a key is replaced, the old one's and the new one's
def sts_client_of(key_id, secret):
    return boto3.client(
        "sts", region_name=setting("AWS_REGION"), aws_access_key_id=key_id, aws_secret_access_key=secret, config=CALLS
    )


class LookedUp:
    """The IAM user's key where it is kept elsewhere, looked up when it is first needed and then now and again.

    Where a look-up fails, the key that is known stays in use: it may work as well as before.
    """

    def __init__(self):
        self.current, self.until = None, 0.0

    def keep(self, key):
        self.current, self.until = key, time.monotonic() + KEY_LIFE

    def key(self):
        """The id and the secret."""
        if time.monotonic() >= self.until:
            self.look()
        return self.current

    def renew(self):
        """Looks again; whether there is another key by now."""
        if self.current is None:
            return False
        before = self.current
        self.look()
        return self.current != before

    def look(self):
        try:
            self.keep(look_up())
        except Refusal as refusal:
            if self.current is None:
                raise
            self.until = time.monotonic() + LOOK_AGAIN
            log.warning("the key that is known stays in use: %s", refusal.message)


looked_up = LookedUp()


def look_up():
    """The key that is in its place now."""
    service = key_service()
    try:
        if service == "secretsmanager":
            text = in_time(key_client(service).get_secret_value, SecretId=setting("IAM_USER_KEY_SECRET_ID"))["SecretString"]
        elif service == "ssm":
            found = in_time(key_client(service).get_parameter, Name=setting("IAM_USER_KEY_PARAMETER"), WithDecryption=True)
            text = found["Parameter"]["Value"]
        else:
            return setting("IAM_USER_ACCESS_KEY_ID"), setting("IAM_USER_SECRET_ACCESS_KEY")
        held = json.loads(text)
        key = held["AccessKeyId"], held["SecretAccessKey"]
        if not all(isinstance(half, str) and half for half in key):
            raise ValueError("not a key")
        return key
    except ClientError as error:
        raise Refusal(500, "The IAM user's key could not be read: " + error.response["Error"]["Code"]) from None
    except BotoCoreError as error:
        raise Refusal(500, "The IAM user's key could not be read: " + type(error).__name__) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal(500, "What should hold the IAM user's key is not JSON with AccessKeyId and SecretAccessKey") from None


@cache
def key_client(service):
    """As the function's own role, which must be allowed to read there."""
    return boto3.client(service, region_name=setting("AWS_REGION"), config=CALLS)


def warm_up():
    """Makes the clients while Lambda starts the function: until the first call it has far more of a processor than it pays for.

    It calls nothing, as the start may take 10 s: where the key is kept elsewhere, a client without it makes the later one quick.
    """
    service = key_service()
    makers = (lambda: key_client(service), lambda: sts_client_of("none yet", "none yet")) if service else (sts_client,)
    for make in (identity_client, *makers):
        try:
            make()
        except Exception:
            pass  # each call makes it anew then, and is answered with what is wrong


def response(status, body):
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}


warm_up()
