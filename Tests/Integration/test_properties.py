"""Every property of every resource type is set, changed, repaired and taken out, and nothing else moves with it.

The rows are in properties.py, each a resource of its own in one stack, whose life is lived once:

    create with a · change to b · somebody sets a by hand, repaired · back to a · taken out of the file ·
    somebody sets a by hand, which is none of cogstack's business now · destroy

Each test judges one row by what was seen at one of those points.
"""

import base64
import hashlib
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

import conformance
from conftest import ROOT
from cogstack import Cogstack
from inventory import names
from account_snapshot import LiveObjects, flat, ordered
from state_file import read_state
from properties import (
    ACCOUNT, AT_CREATION_ONLY, CODE, LAMBDA, OTHERS, PAIRS, Leaf, READ, REPLACED, ROWS, STACK, TRIGGER_FUNCTIONS, WRITE, policy, trust)
from strict import StrictLayer

pytestmark = pytest.mark.long

FILE = "props.yaml"
# Members of a description that show again what another one holds.
SHOWN_TWICE = {"MfaConfiguration", "EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage"}
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


class History:
    """What was seen at each point of the stack's life: plans, and descriptions of all objects."""

    def __init__(self, cogstack, live):
        self.cogstack, self.live = cogstack, live
        self.plans, self.described, self.ids = {}, {}, {}

    def write(self, state):
        stack = {"stack": STACK, "region": "us-east-1"} | {section: dict(others) for section, others in OTHERS.items()}
        stack["outputs"] = {"shared": "$(userPools.shared.id)"}
        for row in ROWS:
            stack.setdefault(row.section, {})[row.resource] = row.properties("a" if state == "removed" and not row.is_removable else state)
        # JSON is YAML.
        (self.cogstack.folder / FILE).write_text(json.dumps(stack, indent=1))

    def apply(self, point):
        self.cogstack.run("apply", FILE, "--yes", "--quiet", "--parallelism", "16", within=300)
        self.see(point)

    def plan(self, point):
        self.plans[point] = {change["address"]: change for change in self.cogstack.plan(FILE)["changes"]}

    def see(self, point):
        if not self.ids:
            (file,) = (self.cogstack.folder / ".cogstack").rglob("state.json")
            records = read_state(file)["resources"]
            self.ids = {row.id: records[row.address]["physicalId"] for row in ROWS}
        with ThreadPoolExecutor(8) as pool:
            seen = pool.map(lambda row: self.live.describe(row.section, self.ids[row.id]), ROWS)
            self.described[point] = dict(zip([row.id for row in ROWS], seen))

    def set_by_hand(self, point):
        """Somebody brings each row's property to what it was at another point."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda row: self.set(row, point), [row for row in ROWS if row.leaves]))

    def set(self, row, point):
        description = self.described[point][row.id]
        for member in sorted({path.split(".")[0] for leaf in row.leaves for path in leaf.live} - SHOWN_TWICE):
            if row.section == "lambdaFunctions":
                description = description | {"zip": self.archive("a")}
            self.live.set(row.section, self.ids[row.id], member, description)

    def archive(self, letter):
        """The bytes that were sent for one of the two folders of code."""
        for request in self.cogstack.layer.requests:
            if request.operation in ("CreateFunction", "UpdateFunctionCode"):
                text = request.parameters.get("ZipFile") or request.parameters["Code"]["ZipFile"]
                packed = base64.b64decode(text)
                if zipfile.ZipFile(io.BytesIO(packed)).read("code.py") == code(letter):
                    return packed
        raise LookupError(f"code/{letter} was never sent")

    def flat(self, point, row):
        return flat(self.described[point][row.id])


def use_live_web_acls(account):
    """AWS gives their ids."""
    (row,) = [row for row in ROWS if row.id == "userPools.webACLArn"]
    waf = account.client("wafv2")
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "any"}
    row.a, row.b = (
        waf.create_web_acl(Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen)["Summary"]["ARN"] for name in "ab")
    row.leaves = [Leaf("webACLArn", ("webACL",), row.a, row.b)]


def code(letter):
    return f"def handler(event, context):\n    return '{letter}'\n".encode()


@pytest.fixture(scope="module")
def world(binary, endpoint, tmp_path_factory):
    account = endpoint.account(ACCOUNT)
    for letter in "abc":
        account.client("iam").create_policy(PolicyName=letter, PolicyDocument=json.dumps(policy("s3:GetObject")))
    with StrictLayer(endpoint) as layer:
        cogstack = Cogstack(binary, ROOT, tmp_path_factory.mktemp("properties"), account, layer)
        for letter in "ab":
            folder = cogstack.folder / "code" / letter
            folder.mkdir(parents=True)
            (folder / "code.py").write_bytes(code(letter))
            account.client("lambda").publish_layer_version(LayerName=letter, Content={"ZipFile": EMPTY_ZIP})
        role = account.client("iam").create_role(
            RoleName="others", AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com")))["Role"]["Arn"]
        for name in TRIGGER_FUNCTIONS:
            account.client("lambda").create_function(
                FunctionName=name, Runtime="python3.13", Role=role, Handler="code.handler", Code={"ZipFile": EMPTY_ZIP})
        yield cogstack


@pytest.fixture(scope="module")
def history(world):
    history = History(world, LiveObjects(world.account, world.layer))
    use_live_web_acls(world.account)
    history.write("a")
    history.apply("a")
    shared = world.run("output", FILE, "shared").out.strip()
    world.account.client("cognito-idp").create_identity_provider(  # somebody else's, which a row names
        UserPoolId=shared, ProviderName="Google", ProviderType="Google", ProviderDetails={"client_id": "1"})
    history.plan("after a")
    history.write("b")
    history.plan("to b")
    history.apply("b")
    history.plan("after b")
    history.set_by_hand("a")
    history.see("by hand")
    history.plan("drift")
    history.apply("repaired")
    history.plan("after repair")
    history.write("a")
    history.apply("a again")
    history.plan("after a again")
    history.write("removed")
    history.plan("to removed")
    history.apply("removed")
    history.plan("after removal")
    history.set_by_hand("a")
    history.plan("unmanaged")
    protected = next(row for row in ROWS if row.id == "userPools.deletionProtection")
    history.set(protected, "removed")
    world.run("destroy", FILE, "--yes", "--quiet", within=300)
    history.left = world.account.inventory()
    (row,) = [row for row in ROWS if row.id == "lambdaFunctions.code"]
    row.leaves = [Leaf("code", ("CodeSha256",), *(digest(history.archive(letter)) for letter in "ab"))]
    return history


def rows(test, among=ROWS):
    """The rows as parameters of a test; those that the endpoint cannot do are expected to fail, and must."""
    return pytest.mark.parametrize("row", [
        pytest.param(row, id=row.id, marks=[pytest.mark.xfail(strict=True, reason=row.unlike_aws[test])] if test in row.unlike_aws else [])
        for row in among])


def seen(history, point, row):
    """The changes of one row's resource in a plan, without what follows from its row: {path: (before, after, cause)}."""
    change = history.plans[point].get(row.address)
    return change and {
        each["path"]: (comparable(row, each.get("before")), comparable(row, each.get("after")), each["cause"])
        for each in change["attributes"] if each["path"] != "lambdaPermissions"}


def expected(row, *arguments):
    return {
        path: (comparable(row, before), comparable(row, after), cause)
        for path, (before, after, cause) in row.changes(*arguments).items()} or None


def comparable(row, value):
    """With its lists sorted, where their order means nothing."""
    if isinstance(value, list):
        return value if row.path == "layers" else ordered([comparable(row, each) for each in value])
    if isinstance(value, dict):
        return {key: comparable(row, member) for key, member in value.items()}
    return value


def with_live(description, row, old, new):
    """The description with the property changed from one state to another, and nothing else."""
    return {path: value for path, value in description.items() if path not in row.live(old)} | flat_leaves(row, new)


def digest(packed):
    return base64.b64encode(hashlib.sha256(packed).digest()).decode()


def flat_leaves(row, state):
    return {path: ordered(value) if isinstance(value, list) and path != "layers" else value for path, value in row.live(state).items()}


@pytest.mark.parametrize("point", ["after a", "after b", "after repair", "after a again", "after removal"])
def test_plan_right_after_apply_is_empty(history, point):
    assert history.plans[point] == {}


@rows("created")
def test_created(history, row):
    assert flat_leaves(row, "a").items() <= history.flat("a", row).items()


@rows("changed")
def test_changed(history, row):
    assert seen(history, "to b", row) == expected(row, "a", "b", "stack file")
    assert history.flat("b", row) == with_live(history.flat("a", row), row, "a", "b")


@rows("drift", [row for row in ROWS if row.leaves])
def test_changed_by_hand(history, row):
    assert history.flat("by hand", row) == with_live(history.flat("b", row), row, "b", "a"), "the hand missed"
    assert seen(history, "drift", row) == expected(row, "a", "b", "drift")
    assert history.flat("repaired", row) == history.flat("b", row)


@rows("back")
def test_changed_back(history, row):
    assert history.flat("a again", row) == history.flat("a", row)


@rows("removed", [row for row in ROWS if row.is_removable])
def test_removed(history, row):
    assert seen(history, "to removed", row) == expected(row, "a", "removed", row.removal_cause)
    assert history.flat("removed", row) == with_live(history.flat("a", row), row, "a", "removed")


@rows("unmanaged", [row for row in ROWS if row.is_removable and row.leaves])
def test_what_the_file_does_not_set_is_left_alone(history, row):
    is_ours = row.is_exclusive or row.path == "name"
    assert seen(history, "unmanaged", row) == (expected(row, "a", "removed", "drift") if is_ours else None)


def test_nothing_is_left(history):
    left = names(history.left)
    assert left.pop("policies") and left.pop("roles") == ["others"] and sorted(left.pop("functions")) == sorted(TRIGGER_FUNCTIONS)
    assert not any(left.values())
    for name in TRIGGER_FUNCTIONS:
        policy = json.loads(history.cogstack.account.client("lambda").get_policy(FunctionName=name)["Policy"])
        assert policy["Statement"] == [], "the pools that called it are gone"


# The table is whole


def test_every_property_has_a_test():
    """Each that a table has is in a row; or is set at creation, takes a new object, is only added to or is cogstack's own, and has a test
    of that. test_conformance.py counts those of types of which one object has one place."""
    covered = [(row.section, path) for row in ROWS for path in [row.path, *(leaf.plan for leaf in row.leaves)]]
    covered += [(section, path) for section, path, _, _ in AT_CREATION_ONLY]
    covered += [tuple(path.split(".", 1)) for path in REPLACED]
    missing = [
        f"{section}.{path}" for section in conformance.tables() if not conformance.is_apart(section)
        for path, row, _ in conformance.properties(section)
        if not any(covering and section == other and re.match(rf"{re.escape(path)}([.\[]|$)", covering) for other, covering in covered)
        and path not in conformance.keys(section) and not row["isDerived"] and f"{section}.{path}" not in TESTED_ELSEWHERE
        and section not in conformance.apart()]
    assert not missing, f"give them rows, or samples in conformance/: {', '.join(missing)}"


# Where a property is tested that is not changed in place.
TESTED_ELSEWHERE = {
    "userPools.schema": "test_schema.py",
    **{f"firstUsers.{name}": "test_first_users.py" for name in (
        "groups", "userAttributes", "desiredDeliveryMediums", "messageAction", "temporaryPassword", "forceAliasCreation", "validationData",
        "clientMetadata")}}


def test_what_is_tested_elsewhere_is():
    for path, file in TESTED_ELSEWHERE.items():
        assert path.split(".")[1] in (ROOT / "Tests" / "Integration" / file).read_text()


def test_required_properties_cannot_be_taken_out(world):
    either = {"secrets": {"secretString": "x"}, "ssmParameters": {"value": "x"}}  # of two properties one must be there
    required = {
        section: {row["name"] for row in table["attributes"] if row["isRequired"]}
        for section, table in conformance.tables().items() if section not in either}
    for section, properties in either.items():
        assert "[one-value]" in world.run("validate", write(world, {section: {"any": {}}}), status=1).err
        assert "[one-value]" in world.run("validate", write(world, {section: {"any": properties | PAIRS}}), status=1).err
    for section, paths in required.items():
        errors = world.run("validate", write(world, {section: {"any": either.get(section, {})}}), status=1 if paths else 0).err
        assert set(re.findall(rf"{section}.any needs `(\w+)`", errors)) == paths


# Stacks of their own

FILE_OF_TEST = "test.yaml"


def write(cogstack, sections):
    (cogstack.folder / FILE_OF_TEST).write_text(json.dumps({"stack": "test", "region": "us-east-1"} | sections, indent=1))
    return FILE_OF_TEST


def apply(cogstack, sections):
    cogstack.apply(write(cogstack, sections), "--quiet")
    assert cogstack.plan(FILE_OF_TEST)["changes"] == []


@pytest.fixture
def lone(cogstack):
    """The program with an account of its own, and code for functions."""
    folder = cogstack.folder / "code" / "a"
    folder.mkdir(parents=True)
    (folder / "code.py").write_bytes(code("a"))
    return cogstack


def test_what_aws_sets_at_creation_only(lone):
    def stack(value):
        sections = {}
        for number, (section, path, a, b) in enumerate(AT_CREATION_ONLY):
            properties = {}
            if value != "removed":
                properties = {"a": a, "b": b}[value]
                for key in reversed(path.split(".")):
                    properties = {key: properties}
            sections.setdefault(section, {})[f"fixed{number}"] = properties
        return sections

    apply(lone, stack("a"))
    idp = lone.account.client("cognito-idp")
    pools = {pool["Name"]: pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]}
    for name in ("ann", "ben"):
        idp.admin_create_user(UserPoolId=pools["test-fixed1"], Username=name)
    live, state = lone.account.inventory(), lone.files()
    for value in ("b", "removed"):
        for command in (["plan"], ["apply", "--yes"]):
            errors = lone.run(*command, write(lone, stack(value)), status=1).err
            for number, (section, path, _, _) in enumerate(AT_CREATION_ONLY):
                verb = "take away" if value == "removed" and (section, path) == ("identityPools", "developerProviderName") else "change"
                stake = r" \(2 user accounts are at stake\)" if number == 1 else ""
                assert re.search(rf"error: AWS cannot {verb} {path} of {section}.fixed{number} once it exists{stake} \[cannot-change\]", errors)
            assert errors.count("help: AWS sets it ") == len(AT_CREATION_ONLY) and "4 errors" in errors
        write(lone, stack("a"))
        assert lone.files() == state and lone.account.inventory() == live
    assert lone.plan(FILE_OF_TEST)["changes"] == []


def dependents():
    """A stack in which everything is used by something else."""
    return {
        "userPools": {"users": {"lambdaConfig": {"preSignUp": "hook"}}, "others": {}},
        "appClients": {"cli": {"userPool": "users"}},
        "identityPools": {"identities": {"cognitoIdentityProviders": [{"appClient": "cli"}], "roles": {"authenticated": "member"}}},
        "roles": {
            "member": {"trust": [{"identityPool": "identities", "amr": "authenticated"}]}, "runner": dict(LAMBDA),
            "assumed": {"trust": [{"iamUser": "proxy"}]}},
        "iamUsers": {"proxy": {"grants": [{"assumeRole": "assumed"}]}, "other": {}},
        "accessKeys": {"key": {"iamUser": "proxy"}},
        "lambdaFunctions": {"hook": CODE | {"environment": {"ID": "$(accessKeys.key.id)", "SECRET": "$(accessKeys.key.secret)"}}},
        "secrets": {"kept": {"keyValuePairs": {"ID": "$(accessKeys.key.id)", "SECRET": "$(accessKeys.key.secret)"}}},
        "ssmParameters": {"kept": {"value": "$(accessKeys.key.secret)"}},
    }


# Wherever the key's secret goes.
KEPT = {"lambdaFunctions.hook": "update", "secrets.kept": "update", "ssmParameters.kept": "update"}


# What is replaced: the edit, the actions that the plan shows, and the names that change in the account.
REPLACEMENTS = {
    "appClients.userPool": (
        {"appClients.cli.userPool": "others"}, {"appClients.cli": "replace", "identityPools.identities": "update"}, {}),
    "appClients.generateSecret": (
        {"appClients.cli.generateSecret": True}, {"appClients.cli": "replace", "identityPools.identities": "update"}, {}),
    "roles.name": (
        {"roles.member.name": "M", "roles.runner.name": "R", "roles.assumed.name": "A"},
        {"roles.member": "replace", "roles.runner": "replace", "roles.assumed": "replace", "identityPools.identities": "update",
         "lambdaFunctions.hook": "update", "iamUsers.proxy": "update"},
        {"test-member": "M", "test-runner": "R", "test-assumed": "A"}),
    "roles.path": (
        {"roles.member.path": "/p/", "roles.runner.path": "/p/", "roles.assumed.path": "/p/"},
        {"roles.member": "replace", "roles.runner": "replace", "roles.assumed": "replace", "identityPools.identities": "update",
         "lambdaFunctions.hook": "update", "iamUsers.proxy": "update"}, {}),
    "iamUsers.name": (
        {"iamUsers.proxy.name": "U"},
        {"iamUsers.proxy": "replace", "accessKeys.key": "replace", "roles.assumed": "update"} | KEPT,
        {"test-proxy": "U"}),
    "iamUsers.path": (
        {"iamUsers.proxy.path": "/p/"},
        {"iamUsers.proxy": "replace", "accessKeys.key": "replace", "roles.assumed": "update"} | KEPT, {}),
    "accessKeys.iamUser": (
        {"accessKeys.key.iamUser": "other"}, {"accessKeys.key": "replace"} | KEPT, {}),
    "lambdaFunctions.name": (
        {"lambdaFunctions.hook.name": "F"},
        # The key's secret, which AWS shows once, is taken from where it is.
        {"lambdaFunctions.hook": "replace", "userPools.users": "update"},
        {"test-hook": "F", "/aws/lambda/test-hook": "/aws/lambda/F"}),
    "secrets.name": (
        {"secrets.kept.name": "S"}, {"secrets.kept": "replace"}, {("secrets", "test-kept"): "S"}),
    "ssmParameters.name": (
        {"ssmParameters.kept.name": "/p/s"}, {"ssmParameters.kept": "replace"}, {("parameters", "test-kept"): "/p/s"}),
    **{f"ssmParameters.{path}": (
        {f"ssmParameters.kept.{path}": value}, {"ssmParameters.kept": "replace"}, {})
       for path, value in (("type", "String"), ("tier", "Advanced"))},
}


def test_every_replaced_property_is_tested():
    assert sorted(REPLACEMENTS) == sorted(REPLACED)


@pytest.mark.parametrize("path", REPLACED)
def test_replaced(lone, path):
    edits, actions, renamed = REPLACEMENTS[path]
    stack = dependents()
    apply(lone, stack)
    before = sorted_names(lone.account)
    for edit, value in edits.items():
        section, resource, key = edit.split(".")
        stack[section][resource][key] = value
    plan = lone.plan(write(lone, stack))
    assert {change["address"]: change["action"] for change in plan["changes"]} == actions
    for edit in edits:
        address, key = edit.rsplit(".", 1)
        change = next(change for change in plan["changes"] if change["address"] == address)
        assert [attribute["path"] for attribute in change["attributes"] if attribute["forcesReplacement"]] == [key]
    apply(lone, stack)
    assert sorted_names(lone.account) == {
        kind: sorted(renamed.get((kind, name), renamed.get(name, name)) for name in each) for kind, each in before.items()}
    everything_points_at_what_there_is(lone, stack)
    # And back again.
    apply(lone, dependents())
    assert sorted_names(lone.account) == before
    everything_points_at_what_there_is(lone, dependents())
    lone.run("destroy", FILE_OF_TEST, "--yes", "--quiet")
    assert lone.account.is_empty()


def sorted_names(account):
    return {kind: sorted(each) for kind, each in names(account.inventory()).items()}


def everything_points_at_what_there_is(cogstack, stack):
    live = cogstack.account.inventory()
    roles = {role["RoleName"]: role for role in live["roles"]}
    users = {user["UserName"]: user for user in live["users"]}
    named = lambda section, name: stack[section][name].get("name", f"test-{name}")
    member, runner, assumed = (roles[named("roles", name)] for name in ("member", "runner", "assumed"))
    (function,), (identities,) = live["functions"], live["identityPools"]
    pools = {pool["Name"]: pool for pool in live["userPools"]}
    assert pools["test-users"]["LambdaConfig"] == {"PreSignUp": function["FunctionArn"]}
    assert function["Role"] == runner["Arn"]

    home = f"test-{stack['appClients']['cli']['userPool']}"
    (client,) = [client for pool in pools.values() for client in pool.get("clients", [])]
    assert client["UserPoolId"] == pools[home]["Id"] and ("ClientSecret" in client) == stack["appClients"]["cli"].get("generateSecret", False)
    (provider,) = identities["CognitoIdentityProviders"]
    assert (provider["ProviderName"], provider["ClientId"]) == (
        f"cognito-idp.us-east-1.amazonaws.com/{pools[home]['Id']}", client["ClientId"])
    assert identities["roles"] == {"authenticated": member["Arn"]}

    proxy = users[named("iamUsers", "proxy")]
    (grant,) = proxy["inline"]["cogstack-grants"]["Statement"]
    assert grant["Resource"] in (assumed["Arn"], [assumed["Arn"]])
    (statement,) = assumed["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": proxy["Arn"]}
    (key,) = [key for user in users.values() for key in user.get("keys", [])]
    assert key["UserName"] == named("iamUsers", stack["accessKeys"]["key"]["iamUser"])
    variables = function["Environment"]["Variables"]
    assert variables["ID"] == key["AccessKeyId"]
    account = cogstack.account
    sts = account._client("sts", account.url, variables["ID"], variables["SECRET"])
    assert sts.get_caller_identity()["Arn"].endswith(f"/{key['UserName']}")  # the function's key is the one that works
    (secret,), (parameter,) = live["secrets"], live["parameters"]
    assert json.loads(secret["value"]) == variables and parameter["value"] == variables["SECRET"]
    assert (secret["Name"], parameter["Name"]) == (named("secrets", "kept"), named("ssmParameters", "kept"))
    wanted = {"type": "SecureString", "tier": "Standard"} | stack["ssmParameters"]["kept"]
    assert (parameter["Type"], parameter["Tier"]) == (wanted["type"], wanted["tier"])


# What others add


@pytest.mark.parametrize("section, kind, base", [("roles", "role", LAMBDA), ("iamUsers", "user", {})], ids=["roles", "iamUsers"])
def test_policies_of_others(lone, section, kind, base):
    """Policies are wholly the file's, unless it says otherwise."""
    iam = lone.account.client("iam")
    arns = [iam.create_policy(PolicyName=letter, PolicyDocument=json.dumps(READ))["Policy"]["Arn"] for letter in "ab"]
    ours = {"inlinePolicies": {"ours": READ}, "managedPolicies": [arns[0]]}
    stack = lambda **more: {section: {"silent": base | more, "speaking": base | ours | more}}

    def call(operation, name, **more):
        return getattr(iam, operation.format(kind))(**{f"{kind.title()}Name": f"test-{name}"}, **more)

    def add():
        for name in ("silent", "speaking"):
            call("put_{}_policy", name, PolicyName="theirs", PolicyDocument=json.dumps(WRITE))
            call("attach_{}_policy", name, PolicyArn=arns[1])

    def policies(name):
        return (sorted(call("list_{}_policies", name)["PolicyNames"]),
                sorted(each["PolicyArn"] for each in call("list_attached_{}_policies", name)["AttachedPolicies"]))

    def changes():
        return {
            change["address"].split(".")[1]: {
                each["path"]: (comparable(ROWS[0], each.get("before")), each.get("after"), each["cause"]) for each in change["attributes"]}
            for change in lone.plan(FILE_OF_TEST)["changes"]}

    apply(lone, stack())
    add()
    theirs = ("inlinePolicies.theirs", (WRITE, None, "drift"))
    assert changes() == {
        "silent": dict([theirs, ("managedPolicies", ([arns[1]], [], "drift"))]),
        "speaking": dict([theirs, ("managedPolicies", (arns, [arns[0]], "drift"))])}
    apply(lone, stack())
    assert policies("silent") == ([], []) and policies("speaking") == (["ours"], [arns[0]])

    apply(lone, stack(exclusivePolicies=False))
    add()
    assert changes() == {}
    ours["inlinePolicies"] = {"ours": WRITE}
    apply(lone, stack(exclusivePolicies=False))
    assert policies("speaking") == (["ours", "theirs"], arns)
    call("delete_{}_policy", "speaking", PolicyName="ours")
    call("detach_{}_policy", "speaking", PolicyArn=arns[0])
    assert changes() == {"speaking": {
        "inlinePolicies.ours": (None, WRITE, "drift"), "managedPolicies": ([arns[1]], arns, "drift")}}
    apply(lone, stack(exclusivePolicies=False))
    assert policies("speaking") == (["ours", "theirs"], arns)
    ours.clear()
    write(lone, stack(exclusivePolicies=False))
    assert changes() == {"speaking": {
        "inlinePolicies.ours": (WRITE, None, "default"), "managedPolicies": (arns, [arns[1]], "default")}}
    apply(lone, stack(exclusivePolicies=False))
    assert policies("speaking") == policies("silent") == (["theirs"], [arns[1]])

    # And exclusive again: all of it goes.
    apply(lone, stack())
    assert policies("speaking") == policies("silent") == ([], [])


def test_tags_of_others_stay(lone):
    def stack(everywhere, own):
        tags = {"tags": own} if own else {}
        return {"tags": everywhere} | {
            "userPools": {"all": tags}, "identityPools": {"all": tags}, "roles": {"all": LAMBDA | tags, "runner": LAMBDA},
            "iamUsers": {"all": tags}, "lambdaFunctions": {"all": CODE | tags}, "secrets": {"all": PAIRS | tags},
            "ssmParameters": {"all": PAIRS | tags}}

    kinds = {"userPools": "UserPoolTags", "identityPools": "IdentityPoolTags", "roles": "Tags", "users": "Tags", "functions": "tags",
             "secrets": "Tags", "parameters": "tags"}
    owner = {"Key": "owner", "Value": "somebody"}

    def tags():
        shown = {}
        for kind, member in kinds.items():
            (each,) = [each for each in lone.account.inventory()[kind] if "test-all" in each.values()]
            live = each[member]
            live = live if isinstance(live, dict) else {tag["Key"]: tag["Value"] for tag in live}
            assert live.pop("cogstack:stack") == "test" and live.pop("cogstack:address").endswith(".all")
            shown[kind] = live
        return shown

    apply(lone, stack({"system": "x", "cost": "1"}, {"team": "a", "cost": "2"}))
    assert tags() == dict.fromkeys(kinds, {"system": "x", "team": "a", "cost": "2"})
    live = lone.account.inventory()
    account = lone.account
    account.client("cognito-idp").tag_resource(ResourceArn=live["userPools"][0]["Arn"], Tags={"owner": "somebody"})
    # The endpoint keeps what TagResource writes where DescribeIdentityPool does not look.
    (pool,) = live["identityPools"]
    pool_tags = {"IdentityPoolTags": pool["IdentityPoolTags"] | {"owner": "somebody"}}
    LiveObjects(account, lone.layer).set("identityPools", pool["IdentityPoolId"], "IdentityPoolTags", pool_tags)
    account.client("iam").tag_role(RoleName="test-all", Tags=[owner])
    account.client("iam").tag_user(UserName="test-all", Tags=[owner])
    account.client("lambda").tag_resource(Resource=live["functions"][0]["FunctionArn"], Tags={"owner": "somebody"})
    account.client("secretsmanager").tag_resource(SecretId="test-all", Tags=[owner])
    account.client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId="test-all", Tags=[owner])
    assert lone.plan(FILE_OF_TEST)["changes"] == []
    theirs = {"owner": "somebody"}

    # A property beside the tags, the tags themselves, those of the stack, all: theirs stay.
    for everywhere, own, expected in [
            ({"system": "x", "cost": "1"}, {"team": "b", "cost": "2"}, {"system": "x", "team": "b", "cost": "2"}),
            ({"system": "x", "cost": "1"}, {"team": "b"}, {"system": "x", "team": "b", "cost": "1"}),
            ({"cost": "1"}, {}, {"cost": "1"}),
            ({}, {}, {})]:
        apply(lone, stack(everywhere, own))
        assert tags() == dict.fromkeys(kinds, theirs | expected)
