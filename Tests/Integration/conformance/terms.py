"""Terms. Of an app client there is one document of each name, and AWS knows it by an id of its own."""

from conformance import POOLS, update


def read(client, name, pool, app_client):
    idp = client("cognito-idp")
    listed = [each["TermsId"] for each in idp.list_terms(UserPoolId=pool, MaxResults=60)["Terms"] if each["TermsName"] == name]
    found = [idp.describe_terms(UserPoolId=pool, TermsId=each)["Terms"] for each in listed]
    return next((each for each in found if each["ClientId"] == app_client), {})


def write(client, description, *ids):
    update(client("cognito-idp"), "update_terms", description)


SAMPLE = {
    "isApart": True,
    "around": POOLS,
    "base": {"appClient": "web", "termsName": "terms-of-use", "links": {"cognito:default": "https://a.example"}},
    "values": {
        "appClient": ("web", "other"),
        "termsName": ("terms-of-use", "privacy-policy"),
        "links": (
            {"cognito:default": "https://b.example"},
            {"cognito:default": "https://b.example", "cognito:french": "https://b.example/fr"},
        ),
    },
    "read": read, "write": write, "derived": ("TermsId",),
}
