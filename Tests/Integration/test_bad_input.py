"""Whatever is wrong with what a user gives: exit 1, words that help, and nothing changed anywhere."""

import json
import re

import pytest

from endpoint import free_port

GOOD = "stack: bad\nregion: us-east-1\nuserPools:\n  users: {}\n"
ROLE = "stack: bad\nregion: us-east-1\nroles:\n  r:\n    trust: [{ service: lambda.amazonaws.com }]\n"
CRASH = re.compile(r"Fatal error|fatalError|Crash|Backtrace|Stack dump|Thread \d+|Swift runtime|Illegal instruction|Optional\(|\$s\d")


def bomb():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(["stack: bad", *lines]) + "\n"


# What is in the file, and what the message must speak of.
FILES = {
    "empty": (b"", ""),
    "only a comment": (b"# nothing\n", ""),
    "a list": (b"- a\n- b\n", "map"),
    "a scalar": (b"hello\n", "map"),
    "tabs": (b"stack: bad\nuserPools:\n\tusers: {}\n", "tab|character"),
    "unclosed": (b"stack: [bad\n", ""),
    "duplicate keys": (GOOD.encode() + b"  users: {}\n", "users"),
    "duplicate sections": (GOOD.encode() + b"userPools: {}\n", "userPools"),
    "two documents": (GOOD.encode() + b"---\nstack: other\n", "document"),
    "no stack": (b"region: us-east-1\n", "stack"),
    "stack of a wrong type": (b"stack: [bad]\n", "stack"),
    "bad stack name": (b"stack: Not A Name\n", "stack"),
    "bad account": (b"stack: bad\naccount: \"12\"\n", "account"),
    "bad region": (b"stack: bad\nregion: mars\n", "region"),
    "wrong type": (GOOD.replace("users: {}", "users: 7").encode(), "users"),
    "wrong type of a property": (GOOD.replace("users: {}", "users: { deletionProtection: [ACTIVE] }").encode(), "deletionProtection"),
    "wrong enum": (GOOD.replace("users: {}", "users: { deletionProtection: ON }").encode(), "ACTIVE"),
    "out of limits": (GOOD.replace("users: {}", "users: { passwordPolicy: { minimumLength: 3 } }").encode(), "minimumLength"),
    "unknown section": (GOOD.replace("userPools", "userPoools").encode(), "userPools"),
    "unknown key": (GOOD.replace("users: {}", "users: { deletionProtecton: ACTIVE }").encode(), "deletionProtection"),
    "dangling name": (b"stack: bad\nappClients:\n  c: { userPool: nowhere }\n", "nowhere"),
    "dangling reference": (GOOD.encode() + b"outputs: { x: $(userPools.user.id) }\n", "users"),
    "reference to no attribute": (GOOD.encode() + b"outputs: { x: $(userPools.users.idd) }\n", "id"),
    "open reference": (GOOD.encode() + b"outputs: { x: \"$(userPools.users.id\" }\n", ""),
    "unknown parameter": (GOOD.encode() + b"outputs: { x: $(parameters.y) }\n", "y"),
    "unset variable": (GOOD.encode() + b"outputs: { x: $(env.COGSTACK_TESTS_UNSET) }\n", "COGSTACK_TESTS_UNSET"),
    "cycle": (b"stack: bad\nuserPools:\n  a: { dependsOn: [userPools.b] }\n  b: { dependsOn: [userPools.a] }\n", "cycle|circle|each other"),
    "extends itself": (b"stack: bad\nextends: bad.yaml\n", "extends"),
    "extends nothing": (b"stack: bad\nextends: nowhere.yaml\n", "nowhere.yaml"),
    "two roles of one name": (
        (ROLE + "    name: same\n  s:\n    name: same\n    trust: [{ service: lambda.amazonaws.com }]\n").encode(), "same"),
    "name taken in another letter case": (
        (ROLE + "    name: same\n  s:\n    name: SAME\n    trust: [{ service: lambda.amazonaws.com }]\n").encode(), "(?i)same"),
    "no trust": (b"stack: bad\nroles:\n  r: {}\n", "trust"),
    "secret within text": (
        (ROLE + "iamUsers: { u: {} }\naccessKeys: { k: { iamUser: u } }\noutputs: { x: \"key: $(accessKeys.k.secret)\" }\n").encode(), "secret"),
    "secret as output": ((ROLE + "iamUsers: { u: {} }\naccessKeys: { k: { iamUser: u } }\noutputs: { x: $(accessKeys.k.secret) }\n").encode(), "secret"),
    "missing code": (
        (ROLE + "lambdaFunctions:\n  f: { role: r, runtime: python3.13, handler: a.b, code: nowhere }\n").encode(), "nowhere"),
    "invalid UTF-8": (b"stack: bad\nuserPools:\n  users: { name: \"\xff\xfe\" }\n", "UTF-8"),
    "NUL": (b"stack: bad\nuserPools:\n  users: { name: \"a\x00b\" }\n", ""),
    "20 MB": (GOOD.encode() + b"# " + b"x" * (20 << 20) + b"\n", "large|big|MB|MiB|limit"),
    "20 MB of keys": (GOOD.encode() + b"tags:\n" + b"".join(b"  k%d: v\n" % n for n in range(1_600_000)), "large|big|MB|MiB|limit"),
    "deep": (b"stack: bad\ntags: " + b"[" * 20_000 + b"]" * 20_000 + b"\n", ""),
    "alias bomb": (bomb().encode(), ""),
    "alias of itself": (b"stack: bad\ntags: &t { a: *t }\n", ""),
}


@pytest.fixture
def unchanged(cogstack, account):
    """Holds the program to having changed nothing, whatever the test ran."""
    yield
    assert account.is_empty()


def refused(cogstack, *arguments, about="", **more):
    """Runs a command that must fail with words and without a trace."""
    before = cogstack.files()
    outcome = cogstack.run(*arguments, status=1, **more)
    assert len(outcome.err.strip()) > 10, str(outcome)
    assert not CRASH.search(outcome.err + outcome.out), str(outcome)
    assert re.search(about, outcome.err), f"nothing of {about!r} in:\n{outcome.err[:2000]}"
    assert len(outcome.err) < 20_000, "nobody reads that much"
    after = cogstack.files()
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == set()
    return outcome


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("command", [["validate"], ["plan"], ["apply", "--yes"]], ids=lambda words: words[0])
def test_bad_files(cogstack, unchanged, command, case):
    content, about = FILES[case]
    (cogstack.folder / "bad.yaml").write_bytes(content)
    refused(cogstack, command[0], "bad.yaml", *command[1:], about=about, within=20)
    assert cogstack.layer.count() == 0, "found before anything is called"


def test_all_mistakes_at_once_with_their_places(cogstack, unchanged):
    (cogstack.folder / "bad.yaml").write_text(
        "stack: bad\nuserPools:\n  users:\n    deletionProtecton: ACTIVE\n    mfaConfiguration: SOMETIMES\n"
        "appClients:\n  c: { userPool: nowhere }\n")
    said = refused(cogstack, "validate", "bad.yaml").err
    for place in ("bad.yaml:4:5", "bad.yaml:5:23", "bad.yaml:7:18"):
        assert place in said, said
    assert said.count("^") >= 3 and "deletionProtecton: ACTIVE" in said


@pytest.mark.parametrize("path, about", [
    ("nowhere.yaml", "nowhere.yaml"), ("stacks", "folder|directory"), ("", ""), ("stacks/base.yaml", "stack"), ("/dev/null", "")])
def test_paths_that_are_no_stack_file(cogstack, unchanged, path, about):
    refused(cogstack, "plan", path, about=about)


@pytest.mark.parametrize("change, about", [
    ({"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "SignatureDoesNotMatch|signature"),
    ({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "InvalidClientTokenId|invalid|not valid|Unrecognized"),
    ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "credentials"),
    ({"AWS_PROFILE": "nobody", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "nobody"),
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:{closed}"}, "127.0.0.1"),
    ({"AWS_ENDPOINT_URL": "not a url"}, "AWS_ENDPOINT_URL|endpoint"),
])
def test_no_way_to_aws(cogstack, unchanged, change, about):
    environment = {name: value.format(closed=free_port()) for name, value in change.items()}
    refused(cogstack, "plan", "stacks/dev.yaml", environment=environment, about=about)
    refused(cogstack, "apply", "stacks/dev.yaml", "--yes", environment=environment, about=about)


def test_guards(cogstack, unchanged):
    cogstack.edit("stacks/dev.yaml", "stack: dev\n", "stack: dev\naccount: \"123456789012\"\n")
    refused(cogstack, "apply", "stacks/dev.yaml", "--yes", about="123456789012")


def test_state_of_another_stack_or_account(cogstack, account, endpoint):
    cogstack.run("apply", "examples/minimal.yaml", "--yes", "--state", "kept.json")
    before = account.inventory()
    refused(cogstack, "plan", "stacks/dev.yaml", "--state", "kept.json", about="minimal")
    refused(cogstack, "apply", "stacks/dev.yaml", "--yes", "--state", "kept.json", about="minimal")
    other = endpoint.account()
    environment = other.environment(cogstack.layer.url)
    for arguments in (["plan", "examples/minimal.yaml"], ["apply", "examples/minimal.yaml", "--yes"], ["destroy", "examples/minimal.yaml", "--yes"]):
        refused(cogstack, *arguments, "--state", "kept.json", environment=environment, about=account.id)
    assert other.is_empty() and account.inventory() == before
    refused(cogstack, "plan", "examples/minimal.yaml", "--state", "kept.json", "--region", "eu-west-1", about="eu-west-1")


def test_a_state_that_destroy_emptied_goes_on_in_another_account(cogstack, account, endpoint):
    state = ["--state", "kept.json"]
    cogstack.run("apply", "examples/minimal.yaml", "--yes", *state)
    cogstack.run("destroy", "examples/minimal.yaml", "--yes", *state)
    serial = json.loads((cogstack.folder / "kept.json").read_text())["serial"]
    other = endpoint.account()
    elsewhere = {"environment": other.environment(cogstack.layer.url)}
    cogstack.run("destroy", "examples/minimal.yaml", "--yes", *state, **elsewhere)
    cogstack.run("apply", "examples/minimal.yaml", "--yes", *state, **elsewhere)
    kept = json.loads((cogstack.folder / "kept.json").read_text())
    assert kept["account"] == other.id and kept["serial"] > serial
    assert account.is_empty() and not other.is_empty()
    refused(cogstack, "plan", "examples/minimal.yaml", *state, about=other.id)


@pytest.mark.parametrize("damage", [
    lambda state: b"", lambda state: state[: len(state) // 2], lambda state: b"not json", lambda state: b"[]", lambda state: b"{}",
    lambda state: re.sub(rb'("(?:format|version|formatVersion)"\s*:\s*)\d+', rb"\g<1>999", state),
], ids=["empty", "half", "not JSON", "a list", "an empty object", "newer"])
def test_damaged_state_is_reported_and_kept(cogstack, account, damage):
    cogstack.run("apply", "examples/minimal.yaml", "--yes", "--state", "kept.json")
    before = account.inventory()
    path = cogstack.folder / "kept.json"
    damaged = damage(path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    for command in (["plan"], ["apply", "--yes"], ["destroy", "--yes"]):
        refused(cogstack, command[0], "examples/minimal.yaml", *command[1:], "--state", "kept.json", about="kept.json")
    assert account.inventory() == before


@pytest.mark.parametrize("arguments", [
    ["nonsense"], ["plan", "--nonsense"], ["plan", "a.yaml", "b.yaml"], ["validate"], ["plan", "--format", "poem"], ["plan", "--set"],
    ["plan", "--parallelism", "many"], ["plan", "--parallelism", "0"], ["apply", "--set", "novalue"], ["destroy", "--accept-user-loss", "all"]])
def test_wrong_usage(cogstack, unchanged, arguments):
    outcome = cogstack.run(*arguments, status=64)
    assert outcome.err.strip() and not outcome.out.strip() and not CRASH.search(outcome.err)
    assert r"\n" not in outcome.err, "a line break was printed as its escape"


def test_a_setting_that_no_file_knows(cogstack, unchanged):
    refused(cogstack, "plan", "stacks/dev.yaml", "--set", "dataBuckett=x", about="dataBucket")


def test_json_of_a_failed_validation(cogstack, unchanged):
    (cogstack.folder / "bad.yaml").write_text(GOOD.replace("users: {}", "users: { deletionProtecton: ACTIVE }"))
    json.loads(cogstack.run("validate", "bad.yaml", "--json", status=1).out)


@pytest.mark.parametrize("mode", ["garbage", "truncate"])
def test_answers_that_are_not_awss(cogstack, layer, unchanged, mode):
    layer.fail("*", nth=1, mode=mode, times=1000)
    refused(cogstack, "plan", "stacks/dev.yaml", within=120)
