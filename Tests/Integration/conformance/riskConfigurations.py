"""What threat protection does, in pools of the tier PLUS that have it."""

from conformance import update


def read(client, pool, app_client):
    of = {"UserPoolId": pool} | ({} if app_client == "ALL" else {"ClientId": app_client})
    found = client("cognito-idp").describe_risk_configuration(**of)["RiskConfiguration"]
    return {} if found.keys() <= of.keys() else {name: part for name, part in found.items() if name not in of}


def write(client, description, pool, app_client):
    of = {"UserPoolId": pool} | ({} if app_client == "ALL" else {"ClientId": app_client})
    update(client("cognito-idp"), "set_risk_configuration", description, **of)


def _identity(name):
    return f"arn:aws:ses:us-east-1:111122223333:identity/{name}.example"


_PASSWORDS, _TAKEOVER = "compromisedCredentialsRiskConfiguration", "accountTakeoverRiskConfiguration"
_NOTIFY, _EMAILS, _LEVELS = f"{_TAKEOVER}.notifyConfiguration", ("blockEmail", "noActionEmail", "mfaEmail"), ("low", "medium", "high")
_ACTION = {"notify": False, "eventAction": "NO_ACTION"}
# AWS takes each part with these alone.
_BLOCKS = {_PASSWORDS: {"actions": {"eventAction": "BLOCK"}}}
_NOTIFIES = {_TAKEOVER: {"actions": {"lowAction": _ACTION}, "notifyConfiguration": {"sourceArn": _identity("a")}}}


def _email(name):
    texts = {"subject": "s", "textBody": "The text", "htmlBody": "<p>The text</p>"}
    return {_TAKEOVER: {"actions": {"lowAction": _ACTION}, "notifyConfiguration": {"sourceArn": _identity("a"), name: texts}}}


def _level(name):
    return {_TAKEOVER: {"actions": {name: _ACTION}, "notifyConfiguration": {"sourceArn": _identity("a")}}}


_POOL = {"userPoolTier": "PLUS", "userPoolAddOns": {"advancedSecurityMode": "ENFORCED"}}
SAMPLE = {
    "isApart": True,
    "around": {
        "userPools": {"users": _POOL, "others": _POOL},
        "appClients": {name: {"userPool": "users"} for name in ("web", "other")},
    },
    "base": {"userPool": "users", "riskExceptionConfiguration": {"skippedIPRangeList": ["198.51.100.0/24"]}},
    "values": {
        "userPool": ("users", "others"),
        "appClient": ("web", "other"),
        f"{_PASSWORDS}.eventFilter": (["SIGN_IN"], ["SIGN_IN", "SIGN_UP"]),
        f"{_NOTIFY}.from": ("a@a.example", "b@a.example"),
        f"{_NOTIFY}.replyTo": ("a@a.example", "b@a.example"),
        f"{_NOTIFY}.sourceArn": (_identity("a"), _identity("b")),
        **{f"{_NOTIFY}.{email}.{body}": ("Another text", "A third text") for email in _EMAILS for body in ("htmlBody", "textBody")},
        "riskExceptionConfiguration.blockedIPRangeList": (["192.0.2.0/24"], ["192.0.2.0/24", "203.0.113.7/32"]),
        "riskExceptionConfiguration.skippedIPRangeList": (["192.0.2.0/24"], ["203.0.113.7/32"]),
    },
    "beside": {
        f"{_PASSWORDS}.eventFilter": _BLOCKS,
        f"{_PASSWORDS}.actions.eventAction": _BLOCKS,
        **{f"{_NOTIFY}.{member}": _NOTIFIES for member in ("from", "replyTo", "sourceArn")},
        **{f"{_NOTIFY}.{email}.{member}": _email(email) for email in _EMAILS for member in ("subject", "htmlBody", "textBody")},
        **{f"{_TAKEOVER}.actions.{level}Action.{member}": _level(f"{level}Action")
           for level in _LEVELS for member in ("notify", "eventAction")},
        "riskExceptionConfiguration.skippedIPRangeList": {"riskExceptionConfiguration": {"blockedIPRangeList": ["192.0.2.0/24"]}},
    },
    "read": read, "write": write,
}
