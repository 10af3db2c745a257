"""The attributes that a user pool keeps of people: added in place, and nothing else, since AWS can do no more."""

import json
import re

import pytest

FILE = "schema.yaml"
TENANT = {"name": "tenant", "stringAttributeConstraints": {"minLength": 1, "maxLength": 40}}
LEVEL = {"name": "level", "attributeDataType": "Number", "numberAttributeConstraints": {"minValue": 1}}
EMAIL = {"name": "email", "required": True}


def write(cogstack, schema, **more):
    properties = {"schema": schema} if schema is not None else {}
    stack = {"stack": "test", "region": "us-east-1", "userPools": {"users": properties | more}}
    (cogstack.folder / FILE).write_text(json.dumps(stack, indent=1))
    return FILE


def schema_of(idp):
    (pool,) = idp.list_user_pools(MaxResults=60)["UserPools"]
    return {each["Name"]: each for each in idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["SchemaAttributes"]}


def changes(cogstack, schema):
    return {
        attribute["path"]: (attribute.get("before"), attribute.get("after"))
        for change in cogstack.plan(write(cogstack, schema))["changes"] for attribute in change["attributes"]}


def test_attributes_are_made_with_the_pool(cogstack, idp):
    cogstack.apply(write(cogstack, [EMAIL, TENANT, LEVEL, {"name": "fixed", "mutable": False}]))
    live = schema_of(idp)
    assert live["email"]["Required"] and live["email"]["Mutable"]  # which AWS would not do by itself
    assert live["custom:tenant"]["StringAttributeConstraints"] == {"MinLength": "1", "MaxLength": "40"}
    assert (live["custom:level"]["AttributeDataType"], live["custom:level"]["NumberAttributeConstraints"]) == ("Number", {"MinValue": "1"})
    assert not live["custom:fixed"]["Mutable"] and not live["custom:tenant"]["Required"]
    assert cogstack.plan(FILE)["changes"] == []


def test_attributes_are_added_in_place(cogstack, idp, layer):
    cogstack.apply(write(cogstack, [TENANT]))
    (pool,) = idp.list_user_pools(MaxResults=60)["UserPools"]
    before = schema_of(idp)
    names = [f"more{number}" for number in range(30)]
    more = [{"name": name} for name in names]
    shown = changes(cogstack, [*more, TENANT])  # their order means nothing
    assert shown.keys() == {f"schema.{name}" for name in names} and all(before is None for before, _ in shown.values())
    sent = len(layer.requests)
    cogstack.apply(FILE)
    calls = [request for request in layer.requests[sent:] if request.operation in ("AddCustomAttributes", "UpdateUserPool", "CreateUserPool")]
    assert [(call.operation, len(call.parameters["CustomAttributes"])) for call in calls] == [("AddCustomAttributes", 25), ("AddCustomAttributes", 5)]
    after = schema_of(idp)
    assert after.keys() - before.keys() == {f"custom:{name}" for name in names}
    assert {name: after[name] for name in before} == before
    assert idp.list_user_pools(MaxResults=60)["UserPools"][0]["Id"] == pool["Id"]
    assert cogstack.plan(FILE)["changes"] == []


def test_a_standard_attribute_at_its_default_is_no_difference(cogstack):
    cogstack.apply(write(cogstack, None))
    standard = [{"name": "nickname"}, {"name": "birthdate", "stringAttributeConstraints": {"minLength": 10, "maxLength": 10}},
                {"name": "email_verified", "attributeDataType": "Boolean"}, {"name": "updated_at", "attributeDataType": "Number"}]
    assert changes(cogstack, standard) == {}
    cogstack.apply(FILE)
    assert changes(cogstack, None) == {}


@pytest.mark.parametrize("schema, path, verb", [
    ([EMAIL], "schema.tenant", "take away"),
    (None, "schema", "take away"),
    ([EMAIL, TENANT | {"stringAttributeConstraints": {"minLength": 1, "maxLength": 50}}], "schema.tenant.stringAttributeConstraints.maxLength", "change"),
    ([EMAIL, TENANT | {"attributeDataType": "Number", "stringAttributeConstraints": None}], "schema.tenant", "change"),
    ([EMAIL, TENANT | {"mutable": False}], "schema.tenant.mutable", "change"),
    ([{"name": "email"}, TENANT], "schema.email.required", "change"),
    ([EMAIL, TENANT, {"name": "nickname", "required": True}], "schema.nickname.required", "change"),
], ids=["removed", "all removed", "longer", "another type", "immutable", "not required", "required"])
def test_what_aws_cannot_change_is_refused_before_anything_is_written(cogstack, idp, account, schema, path, verb):
    cogstack.apply(write(cogstack, [EMAIL, TENANT]))
    (pool,) = idp.list_user_pools(MaxResults=60)["UserPools"]
    for name in ("ann@example.com", "ben@example.com"):
        idp.admin_create_user(UserPoolId=pool["Id"], Username=name, UserAttributes=[{"Name": "email", "Value": name}])
    live = account.inventory()
    write(cogstack, schema, mfaConfiguration="OFF", deletionProtection="ACTIVE")
    for command in (["plan"], ["apply", "--yes"]):
        errors = cogstack.run(*command, FILE, status=1).err
        assert re.search(rf"error: AWS cannot {verb} {path}\S* of userPools.users once it exists \(2 user\s+accounts are at\s+stake\)", errors), errors
        assert "AWS can add attributes to a pool that exists" in errors
    assert account.inventory() == live


@pytest.mark.parametrize("schema, message", [
    ([{"name": "custom:tenant"}], "Write `name: tenant`"),
    ([TENANT, TENANT | {"mutable": False}], "`schema` has tenant twice"),
    ([{"name": "tenant", "required": True}], "an attribute of your own cannot be required"),
    ([{"name": "email_verified"}], "Add `attributeDataType: Boolean`"),
    ([{"name": "sub", "mutable": False, "required": True}], "AWS sets `sub` itself"),
    ([{"name": "level", "attributeDataType": "Number", "stringAttributeConstraints": {"maxLength": 3}}], "is for attributes of type String"),
    ([{"name": "tenant", "stringAttributeConstraints": {"minLength": 5, "maxLength": 3}}], "`minLength` is greater than `maxLength`"),
    ([{"name": "a-name-of-more-than-twenty-letters"}], "from 1 to 20 characters"),
])
def test_what_aws_would_refuse_is_found_in_the_file(cogstack, schema, message):
    errors = cogstack.run("validate", write(cogstack, schema), status=1).err
    assert message in re.sub(r"\s+", " ", errors) and errors.count("error:") == 1
