"""The state by hand: what is recorded, repairs of it, and the lock."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading

import pytest

from cogstack import changes
from test_confirmation import Terminal

MINIMAL = "stacks/minimal.yaml"
WHOLE = "stacks/whole.yaml"

# Every type of resource, with names of their own. `@` stands where an address does.
STACK = """
stack: whole
region: us-east-1
userPools:
  users@: { name: whole-users }
appClients:
  cli@: { userPool: users@, name: whole-cli, explicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH] }
identityPools:
  identities@:
    name: whole-identities
    cognitoIdentityProviders: [{ appClient: cli@ }]
    roles: { authenticated: signed-in@ }
roles:
  signed-in@:
    name: whole-signed-in
    trust: [{ identityPool: identities@, amr: authenticated }]
    grants: [{ invokeFunction: proxy@ }]
  execution@:
    name: whole-execution
    trust: [{ service: lambda.amazonaws.com }]
    grants: [{ writeLogs: proxy@ }]
iamUsers:
  service@: { name: whole-service }
accessKeys:
  key@: { iamUser: service@ }
lambdaFunctions:
  proxy@:
    name: whole-proxy
    runtime: python3.13
    handler: lambda_function.lambda_handler
    code: ../examples/credential-proxy
    role: execution@
    environment: { SECRET: $(accessKeys.key@.secret), KEY: $(accessKeys.key@.id) }
outputs: { functionArn: $(lambdaFunctions.proxy@.arn) }
"""
ADDRESSES = sorted([
    "userPools.users", "appClients.cli", "identityPools.identities", "roles.signed-in", "roles.execution", "iamUsers.service",
    "accessKeys.key", "lambdaFunctions.proxy"])


@pytest.fixture
def cogstack(cogstack):
    (cogstack.folder / MINIMAL).write_bytes((cogstack.folder / "examples/minimal.yaml").read_bytes())
    write_whole(cogstack)
    return cogstack


def write_whole(cogstack, mark="", renamed=None):
    """The stack file, in which one name, or each, has something behind it."""
    text = STACK.replace(f"{renamed}@", f"{renamed}{mark}").replace("@", "") if renamed else STACK.replace("@", mark)
    (cogstack.folder / WHOLE).write_text(text)


def home(cogstack, stack):
    return cogstack.folder / ".cogstack" / stack


def state(cogstack, stack):
    return json.loads((home(cogstack, stack) / "state.json").read_text())


def wrote(layer):
    """The operations that a run asked for and that change something."""
    return [name for name in layer.operations() if not re.match("[^:]+:(Get|List|Describe)", name)]


# Looking


def test_list_and_show(cogstack, account, layer):
    cogstack.apply(WHOLE)
    layer.clear()
    listed = cogstack.run("state", "list", "--json").json
    assert [each["address"] for each in listed["resources"]] == ADDRESSES and listed["unfinished"] == []
    assert (listed["stack"], listed["account"], listed["serial"]) == ("whole", account.id, state(cogstack, "whole")["serial"])
    text = cogstack.run("state", "list").out
    for each in listed["resources"]:
        assert re.search(rf"^{each['address']} +{each['type']} +{re.escape(each['physicalId'])}$", text, re.M), text

    key = cogstack.run("state", "show", "accessKeys.key", "--json").json["resources"]
    assert len(key) == 1 and key[0]["secrets"] == {"secret": "(secret)"}
    shown = cogstack.run("state", "show").out
    assert all(address in shown for address in ADDRESSES) and "whole-signed-in" in shown and "(secret)" in shown
    digest = state(cogstack, "whole")["resources"]["accessKeys.key"]["secrets"]["secret"]["sha256"]
    secret = account.client("lambda").get_function_configuration(FunctionName="whole-proxy")["Environment"]["Variables"]["SECRET"]
    written = cogstack.everything_written()
    assert secret.encode() not in written and digest.encode() not in b"".join(cogstack.written)
    assert "users" in cogstack.run("state", "show", "userPools.user", status=1).err, "the nearest address is named"
    assert cogstack.run("state", "show", "--check").out.count("sound") == 1
    assert layer.count() == 0, "AWS is not asked"


def test_no_state(cogstack):
    for command in (["list"], ["show"], ["rm", "userPools.users"], ["mv", "userPools.users", "userPools.people"]):
        assert "no state" in cogstack.run("state", command[0], MINIMAL, *command[1:], status=1).err
    assert "Nobody" in cogstack.run("state", "unlock", MINIMAL).out
    assert not (cogstack.folder / ".cogstack").exists()


def spoil(cogstack, stack, change):
    path = home(cogstack, stack) / "state.json"
    snapshot = json.loads(path.read_text())
    change(snapshot)
    path.write_text(json.dumps(snapshot))


def test_check_names_every_violation(cogstack, account):
    cogstack.apply(WHOLE)
    secret = account.client("lambda").get_function_configuration(FunctionName="whole-proxy")["Environment"]["Variables"]["SECRET"]

    def change(snapshot):
        snapshot["resources"]["lambdaFunctions.proxy"]["attributes"]["environment"]["SECRET"] = secret
        snapshot["resources"]["appClients.cli"]["dependsOn"].append("userPools.gone")
        snapshot["resources"]["roles.execution"]["physicalId"] = "WHOLE-signed-in"

    spoil(cogstack, "whole", change)
    (home(cogstack, "whole") / "journal").write_text("nonsense\n")
    outcome = cogstack.run("state", "show", "--check", "--json", status=1)
    assert [each["place"] for each in outcome.json["violations"]] == [
        "journal", "appClients.cli", "roles.signed-in", "lambdaFunctions.proxy"]
    assert secret not in outcome.out + outcome.err
    assert "userPools.gone" in cogstack.run("state", "show", "--check", status=1).out


# Forgetting


def test_rm_forgets_and_leaves_aws(cogstack, account, layer):
    cogstack.apply(WHOLE)
    before, serial, files = account.inventory(), state(cogstack, "whole")["serial"], cogstack.files()
    refused = cogstack.run("state", "rm", "--yes", "roles.execution", status=1).err
    assert "lambdaFunctions.proxy" in refused
    assert "--yes" in cogstack.run("state", "rm", "lambdaFunctions.proxy", status=1).err
    assert "roles.execution" in cogstack.run("state", "rm", "--yes", "roles.executoin", status=1).err
    assert {**cogstack.files(), ".cogstack/whole/lock": b""} == {**files, ".cogstack/whole/lock": b""}, "refused, nothing changed"

    layer.clear()
    done = cogstack.run("state", "rm", "--yes", WHOLE, "roles.execution", "lambdaFunctions.proxy", "accessKeys.key")
    assert "whole-proxy" in done.out and "stays in AWS" in done.out
    assert all(word in done.err for word in ("whole", account.id, account.region)), "stack, account and region are named"
    now = state(cogstack, "whole")
    assert now["serial"] == serial + 1 and len(now["resources"]) == len(ADDRESSES) - 3
    assert layer.count() == 0 and account.inventory() == before
    cogstack.run("state", "show", "--check")


def test_rm_asks_at_a_terminal(cogstack):
    cogstack.apply(MINIMAL)
    for answer, status, left in (("no\n", 1, 4), ("yes\n", 0, 3)):
        terminal = Terminal(cogstack, "state", "rm", "roles.signed-in")
        terminal.read_until(r"roles.signed-in[^\n]*minimal-signed-in[\s\S]*yes[^\n]*$")
        terminal.type(answer)
        assert terminal.end() == status, terminal.text
        assert len(state(cogstack, "minimal")["resources"]) == left


# Renaming


def test_mv_is_at_most_a_tag(cogstack, account):
    """All addresses are renamed, in the state and in the file: what is left is their tag, and no key is made anew."""
    cogstack.apply(WHOLE)
    before, serial = account.inventory(), state(cogstack, "whole")["serial"]
    for address in ADDRESSES:
        assert account.id in cogstack.run("state", "mv", WHOLE, address, address + "-new").err
    now = state(cogstack, "whole")
    assert now["serial"] == serial + len(ADDRESSES) and sorted(now["resources"]) == [address + "-new" for address in ADDRESSES]
    cogstack.run("state", "show", "--check")
    assert account.inventory() == before, "AWS is not touched"

    write_whole(cogstack, "-new")
    found = changes(cogstack.plan(WHOLE))
    assert found == {
        address + "-new": ("update", {"tags.cogstack:address": (address, address + "-new")})
        for address in ADDRESSES if address.split(".")[0] not in ("appClients", "accessKeys")}
    cogstack.apply(WHOLE)
    assert changes(cogstack.plan(WHOLE)) == {}
    without = lambda inventory: json.loads(json.dumps(inventory, default=str).replace("-new", ""))
    ids = lambda inventory: sorted(re.findall(r'"(?:Id|ClientId|AccessKeyId|IdentityPoolId|RoleId|UserId)": "[^"]+"', json.dumps(inventory, default=str)))
    assert ids(account.inventory()) == ids(before) and len(ids(before)) > 5
    assert without(account.inventory())["users"] == without(before)["users"]
    cogstack.run("destroy", WHOLE, "--yes")
    assert account.is_empty()


def test_mv_is_refused(cogstack):
    cogstack.apply(MINIMAL)
    files = cogstack.files()
    for old, new, word in (
            ("userPools.users", "roles.users", "userPools"), ("userPools.users", "userPools.users", "recorded already"),
            ("userPools.user", "userPools.people", "Did you mean userPools.users?"), ("userPools.users", "people", "section.name")):
        assert word in cogstack.run("state", "mv", old, new, status=1).err
    assert {**cogstack.files(), ".cogstack/minimal/lock": b""} == {**files, ".cogstack/minimal/lock": b""}


def test_half_a_renaming_loses_nothing(cogstack, account):
    """In the state alone, or in the file alone: the plan says what is missing, and deletes nothing."""
    cogstack.apply(WHOLE)
    before = account.inventory()
    for address in ("userPools.users", "appClients.cli", "accessKeys.key", "roles.execution"):
        write_whole(cogstack, "-new", renamed=address.split(".")[1])
        said = cogstack.run("apply", WHOLE, "--yes", status=1).err
        assert f"cogstack state mv {WHOLE} {address} {address}-new" in said, said
        write_whole(cogstack)
        cogstack.run("state", "mv", WHOLE, address, address + "-new")
        said = cogstack.run("apply", WHOLE, "--yes", status=1).err
        assert f"cogstack state mv {WHOLE} {address}-new {address}" in said, said
        cogstack.run("state", "mv", WHOLE, address + "-new", address)
    assert account.inventory() == before
    assert changes(cogstack.plan(WHOLE)) == {}


# Making a new one


def test_rebuild_takes_back_what_is_the_stacks(cogstack, account, layer):
    cogstack.apply(WHOLE)
    before, recorded = account.inventory(), state(cogstack, "whole")
    folder = home(cogstack, "whole")
    whole = (folder / "state.json").read_bytes()
    (folder / "state.json").write_bytes(whole[:500])
    (folder / "journal").write_bytes(b"nonsense\n")
    assert "cogstack state rebuild" in cogstack.run("plan", WHOLE, status=1).err
    assert "--yes" in cogstack.run("state", "rebuild", WHOLE, status=1).err
    assert (folder / "state.json").read_bytes() == whole[:500] and (folder / "journal").read_bytes() == b"nonsense\n"

    layer.clear()
    done = cogstack.run("state", "rebuild", WHOLE, "--yes")
    assert wrote(layer) == [] and account.inventory() == before, "AWS is only read"
    assert all(word in done.err for word in ("whole", account.id, account.region))
    assert all(re.search(rf"found +{address} ", done.out) for address in ADDRESSES), done.out
    assert (folder / "state.json.damaged-1").read_bytes() == whole[:500]
    assert (folder / "journal.damaged-1").read_bytes() == b"nonsense\n"
    now = state(cogstack, "whole")
    for address, record in recorded["resources"].items():
        # The digest of a secret that AWS shows once cannot be had again.
        assert now["resources"][address] == record | {"secrets": {}}, address
    assert now["outputs"] == recorded["outputs"]
    cogstack.run("state", "show", "--check")
    assert changes(cogstack.plan(WHOLE)) == {}

    files = cogstack.files()
    again = cogstack.run("state", "rebuild", WHOLE)
    assert "Nothing to do" in again.out
    assert {**cogstack.files(), ".cogstack/whole/lock": b""} == {**files, ".cogstack/whole/lock": b""}


def test_rebuild_says_what_is_left(cogstack, account):
    cogstack.apply(WHOLE)
    iam = account.client("iam")
    iam.create_access_key(UserName="whole-service")
    iam.untag_role(RoleName="whole-signed-in", TagKeys=["cogstack:stack", "cogstack:address"])
    account.client("lambda").delete_function(FunctionName="whole-proxy")
    (home(cogstack, "whole") / "state.json").write_text("")
    report = cogstack.run("state", "rebuild", WHOLE, "--yes", "--json").json
    assert {each["address"] for each in report["left"]} == {"accessKeys.key", "roles.signed-in"}
    assert report["missing"] == ["lambdaFunctions.proxy"]
    assert {each["address"] for each in report["found"]} == set(ADDRESSES) - {"accessKeys.key", "roles.signed-in", "lambdaFunctions.proxy"}
    assert report["setAside"] == [".cogstack/whole/state.json.damaged-1"]
    assert sorted(state(cogstack, "whole")["resources"]) == sorted(each["address"] for each in report["found"])
    cogstack.run("state", "show", "--check")


def interrupt(cogstack, layer, operation, file):
    """Kills an apply when the endpoint has carried a call out and its answer is not there yet."""
    started, done = threading.Event(), threading.Event()

    def kill(request, answer):
        if request.operation == operation and started.wait(20):
            program.kill()
            program.wait()
            done.set()

    layer.after = kill
    program = cogstack.start("apply", file, "--yes")
    started.set()
    program.communicate(timeout=60)
    assert done.wait(20) and program.returncode < 0
    layer.clear()


def test_an_interrupted_run_is_named_and_found_again(cogstack, account, layer):
    interrupt(cogstack, layer, "CreateIdentityPool", MINIMAL)
    listed = cogstack.run("state", "list", MINIMAL, "--json").json
    assert [(each["operation"], each["address"]) for each in listed["unfinished"]] == [("CreateIdentityPool", "identityPools.identities")]
    assert "interrupted" in cogstack.run("state", "list", MINIMAL).out
    cogstack.run("state", "show", MINIMAL, "--check")
    assert "interrupted" in cogstack.run("state", "mv", MINIMAL, "appClients.cli", "appClients.program", status=1).err
    said = cogstack.run("state", "rm", MINIMAL, "--yes", "identityPools.identities")
    assert "CreateIdentityPool" in said.out
    assert cogstack.run("state", "list", MINIMAL, "--json").json["unfinished"] == []


def test_a_rebuild_after_an_interrupted_run(cogstack, account, layer):
    """The state is damaged and the journal is not: what the lost call made is found by the list that was taken before it."""
    interrupt(cogstack, layer, "CreateUserPoolClient", MINIMAL)
    client = account.inventory()["userPools"][0]["clients"][0]
    (home(cogstack, "minimal") / "state.json").write_text("{")
    found = cogstack.run("state", "rebuild", MINIMAL, "--yes", "--json").json
    assert [each["address"] for each in found["found"]] == ["appClients.cli", "userPools.users"]
    cogstack.run("state", "show", "--check")
    cogstack.apply(MINIMAL)
    assert [each["ClientId"] for each in account.inventory()["userPools"][0]["clients"]] == [client["ClientId"]]
    assert changes(cogstack.plan(MINIMAL)) == {}


# The lock


def test_two_applies_at_once(cogstack, account, layer):
    held = layer.fail("CreateUserPool", mode="hold")
    first = cogstack.start("apply", MINIMAL, "--yes")
    assert held.reached.wait(60)
    asked = len(layer.operations())
    said = cogstack.run("apply", MINIMAL, "--yes", status=1).err
    assert re.search(rf"on host {re.escape(socket.gethostname())} \(pid {first.pid}\) since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d, running apply", said), said
    assert layer.operations()[asked:] == ["sts:GetCallerIdentity"], "nothing of the account is touched or read"
    for command in (["state", "unlock"], ["state", "rebuild"], ["destroy"]):
        assert f"pid {first.pid}" in cogstack.run(*command, MINIMAL, "--yes", status=1).err
    held.released.set()
    first.communicate(timeout=30)
    assert first.returncode == 0 and len(account.inventory()["userPools"]) == 1


def test_a_lock_of_a_killed_process_hinders_nobody(cogstack, account, layer):
    interrupt(cogstack, layer, "CreateUserPool", MINIMAL)
    left = home(cogstack, "minimal") / "state.json.cogstack-aB3xY9"
    left.write_text("half")
    said = cogstack.run("state", "unlock", MINIMAL)
    assert "that process is gone" in said.out and "was removed" in said.out
    assert (home(cogstack, "minimal") / "lock").read_bytes() == b""
    assert "Nobody" in cogstack.run("state", "unlock", MINIMAL).out
    interrupt(cogstack, layer, "CreateIdentityPool", MINIMAL)
    cogstack.apply(MINIMAL)
    assert len(account.inventory()["userPools"]) == 1 and not left.exists(), "left-overs of a killed writer are swept"


@pytest.fixture
def without_locks(cogstack, tmp_path):
    """An environment in which `flock` answers as on a file system that knows no locks."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler or os.uname().sysname != "Linux":
        pytest.skip("needs a C compiler and LD_PRELOAD")
    source = tmp_path / "noflock.c"
    source.write_text("#include <errno.h>\nint flock(int file, int operation) { errno = ENOLCK; return -1; }\n")
    library = tmp_path / "noflock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return {"LD_PRELOAD": str(library)}


def test_file_systems_without_locks(cogstack, account, layer, without_locks):
    claim = home(cogstack, "minimal") / "lock.claim"
    held = layer.fail("CreateUserPool", mode="hold")
    first = subprocess.Popen(
        [cogstack.binary, "apply", MINIMAL, "--yes"], cwd=cogstack.folder, env=cogstack.environment | without_locks,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert held.reached.wait(60)
    asked = len(layer.operations())
    run = lambda *arguments, **more: cogstack.run(*arguments, environment=without_locks, **more)
    for command in (["apply"], ["state", "unlock"]):
        assert f"pid {first.pid}" in run(*command, MINIMAL, "--yes", status=1).err
    assert layer.operations()[asked:] == ["sts:GetCallerIdentity"]
    first.kill()
    first.communicate()
    held.released.set()
    layer.clear()
    assert claim.exists(), "nothing takes it away with its process"
    run("apply", MINIMAL, "--yes")
    assert not claim.exists() and len(account.inventory()["userPools"]) == 1

    holder = {"user": "ann", "host": "elsewhere", "pid": 1, "since": "2026-11-23T10:02:11Z", "command": "apply"}
    claim.write_text(json.dumps(holder))
    said = run("apply", MINIMAL, "--yes", status=1).err
    assert "ann on host elsewhere (pid 1) since 2026-11-23" in said and "state unlock" in said
    said = run("state", "unlock", MINIMAL, status=1).err
    assert "ann on host elsewhere" in said and "--yes" in said and claim.exists()
    assert run("state", "unlock", MINIMAL, "--yes", "--json").json["lock"] == "uncertain"
    assert not claim.exists()
    run("destroy", MINIMAL, "--yes")
    assert account.is_empty()


# Another stack's state


@pytest.mark.parametrize("contents", ["", '{"format": 99}'])
def test_another_stacks_state_is_in_nobodys_way(cogstack, account, contents):
    cogstack.apply(MINIMAL)
    other = home(cogstack, "broken")
    other.mkdir()
    (other / "state.json").write_text(contents)
    for command in (["output", "userPoolId"], ["state", "list"], ["show"]):
        outcome = cogstack.run(*command)
        assert "stack broken is passed over" in outcome.err
    assert cogstack.run("output", "userPoolId").out.strip() == account.inventory()["userPools"][0]["Id"]
    assert "broken" in cogstack.run("destroy", "--yes").err
    assert account.is_empty() and (other / "state.json").read_text() == contents
