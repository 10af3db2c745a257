"""Risk configuration: what threat protection does in a user pool, or in one of its app clients."""

from keeping import kept
from played.operations import app_client, now, plays, user_pool
from wire import Refused

_MAIL_REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
_PARTS = ("CompromisedCredentialsRiskConfiguration", "AccountTakeoverRiskConfiguration", "RiskExceptionConfiguration")


@plays("cognito-idp:SetRiskConfiguration")
def set_risk_configuration(rules, request):
    """The configuration of a pool, or of an app client, is replaced whole: with the ids alone a pool goes back to the defaults, and a
    client to what the pool has. It needs threat protection, of the tier PLUS. An action that notifies needs to know from whom. (The words
    of the last are this layer's.)"""
    pool, wanted, key = user_pool(rules, request), request.parameters, _key(rules, request)
    if (pool.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF") == "OFF":
        raise Refused("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for this user pool.")
    takeover = wanted.get("AccountTakeoverRiskConfiguration") or {}
    notifies = any(action.get("Notify") for action in (takeover.get("Actions") or {}).values())
    if notifies and not takeover.get("NotifyConfiguration"):
        raise Refused("InvalidParameterException", "NotifyConfiguration is required when an action notifies.")
    source = (takeover.get("NotifyConfiguration") or {}).get("SourceArn")
    if source and source.split(":")[3] not in _MAIL_REGIONS:
        raise Refused(
            "InvalidParameterException", f"Provided SourceArn must be in one of the following SES regions: {', '.join(_MAIL_REGIONS)}.")
    exceptions = wanted.get("RiskExceptionConfiguration") or {}
    if any("/" not in block for blocks in exceptions.values() for block in blocks):
        raise Refused("InvalidParameterException", "Incorrect CIDR format")
    given = {name: wanted[name] for name in _PARTS if wanted.get(name)}
    kept(rules, "risk").pop(key, None)
    if given:
        kept(rules, "risk")[key] = given | {"LastModifiedDate": now()}
    return _as_read(rules, key)


@plays("cognito-idp:DescribeRiskConfiguration")
def describe_risk_configuration(rules, request):
    """Where nothing was set, only the ids are read back, of a client as of a pool. The events that compromised credentials are looked for
    at are all three where none is given."""
    user_pool(rules, request)
    return _as_read(rules, _key(rules, request))


def _key(rules, request):
    if not request.parameters.get("ClientId"):
        return request.parameters["UserPoolId"], None
    return request.parameters["UserPoolId"], app_client(rules, request)["ClientId"]


def _as_read(rules, key):
    pool, client = key
    found = dict(kept(rules, "risk").get(key, {}))
    if _PARTS[0] in found:
        found[_PARTS[0]] = {"EventFilter": ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]} | found[_PARTS[0]]
    return {"RiskConfiguration": {"UserPoolId": pool} | ({"ClientId": client} if client else {}) | found}
