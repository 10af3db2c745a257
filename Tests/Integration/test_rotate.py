"""A key is replaced while people use it: nobody notices, and whatever stops it leaves one key that works."""

import json
import threading
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from cogstack import changes

DEV = "stacks/dev.yaml"
FUNCTION = "dev-credential-proxy"


@pytest.fixture
def deployed(cogstack):
    cogstack.apply(DEV)
    return cogstack


def keys(account):
    return account.client("iam").list_access_keys(UserName="dev-proxy")["AccessKeyMetadata"]


def variables(account):
    return account.client("lambda").get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]


def check_key(cogstack):
    """What the function says of its own key."""
    answer = cogstack.account.client("lambda", cogstack.layer.url).invoke(FunctionName=FUNCTION, Payload=json.dumps({"check": "key"}))
    return json.loads(answer["Payload"].read())


def only_key_works(cogstack, account):
    key, = keys(account)
    assert key["Status"] == "Active" and variables(account)["IAM_USER_ACCESS_KEY_ID"] == key["AccessKeyId"]
    assert check_key(cogstack)["statusCode"] == 200
    assert changes(cogstack.plan(DEV)) == {}


def test_a_key_is_replaced_in_the_right_order(deployed, account):
    old, = keys(account)
    deployed.layer.clear()
    out = deployed.run("rotate", DEV, "--yes", "--soak", "1")
    assert "changed outside" not in out.out
    wanted = ["CreateAccessKey", "GetCallerIdentity", "UpdateFunctionConfiguration", "Invoke", "UpdateAccessKey", "DeleteAccessKey"]
    done = [request.operation for request in deployed.layer.requests if request.operation in wanted]
    # The first GetCallerIdentity tells whose the credentials are; the function itself makes one more when it is probed.
    assert [one for index, one in enumerate(done[1:]) if one not in done[1:][:index]] == wanted, done
    assert keys(account)[0]["AccessKeyId"] != old["AccessKeyId"]
    assert "waits" in out.err and "switched off" in out.err
    only_key_works(deployed, account)


def test_nobody_who_uses_the_function_notices(deployed, account):
    answers, over = [], threading.Event()

    def use():
        while not over.is_set():
            answers.append(check_key(deployed).get("statusCode"))

    users = [threading.Thread(target=use) for _ in range(2)]
    for user in users:
        user.start()
    try:
        deployed.run("rotate", DEV, "accessKeys.proxy", "--yes", "--soak", "1")
    finally:
        over.set()
        for user in users:
            user.join()
    assert len(answers) > 10 and set(answers) == {200}
    only_key_works(deployed, account)


@pytest.mark.parametrize("operation", ["UpdateFunctionConfiguration", "GetCallerIdentity"])
def test_what_stops_it_before_the_switch_leaves_the_old_key(deployed, account, operation):
    old = keys(account)

    def refuse(request):
        new = operation == "UpdateFunctionConfiguration" or request.access_key not in (old[0]["AccessKeyId"], deployed.account.access_key_id)
        if request.operation == operation and new:
            from wire import Refused
            raise Refused("AccessDenied", "Not now.", 403)

    deployed.layer.before = refuse
    out = deployed.run("rotate", DEV, "--yes", status=1)
    assert "Not now." in out.err + out.out and "the old one stays" in out.err
    deployed.layer.clear()
    assert keys(account) == old
    only_key_works(deployed, account)


def test_a_function_that_does_not_work_with_the_new_key_gets_the_old_one_back(deployed, account):
    old = keys(account)

    before = variables(account)
    (deployed.folder / "examples/credential-proxy/lambda_function.py").write_text(
        "def lambda_handler(event, context): return {'statusCode': 500, 'body': 'no luck'}\n")
    deployed.apply(DEV)
    out = deployed.run("rotate", DEV, "--yes", status=1)
    assert "500 no luck" in out.err + out.out and "has the old one again" in out.err + out.out
    assert variables(account) == before and keys(account) == old
    assert changes(deployed.plan(DEV)) == {}


def test_two_keys_already(deployed, account):
    old, = keys(account)
    other = account.client("iam").create_access_key(UserName="dev-proxy")["AccessKey"]
    assert f"accessKeys.proxy: the user dev-proxy has another key, {other['AccessKeyId']} (Active, made" in " ".join(str(deployed.run("plan", DEV)).split())
    deployed.layer.clear()
    out = " ".join(str(deployed.run("rotate", DEV, "--yes", status=1)).split())
    assert f"another key, {other['AccessKeyId']} (Active" in out and f"The stack uses {old['AccessKeyId']}." in out
    assert f"`aws iam delete-access-key --user-name dev-proxy --access-key-id {other['AccessKeyId']}`" in out
    assert "CreateAccessKey" not in [request.operation for request in deployed.layer.requests]
    assert len(keys(account)) == 2 and check_key(deployed)["statusCode"] == 200


def test_rotate_changes_nothing_else(deployed, account):
    deployed.edit(DEV, "stack: dev", "stack: dev\ntags: { season: spring }")
    before = account.inventory()
    assert "userPools.users" in deployed.run("rotate", DEV, "--yes", status=1).err
    assert account.inventory() == before


def test_plan_tells_when_a_key_is_over_its_age(deployed, account):
    assert "days old" not in str(deployed.run("plan", DEV))
    key, = keys(account)
    past = datetime.now(timezone.utc) - timedelta(days=97)

    def age(request, answer):
        if request.operation == "ListAccessKeys":
            answer.replace(answer.body.decode().replace(
                key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%S"), past.strftime("%Y-%m-%dT%H:%M:%S")).encode())

    deployed.layer.after = age
    out = deployed.run("plan", DEV)
    assert "accessKeys.proxy is 97 days old (`rotateAfter: 90d`), never used: `cogstack rotate` replaces it" in " ".join(out.out.split())


def test_two_keys_of_the_stacks_own_are_no_strangers(deployed, account):
    deployed.edit(DEV, "roles:\n  long-lived:", "accessKeys: { second: { iamUser: proxy } }\n\nroles:\n  long-lived:")
    deployed.apply(DEV)
    assert len(keys(account)) == 2 and "another key" not in str(deployed.run("plan", DEV))


def test_a_function_that_cannot_be_asked_is_named(deployed):
    deployed.edit("stacks/base.yaml", "    probe: { check: key }", "    #")
    deployed.apply(DEV)
    out = " ".join(deployed.run("rotate", DEV, "--yes", "--soak", "0").out.split())
    assert "lambdaFunctions.credential-proxy has no `probe`, so nothing tests whether it works with the new one of accessKeys.proxy" in out


def test_an_unfinished_rotation_comes_first(deployed, account):
    """With two keys to choose from, and with the soak that it was told."""
    deployed.edit(DEV, "roles:\n  long-lived:", "iamUsers: { other: {} }\naccessKeys: { other: { iamUser: other } }\n\nroles:\n  long-lived:")
    deployed.apply(DEV)
    assert "Name one: accessKeys.other, accessKeys.proxy." in deployed.run("rotate", DEV, "--yes", status=1).err
    deployed.layer.fail("UpdateAccessKey", mode="500", times=3)
    deployed.run("rotate", DEV, "accessKeys.proxy", "--yes", "--soak", "2", status=1)
    deployed.layer.clear()
    assert len(keys(account)) == 2
    out = deployed.run("rotate", DEV, "--yes")
    assert "brings it to its end" in out.err and "2 s for anybody who misses" in out.err
    only_key_works(deployed, account)


def test_rotate_wants_what_it_can_replace(deployed):
    assert "cannot read nope.yaml" in deployed.run("rotate", "nope.yaml", "--yes", status=1).err
    assert "Did you mean accessKeys.proxy?" in deployed.run("rotate", DEV, "accessKeys.prxy", "--yes", status=1).err
    assert "stdin is not a terminal and --yes was not given" in deployed.run("rotate", DEV, status=1).err


EXAMPLE = "examples/secrets-manager.yaml"


def test_a_key_that_a_function_still_needs_is_switched_on_again(cogstack, account):
    """The function keeps what it looked up for ever: that it misses the old key shows only when that one is off."""
    proxy = "examples/credential-proxy/lambda_function.py"
    cogstack.edit(proxy, "KEY_LIFE = 300", "KEY_LIFE = 1e9")
    cogstack.edit(proxy, "key = look_up()", "key = looked_up.key()")
    cogstack.apply(EXAMPLE)
    function, user = "secrets-manager-credential-proxy", "secrets-manager-proxy"
    functions = account.client("lambda", cogstack.layer.url)

    def works():
        answer = functions.invoke(FunctionName=function, Payload=json.dumps({"check": "key"}))
        return json.loads(answer["Payload"].read())["statusCode"] == 200

    assert works()
    out = cogstack.run("rotate", EXAMPLE, "--yes", "--soak", "1", status=1)
    said = " ".join((out.err + out.out).split())
    assert "lambdaFunctions.credential-proxy does not work without" in said and "It is switched on again" in said
    statuses = [key["Status"] for key in account.client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]]
    assert statuses == ["Active", "Active"] and works()
    # Put right, it goes on with the new key, and the old one goes.
    cogstack.edit(proxy, "KEY_LIFE = 1e9", "KEY_LIFE = 300")
    cogstack.edit(proxy, "key = looked_up.key()", "key = look_up()")
    assert "there is something else to change" in cogstack.run("rotate", EXAMPLE, "--yes", status=1).err
    cogstack.apply(EXAMPLE)
    [key] = account.client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
    assert key["Status"] == "Active" and works() and changes(cogstack.plan(EXAMPLE)) == {}
