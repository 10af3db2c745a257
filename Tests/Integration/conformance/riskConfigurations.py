"""Samples for test_conformance.py: what the limits in the table do not tell. The user pool's tier is PLUS, and its threat protection on."""

READ = ("cognito-idp", "describe_risk_configuration", "RiskConfiguration")
_PART = "accountTakeoverRiskConfiguration"
_ACTIONS = {"lowAction": {"notify": False, "eventAction": "NO_ACTION"}}
_NOTIFY = {"sourceArn": "arn:aws:ses:us-east-1:111122223333:identity/a.example"}


def _identity(name):
    return f"arn:aws:ses:us-east-1:111122223333:identity/{name}"


SAMPLE = {
    "isApart": True,
    "base": {"riskExceptionConfiguration": {"skippedIPRangeList": ["198.51.100.0/24"]}},
    # What must stand beside a property, as AWS takes its part with it alone.
    "with": {
        "compromisedCredentialsRiskConfiguration.eventFilter": {
            "compromisedCredentialsRiskConfiguration": {"actions": {"eventAction": "BLOCK"}}},
        _PART: {_PART: {"actions": _ACTIONS, "notifyConfiguration": _NOTIFY}},
    },
    "values": {
        "compromisedCredentialsRiskConfiguration.eventFilter": (["SIGN_IN"], ["SIGN_IN", "SIGN_UP"]),
        "compromisedCredentialsRiskConfiguration.actions.eventAction": ("BLOCK", "NO_ACTION"),
        f"{_PART}.notifyConfiguration.from": ("a@a.example", "b@a.example"),
        f"{_PART}.notifyConfiguration.replyTo": ("a@a.example", "b@a.example"),
        f"{_PART}.notifyConfiguration.sourceArn": (_identity("a.example"), _identity("b.example")),
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
