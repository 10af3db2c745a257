"""A saved plan is carried out only where it is the one that the files and the account give: no edit of plan.json survives."""

import json
import re

import pytest

from cogstack import changes
from inventory import names

FILE = "stacks/edited.yaml"
STACK = """\
stack: edited
parameters: { bucket: ours }
userPools:
  users: { passwordPolicy: { minimumLength: 12 } }
roles:
  reader:
    trust: [{ service: lambda.amazonaws.com }]
    grants: [{ s3: { bucket: $(parameters.bucket), access: read } }]
  going:
    trust: [{ service: lambda.amazonaws.com }]
outputs: { reader: $(roles.reader.arn) }
"""
ANYBODY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole"}]}


@pytest.fixture
def planned(cogstack, account):
    """A saved plan that makes a role wider and deletes another, beside a role of somebody else."""
    (cogstack.folder / FILE).write_text(STACK)
    cogstack.apply(FILE)
    account.client("iam").create_role(RoleName="strange", AssumeRolePolicyDocument=json.dumps(ANYBODY))
    cogstack.edit(FILE, "access: read }", "access: readWrite }")
    cogstack.edit(FILE, "  going:\n    trust: [{ service: lambda.amazonaws.com }]\n", "")
    cogstack.run("plan", FILE)
    return cogstack


def plan_file(cogstack):
    return cogstack.folder / ".cogstack/edited/plan.json"


def change(plan, address):
    return next(each for each in plan["plan"]["changes"] if each["address"] == address)


def action(plan, address, kind=None):
    return next(each for each in plan["plan"]["actions"] if each["address"] == address and kind in (None, each["kind"]))


def widened(value):
    """The same value with everything allowed wherever something is."""
    if isinstance(value, dict):
        return {name: "*" if name in ("Action", "Resource") else widened(member) for name, member in value.items()}
    return [widened(member) for member in value] if isinstance(value, list) else value


def widen(plan):
    reader = action(plan, "roles.reader")
    properties = reader["properties"]
    wider = widened(properties["attributes"])
    assert wider != properties["attributes"]
    properties["attributes"] = wider


def trust_anybody(plan):
    action(plan, "roles.reader")["properties"]["attributes"]["trust"] = ANYBODY
    action(plan, "roles.reader")["changed"] = ["grants", "trust"]


def delete_a_stranger(plan):
    for part in (action(plan, "roles.going", "delete"), change(plan, "roles.going")):
        part["physicalId"] = "strange"


def delete_the_pool(plan):
    number = max(each["id"] for each in plan["plan"]["actions"]) + 1
    plan["plan"]["actions"].append(
        action(plan, "roles.going", "delete") | {"id": number, "address": "userPools.users", "physicalId": "us-east-1_abc", "after": []})


def leave_the_deletion_out(plan):
    plan["plan"]["actions"].remove(action(plan, "roles.going", "delete"))


def begin(plan):
    plan["isBegun"] = True
    delete_a_stranger(plan)


# Each edit, and what is said of it.
EDITS = {
    "everything is granted": (widen, "roles.reader: .* is not what the stack file says"),
    "a foreign account is trusted": (trust_anybody, "roles.reader: trust is not what the stack file says"),
    "the deletion is of a stranger": (delete_a_stranger, "roles.going: its object is edited-going, not strange"),
    "one more deletion": (delete_the_pool, "userPools.users: delete: it is in the saved plan"),
    "one deletion less": (leave_the_deletion_out, "roles.going: delete: it is to be done"),
    "a deletion that only forgets": (lambda plan: action(plan, "roles.going").update(kind="forget"), "roles.going: forget"),
    "another object is updated": (lambda plan: action(plan, "roles.reader").update(physicalId="strange"), "roles.reader: its object"),
    "the change is not shown": (lambda plan: plan["plan"]["changes"].remove(change(plan, "roles.going")), "roles.going: it is to be done"),
    "another kind of change is shown": (lambda plan: change(plan, "roles.going").update(kind="none"), "roles.going: it is to delete, not to stay"),
    "the gained access is not shown": (lambda plan: plan["plan"]["permissions"][-1].update(gained=[]), "roles.reader: the access"),
    "another output": (lambda plan: plan["plan"]["outputs"].update(reader="arn:aws:iam::999999999999:role/x"), "the output reader"),
    "retained": (lambda plan: action(plan, "roles.reader")["properties"]["settings"].update(isRetained=True), "roles.reader: whether it is retained"),
    "accounts at stake": (lambda plan: plan["plan"].update(userAccountsAtStake=7), "it counts 7 user accounts"),
    "another parameter": (lambda plan: plan.update(settings={"bucket": "theirs"}), "roles.reader: .* is not what the stack file says"),
    "another target": (lambda plan: plan.update(targets=["roles.reader"]), "roles.going: delete"),
    "another stack": (lambda plan: plan["plan"].update(stack="prod"), "it is for stack prod"),
    "another account": (lambda plan: plan["plan"].update(account="999999999999"), "it is for account 999999999999"),
    "another file": (lambda plan: plan.update(file="stacks/dev.yaml"), "is for stacks/dev.yaml, whose state is"),
    "a file that is not there": (lambda plan: plan.update(file="stacks/none.yaml"), "cannot read stacks/none.yaml"),
    "another format": (lambda plan: plan.update(format=2), "has format 2"),
    "begun, as it says": (begin, "roles.going: its object is edited-going, not strange"),
    "it stands on less": (lambda plan: plan["basis"].update(live={}) or delete_a_stranger(plan), "roles.going: its object"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_plan_is_refused(planned, account, edit):
    change_it, says = EDITS[edit]
    plan = json.loads(plan_file(planned).read_text())
    text = json.dumps(plan)
    change_it(plan)
    assert json.dumps(plan) != text
    plan_file(planned).write_text(json.dumps(plan))
    before, files = account.inventory(), planned.files()
    outcome = planned.run("apply", "--yes", status=1)
    assert re.search(says, outcome.err), outcome
    assert r"\n" not in outcome.err, "a line break was printed as its escape"
    if "cannot read" not in says and "format" not in says:
        assert "Nothing was done." in outcome.err and "cogstack plan" in outcome.err, outcome
    assert account.inventory() == before
    assert {**planned.files(), ".cogstack/edited/lock": b""} == {**files, ".cogstack/edited/lock": b""}


@pytest.mark.parametrize("folder", [".", "stacks"])
def test_an_unedited_plan_is_carried_out(planned, account, folder):
    planned.run("apply", "--yes", cwd=planned.folder / folder)
    assert names(account.inventory())["roles"] == ["edited-reader", "strange"]
    assert changes(planned.plan(FILE)) == {}


def test_the_plan_of_another_folder_is_the_same(planned, account):
    """Wherever one stands when it is made, and wherever when it is carried out; a function's code among its files."""
    with open(planned.folder / FILE, "a") as file:
        file.write("lambdaFunctions:\n  f: { runtime: python3.13, handler: lambda_function.lambda_handler, code: ../examples/credential-proxy, role: reader }\n")
    planned.run("plan", FILE)
    from_the_root = json.loads(plan_file(planned).read_text())
    planned.run("plan", "edited.yaml", cwd=planned.folder / "stacks")
    from_stacks = json.loads(plan_file(planned).read_text())
    assert from_stacks["plan"] == from_the_root["plan"] and from_stacks["file"] == from_the_root["file"] == FILE
    planned.run("apply", "--yes")
    assert names(account.inventory())["functions"] == ["edited-f"] and changes(planned.plan(FILE)) == {}


def test_a_begun_plan_goes_on_only_with_what_it_showed(planned, account, layer):
    def refuse(request):
        from wire import Refused
        if request.operation == "DeleteRole":
            raise Refused("AccessDenied", "not now")
    layer.before = refuse
    planned.run("apply", "--yes", status=1)
    layer.clear()
    # Drift of something that the plan never touched.
    pool = account.inventory()["userPools"][0]["Id"]
    account.client("cognito-idp").update_user_pool(UserPoolId=pool, Policies={"PasswordPolicy": {"MinimumLength": 20}})
    said = planned.run("apply", "--yes", status=1).err
    assert "userPools.users" in said and "more than the saved plan showed" in said
    assert "edited-going" in names(account.inventory())["roles"]
    account.client("cognito-idp").update_user_pool(UserPoolId=pool, Policies={"PasswordPolicy": {"MinimumLength": 12}})
    planned.run("apply", "--yes")
    assert names(account.inventory())["roles"] == ["edited-reader", "strange"]
