"""What CONTRIBUTING says of adding things is true: each takes the number of places that it says.

All examples go into one copy of the package, each into the places that it is said to take and no other, and the copy is built once.
A second place that one comes to need fails its test, or the build.
"""

import os
import re
import shutil
import subprocess

import pytest

from conftest import ROOT
from cogstack import Cogstack, changes

pytestmark = pytest.mark.long

EXAMPLES = ROOT / "Tests" / "Integration" / "additions"

# For each example what is copied and to where below Sources, and its one line: in which file, after which line there, and what it says.
ADDITIONS = {
    "a resource type": ("APIKeys", "Resources", "Resources/ResourceTypes.swift", "SSMParameterProvider(),", "APIKeyProvider(),"),
    "a grant": ("PublishTopic.swift", "IAMPolicy/Grants", "IAMPolicy/Grants/Grants.swift", "cognitoIdentity,", "publishTopic,"),
    "a credential source": (
        "KeysFile.swift", "AWSClient/Credentials", "AWSClient/Credentials/CredentialSource.swift", ".environmentVariables,", ".keysFile,"),
    "a check of a stack": (
        "UndescribedResources.swift", "Planning/Checks/Stack", "Planning/Checks/Stack/StackCheck.swift", ".cycles,",
        ".undescribedResources,"),
    # AWS lets nothing be set of an app client that its table lacks: this one was taken out of it before, see `taken_out`.
    "a property": (
        None, None, "Resources/Cognito/AppClients/AppClient.swift", "attributes: [",
        'Attribute("preventUserExistenceErrors", .oneOf(["LEGACY", "ENABLED"]), default: "LEGACY", "Whether errors hide who has an account."),'),
}


def taken_out(text, name):
    """A table's source without the row of one property."""
    rows = re.findall(rf'^ +Attribute\(\n? *"{name}",.*?"\),\n', text, re.MULTILINE | re.DOTALL)
    assert len(rows) == 1
    return text.replace(rows[0], "")


def add_line(file, after, line):
    """Puts a line below one that stands once in the file."""
    lines = file.read_text().splitlines()
    places = [number for number, text in enumerate(lines, 1) if text.strip() == after]
    assert len(places) == 1, f"{after} is {len(places)} times in {file.name}"
    lines.insert(places[0], line)
    file.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The package with all examples in it, built beside the real one."""
    package = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "Sources", package / "Sources")
    # The targets of tests are of no use here, and their folders are not copied.
    manifest = (ROOT / "Package.swift").read_text()
    assert manifest.count("] + tests,") == 1
    (package / "Package.swift").write_text(manifest.replace("] + tests,", "],"))
    table = package / "Sources" / ADDITIONS["a property"][2]
    table.write_text(taken_out(table.read_text(), "preventUserExistenceErrors"))
    for source, folder, registry, after, line in ADDITIONS.values():
        if source:
            (shutil.copytree if (EXAMPLES / source).is_dir() else shutil.copy)(EXAMPLES / source, package / "Sources" / folder / source)
        add_line(package / "Sources" / registry, after, line)

    scratch = ROOT / ".build" / "additions"
    built = subprocess.run(
        ["swift", "build", "--package-path", package, "--scratch-path", scratch, "--product", "cogstack"],
        env=os.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1500)
    assert built.returncode == 0, built.stdout
    return scratch / "debug" / "cogstack"


@pytest.fixture
def program(extended, account, layer, tmp_path):
    return Cogstack(extended, ROOT, tmp_path, account, layer)


def write(program, text):
    (program.folder / "toys.yaml").write_text("stack: toys\nregion: us-east-1\n" + text)
    return "toys.yaml"


KEYS = """apiKeys:
  partner: { description: one, value: $(env.PARTNER_KEY) }
outputs: { key: $(apiKeys.partner.id) }
"""
SECRETS = ["partner-swordfish-number-1", "partner-swordfish-number-2"]


def test_a_resource_type_is_one_folder_and_one_line(program, account):
    """Its service is one that nothing else uses, and its secret is nowhere but in AWS."""
    gateway = account.client("apigateway")

    def live():
        keys = gateway.get_api_keys(includeValues=True)["items"]
        return [(key["name"], key.get("description") or "", key["enabled"], key["value"]) for key in keys]

    def run(*arguments, key, **more):
        return program.run(*arguments, environment={"PARTNER_KEY": key, "COGSTACK_DEBUG": "wire"}, **more)

    file = write(program, KEYS.replace("description", "descripton"))
    assert "Did you mean `description`?" in run("validate", file, key=SECRETS[0], status=1).err
    assert "apiKeys.partner needs `value`" in program.run("validate", write(program, "apiKeys: { partner: {} }"), status=1).err

    for key in SECRETS:
        file = write(program, KEYS)
        run("plan", file, key=key)
        run("plan", file, "--json", key=key)
        run("apply", file, "--yes", "--verbose", key=key)
        assert live() == [("toys-partner", "one", True, key)]
        assert run("plan", file, "--json", key=key).json["changes"] == []
        for arguments in (["show", file], ["show", file, "--json"], ["show", file, "apiKeys.partner"], ["output", file]):
            run(*arguments, key=key)
        assert run("output", "key", key=key).out.strip() == gateway.get_api_keys()["items"][0]["id"]

    file = write(program, KEYS.replace("description: one", "description: two, enabled: false"))
    run("apply", file, "--yes", key=SECRETS[1])
    assert live() == [("toys-partner", "two", False, SECRETS[1])]
    file = write(program, KEYS.replace("description: one, ", ""))
    run("apply", file, "--yes", key=SECRETS[1])
    assert live() == [("toys-partner", "", True, SECRETS[1])]

    gateway.delete_api_key(apiKey=gateway.get_api_keys()["items"][0]["id"])
    assert [change["address"] for change in run("plan", file, "--json", key=SECRETS[1]).json["changes"]] == ["apiKeys.partner"]
    run("apply", file, "--yes", "--verbose", key=SECRETS[1])
    run("destroy", "--yes", key=SECRETS[1])
    assert live() == []

    written = program.everything_written()
    assert b"CreateApiKey" in written and b"(secret)" in written
    for secret in SECRETS:
        assert secret.encode() not in written


def test_a_property_is_one_row(program, account):
    """Checked, compared, written, taken back to its default, and listed where somebody misspells it."""
    name = "preventUserExistenceErrors"
    sources = [file for file in (ROOT / "Sources").rglob("*.swift") if name.lower() in file.read_text().lower()]
    assert [file.name for file in sources] == ["AppClient.swift"]

    def stack(value):
        return write(program, f"userPools: {{ p: {{}} }}\nappClients: {{ c: {{ userPool: p{value} }} }}\n"
                     "outputs: { pool: $(userPools.p.id), client: $(appClients.c.id) }\n")

    def live():
        ids = program.run("output", file, "--format", "json").json
        client = account.client("cognito-idp").describe_user_pool_client(UserPoolId=ids["pool"], ClientId=ids["client"])
        return client["UserPoolClient"]["PreventUserExistenceErrors"]

    assert f"{name} cannot be `7`" in program.run("validate", stack(f", {name}: 7"), status=1).err
    assert f"Did you mean `{name}`?" in program.run("validate", stack(f", {name[:-1]}: ENABLED"), status=1).err
    assert name in program.run("validate", stack(", nonsense: true"), status=1).err
    file = stack(f", {name}: ENABLED")
    program.apply(file)
    assert live() == "ENABLED"
    assert program.plan(file)["changes"] == []
    file = stack("")
    assert changes(program.plan(file)) == {"appClients.c": ("update", {name: ("ENABLED", "LEGACY")})}
    program.apply(file)
    assert live() == "LEGACY"


def test_a_grant_is_one_file_and_one_line(program, account):
    text = "iamUsers: { u: { grants: [{ publishTopic: TOPIC }] } }\n"
    assert "error" in program.run("validate", write(program, text.replace("TOPIC", "no topic")), status=1).err
    assert "publishTopic" in program.run("validate", write(program, text.replace("publishTopic", "nonsense")), status=1).err
    file = write(program, text.replace("TOPIC", "orders"))
    program.apply(file)
    policy = account.client("iam").get_user_policy(UserName="toys-u", PolicyName="cogstack-grants")["PolicyDocument"]
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [f"arn:aws:sns:us-east-1:{account.id}:orders"]}]
    assert program.plan(file)["changes"] == []


def test_a_check_of_a_stack_is_one_file_and_one_line(program):
    roles = "roles: { r: { trust: [{ service: lambda.amazonaws.com }]MORE } }\n"
    said = program.run("validate", write(program, roles.replace("MORE", ""))).err
    assert "warning: roles.r has no description" in said and "[undescribed]" in said
    assert "undescribed" not in program.run("validate", write(program, roles.replace("MORE", ", description: any"))).err


def test_a_credential_source_is_one_file_and_one_line(program, account):
    """It is asked at its place in the order: after the environment's keys and before those of a profile."""
    keys = program.folder / "keys"
    keys.write_text(f"{account.access_key_id}\n{account.secret_access_key}\n")
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    assert "environment variables" in program.run("whoami", environment={"KEYS_FILE": str(keys)}).out
    assert f"the file {keys}" in " ".join(program.run("whoami", environment={"KEYS_FILE": str(keys)} | none).out.split())
    keys.write_text("half\n")
    assert "which has no two lines" in program.run("whoami", environment={"KEYS_FILE": str(keys)} | none, status=None).err
    assert "No AWS credentials" in program.run("whoami", environment=none, status=None).err
