"""The secret of an access key is nowhere but in the function's environment."""

import base64
from urllib.parse import quote

import pytest

DEV = "stacks/dev.yaml"


def forms(secret):
    """The secret as it would look if it were written down in some encoding."""
    raw = secret.encode()
    return {raw, quote(secret, safe="").encode(), raw.hex().encode(), base64.b64encode(raw), secret.replace("/", "\\/").encode(), raw[:24]}


def secret_of(account):
    found = account.inventory()
    return found["functions"][0]["Environment"]["Variables"]["IAM_USER_SECRET_ACCESS_KEY"]


def test_no_secret_on_disk_or_terminal(cogstack, account, layer):
    cogstack.run("plan", DEV)
    cogstack.run("apply", DEV, "--yes", "--verbose")
    secret = secret_of(account)
    assert len(secret) >= 40
    for arguments in (["plan", DEV], ["plan", DEV, "--json"], ["show", DEV], ["show", DEV, "--json"], ["output", DEV],
                      ["output", DEV, "--format", "env"], ["show", DEV, "accessKeys.proxy"], ["apply", DEV, "--yes", "--json", "--verbose"]):
        cogstack.run(*arguments, status=None)
    account.client("lambda").update_function_configuration(
        FunctionName="dev-credential-proxy", Environment={"Variables": {"IAM_USER_SECRET_ACCESS_KEY": "by-hand-and-secret"}})
    account.client("lambda").get_waiter("function_updated_v2").wait(FunctionName="dev-credential-proxy", WaiterConfig={"Delay": 0.2})
    cogstack.run("plan", DEV)
    written = cogstack.everything_written()
    assert b"accessKeys" in written
    for form in forms(secret) | forms("by-hand-and-secret") | {cogstack.account.secret_access_key.encode()}:
        assert form not in written
    assert [r.operation for r in layer.requests if secret.encode() in r.body] == ["CreateFunction"]


def test_a_secret_that_was_changed_by_hand_is_drift(cogstack, account):
    cogstack.apply(DEV)
    environment = account.inventory()["functions"][0]["Environment"]["Variables"]
    functions = account.client("lambda")
    functions.update_function_configuration(
        FunctionName="dev-credential-proxy", Environment={"Variables": environment | {"IAM_USER_SECRET_ACCESS_KEY": "wrong"}})
    functions.get_waiter("function_updated_v2").wait(FunctionName="dev-credential-proxy", WaiterConfig={"Delay": 0.2})
    cogstack.run("plan", DEV, "--detailed-exitcode", status=2)
    cogstack.apply(DEV)
    found = account.inventory()
    environment, keys = found["functions"][0]["Environment"]["Variables"], found["users"][0]["keys"]
    assert [key["AccessKeyId"] for key in keys] == [environment["IAM_USER_ACCESS_KEY_ID"]]
    works = account._client("sts", account.url, environment["IAM_USER_ACCESS_KEY_ID"], environment["IAM_USER_SECRET_ACCESS_KEY"])
    assert works.get_caller_identity()["Arn"].endswith(":user/dev-proxy")
    cogstack.run("plan", DEV, "--detailed-exitcode", status=0)


@pytest.mark.parametrize("mode", ["throttle", "500", "garbage", "reset-after"])
def test_no_secret_in_what_is_said_of_errors(cogstack, account, layer, mode):
    layer.fail("CreateFunction", mode=mode, times=3)  # throttling is borne for minutes, and told each time
    cogstack.run("apply", DEV, "--yes", "--verbose", status=None, within=180)
    sent = [r.parameters["Environment"]["Variables"]["IAM_USER_SECRET_ACCESS_KEY"] for r in layer.requests if r.operation == "CreateFunction"]
    assert sent
    written = cogstack.everything_written()
    for secret in set(sent):
        for form in forms(secret):
            assert form not in written


def test_state_is_readable_by_its_owner_only(cogstack):
    cogstack.apply("examples/minimal.yaml")
    files = [path for path in cogstack.folder.rglob(".cogstack/**/*") if path.is_file()]
    assert files
    assert {path: oct(path.stat().st_mode & 0o077) for path in files} == dict.fromkeys(files, "0o0")


HANDED_IN = """stack: handed
region: us-east-1
parameters: { password: $(env.DBPW) }
roles: { r: { trust: [{ service: lambda.amazonaws.com }], description: "for $(env.DBPW)" } }
lambdaFunctions:
  f: { runtime: python3.13, handler: lambda_function.f, code: ../examples/credential-proxy, role: r, environment: { DB: $(env.DBPW), MODE: open-to-all } }
secrets:
  text: { secretString: LITERAL, recoveryWindowInDays: 0 }
  pairs: { keyValuePairs: { user: ann, password: $(parameters.password) }, recoveryWindowInDays: 0 }
ssmParameters:
  hidden: { value: LITERAL }
  open: { type: String, value: open-to-all }
userPools: { u: { tags: { Session: blue, Token: green } } }
outputs: { password: $(env.DBPW) }
"""


def test_what_people_hand_in_as_a_secret(cogstack, account):
    """It is sent, and stands in clear nowhere else: not when it is new, nor when it changes, nor in what is kept."""
    path = cogstack.folder / "stacks" / "handed.yaml"

    def write(literal):
        path.write_text(HANDED_IN.replace("LITERAL", literal))

    secrets = ["literal-swordfish-1", "environment-swordfish-1", "literal-swordfish-2", "environment-swordfish-2"]
    for literal, environment in (secrets[:2], secrets[2:]):
        write(literal)
        for arguments in (["plan", "stacks/handed.yaml"], ["plan", "stacks/handed.yaml", "--json"], ["apply", "--yes", "--verbose"],
                          ["show", "stacks/handed.yaml"], ["show", "stacks/handed.yaml", "--json"], ["output", "stacks/handed.yaml"],
                          ["show", "stacks/handed.yaml", "secrets.text"], ["state", "show", "stacks/handed.yaml", "lambdaFunctions.f"]):
            cogstack.run(*arguments, status=0, environment={"DBPW": environment})
        assert cogstack.run("plan", "stacks/handed.yaml", "--json", environment={"DBPW": environment}).json["changes"] == []
        values, parameters = account.client("secretsmanager"), account.client("ssm")
        assert values.get_secret_value(SecretId="handed-text")["SecretString"] == literal
        assert values.get_secret_value(SecretId="handed-pairs")["SecretString"] == f'{{"password":"{environment}","user":"ann"}}'
        assert parameters.get_parameter(Name="handed-hidden", WithDecryption=True)["Parameter"]["Value"] == literal
        assert account.inventory()["functions"][0]["Environment"]["Variables"] == {"DB": environment, "MODE": "open-to-all"}
    path.unlink()  # where it is written by hand
    written = cogstack.everything_written()
    assert b"open-to-all" in written
    for secret in secrets:
        assert not [form for form in forms(secret) if form in written], secret  # noqa: FOO


def test_what_is_no_secret_beside_one_is_recorded_once(cogstack):
    """A reference to something that is no secret is none in a secret's place either, before its object exists and after."""
    (cogstack.folder / "pair.yaml").write_text("""stack: pair
region: us-east-1
userPools: { users: {} }
appClients: { shop: { userPool: users, generateSecret: true } }
secrets: { shop: { keyValuePairs: { id: $(appClients.shop.id), secret: $(appClients.shop.secret), note: "of $(appClients.shop.id)" } } }
""")
    cogstack.apply("pair.yaml")
    assert "Nothing to do" in cogstack.run("plan", "pair.yaml").out
    cogstack.edit("pair.yaml", 'note: "of', 'note: "for')
    assert [change["address"] for change in cogstack.plan("pair.yaml")["changes"]] == ["secrets.shop"]
    cogstack.apply("pair.yaml")
    assert "Nothing to do" in cogstack.run("plan", "pair.yaml").out
