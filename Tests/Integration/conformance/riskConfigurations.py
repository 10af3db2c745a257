"""Samples for test_apart.py. The user pool's tier is PLUS, and its threat protection on."""

_PART = "accountTakeoverRiskConfiguration"
_ACTIONS = {"lowAction": {"notify": False, "eventAction": "NO_ACTION"}}
_NOTIFY = {"sourceArn": "arn:aws:ses:us-east-1:111122223333:identity/a.example"}


def _identity(name):
    return f"arn:aws:ses:us-east-1:111122223333:identity/{name}"


SAMPLE = {
    "isApart": True,
    "read": ("cognito-idp", "describe_risk_configuration", {"UserPoolId": "pool"}, "RiskConfiguration"),
    "base": {"userPool": "users", "riskExceptionConfiguration": {"skippedIPRangeList": ["198.51.100.0/24"]}},
    # What must stand beside a property, as AWS takes its part with it alone.
    "beside": {
        "compromisedCredentialsRiskConfiguration.eventFilter": {
            "compromisedCredentialsRiskConfiguration": {"actions": {"eventAction": "BLOCK"}}},
        "compromisedCredentialsRiskConfiguration.actions.eventAction": {
            "compromisedCredentialsRiskConfiguration": {"eventFilter": ["SIGN_IN"], "actions": {"eventAction": "NO_ACTION"}}},
        **{f"{_PART}.{path}": {_PART: {"actions": _ACTIONS, "notifyConfiguration": _NOTIFY}} for path in (
            "notifyConfiguration.from", "notifyConfiguration.replyTo", "notifyConfiguration.sourceArn", "notifyConfiguration.blockEmail",
            "notifyConfiguration.noActionEmail", "notifyConfiguration.mfaEmail", "actions.lowAction", "actions.mediumAction",
            "actions.highAction")},
    },
    "values": {
        "compromisedCredentialsRiskConfiguration.eventFilter": (["SIGN_IN"], ["SIGN_IN", "SIGN_UP"]),
        "compromisedCredentialsRiskConfiguration.actions.eventAction": ("BLOCK", "NO_ACTION"),
        f"{_PART}.notifyConfiguration.from": ("a@a.example", "b@a.example"),
        f"{_PART}.notifyConfiguration.replyTo": ("a@a.example", "b@a.example"),
        f"{_PART}.notifyConfiguration.sourceArn": (_identity("b.example"), _identity("c.example")),
        **{f"{_PART}.notifyConfiguration.{email}": (
            {"subject": "a", "textBody": "The text of a"}, {"subject": "b", "htmlBody": "<p>The text of b</p>", "textBody": "The text of b"})
           for email in ("blockEmail", "noActionEmail", "mfaEmail")},
        **{f"{_PART}.actions.{level}": (
            {"notify": False, "eventAction": "BLOCK"}, {"notify": True, "eventAction": "MFA_REQUIRED"})
           for level in ("lowAction", "mediumAction", "highAction")},
        "riskExceptionConfiguration.blockedIPRangeList": (["192.0.2.0/24"], ["192.0.2.0/24", "203.0.113.7/32"]),
        "riskExceptionConfiguration.skippedIPRangeList": (["192.0.2.0/24"], ["203.0.113.7/32"]),
    },
}
