"""Looks of the classic hosted UI, of pools that have a domain."""

from conformance import POOLS


def read(client, pool, app_client):
    """AWS tells that there is an image, and not which."""
    found = client("cognito-idp").get_ui_customization(UserPoolId=pool, ClientId=app_client)["UICustomization"]
    own = {"CSS": found.get("CSS"), "ImageFile": found.get("ImageUrl") and "there is one"}
    return own if found.get("ClientId") == app_client and any(own.values()) else {}


def write(client, description, pool, app_client):
    """The image is the base's."""
    image = {"ImageFile": SAMPLE["files"]["a.png"]} if description["ImageFile"] else {}
    client("cognito-idp").set_ui_customization(UserPoolId=pool, ClientId=app_client, CSS=description["CSS"] or "", **image)


SAMPLE = {
    "isApart": True,
    "around": POOLS | {"userPoolDomains": {name: {"userPool": name, "domain": f"conformance-{name}"} for name in ("users", "others")}},
    "files": {"a.png": b"a\0", "b.png": b"b\0", "c.png": b"c\0"},
    "base": {"userPool": "users", "css": ".a {}", "imageFile": {"file": "a.png"}},
    "values": {
        "userPool": ("users", "others"),
        "appClient": ("web", "other"),
        "css": (".b {}", ".c {}"),
        "imageFile": ({"file": "b.png"}, {"file": "c.png"}),
    },
    "shown": {"imageFile": ("there is one",) * 2},
    "read": read, "write": write,
}
