"""Samples for test_apart.py. Nothing of a statement can be changed in place."""

SAMPLE = {
    "isApart": True,
    "base": {"functionName": "function", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com", "sourceAccount": "111122223333"},
    # By property: what is laid over the base, and the same with another value.
    "replaced": {
        "functionName": ({}, {"functionName": "other"}),
        # The endpoint takes an id once in all policies of a function; AWS once in each.
        "qualifier": ({"statementId": "one"}, {"statementId": "two", "qualifier": "one"}),
        "statementId": ({"statementId": "one"}, {"statementId": "two"}),
        "action": ({}, {"action": "lambda:GetFunction"}),
        "principal": ({}, {"principal": "sns.amazonaws.com"}),
        "sourceArn": ({"sourceArn": "arn:aws:events:us-east-1:111122223333:rule/a"}, {"sourceArn": "arn:aws:events:us-east-1:111122223333:rule/b"}),
        "sourceAccount": ({}, {"sourceAccount": "444455556666"}),
        "eventSourceToken": ({"eventSourceToken": "a-token"}, {"eventSourceToken": "b-token"}),
        "functionUrlAuthType": tuple(
            {"action": "lambda:InvokeFunctionUrl", "principal": "*", "functionUrlAuthType": kind} for kind in ("NONE", "AWS_IAM")),
        "invokedViaFunctionUrl": ({"invokedViaFunctionUrl": True}, {}),
        "principalOrgID": ({"principalOrgID": "o-aaaaaaaaaa"}, {"principalOrgID": "o-bbbbbbbbbb"}),
    },
}
