"""An access key's secret in its other places: Secrets Manager and Systems Manager, beside the function's environment."""

import json
import signal

import pytest

import secret_destinations
from conftest import ROOT
from cogstack import Cogstack
from endpoint import Endpoint
from strict import Dropped, StrictLayer
from test_secrets import forms

EXAMPLE = "examples/secrets-manager.yaml"
SECRET = "secrets-manager-proxy-key"
THREE = "three/dev.yaml"  # in a folder of its own, as its stack's name is that of another file's too
PLACES = """
secrets:
  proxy-key:
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret), note: kept }
  text: { secretString: $(accessKeys.proxy.secret), recoveryWindowInDays: 0 }
ssmParameters:
  proxy-key:
    name: /dev/proxy-key
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret) }
"""
WRITES = {"UpdateFunctionConfiguration", "UpdateSecret", "PutParameter"}


@pytest.fixture
def three(cogstack):
    """The stack dev with the key in three more places."""
    (cogstack.folder / THREE).parent.mkdir()
    (cogstack.folder / THREE).write_text("stack: dev\nextends: ../stacks/dev.yaml\n" + PLACES)
    return cogstack


def keys_in_places(account):
    """Each place's (key id, secret), where the place has both."""
    variables = account.client("lambda").get_function_configuration(FunctionName="dev-credential-proxy")["Environment"]["Variables"]
    pairs = [
        json.loads(account.client("secretsmanager").get_secret_value(SecretId="dev-proxy-key")["SecretString"]),
        json.loads(account.client("ssm").get_parameter(Name="/dev/proxy-key", WithDecryption=True)["Parameter"]["Value"])]
    text = account.client("secretsmanager").get_secret_value(SecretId="dev-text")["SecretString"]
    return {
        (variables["IAM_USER_ACCESS_KEY_ID"], variables["IAM_USER_SECRET_ACCESS_KEY"]), (variables["IAM_USER_ACCESS_KEY_ID"], text),
        *((pair["AccessKeyId"], pair["SecretAccessKey"]) for pair in pairs)}


def the_key(account):
    """The one key that is in all places, once it was found to be the user's only one and accepted."""
    ((key_id, secret),) = keys_in_places(account)
    (user,) = account.inventory()["users"]
    assert [(key["AccessKeyId"], key["Status"]) for key in user["keys"]] == [(key_id, "Active")]
    sts = account._client("sts", account.url, key_id, secret)
    assert sts.get_caller_identity()["Arn"].endswith(f":user/{user['UserName']}")
    return key_id, secret


def changed(cogstack):
    return {change["address"]: change["action"] for change in cogstack.plan(THREE)["changes"]}


def writes(layer, *more):
    return [request.operation for request in layer.requests if request.operation in WRITES | {*more}]


PLACE = {"secrets.proxy-key": "update", "secrets.text": "update", "ssmParameters.proxy-key": "update", "lambdaFunctions.credential-proxy": "update"}


def test_a_secret_that_is_left_somewhere_is_put_back_from_there(three, account, layer):
    three.apply(THREE)
    key = the_key(account)
    for overwrite, section in (
            (secret_destinations.into_the_function, "lambdaFunctions"), (secret_destinations.into_secrets, "secrets"), (secret_destinations.into_parameters, "ssmParameters")):
        overwrite(account)
        assert changed(three) == {address: action for address, action in PLACE.items() if address.startswith(section)}
        layer.clear()
        three.apply(THREE)
        assert "CreateAccessKey" not in writes(layer, "CreateAccessKey") and the_key(account) == key
        assert three.plan(THREE)["changes"] == []
    # Also into a place that is new.
    three.edit(THREE, "  text: {", "  another: { secretString: $(accessKeys.proxy.secret), recoveryWindowInDays: 0 }\n  text: {")
    assert changed(three) == {"secrets.another": "create"}
    three.run("plan", THREE)
    three.run("apply", "--yes", cwd=(three.folder / THREE).parent)
    assert account.client("secretsmanager").get_secret_value(SecretId="dev-another")["SecretString"] == key[1]
    written = three.everything_written()
    for secret in (key[1], secret_destinations.BY_HAND):
        assert not [form for form in forms(secret) if form in written]


def test_a_rotation_reaches_every_place_before_the_old_key_goes(three, account, layer):
    three.apply(THREE)
    secrets = [the_key(account)[1]]
    secret_destinations.everywhere(account)
    assert changed(three) == PLACE | {"accessKeys.proxy": "rotate"}
    layer.clear()
    three.apply(THREE)
    changing = writes(layer, "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
    assert changing[0] == "CreateAccessKey" and changing[-3:] == ["UpdateAccessKey", "UpdateAccessKey", "DeleteAccessKey"]
    assert sorted(changing[1:-3]) == ["PutParameter", "UpdateFunctionConfiguration", "UpdateSecret", "UpdateSecret"]
    secrets.append(the_key(account)[1])
    assert three.plan(THREE)["changes"] == [] and secrets[0] != secrets[1]
    for arguments in (["plan", THREE, "--json"], ["show", THREE], ["show", THREE, "secrets.text"], ["apply", THREE, "--yes", "--verbose"]):
        three.run(*arguments)
    written = three.everything_written()
    for secret in [*secrets, secret_destinations.BY_HAND]:
        assert not [form for form in forms(secret) if form in written]


@pytest.mark.parametrize("command", ["rotate", "apply"])
def test_a_rotation_that_reached_some_places_reaches_the_others(three, account, layer, command):
    """Killed when two of four places have the new key. The others get that one, and no place is ever without a key."""
    three.apply(THREE)
    old, _ = the_key(account)
    done = []
    program = None

    def kill(request):
        if request.operation in WRITES:
            done.append(request.operation)
            if len(done) == 3:
                program.kill()
                program.wait()
                raise Dropped

    layer.before = kill
    program = three.start("rotate", THREE, "--yes", "--soak", "1", "--parallelism", "1")
    program.communicate(timeout=60)
    layer.clear()
    assert program.returncode == -signal.SIGKILL and len({pair[0] for pair in keys_in_places(account)}) == 2
    shown = three.run("plan", THREE)
    assert "changed outside" not in shown.out, shown.out
    taken = secret_destinations.keys_taken_away(layer, account)
    said = three.run(command, THREE, "--yes", *(["--soak", "1"] if command == "rotate" else []))
    assert taken == [] and "CreateAccessKey" not in writes(layer, "CreateAccessKey")
    # It goes as the rotation was asked to let it go.
    assert "calls that began with" in said.err and "switched off" in said.err
    assert the_key(account)[0] != old and three.plan(THREE)["changes"] == []


def test_a_change_beside_the_secret_keeps_it(three, account):
    three.apply(THREE)
    key = the_key(account)
    three.edit(THREE, "note: kept", "note: changed")
    three.edit(THREE, "    name: /dev/proxy-key\n", "    name: /dev/proxy-key\n    description: a key\n")
    assert {change["address"]: change["action"] for change in three.plan(THREE)["changes"]} == {
        "secrets.proxy-key": "update", "ssmParameters.proxy-key": "update"}
    three.apply(THREE)
    assert the_key(account) == key
    assert json.loads(account.client("secretsmanager").get_secret_value(SecretId="dev-proxy-key")["SecretString"])["note"] == "changed"


def test_the_example_lives_its_whole_life(cogstack, account, layer):
    """Twice over: a secret that is still scheduled for deletion is brought back, and told its new value."""
    secrets = account.client("secretsmanager")
    for number in range(2):
        cogstack.apply(EXAMPLE)
        assert cogstack.plan(EXAMPLE)["changes"] == []
        (secret,) = secrets.list_secrets()["SecretList"]
        pair = json.loads(secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"])
        sts = account._client("sts", account.url, pair["AccessKeyId"], pair["SecretAccessKey"])
        assert sts.get_caller_identity()["Arn"].endswith(":user/secrets-manager-proxy")
        variables = account.inventory()["functions"][0]["Environment"]["Variables"]
        assert variables["IAM_USER_KEY_SECRET_ID"] == secret["Name"]
        assert not {"IAM_USER_ACCESS_KEY_ID", "IAM_USER_SECRET_ACCESS_KEY"} & variables.keys()
        assert pair["SecretAccessKey"].encode() not in cogstack.everything_written()
        assert layer.count("secretsmanager", "RestoreSecret") == number
        cogstack.run("destroy", EXAMPLE, "--yes")
        assert account.is_empty()
    (deletion, _) = [r.parameters for r in layer.requests if r.operation == "DeleteSecret"]
    assert deletion["RecoveryWindowInDays"] == 7
    (left,) = secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert "DeletedDate" in left


def test_a_deleted_secret_of_somebody_else_keeps_its_name(cogstack, account):
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="secrets-manager-proxy-key", SecretString="theirs")
    secrets.delete_secret(SecretId="secrets-manager-proxy-key")
    said = " ".join(str(cogstack.run("apply", EXAMPLE, "--yes", status=1)).split())
    assert "keeps its name until its recovery window is over" in said and "--force-delete-without-recovery" in said
    assert not secrets.list_secrets()["SecretList"]


@pytest.mark.parametrize("operation", ["CreateSecret", "PutParameter"])
def test_a_lost_answer_makes_nothing_twice(three, account, layer, operation):
    fault = layer.fail(operation, mode="reset-after")
    three.apply(THREE)
    assert fault.reached.is_set()
    the_key(account)
    assert three.plan(THREE)["changes"] == []
    three.run("destroy", THREE, "--yes")
    assert account.is_empty()
    ids = [secret["Name"] for secret in account.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]]
    assert ids == ["dev-proxy-key"]  # dev-text has no recovery window


@pytest.fixture
def unsigned(binary, tmp_path):
    """The program in the account in which an endpoint takes calls to be that nobody signed, such as those of a sign-in."""
    with Endpoint() as endpoint, StrictLayer(endpoint) as layer:
        yield Cogstack(binary, ROOT, tmp_path, endpoint.account("000000000000"), layer)


@pytest.mark.parametrize("place", ["secret", "parameter"])
def test_the_function_reads_its_key_there(unsigned, place):
    """From the sign-in to the credentials, also right after the key was replaced; with the rights of its own role alone."""
    cogstack, account = unsigned, unsigned.account
    if place == "parameter":
        cogstack.edit(EXAMPLE, "secrets:\n", "ssmParameters:\n")
        cogstack.edit(EXAMPLE, "    recoveryWindowInDays: 7\n", "    name: /proxy/key\n")
        cogstack.edit(EXAMPLE, "      - readSecret: proxy-key\n", "      - readParameter: proxy-key\n")
        cogstack.edit(
            EXAMPLE, "      IAM_USER_KEY_SECRET_ID: $(secrets.proxy-key.name)", "      IAM_USER_KEY_PARAMETER: $(ssmParameters.proxy-key.name)")
    cogstack.apply(EXAMPLE)
    outputs = cogstack.run("output", EXAMPLE, "--format", "json").json
    idp, word = account.client("cognito-idp"), "Correct-horse-9-battery"
    idp.admin_create_user(UserPoolId=outputs["userPoolId"], Username="ann", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=outputs["userPoolId"], Username="ann", Password=word, Permanent=True)
    token = idp.initiate_auth(
        ClientId=outputs["clientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": word},
    )["AuthenticationResult"]["IdToken"]

    def ask():
        answer = account.client("lambda").invoke(
            FunctionName=outputs["functionName"], Payload=json.dumps({"id_token": token, "duration_seconds": 900}))
        answer = json.loads(answer["Payload"].read())
        assert answer["statusCode"] == 200, answer
        return json.loads(answer["body"])

    assert ask()["username"] == "ann"
    if place == "secret":
        account.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="{}")
    else:
        account.client("ssm").put_parameter(Name="/proxy/key", Value="{}", Type="SecureString", Overwrite=True)
    cogstack.apply(EXAMPLE)
    assert ask()["access_key_id"].startswith("ASIA")
