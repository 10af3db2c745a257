"""State is found by the stack file alone, and a stack whose file says something else by now is not lost."""

import json
import os
import re
import shutil

import pytest

from inventory import names

DEV = "stacks/small.yaml"


def stack(name, size=12, role=""):
    return f"stack: {name}\nuserPools:\n  users: {{ passwordPolicy: {{ minimumLength: {size} }} }}\n{role}"


ROLE = "roles:\n  r: { trust: [{ service: lambda.amazonaws.com }] }\n"


@pytest.fixture
def cogstack(cogstack):
    """Two projects in one folder, each with one stack."""
    for project in ("a", "b"):
        (cogstack.folder / project / "stacks").mkdir(parents=True)
        (cogstack.folder / project / DEV).write_text(stack(project, role=ROLE))
    return cogstack


def state(cogstack, project, name):
    return json.loads((cogstack.folder / project / ".cogstack" / name / "state.json").read_text())


def folders(cogstack):
    return sorted(str(path.relative_to(cogstack.folder)) for path in cogstack.folder.rglob(".cogstack"))


# Where one stands


def test_the_same_file_from_anywhere_is_the_same_state(cogstack, account, tmp_path):
    a = cogstack.folder / "a"
    os.symlink(a / "stacks", cogstack.folder / "alias")
    os.symlink(a / DEV, cogstack.folder / "linked.yaml")
    ways = [
        (".", "a/stacks/small.yaml"), ("a", "stacks/small.yaml"), ("a/stacks", "small.yaml"), ("b", "../a/stacks/small.yaml"),
        ("a", "stacks/../stacks/./small.yaml"), ("b/stacks", str(a / DEV)), (".", "alias/small.yaml"), (".", "linked.yaml"), (str(tmp_path), str(a / DEV))]
    cogstack.apply(f"a/{DEV}")
    for folder, file in ways:
        outcome = cogstack.run("plan", file, cwd=cogstack.folder / folder)
        assert "Nothing to do" in outcome.out, outcome
        assert cogstack.run("state", "list", file, cwd=cogstack.folder / folder).out.count("a-r") == 1
        assert folders(cogstack) == ["a/.cogstack"]
    assert state(cogstack, "a", "a")["file"] == DEV
    # What is to be deleted is known wherever one stands.
    (a / DEV).write_text(stack("a"))
    assert "delete" in cogstack.run("plan", "small.yaml", cwd=a / "stacks").out
    cogstack.run("apply", "../a/stacks/small.yaml", "--yes", cwd=cogstack.folder / "b")
    assert names(account.inventory())["roles"] == []
    assert folders(cogstack) == ["a/.cogstack"] and state(cogstack, "a", "a")["file"] == DEV


def test_state_further_up_captures_nothing(cogstack, account):
    (cogstack.folder / "outer.yaml").write_text(stack("outer"))
    cogstack.run("plan", "outer.yaml")
    assert "no saved plan" in cogstack.run("apply", "--yes", cwd=cogstack.folder / "b", status=1).err
    cogstack.run("plan", cwd=cogstack.folder / "a" / "stacks")
    assert "no saved plan" in cogstack.run("apply", "--yes", cwd=cogstack.folder / "b", status=1).err
    assert account.is_empty()
    cogstack.run("apply", "--yes", cwd=cogstack.folder / "a")
    assert names(account.inventory())["userPools"] == ["a-users"]
    assert "no stack has state" in cogstack.run("destroy", "--yes", cwd=cogstack.folder / "b", status=1).err
    assert folders(cogstack) == [".cogstack", "a/.cogstack"]


def test_the_named_stack_brings_its_project(cogstack, account):
    """COGSTACK_STACK counts from the working folder, and the plan and its apply mean the same project."""
    environment = {"COGSTACK_STACK": "../a/stacks/small.yaml"}
    said = cogstack.run("plan", cwd=cogstack.folder / "b", environment=environment)
    assert "from ../a/stacks/small.yaml, state in ../a/.cogstack/a/state.json" in " ".join(said.out.split())
    assert "`cogstack apply`" in said.err
    cogstack.run("apply", "--yes", cwd=cogstack.folder / "b", environment=environment)
    assert names(account.inventory())["userPools"] == ["a-users"] and folders(cogstack) == ["a/.cogstack"]


def test_what_only_reads_makes_no_folder(cogstack):
    file = f"a/{DEV}"
    for arguments in (["validate", file], ["output", file], ["show", file], ["state", "list", file], ["state", "show", file], ["verify", file],
                      ["state", "unlock", file], ["whoami"], ["state", "rm", file, "roles.r"]):
        cogstack.run(*arguments, status=None)
        assert folders(cogstack) == [], arguments


def test_the_first_line_says_what_is_worked_on(cogstack, account):
    a, file = cogstack.folder / "a", f"a/{DEV}"
    place = f"in account {account.id}, {account.region}"
    assert cogstack.run("plan", DEV, cwd=a).out.splitlines()[0] == f"Stack a {place}"
    assert cogstack.run("plan", file).out.splitlines()[0] == f"Stack a {place}  state in a/.cogstack/a/state.json"
    assert cogstack.run("plan", DEV, "--state", "kept.json", cwd=a).out.splitlines()[0] == f"Stack a {place}  state in kept.json"
    cogstack.run("apply", file, "--yes")
    for arguments in (["show", DEV], ["state", "list", DEV], ["state", "show", DEV]):
        assert cogstack.run(*arguments, cwd=a).out.splitlines()[0].startswith(f"Stack a {place}  from {DEV}, serial ")
    for arguments in (["output", DEV], ["state", "unlock", DEV], ["verify", DEV]):
        assert cogstack.run(*arguments, cwd=a, status=None).err.splitlines()[0] == f"Stack a {place}"
    assert cogstack.run("destroy", DEV, "--yes", cwd=a).out.splitlines()[0] == f"Destroy stack a {place}"


@pytest.mark.parametrize("place", ["parent", "working folder"])
def test_state_that_an_earlier_version_left_elsewhere(cogstack, account, place):
    """It is not used without a word, and no second one is made beside it."""
    cogstack.apply(f"a/{DEV}")
    before = account.inventory()
    old = cogstack.folder if place == "parent" else cogstack.folder / "b"
    shutil.move(cogstack.folder / "a/.cogstack", old / ".cogstack")
    path = old / ".cogstack/a/state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"file": "a/stacks/small.yaml" if place == "parent" else "../a/stacks/small.yaml"}))
    cwd, file = (cogstack.folder / "a", DEV) if place == "parent" else (cogstack.folder / "b", f"../a/{DEV}")
    for arguments in (["plan", file], ["apply", file, "--yes"], ["destroy", file, "--yes"], ["output", file]):
        said = cogstack.run(*arguments, status=1, cwd=cwd).err
        assert "there is state of stack a in " in said and "written by an earlier cogstack" in said, said
        assert account.inventory() == before and not (cogstack.folder / "a/.cogstack").exists()
    move = re.search(r"Move it: `(.*)`", said)[1]
    assert os.system(f"cd '{cwd}' && {move}") == 0
    assert "Nothing to do" in cogstack.run("plan", file, cwd=cwd).out
    # That of another file of the same name is none of its business.
    assert "b-users" in cogstack.run("plan", f"b/{DEV}", "--json").out


# A stack that has another name


@pytest.fixture
def renamed(cogstack, account):
    cogstack.apply(f"a/{DEV}")
    (cogstack.folder / "a" / DEV).write_text(stack("renamed", role=ROLE))
    cogstack.folder = cogstack.folder / "a"
    return cogstack


def test_a_second_stack_of_one_file_is_asked_about(renamed, account):
    before = account.inventory()
    said = " ".join(renamed.run("plan", DEV).out.split())
    assert "stacks/small.yaml was applied as stack a, which still has 2 resources" in said
    assert "cogstack destroy --stack a" in said
    for arguments in (["apply", "--yes"], ["apply", DEV, "--yes"]):
        refusal = renamed.run(*arguments, status=1).err
        assert "cogstack destroy --stack a" in refusal and "`stack: a`" in refusal and "--accept-second-stack" in refusal
        assert account.inventory() == before
    renamed.run("apply", DEV, "--yes", "--accept-second-stack")
    assert sorted(names(account.inventory())["userPools"]) == ["a-users", "renamed-users"]
    renamed.run("apply", DEV, "--yes")
    renamed.run("destroy", "--stack", "a", "--yes")
    assert names(account.inventory())["userPools"] == ["renamed-users"] and names(account.inventory())["roles"] == ["renamed-r"]
    renamed.run("destroy", DEV, "--yes")
    assert account.is_empty()


def test_a_stack_without_its_file_is_destroyed(renamed, account):
    """By its state alone, also where nothing is named."""
    said = renamed.run("destroy", "--yes").err
    assert "stacks/small.yaml is stack renamed by now: stack a is destroyed from its state alone" in said
    assert account.is_empty() and state(renamed, ".", "a")["resources"] == {}
    (renamed.folder / DEV).unlink()
    assert "there is no state of a stack other here" in renamed.run("destroy", "--stack", "other", "--yes", status=1).err
    assert renamed.run("destroy", DEV, "--stack", "a", status=64).err
    renamed.run("destroy", "--stack", "../a", "--yes", status=1)


def test_a_protected_stack_without_its_file_stays(cogstack, account):
    cogstack.folder = cogstack.folder / "a"
    (cogstack.folder / DEV).write_text("protect: true\n" + stack("a"))
    cogstack.apply(DEV)
    (cogstack.folder / DEV).unlink()
    assert "protected" in cogstack.run("destroy", "--stack", "a", "--yes", status=1).err
    assert names(account.inventory())["userPools"] == ["a-users"]


def test_two_files_of_one_stack_are_an_error(cogstack, account):
    cogstack.folder = cogstack.folder / "a"
    (cogstack.folder / "twin.yaml").write_text(stack("a", size=20))
    for arguments in (["validate", DEV], ["validate", "twin.yaml", DEV], ["plan", DEV], ["apply", "twin.yaml", "--yes"]):
        said = cogstack.run(*arguments, status=1).err
        assert "same-stack" in said and said.count("are both stack a") == 1 and "twin.yaml" in said and DEV in said, said
    assert account.is_empty()
    # A file that got another name goes on as the stack that it is, and its base is nobody's twin.
    cogstack.folder.joinpath("twin.yaml").unlink()
    cogstack.apply(DEV)
    (cogstack.folder / DEV).rename(cogstack.folder / "moved.yaml")
    assert "Nothing to do" in cogstack.run("plan", "moved.yaml").out
    cogstack.lay_over("moved.yaml", "tags: { a: b }\n")
    cogstack.apply("moved.yaml")
    assert state(cogstack, ".", "a")["file"] == "moved.yaml" and names(account.inventory())["userPools"] == ["a-users"]
