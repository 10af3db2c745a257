"""Groups of a user pool. The endpoint has no UpdateGroup, and does not tell a precedence of 0 from none."""

from botocore.exceptions import ClientError

from keeping import kept
from played.operations import now, plays
from rules import rule
from wire import Refused

_SETTINGS = ("Description", "RoleArn", "Precedence")


@rule("cognito-idp:CreateGroup")
def role_is_of_the_account(rules, request):
    """A group's role is of the pool's account."""
    role = request.parameters.get("RoleArn")
    if role and role.split(":")[4] != rules.layer.account(request):
        raise Refused("InvalidParameterException", "Cross-account pass role is not allowed.")


@rule("cognito-idp:CreateGroup", amends=True)
def groups_keep_what_they_were_given(rules, request, answer):
    """CreateGroup sets what it is given and nothing else. A name that is taken is GroupExistsException (the endpoint sees to that)."""
    wanted = request.parameters
    kept(rules, "groups")[wanted["UserPoolId"], wanted["GroupName"]] = {name: wanted[name] for name in _SETTINGS if name in wanted}
    group_as_read(rules, request, answer)


@plays("cognito-idp:UpdateGroup")
def update_group(rules, request):
    """UpdateGroup changes the settings that it is given and leaves the others: in the documentation's example a request without RoleArn is
    answered with the one that was there. A role or a precedence can therefore not be taken away."""
    wanted = request.parameters
    role_is_of_the_account(rules, request)
    key = wanted["UserPoolId"], wanted["GroupName"]
    try:
        live = rules.layer.client(request, "cognito-idp").get_group(UserPoolId=key[0], GroupName=key[1])["Group"]
    except ClientError as error:
        raise Refused("ResourceNotFoundException", error.response["Error"]["Message"]) from None
    settings = kept(rules, "groups").setdefault(key, {})
    settings |= {name: wanted[name] for name in _SETTINGS if name in wanted} | {"LastModifiedDate": now()}
    return {"Group": _as_read(rules, live | {name: live[name].timestamp() for name in ("CreationDate", "LastModifiedDate")})}


@rule("cognito-idp:DeleteGroup", amends=True)
def deleted_groups_are_forgotten(rules, request, answer):
    """A group of the same name that is created later has nothing of it."""
    kept(rules, "groups").pop((request.parameters["UserPoolId"], request.parameters["GroupName"]), None)


@rule("cognito-idp:GetGroup", amends=True)
def group_as_read(rules, request, answer):
    """A setting that a group does not have is not in the answer; a precedence of 0 is, and is the highest."""
    answer.replace({"Group": _as_read(rules, answer.json["Group"])})


@rule("cognito-idp:ListGroups", "cognito-idp:AdminListGroupsForUser", amends=True)
def groups_as_read(rules, request, answer):
    """As above."""
    body = answer.json
    answer.replace(body | {"Groups": [_as_read(rules, group) for group in body["Groups"]]})


def _as_read(rules, group):
    settings = kept(rules, "groups").get((group["UserPoolId"], group["GroupName"]))
    if settings is None:  # made without the layer
        return {name: value for name, value in group.items() if name not in _SETTINGS or value not in ("", 0)}
    return {name: value for name, value in group.items() if name not in _SETTINGS} | {
        name: value for name, value in settings.items() if value != ""}
