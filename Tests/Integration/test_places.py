"""An access key's secret in its other places: Secrets Manager and Systems Manager, beside the function's environment."""

import json
import re

import pytest

EXAMPLE = "examples/secrets-manager.yaml"
FUNCTION = "secrets-manager-credential-proxy"
SECRET = "secrets-manager-proxy-key"


def pair(account):
    return json.loads(account.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"])


def works(account, key_id, secret):
    return account._client("sts", account.url, key_id, secret).get_caller_identity()["Arn"]


def test_the_example_lives_its_whole_life(cogstack, account):
    cogstack.apply(EXAMPLE)
    assert cogstack.plan(EXAMPLE)["changes"] == []
    key = pair(account)
    assert works(account, key["AccessKeyId"], key["SecretAccessKey"]).endswith(":user/secrets-manager-proxy")
    variables = account.inventory()["functions"][0]["Environment"]["Variables"]
    assert variables["IAM_USER_KEY_SECRET_ID"] == SECRET
    assert not {"IAM_USER_ACCESS_KEY_ID", "IAM_USER_SECRET_ACCESS_KEY"} & variables.keys()
    assert key["SecretAccessKey"].encode() not in cogstack.everything_written()
    cogstack.run("destroy", EXAMPLE, "--yes")
    assert account.is_empty()
