"""Samples for test_conformance.py: what the limits in the table do not tell."""

READ = ("lambda", "get_policy", "Policy")  # JSON: the statement whose Sid is `statementId`
SAMPLE = {
    "isApart": True,
    "base": {"functionName": "function", "statementId": "sample", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
             "sourceAccount": "111122223333"},
    "values": {
        "functionName": ("function", "other"),
        "qualifier": ("one", "two"),  # aliases
        "statementId": ("sample", "another"),
        "action": ("lambda:InvokeFunction", "lambda:GetFunction"),
        "principal": ("events.amazonaws.com", "111122223333"),
        "sourceArn": ("arn:aws:events:us-east-1:111122223333:rule/a", "arn:aws:events:us-east-1:111122223333:rule/b"),
        "sourceAccount": ("111122223333", "444455556666"),
        "eventSourceToken": ("a-token", "b-token"),  # with principal alexa-appkit.amazon.com on AWS
        "functionUrlAuthType": ("NONE", "AWS_IAM"),  # with action lambda:InvokeFunctionUrl
        "principalOrgID": ("o-aaaaaaaaaa", "o-bbbbbbbbbb"),
        "invokedViaFunctionUrl": (True, False),
    },
}
