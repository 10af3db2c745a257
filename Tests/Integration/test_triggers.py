"""A pool's triggers: the functions let the pool call them, for as long as it does, and people can sign up."""

import json
import os
import signal

import pytest
from botocore.exceptions import ClientError

from strict import Dropped, StrictLayer
from wire import Refused

FILE = "triggers.yaml"
# The function needs the pool, and the pool the function.
STACK = """
stack: triggers
roles:
  runner:
    trust: [{{ service: lambda.amazonaws.com }}]
    inlinePolicies:
      pool: {{ Version: 2012-10-17, Statement: [{{ Effect: Allow, Action: cognito-idp:AdminGetUser, Resource: $(userPools.users.arn) }}] }}
userPools:
  users: {{ {triggers} }}
appClients:
  cli: {{ userPool: users }}
lambdaFunctions:
  one: {{ runtime: python3.13, handler: code.handler, code: code, role: runner, environment: {{ POOL: $(userPools.users.id), CLIENT: $(appClients.cli.id) }} }}
  two: {{ runtime: python3.13, handler: code.handler, code: code, role: runner }}
outputs: {{ pool: $(userPools.users.id), arn: $(userPools.users.arn), client: $(appClients.cli.id) }}
"""


@pytest.fixture
def layer(endpoint, account):
    """A SignUp bears no signature that would tell the account."""
    with StrictLayer(endpoint, unsigned=account) as layer:
        yield layer


@pytest.fixture
def write(cogstack):
    folder = cogstack.folder / "code"
    folder.mkdir()
    (folder / "code.py").write_text("def handler(event, context):\n    return event\n")

    def write(triggers):
        (cogstack.folder / FILE).write_text(STACK.format(triggers=triggers))
    return write


def statements(functions, name):
    try:
        policy = functions.get_policy(FunctionName=name)["Policy"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return []
    return json.loads(policy)["Statement"]


def sign_up(idp, outputs, name):
    idp.sign_up(ClientId=outputs["client"], Username=name, Password="Passw0rd!x")


def attributes(plan):
    return {
        change["address"]: {each["path"]: (each.get("before"), each.get("after"), each["cause"]) for each in change["attributes"]}
        for change in plan["changes"] if change["action"] != "none"}


def test_triggers_may_be_called(cogstack, account, layer, write, functions):
    idp = account.client("cognito-idp", layer.url)
    write("lambdaConfig: { preSignUp: one, postConfirmation: one }")
    planned = attributes(cogstack.plan(FILE))["userPools.users"]
    arn = {name: f"arn:aws:lambda:us-east-1:{account.id}:function:triggers-{name}" for name in ("one", "two")}
    assert planned["lambdaPermissions"] == ([], [arn["one"]], "stack file")
    cogstack.apply(FILE)
    outputs = cogstack.run("output", FILE, "--format", "json").json
    expected = [{
        "Sid": f"cogstack-{outputs['pool']}", "Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction", "Resource": arn["one"],
        "Condition": {"ArnLike": {"AWS:SourceArn": outputs["arn"]}, "StringEquals": {"AWS:SourceAccount": account.id}}}]
    assert statements(functions, "triggers-one") == expected
    operations = layer.operations()
    assert operations.count("lambda:AddPermission") == 1
    assert operations.index("lambda:AddPermission") < operations.index("cognito-idp:UpdateUserPool")
    assert "PreSignUp" in idp.describe_user_pool(UserPoolId=outputs["pool"])["UserPool"]["LambdaConfig"]
    assert cogstack.plan(FILE)["changes"] == []
    sign_up(idp, outputs, "ann")

    # Somebody takes it away: no sign-up works until it is mended, which the plan shows.
    functions.remove_permission(FunctionName="triggers-one", StatementId=expected[0]["Sid"])
    with pytest.raises(ClientError, match="UnexpectedLambdaException.*PreSignUp invocation failed due to error AccessDeniedException"):
        sign_up(idp, outputs, "ben")
    assert attributes(cogstack.plan(FILE)) == {"userPools.users": {"lambdaPermissions": ([], [arn["one"]], "drift")}}
    # The answer is lost; what was sent is there.
    layer.fail("AddPermission", mode="reset-after")
    cogstack.apply(FILE)
    assert statements(functions, "triggers-one") == expected
    sign_up(idp, outputs, "ben")

    # Another function.
    write("lambdaConfig: { preSignUp: two, postConfirmation: two }")
    cogstack.apply(FILE)
    assert statements(functions, "triggers-one") == [] and len(statements(functions, "triggers-two")) == 1
    assert cogstack.plan(FILE)["changes"] == []
    sign_up(idp, outputs, "eve")

    # The trigger is taken out by hand, and out of the file: the permission goes all the same.
    pool = idp.describe_user_pool(UserPoolId=outputs["pool"])["UserPool"]
    idp.update_user_pool(UserPoolId=pool["Id"], UserPoolTags=pool["UserPoolTags"])
    write("name: triggers-users")
    assert attributes(cogstack.plan(FILE)) == {"userPools.users": {"lambdaPermissions": ([arn["two"]], [], "default")}}
    cogstack.apply(FILE)
    assert statements(functions, "triggers-two") == []
    assert cogstack.plan(FILE)["changes"] == []


@pytest.mark.parametrize("operation", ["AddPermission", "UpdateUserPool"])
def test_the_file_goes_back_after_a_kill(cogstack, account, layer, write, functions, operation):
    """What a run that was killed let be called is forgotten by no later one."""
    write("lambdaConfig: { preSignUp: one }")
    cogstack.apply(FILE)
    before = account.inventory()

    def kill(request, answer):
        if request.operation == operation:
            os.kill(process.pid, signal.SIGKILL)
            raise Dropped

    write("lambdaConfig: { preSignUp: two }")
    layer.after = kill
    process = cogstack.start("apply", FILE, "--yes")
    process.communicate()
    layer.clear()
    assert process.returncode == -signal.SIGKILL and len(statements(functions, "triggers-two")) == 1
    write("lambdaConfig: { preSignUp: one }")
    cogstack.apply(FILE)
    assert [len(statements(functions, f"triggers-{name}")) for name in ("one", "two")] == [1, 0]
    assert account.inventory() == before


def test_a_function_of_somebody_elses(cogstack, account, layer, write, functions):
    """The permission goes with the pool, and nothing else of the function is touched."""
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    theirs = account.client("lambda")
    arn = theirs.create_function(
        FunctionName="theirs", Runtime="python3.13", Role=role, Handler="code.handler", Code={"ZipFile": b"PK\x05\x06" + bytes(18)})["FunctionArn"]
    theirs.add_permission(FunctionName="theirs", StatementId="own", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
    (cogstack.folder / FILE).write_text(f"stack: triggers\nuserPools:\n  users: {{ lambdaConfig: {{ customMessage: '{arn}' }} }}\n")
    cogstack.apply(FILE)
    assert [each["Sid"].split("-")[0] for each in statements(functions, "theirs")] == ["own", "cogstack"]
    # It stops after the permission went: the pool is still there, and goes the next time.
    def refuse(request):
        if request.operation == "DeleteUserPool":
            raise Refused("AccessDeniedException", "not now")

    layer.before = refuse
    cogstack.run("destroy", FILE, "--yes", status=1)
    layer.clear()
    cogstack.run("destroy", FILE, "--yes")
    assert [each["Sid"] for each in statements(functions, "theirs")] == ["own"]
    assert account.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"] == []


def test_a_function_that_is_not_there(cogstack, account, write):
    """Nothing names a function that cannot be called."""
    (cogstack.folder / FILE).write_text(
        f"stack: triggers\nuserPools:\n  users: {{ lambdaConfig: {{ preSignUp: 'arn:aws:lambda:us-east-1:{account.id}:function:none' }} }}\n")
    assert "Function not found" in cogstack.run("apply", FILE, "--yes", status=1).out
    (pool,) = account.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    assert not account.client("cognito-idp").describe_user_pool(UserPoolId=pool["Id"])["UserPool"].get("LambdaConfig")
