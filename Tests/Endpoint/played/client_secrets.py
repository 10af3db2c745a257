"""The two secrets of an app client. The endpoint knows one, under which the others are made to fit at sign-in."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import string
from urllib.parse import urlencode

from keeping import kept
from played.operations import app_client, now, plays
from rules import rule
from wire import Refused

_NONE = "none of the client's secrets"
# Where an operation has the user name and the hash.
_HASHED = {
    "InitiateAuth": ("AuthParameters", "USERNAME", "SECRET_HASH"), "AdminInitiateAuth": ("AuthParameters", "USERNAME", "SECRET_HASH"),
    "RespondToAuthChallenge": ("ChallengeResponses", "USERNAME", "SECRET_HASH"),
    "AdminRespondToAuthChallenge": ("ChallengeResponses", "USERNAME", "SECRET_HASH"),
    **dict.fromkeys(
        ("SignUp", "ConfirmSignUp", "ForgotPassword", "ConfirmForgotPassword", "ResendConfirmationCode"), (None, "Username", "SecretHash")),
}


@rule("cognito-idp:CreateUserPoolClient")
def secrets_given_at_creation(rules, request):
    """A client may be created with a secret of the caller's own, but not with GenerateSecret beside it. (The endpoint makes a secret of its
    own, which nobody sees.)"""
    wanted = request.parameters
    if wanted.get("ClientSecret"):
        if wanted.get("GenerateSecret"):
            raise Refused("InvalidParameterException", "Cannot specify both GenerateSecret as true and a ClientSecret value.")
        _check_value(wanted["ClientSecret"])
        request.rewrite(GenerateSecret=True)


@rule("cognito-idp:CreateUserPoolClient", amends=True)
def given_secret_is_kept(rules, request, answer):
    """As above."""
    client = answer.json["UserPoolClient"]
    if request.parameters.get("ClientSecret"):
        own = [_new(client["ClientId"], request.parameters["ClientSecret"])]
        kept(rules, "secrets")[client["UserPoolId"], client["ClientId"]] = {
            "endpoint's": client["ClientSecret"], "original": own[0]["id"], "own": own}
    secret_as_read(rules, request, answer)


@rule("cognito-idp:UpdateUserPoolClient", "cognito-idp:DescribeUserPoolClient", amends=True)
def secret_as_read(rules, request, answer):
    """DescribeUserPoolClient shows the secret that the client was created with. Once that is deleted it shows none: the other does not take
    its place (seen on AWS, floci#345; the documentation is silent, so that a test can have it otherwise, see `shown_secret`)."""
    client = answer.json["UserPoolClient"]
    found = kept(rules, "secrets").get((client["UserPoolId"], client["ClientId"]))
    if not found:
        return
    shown = {name: value for name, value in client.items() if name != "ClientSecret"}
    newest, original = found["own"][-1], [each for each in found["own"] if each["id"] == found["original"]]
    if original or rules.shown_secret == "newest":
        shown["ClientSecret"] = (newest if rules.shown_secret == "newest" else original[0])["value"]
    answer.replace({"UserPoolClient": shown})


@plays("cognito-idp:AddUserPoolClientSecret")
def add_secret(rules, request):
    """A client that has a secret may get a second one, generated or given; a value that was given is not in the
    answer. A third is LimitExceededException."""
    client, own = _secrets(rules, request)
    if not own:
        raise Refused("InvalidParameterException", f"Client {client['ClientId']} does not have a client secret.")
    if len(own) >= 2:
        raise Refused("LimitExceededException", "Client secrets cannot exceed limit of 2 secrets.")
    given = request.parameters.get("ClientSecret")
    if given:
        _check_value(given)
    new = _new(client["ClientId"], given or "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(52)), own)
    own.append(new)
    return {"ClientSecretDescriptor": _as_read(new) | ({} if given else {"ClientSecretValue": new["value"]})}


@plays("cognito-idp:ListUserPoolClientSecrets")
def list_secrets(rules, request):
    """The secrets' ids and dates, never their values, and no pages."""
    return {"ClientSecrets": [_as_read(each) for each in _secrets(rules, request)[1]]}


@plays("cognito-idp:DeleteUserPoolClientSecret")
def delete_secret(rules, request):
    """Either secret may be deleted, the last one not."""
    client, own = _secrets(rules, request)
    meant = [each for each in own if each["id"] == request.parameters["ClientSecretId"]]
    if not meant:
        raise Refused("ResourceNotFoundException", "Client secret does not exist")
    if len(own) == 1:
        raise Refused("InvalidParameterException", "Cannot delete the only client secret.")
    own.remove(meant[0])


def _secrets(rules, request):
    client = app_client(rules, request)
    key = client["UserPoolId"], client["ClientId"]
    if key not in kept(rules, "secrets") and client.get("ClientSecret"):
        created = client["CreationDate"].timestamp()
        first = {"id": f"{key[1]}--{int(created * 1000)}", "value": client["ClientSecret"], "date": created}
        kept(rules, "secrets")[key] = {"endpoint's": client["ClientSecret"], "original": first["id"], "own": [first]}
    return client, kept(rules, "secrets").get(key, {"own": []})["own"]


def _new(client, value, others=()):
    date = now()
    number = max([int(date * 1000), *(int(each["id"].split("--")[1]) + 1 for each in others)])
    return {"id": f"{client}--{number}", "value": value, "date": date}


def _as_read(secret):
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": secret["date"]}


def _check_value(value):
    if not re.fullmatch(r"[\w+]{24,64}", value, re.ASCII):
        raise Refused("InvalidParameterException", "Client secret format is invalid.")


# Signing in


@rule(*(f"cognito-idp:{operation}" for operation in _HASHED))
def each_secret_signs_in(rules, request):
    """A SECRET_HASH of either secret is taken. (The endpoint's own replaces it; a hash of none, such as of a deleted secret, is made one
    that the endpoint refuses.)"""
    client_id = request.parameters.get("ClientId")
    pool, found = _of_client(rules, client_id)
    place, name, member = _HASHED[request.operation]
    fields = request.parameters if place is None else request.parameters.get(place) or {}
    given = fields.get(member)
    if not found or not given:
        return  # the endpoint judges it
    user = fields.get(name) or _owners(rules).get((pool, fields.get("REFRESH_TOKEN")), "")
    fits = any(hmac.compare_digest(_hash(each["value"], user, client_id), given) for each in found["own"])
    fitting = _hash(found["endpoint's"] if fits else _NONE, user, client_id)
    request.rewrite(**({member: fitting} if place is None else {place: fields | {member: fitting}}))


@rule("cognito-idp:InitiateAuth", "cognito-idp:AdminInitiateAuth", "cognito-idp:RespondToAuthChallenge",
      "cognito-idp:AdminRespondToAuthChallenge", amends=True)
def owners_of_refresh_tokens(rules, request, answer):
    """The hash beside a refresh token is of its owner's user name."""
    result = answer.json.get("AuthenticationResult") or {}
    if "RefreshToken" in result and "AccessToken" in result:
        claims = json.loads(base64.urlsafe_b64decode(result["AccessToken"].split(".")[1] + "==="))
        _owners(rules)[claims["iss"].rsplit("/", 1)[-1], result["RefreshToken"]] = claims["username"]


def _owners(rules):
    return kept(rules, "owners of refresh tokens")


def _hash(secret, user, client):
    return base64.b64encode(hmac.new(secret.encode(), (user + client).encode(), hashlib.sha256).digest()).decode()


@rule("cognito-idp:GetTokensFromRefreshToken", "cognito-idp:RevokeToken")
def each_secret_is_the_clients(rules, request):
    """These two take a secret itself, either one. (As above.)"""
    _, found = _of_client(rules, request.parameters.get("ClientId"))
    given = request.parameters.get("ClientSecret")
    if found and given:
        fits = any(each["value"] == given for each in found["own"])
        request.rewrite(ClientSecret=found["endpoint's"] if fits else _NONE)


@rule("cognito-idp:POST /oauth2/token")
def each_secret_gets_tokens(rules, request):
    """At the token endpoint too, where the secret is the password of the header, or in the form."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        client, _, given = base64.b64decode(credentials).decode().partition(":")
    else:
        client, given = request.parameters.get("client_id"), request.parameters.get("client_secret")
    _, found = _of_client(rules, client)
    if not found or not given:
        return
    fitting = found["endpoint's"] if any(each["value"] == given for each in found["own"]) else _NONE
    if scheme == "Basic":
        request.headers["authorization"] = "Basic " + base64.b64encode(f"{client}:{fitting}".encode()).decode()
    else:
        request.body = urlencode(request.parameters | {"client_secret": fitting}).encode()


def _of_client(rules, client):
    """The pool of a client with secrets that the endpoint does not know, and these."""
    return next(((key[0], found) for key, found in list(kept(rules, "secrets").items()) if key[1] == client), (None, None))
