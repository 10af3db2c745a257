"""Permissions of functions and of aliases, each of which has a policy of its own. No call changes a statement."""

import json

from conformance import ALIASES, FUNCTIONS, if_there


def read(client, function, qualifier, statement):
    """The members of AddPermission of which the statement came."""
    of = {} if qualifier == "$LATEST" else {"Qualifier": qualifier}
    policy = if_there(client("lambda").get_policy, FunctionName=function, **of).get("Policy", '{"Statement": []}')
    for each in json.loads(policy)["Statement"]:
        if each["Sid"] == statement:
            tests = [test for tests in each.get("Condition", {}).values() for test in tests.items()]
            (principal,) = each["Principal"].values() if isinstance(each["Principal"], dict) else [each["Principal"]]
            return {"StatementId": statement, "Action": each["Action"], "Principal": principal} | {
                key.split(":")[1]: value for key, value in tests}
    return {}


_BASE = {
    "functionName": "function", "statementId": "sample", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
    "sourceAccount": "111122223333"}
SAMPLE = {
    "isApart": True,
    "around": FUNCTIONS | ALIASES,
    "base": _BASE,
    "values": {
        "functionName": ("function", "other"),
        "statementId": ("sample", "another"),
        "action": ("lambda:InvokeFunction", "lambda:GetFunction"),
        "principal": ("events.amazonaws.com", "sns.amazonaws.com"),
        "sourceArn": ("arn:aws:events:us-east-1:111122223333:rule/a", "arn:aws:events:us-east-1:111122223333:rule/b"),
        "sourceAccount": ("111122223333", "444455556666"),
        "eventSourceToken": ("a-token", "b-token"),
        "principalOrgID": ("o-aaaaaaaaaa", "o-bbbbbbbbbb"),
    },
    "beside": {
        "eventSourceToken": {"principal": "alexa-appkit.amazon.com"},
        "functionUrlAuthType": {"action": "lambda:InvokeFunctionUrl"},
        "principalOrgID": {"principal": "*"},
        "invokedViaFunctionUrl": {"principal": "*"},
    },
    # The endpoint takes an id once for a function and all its aliases, AWS once for each.
    "whole": {"qualifier": _BASE | {"qualifier": "one", "statementId": "of-one"}},
    "shown": {"invokedViaFunctionUrl": ("true", "false")},
    "read": read,
}
