"""People who are invited into a new user pool: once, into their groups, and never changed or deleted afterwards."""

import json
import re

import pytest

FILE = "first.yaml"
ANN = {"userPool": "users", "username": "ann@example.com", "groups": ["admins"], "userAttributes": {"email_verified": "true"}}


def write(cogstack, first, pool=None, **sections):
    stack = {
        "stack": "test", "region": "us-east-1", "userPools": {"users": {"usernameAttributes": ["email"]} | (pool or {})},
        "groups": {"admins": {"userPool": "users"}, "readers": {"userPool": "users"}}, "firstUsers": first}
    (cogstack.folder / FILE).write_text(json.dumps(stack | sections, indent=1))
    return FILE


def pool_id(idp):
    (pool,) = idp.list_user_pools(MaxResults=60)["UserPools"]
    return pool["Id"]


def people(idp):
    """{address: (attributes, groups)} of everybody in the pool."""
    pool = pool_id(idp)
    found = {}
    for user in idp.list_users(UserPoolId=pool)["Users"]:
        attributes = {each["Name"]: each["Value"] for each in user["Attributes"] if each["Name"] != "sub"}
        groups = idp.admin_list_groups_for_user(UserPoolId=pool, Username=user["Username"])["Groups"]
        found[attributes["email"]] = (attributes, sorted(group["GroupName"] for group in groups))
    return found


def requests(layer, operation):
    return [request for request in layer.requests if request.operation == operation]


def test_somebody_is_invited_and_put_into_groups(cogstack, idp, layer):
    cogstack.apply(write(cogstack, {"ann": ANN}))
    assert people(idp) == {"ann@example.com": ({"email": "ann@example.com", "email_verified": "true"}, ["admins"])}
    (invitation,) = requests(layer, "AdminCreateUser")
    assert invitation.parameters["DesiredDeliveryMediums"] == ["EMAIL"]  # AWS's default is a text message to nobody's number
    assert cogstack.plan(FILE)["changes"] == []


def test_all_that_an_invitation_can_say_is_said(cogstack, idp, layer, tmp_path):
    everything = {
        "userPool": "users", "username": "ben@example.com", "messageAction": "SUPPRESS", "desiredDeliveryMediums": ["SMS", "EMAIL"],
        "temporaryPassword": "$(env.FIRST_PASSWORD)", "forceAliasCreation": True, "validationData": {"from": "us"},
        "clientMetadata": {"why": "first"}, "userAttributes": {"email": "ben@example.com", "phone_number": "+12025550100"}}
    password = "Correct-horse-7"
    for command in ("plan", "apply"):
        run = cogstack.run(command, write(cogstack, {"ben": everything}), *(["--yes"] if command == "apply" else []),
                           environment={"FIRST_PASSWORD": password})
        assert password not in run.out + run.err
    (invitation,) = requests(layer, "AdminCreateUser")
    assert invitation.parameters == {
        "UserPoolId": pool_id(idp), "Username": "ben@example.com", "MessageAction": "SUPPRESS", "DesiredDeliveryMediums": ["SMS", "EMAIL"],
        "TemporaryPassword": password, "ForceAliasCreation": True, "ValidationData": [{"Name": "from", "Value": "us"}],
        "ClientMetadata": {"why": "first"}, "UserAttributes": [
            {"Name": "email", "Value": "ben@example.com"}, {"Name": "phone_number", "Value": "+12025550100"}]}
    for file in (cogstack.folder / ".cogstack").rglob("*"):
        assert file.is_dir() or password not in file.read_text()


def test_nobody_is_changed_invited_twice_or_deleted(cogstack, idp, layer):
    cogstack.apply(write(cogstack, {"ann": ANN}))
    for change in ({"groups": ["readers"]}, {"userAttributes": {"name": "Ann"}}, {"messageAction": "SUPPRESS"}):
        assert cogstack.plan(write(cogstack, {"ann": ANN | change}))["changes"] == []
    cogstack.apply(FILE)
    before = people(idp)
    assert before["ann@example.com"][1] == ["admins"]
    plan = cogstack.run("plan", write(cogstack, {})).out
    assert "firstUsers.ann is no longer managed and stays in AWS" in re.sub(r"\s+", " ", plan)
    cogstack.apply(FILE)
    assert people(idp) == before

    # Whoever is there already is left as they are.
    cogstack.apply(write(cogstack, {"ann": ANN | {"groups": ["readers"]}}))
    assert people(idp) == before and len(requests(layer, "AdminCreateUser")) == 1

    # Whom somebody took out is not invited again, and that is said.
    idp.admin_delete_user(UserPoolId=pool_id(idp), Username="ann@example.com")
    plan = cogstack.run("plan", FILE).out
    assert "Nobody is invited twice" in re.sub(r"\s+", " ", plan) and cogstack.plan(FILE)["changes"] == []


def test_an_invitation_that_was_cut_short_is_finished(cogstack, idp, layer):
    """The account was made, and the answer lost: the groups are still to come."""
    layer.fail("AdminCreateUser", mode="reset-after")
    cogstack.run("apply", write(cogstack, {"ann": ANN}), "--yes", status=None)
    cogstack.apply(FILE)
    assert people(idp)["ann@example.com"][1] == ["admins"] and len(people(idp)) == 1
    assert cogstack.plan(FILE)["changes"] == []


def test_people_go_with_their_pool_only_where_that_is_meant(cogstack, idp, account):
    cogstack.apply(write(cogstack, {"ann": ANN}))
    refused = cogstack.run("destroy", FILE, "--yes", status=1)
    assert "--accept-user-loss 1" in refused.err and people(idp)
    cogstack.run("destroy", FILE, "--yes", "--accept-user-loss", "1")
    assert account.is_empty()


@pytest.mark.parametrize("user, message", [
    ({"username": "ann"}, "needs `userPool`"),
    (ANN | {"groups": ["nobody s"]}, "groups"),
    (ANN | {"email": "ann@example.com"}, "It is called `userAttributes` here"),
])
def test_mistakes_are_told(cogstack, user, message):
    assert message in re.sub(r"\s+", " ", cogstack.run("validate", write(cogstack, {"ann": user}), status=1).err)
