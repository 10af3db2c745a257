"""Styles of managed login. A style says settings, assets, or that it is AWS's own."""

from conformance import POOLS, if_there, update


def read(client, pool, app_client):
    describe = client("cognito-idp").describe_managed_login_branding_by_client
    return if_there(describe, UserPoolId=pool, ClientId=app_client).get("ManagedLoginBranding", {})


def write(client, description, pool, app_client):
    """AWS keeps what it is not told, so that all goes first."""
    style = {name: read(client, pool, app_client)[name] for name in ("UserPoolId", "ManagedLoginBrandingId")}
    client("cognito-idp").update_managed_login_branding(**style, UseCognitoProvidedValues=True)
    update(client("cognito-idp"), "update_managed_login_branding", description)


def asset(file, mode="LIGHT"):
    return {"category": "FORM_LOGO", "colorMode": mode, "extension": "PNG", "bytes": {"file": file}}


SAMPLE = {
    "isApart": True,
    "around": POOLS,
    "files": {"a.png": b"a\0", "b.png": b"b\0", "c.png": b"c\0"},
    "base": {"appClient": "web", "settings": {"components": {"form": {"radius": 8}}}, "assets": [asset("a.png")]},
    "values": {
        "appClient": ("web", "other"),
        "settings": ({"components": {"form": {"radius": 9}}}, {"components": {"page": {"colour": "ffffffff"}}}),
        "assets": ([asset("b.png")], [asset("b.png"), asset("c.png", "DARK")]),
    },
    "whole": {"useCognitoProvidedValues": {"appClient": "web", "useCognitoProvidedValues": True}},
    "read": read, "write": write, "derived": ("ManagedLoginBrandingId",),
}
