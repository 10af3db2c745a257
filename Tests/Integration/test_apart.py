"""Types of which one pool or function has few objects: each property by itself, judged by boto3."""

import json

import pytest

import conformance

FILE = "apart.yaml"
VOLATILE = {"ResponseMetadata", "RevisionId", "LastModifiedDate", "LastModifiedTime", "CreationTime", "UserPoolId"}
OTHERS = {
    "userPools": {"users": {
        "userPoolTier": "PLUS", "userPoolAddOns": {"advancedSecurityMode": "ENFORCED"}, "issuerConfiguration": {"type": "UPDATED"},
        "keyConfiguration": {"keyType": "CUSTOMER_MANAGED_KEY", "kmsKeyArn": "arn:aws:kms:us-east-1:$(account):key/mrk-1234abcd12ab34cd56ef1234567890ab"}}},
    "outputs": {"pool": "$(userPools.users.id)"},
}
SECTIONS = [section for section, sample in conformance.samples().items() if isinstance(sample.get("read"), tuple) and len(sample["read"]) == 4]


@pytest.fixture
def world(cogstack, account):
    """Somebody's functions, one with an alias."""
    functions, trust = account.client("lambda"), {
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for name in ("function", "other"):
        functions.create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="code.handler", Code={"ZipFile": b"PK\x05\x06" + bytes(18)})
    functions.create_alias(FunctionName="function", Name="one", FunctionVersion="$LATEST")
    return cogstack


def publish_versions(functions):
    for size in (129, 130, 131):
        functions.get_waiter("function_updated_v2").wait(FunctionName="function")
        functions.publish_version(FunctionName="function")
        functions.update_function_configuration(FunctionName="function", MemorySize=size)


def write(cogstack, section, properties):
    (cogstack.folder / FILE).write_text(json.dumps({"stack": "apart", "region": "us-east-1"} | OTHERS | {section: {"sample": properties}}))


def changes(plan):
    return {change["address"]: change for change in plan["changes"] if change["action"] != "none"}


def laid_over(base, more):
    return base | {
        key: laid_over(base.get(key, {}), value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
        for key, value in more.items()}


def at(path, value):
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def flat(value, path=""):
    if isinstance(value, dict):
        return {key: leaf for name, each in value.items() if name not in VOLATILE for key, leaf in flat(each, f"{path}.{name}").items()}
    return {path.removeprefix("."): value}


@pytest.mark.parametrize("section", SECTIONS)
def test_each_property(world, account, layer, section):
    sample = conformance.samples()[section]
    service, call, asked, member = sample["read"]
    client = account.client(service, layer.url)
    if section == "lambdaAliases":
        publish_versions(account.client("lambda"))

    def apply(properties):
        write(world, section, properties)
        planned = changes(world.plan(FILE))
        world.apply(FILE, "--quiet")
        assert changes(world.plan(FILE)) == {}
        return planned

    def live():
        pool = world.run("output", FILE, "--format", "json").json["pool"]
        answer = getattr(client, call)(**{name: pool if value == "pool" else value for name, value in asked.items()})
        found = answer[member] if member else answer
        return flat(found if isinstance(found, dict) else {each["RegionName"]: each for each in found}.get(sample["base"]["regionName"], {}))

    paths = [(path, wire) for path, _, wire in conformance.changeable(section)]
    values = dict(sample["values"])
    for path, row, _ in conformance.changeable(section):
        if not any(path == known or path.startswith(f"{known}.") for known in values):
            values[path] = conformance.two_values(section, path, row)
    for path, value in values.items():
        base = laid_over(sample["base"], sample.get("beside", {}).get(path, {}))
        apply(base)
        before = live()
        wire = next(wire for known, wire in paths if known == path or known.startswith(f"{path}."))
        top = ".".join(wire.split(".")[:path.count(".") + 1])
        seen = before
        for each in value:
            planned = apply(laid_over(base, at(path, each)))
            assert [change["action"] for change in planned.values()] == ["update"], (path, planned)
            assert all(change["path"].startswith(path) for change in planned[f"{section}.sample"]["attributes"])
            now = live()
            moved = {key for key in seen.keys() | now if seen.get(key) != now.get(key)}
            assert moved and all(key.startswith(top) for key in moved), (path, moved)
            seen = now
        apply(base)
        assert {key: shown for key, shown in live().items() if shown not in ([], False, 0, "")} == {
            key: shown for key, shown in before.items() if shown not in ([], False, 0, "")}, path


@pytest.mark.parametrize("path", conformance.samples()["lambdaPermissions"]["replaced"])
def test_each_property_of_a_permission(world, functions, path):
    sample = conformance.samples()["lambdaPermissions"]
    before, after = sample["replaced"][path]
    write(world, "lambdaPermissions", sample["base"] | before)
    world.apply(FILE, "--quiet")
    assert changes(world.plan(FILE)) == {}
    write(world, "lambdaPermissions", sample["base"] | after)
    (change,) = changes(world.plan(FILE)).values()
    assert change["action"] == "replace" and {each["path"] for each in change["attributes"]} == {name for name in before.keys() | after if before.get(name) != after.get(name)}
    world.apply(FILE, "--quiet")
    assert changes(world.plan(FILE)) == {}
    found = []
    for name in ("function", "other"):
        for qualifier in ({}, {"Qualifier": "one"}):
            try:
                found += [(each["Sid"], each["Resource"]) for each in json.loads(functions.get_policy(FunctionName=name, **qualifier)["Policy"])["Statement"]]
            except functions.exceptions.ResourceNotFoundException:
                pass
    assert len(set(found)) == 1, "the old statement is gone"


def test_every_property_of_a_permission_is_tried():
    assert {path for path, _, _ in conformance.properties("lambdaPermissions")} == set(conformance.samples()["lambdaPermissions"]["replaced"])
