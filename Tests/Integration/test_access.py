"""What a plan says of access is what it changes, and `show` ticks only what nobody has touched."""

import json

import pytest

ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
FILE = "stacks/access.yaml"


@pytest.fixture
def write(cogstack):
    def write(text):
        (cogstack.folder / FILE).write_text("stack: access\nregion: us-east-1\n" + text)
    return write


def policy(account, name):
    return account.client("iam").create_policy(PolicyName=name, PolicyDocument=ANYTHING)["Policy"]["Arn"]


def said(plan):
    """The Access section of `plan --json`, with what names an object of the account left out."""
    return [
        (change["principal"], direction, access.get("audience"), access["actions"] or access.get("policy"))
        for change in plan["permissions"] for direction in ("gained", "lost") for access in change[direction]]


BEFORE = """
identityPools:
  ids: { roles: { unauthenticated: guest } }
roles:
  guest: { trust: [{ identityPool: ids, amr: unauthenticated }] }
  admin: { trust: [{ service: lambda.amazonaws.com }] }
  caller: { trust: [{ role: admin, requestedRegions: [us-east-1] }] }
  old: { trust: [{ service: lambda.amazonaws.com }], managedPolicies: [POLICY] }
lambdaFunctions:
  hook: { runtime: python3.13, handler: hook.handler, code: hook, role: admin }
"""
AFTER = """
identityPools:
  ids: { allowUnauthenticatedIdentities: true, roles: { unauthenticated: guest } }
roles:
  guest: { trust: [{ identityPool: ids, amr: unauthenticated }], grants: [{ s3: { bucket: data, access: read } }] }
  admin: { trust: [{ service: lambda.amazonaws.com }, { account: "210987654321" }], managedPolicies: [POLICY, HIDDEN] }
  caller: { trust: [{ role: admin }], permissionsBoundary: POLICY }
"""


def test_the_plan_tells_of_all_access_that_it_changes(cogstack, account, iam, functions, write):
    (cogstack.folder / "stacks" / "hook").mkdir()
    (cogstack.folder / "stacks" / "hook" / "hook.py").write_text("def handler(event, context): return event\n")
    arn = policy(account, "all")
    hidden = arn.replace("/all", "/hidden")
    write(BEFORE.replace("POLICY", arn))
    first = said(cogstack.plan(FILE))
    assert ("roles.guest", "gained", "guests", ["sts:AssumeRoleWithWebIdentity"]) == first[0]
    assert ("roles.old", "gained", None, ["*"]) in first
    cogstack.apply(FILE)
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    functions.add_permission(FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="210987654321")

    write(AFTER.replace("POLICY", arn).replace("HIDDEN", hidden))
    plan = cogstack.plan(FILE)
    assert said(plan) == [
        ("identityPools.ids", "gained", "guests", ["sts:AssumeRoleWithWebIdentity"]),
        ("roles.guest", "gained", "guests", ["s3:GetObject"]),
        ("roles.guest", "gained", "guests", ["s3:ListBucket"]),
        ("lambdaFunctions.hook", "lost", "other accounts", ["lambda:InvokeFunction"]),
        ("roles.admin", "gained", "other accounts", ["sts:AssumeRole"]),
        ("roles.admin", "gained", "other accounts", ["*"]),
        ("roles.admin", "gained", "other accounts", hidden),
        ("roles.caller", "gained", None, ["sts:AssumeRole"]),
        ("roles.caller", "lost", None, arn),
        ("roles.old", "lost", None, ["sts:AssumeRole"]),
        ("roles.old", "lost", None, ["*"]),
    ], json.dumps(plan["permissions"], indent=1)
    # What is told comes true, and is told no more.
    iam.create_policy(PolicyName="hidden", PolicyDocument=ANYTHING)
    cogstack.apply(FILE)
    role = next(r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].endswith("admin"))
    assert {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]} == {arn, hidden}
    assert cogstack.plan(FILE)["permissions"] == []


def test_what_is_ignored_is_not_told(cogstack, iam, write):
    write("roles: { a: { name: aa, trust: [{ service: lambda.amazonaws.com }], lifecycle: { ignoreChanges: [inlinePolicies.byhand, trust] } } }\n")
    cogstack.apply(FILE)
    iam.put_role_policy(RoleName="aa", PolicyName="byhand", PolicyDocument=ANYTHING)
    iam.update_assume_role_policy(
        RoleName="aa", PolicyDocument=ANYTHING.replace('"Action": "*", "Resource": "*"', '"Principal": "*", "Action": "sts:AssumeRole"'))
    plan = cogstack.plan(FILE)
    assert plan["permissions"] == [] and plan["summary"]["unchanged"] == 1, plan
    assert "Access" not in cogstack.run("plan", FILE).out


@pytest.mark.parametrize("exclusive, mark", [("true", "~"), ("false", "✓")])
def test_show_lists_what_others_attached(cogstack, account, iam, write, exclusive, mark):
    write(f"roles: {{ a: {{ name: aa, exclusivePolicies: {exclusive}, trust: [{{ service: lambda.amazonaws.com }}] }} }}\n")
    cogstack.apply(FILE)
    assert "✓ roles.a" in cogstack.run("show", FILE).out
    arn = policy(account, "all")
    iam.attach_role_policy(RoleName="aa", PolicyArn=arn)
    iam.put_role_policy(RoleName="aa", PolicyName="byhand", PolicyDocument=ANYTHING)
    shown = cogstack.run("show", FILE).out
    assert f"{mark} roles.a" in shown and arn in shown and "inlinePolicies.byhand:" in shown and "Allow * on *" in shown, shown
    resource = cogstack.run("show", FILE, "--json").json["resources"][0]
    foreign = resource["live"] if exclusive == "true" else resource["foreign"]
    assert resource["status"] == ("differs" if exclusive == "true" else "live")
    assert foreign["managedPolicies"] == [arn] and list(foreign["inlinePolicies"]) == ["byhand"]


def test_a_role_that_guests_cannot_take_is_told_before_anything_is_made(cogstack, write):
    write("identityPools: { ids: { allowUnauthenticatedIdentities: true, roles: { authenticated: r, unauthenticated: r } } }\n"
          "roles: { r: { trust: [{ service: lambda.amazonaws.com }] } }\n")
    told = cogstack.run("validate", FILE).err
    assert "roles.r does not let guests of the identity pool assume it" in told
    assert "guests get the same role as people who signed in" in told
