"""The schema of a user pool. (That attributes are only ever added, 25 at once and 50 in all, and never required: the endpoint.)"""

from keeping import kept
from rules import rule
from wire import Refused

_STANDARD = {
    **dict.fromkeys(
        ("sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
         "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "address"), "String"),
    "email_verified": "Boolean", "phone_number_verified": "Boolean", "updated_at": "Number"}
_IDENTITIES = {
    "Name": "identities", "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": False,
    "StringAttributeConstraints": {}}
_LIMITS = (("StringAttributeConstraints", "MinLength", "MaxLength"), ("NumberAttributeConstraints", "MinValue", "MaxValue"))


@rule("cognito-idp:CreateUserPool")
def attributes_are_immutable_by_default(rules, request):
    """A standard attribute of the schema for which Mutable is not given is immutable, as custom ones are, although it is mutable where the
    schema does not name it. (Seen in definitions of CloudFormation, which sends what it is given; aws-cdk#7752.)"""
    schema = request.parameters.get("Schema") or []
    if any("Mutable" not in attribute for attribute in schema):
        request.rewrite(Schema=[{"Mutable": False} | attribute for attribute in schema])


@rule("cognito-idp:CreateUserPool", "cognito-idp:AddCustomAttributes")
def attributes_are_consistent(rules, request):
    """A schema names an attribute once. A standard attribute keeps its type, and no minimum is above its maximum."""
    attributes = request.parameters.get("Schema") or request.parameters.get("CustomAttributes") or []
    names = [attribute["Name"] for attribute in attributes]
    for attribute in attributes:
        name = attribute["Name"]
        full = name if name in _STANDARD else f"custom:{name}"
        if names.count(name) > 1:
            raise _invalid(f"Duplicate custom attribute names {full} are not allowed in a user pool schema.")
        fixed = _STANDARD.get(name)
        if fixed and (attribute.get("AttributeDataType", fixed) != fixed or attribute.get("DeveloperOnlyAttribute")):
            raise _invalid(f"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}")
        for member, least, most in _LIMITS:
            limits = attribute.get(member) or {}
            if least in limits and most in limits and float(limits[least]) > float(limits[most]):
                raise _invalid(f"Attribute {full} cannot have a max value smaller than it's min value")


def schema_as_read(rules, pool):
    """All standard attributes are in it, and `identities` once the pool has had an identity provider. Constraints are filled in; a
    developer-only attribute is called dev:custom:name."""
    schema = [_as_read(attribute) for attribute in pool.get("SchemaAttributes") or []]
    return schema + [_IDENTITIES] * ((pool["Id"],) in kept(rules, "identities"))


def _as_read(attribute):
    name, kind = attribute["Name"], attribute["AttributeDataType"]
    if name.startswith("dev:") and not name.startswith("dev:custom:"):
        attribute = attribute | {"Name": f"dev:custom:{name.removeprefix('dev:')}"}
    if kind == "String":
        limits = {"MinLength": "0", "MaxLength": "2048"} | (attribute.get("StringAttributeConstraints") or {})
        return attribute | {"StringAttributeConstraints": limits}
    if kind == "Number":
        return attribute | {"NumberAttributeConstraints": attribute.get("NumberAttributeConstraints") or {}}
    return attribute


def _invalid(text):
    return Refused("InvalidParameterException", text)
