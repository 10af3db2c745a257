"""The places in which a key's secret is: the function's environment, a secret, a parameter; and people who write into them."""

import json

FUNCTION = "dev-credential-proxy"
# What a person writes there instead: AWS's published example.
BY_HAND = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def into_the_function(account):
    functions = account.client("lambda")
    variables = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=FUNCTION, Environment={"Variables": variables | {"IAM_USER_SECRET_ACCESS_KEY": BY_HAND}})
    functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 0.1})


def into_secrets(account):
    """Into every secret, be it a text or pairs."""
    secrets = account.client("secretsmanager")
    for secret in secrets.list_secrets()["SecretList"]:
        name = secret["Name"]
        secrets.put_secret_value(SecretId=name, SecretString=_overwritten(secrets.get_secret_value(SecretId=name)["SecretString"]))


def into_parameters(account):
    ssm = account.client("ssm")
    for parameter in ssm.describe_parameters()["Parameters"]:
        name = parameter["Name"]
        value = _overwritten(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        ssm.put_parameter(Name=name, Value=value, Type=parameter["Type"], Overwrite=True)


def _overwritten(text):
    return json.dumps(json.loads(text) | {"SecretAccessKey": BY_HAND}) if text.startswith("{") else BY_HAND


def everywhere(account):
    """The secret is lost: nothing has it any more."""
    for overwrite in (into_the_function, into_secrets, into_parameters):
        overwrite(account)


def key_ids(account):
    """The ids of the keys that the places have, of each place that names one."""
    variables = account.client("lambda").get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    secrets, ssm = account.client("secretsmanager"), account.client("ssm")
    texts = [secrets.get_secret_value(SecretId=secret["Name"])["SecretString"] for secret in secrets.list_secrets()["SecretList"]]
    texts += [ssm.get_parameter(Name=parameter["Name"], WithDecryption=True)["Parameter"]["Value"]
              for parameter in ssm.describe_parameters()["Parameters"]]
    return {variables["IAM_USER_ACCESS_KEY_ID"], *(json.loads(text)["AccessKeyId"] for text in texts if text.startswith("{"))}


def keys_taken_away(layer, account):
    """Watches a layer from now on: the keys that were switched off or deleted while a place still had them."""
    taken = []

    def watch(request):
        goes = request.operation == "DeleteAccessKey" or request.operation == "UpdateAccessKey" and request.parameters["Status"] == "Inactive"
        if goes and request.parameters["AccessKeyId"] in key_ids(account):
            taken.append(f"{request.operation} {request.parameters['AccessKeyId']}")

    layer.before = watch
    return taken
