"""Who may call a function, its aliases and its URLs."""

import json

import pytest
from botocore.exceptions import ClientError

FILE = "parts.yaml"
FUNCTION = "parts-one"
STACK = """
stack: parts
roles:
  runner: {{ trust: [{{ service: lambda.amazonaws.com }}] }}
  caller: {{ trust: [{{ service: ec2.amazonaws.com }}] }}
userPools:
  users: {{ lambdaConfig: {{ preSignUp: $(lambdaAliases.live.arn) }} }}
lambdaFunctions:
  one: {{ runtime: python3.13, handler: code.handler, code: code, role: runner }}
lambdaAliases:
  live: {alias}
functionUrls:
  open: {url}
  live: {{ functionName: one, qualifier: live, authType: AWS_IAM }}
lambdaPermissions:
  everybody: {{ functionName: one, action: lambda:InvokeFunctionUrl, principal: '*', functionUrlAuthType: NONE }}
  through-url: {{ functionName: one, action: lambda:InvokeFunction, principal: '*', invokedViaFunctionUrl: true }}
  caller: {{ functionName: one, qualifier: live, action: lambda:InvokeFunction, principal: caller }}
  account: {{ functionName: {function}, action: lambda:GetFunction, principal: {principal} }}
  pool:
    functionName: one
    action: lambda:InvokeFunction
    principal: cognito-idp.amazonaws.com
    sourceArn: $(userPools.users.arn)
    sourceAccount: $(account)
outputs: {{ pool: $(userPools.users.arn), url: $(functionUrls.open.url), alias: $(lambdaAliases.live.arn) }}
"""
LATEST = "{ functionName: one, functionVersion: $LATEST }"
URL = "{ functionName: one, authType: NONE, cors: { allowOrigins: ['https://a.example'], allowMethods: [GET], maxAge: 1m } }"


@pytest.fixture
def write(cogstack):
    (cogstack.folder / "code").mkdir()
    (cogstack.folder / "code" / "code.py").write_text("def handler(event, context):\n    return event\n")

    def write(alias=LATEST, url=URL, principal="'210987654321'", function="one"):
        (cogstack.folder / FILE).write_text(STACK.format(alias=alias, url=url, principal=principal, function=function))
    return write


def statements(functions, **qualifier):
    """By id, without what is the same in all."""
    try:
        policy = functions.get_policy(FunctionName=FUNCTION, **qualifier)["Policy"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return {}
    found = json.loads(policy)["Statement"]
    assert all(each["Effect"] == "Allow" for each in found)
    arn = qualifier.get("Qualifier", "")
    return {each["Sid"]: {key: each[key] for key in ("Principal", "Action", "Condition") if key in each}
            for each in found if each["Resource"].endswith(f":{FUNCTION}:{arn}" if arn else f":{FUNCTION}")}


def kinds(plan):
    return {change["address"]: change["action"] for change in plan["changes"] if change["action"] != "none"}


def test_what_the_file_says_is_there(cogstack, account, write, functions):
    write()
    before = account.inventory()
    cogstack.apply(FILE)
    outputs = cogstack.run("output", FILE, "--format", "json").json
    assert statements(functions) == {
        "parts-everybody": {
            "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}},
        "parts-through-url": {
            "Principal": "*", "Action": "lambda:InvokeFunction", "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}},
        "parts-account": {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "lambda:GetFunction"},
        "parts-pool": {
            "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "lambda:InvokeFunction",
            "Condition": {"ArnLike": {"AWS:SourceArn": outputs["pool"]}, "StringEquals": {"AWS:SourceAccount": account.id}}},
    }
    # The alias has a policy of its own; the pool that calls it is let by that.
    on_alias = statements(functions, Qualifier="live")
    assert on_alias.pop("parts-caller")["Principal"] == {"AWS": f"arn:aws:iam::{account.id}:role/parts-caller"}
    assert [each["Condition"]["ArnLike"]["AWS:SourceArn"] for each in on_alias.values()] == [outputs["pool"]]
    assert functions.get_alias(FunctionName=FUNCTION, Name="live")["AliasArn"] == outputs["alias"]
    assert functions.get_function_url_config(FunctionName=FUNCTION)["FunctionUrl"] == outputs["url"]
    assert functions.get_function_url_config(FunctionName=FUNCTION, Qualifier="live")["AuthType"] == "AWS_IAM"
    assert cogstack.plan(FILE)["changes"] == []

    # An ARN in place of the name is the same function.
    for function in (f"arn:aws:lambda:us-east-1:{account.id}:function:{FUNCTION}", "$(lambdaFunctions.one.arn)", FUNCTION):
        write(function=function)
        assert kinds(cogstack.plan(FILE)) == {}
    cogstack.run("destroy", FILE, "--yes")
    assert account.inventory() == before


def test_changed_and_brought_back(cogstack, write, functions):
    write()
    cogstack.apply(FILE)
    functions.publish_version(FunctionName=FUNCTION)
    functions.update_function_configuration(FunctionName=FUNCTION, MemorySize=256)
    functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION)
    functions.publish_version(FunctionName=FUNCTION)

    write(alias="{ functionName: one, functionVersion: 1, description: d, routingConfig: { additionalVersionWeights: { '2': 0.25 } } }",
          principal="'310987654321'", url="{ functionName: one, authType: NONE, cors: { allowOrigins: ['*'] }, invokeMode: RESPONSE_STREAM }")
    assert kinds(cogstack.plan(FILE)) == {
        "lambdaAliases.live": "update", "functionUrls.open": "update", "lambdaPermissions.account": "replace"}
    cogstack.apply(FILE)
    alias = functions.get_alias(FunctionName=FUNCTION, Name="live")
    assert (alias["FunctionVersion"], alias["Description"], alias["RoutingConfig"]) == ("1", "d", {"AdditionalVersionWeights": {"2": 0.25}})
    url = functions.get_function_url_config(FunctionName=FUNCTION)
    assert url["InvokeMode"] == "RESPONSE_STREAM" and url["Cors"]["AllowOrigins"] == ["*"] and not url["Cors"].get("AllowMethods")
    assert statements(functions)["parts-account"]["Principal"] == {"AWS": "arn:aws:iam::310987654321:root"}
    assert cogstack.plan(FILE)["changes"] == []

    # What somebody did by hand is drift.
    functions.update_alias(FunctionName=FUNCTION, Name="live", Description="theirs", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    functions.remove_permission(FunctionName=FUNCTION, StatementId="parts-everybody")
    functions.remove_permission(FunctionName=FUNCTION, StatementId="parts-through-url")
    functions.add_permission(FunctionName=FUNCTION, StatementId="parts-through-url", Action="lambda:InvokeFunction", Principal="*")
    assert kinds(cogstack.plan(FILE)) == {
        "lambdaAliases.live": "update", "lambdaPermissions.everybody": "create", "lambdaPermissions.through-url": "replace"}
    cogstack.apply(FILE)
    assert statements(functions)["parts-through-url"]["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    assert cogstack.plan(FILE)["changes"] == []

    # Left out, all goes back to what AWS has.
    write(url="{ functionName: one, authType: NONE }")
    cogstack.apply(FILE)
    alias = functions.get_alias(FunctionName=FUNCTION, Name="live")
    assert alias["Description"] == "" and "RoutingConfig" not in alias
    assert not any(functions.get_function_url_config(FunctionName=FUNCTION).get("Cors", {}).values())
    assert cogstack.plan(FILE)["changes"] == []


def test_a_function_that_is_created_anew_has_all_of_it_again(cogstack, account, write, functions):
    write()
    cogstack.apply(FILE)
    before = (statements(functions), sorted(statements(functions, Qualifier="live")))
    functions.delete_function(FunctionName=FUNCTION)
    cogstack.apply(FILE)
    assert (statements(functions), sorted(statements(functions, Qualifier="live"))) == before
    assert functions.get_function_url_config(FunctionName=FUNCTION, Qualifier="live")["AuthType"] == "AWS_IAM"
    assert cogstack.plan(FILE)["changes"] == []


@pytest.mark.parametrize("operation", ["AddPermission", "CreateAlias", "CreateFunctionUrlConfig"])
def test_a_lost_answer_is_no_second_object(cogstack, layer, write, functions, operation):
    write()
    layer.fail(operation, mode="reset-after")
    cogstack.apply(FILE)
    assert len(statements(functions)) == 4 and len(statements(functions, Qualifier="live")) == 2
    assert cogstack.plan(FILE)["changes"] == []


def test_a_statement_of_somebody_elses_is_not_taken_over_unasked(cogstack, account, functions):
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    theirs = account.client("lambda")
    theirs.create_function(
        FunctionName=FUNCTION, Runtime="python3.13", Role=role, Handler="code.handler", Code={"ZipFile": b"PK\x05\x06" + bytes(18)})
    theirs.add_permission(FunctionName=FUNCTION, StatementId="parts-s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com")

    def write(more=""):
        (cogstack.folder / FILE).write_text(
            f"stack: parts\nlambdaPermissions:\n  s: {{ functionName: {FUNCTION}, action: lambda:InvokeFunction, principal: sns.amazonaws.com{more} }}\n")

    write()
    assert "exists already" in cogstack.run("plan", FILE, status=1).err
    write(", lifecycle: { adopt: true }")
    cogstack.apply(FILE)
    cogstack.run("destroy", FILE, "--yes")
    assert statements(functions) == {}
