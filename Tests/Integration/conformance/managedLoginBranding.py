"""Samples for the conformance of styles of managed login. A style says settings, assets, or that it is AWS's own."""


def asset(file, mode="LIGHT"):
    return {"category": "FORM_LOGO", "colorMode": mode, "extension": "PNG", "bytes": {"file": file}}


FILES = {"a.png": b"a\0", "b.png": b"b\0", "c.png": b"c\0"}
SAMPLE = {
    "isApart": True,
    "files": FILES,
    "base": {"appClient": "web", "settings": {"components": {"form": {"radius": 8}}}, "assets": [asset("a.png")]},
    "values": {
        "appClient": ("other", "third"),
        "settings": ({"components": {"form": {"radius": 9}}}, {"components": {"page": {"colour": "ffffffff"}}}),
        "assets": ([asset("b.png")], [asset("b.png"), asset("c.png", "DARK")]),
    },
    "read": ("describe_managed_login_branding_by_client", ("UserPoolId", "ClientId"), "ManagedLoginBranding"),
}
# `useCognitoProvidedValues` stands alone.
FAMILIES = {
    "AWS's own": {
        "base": {"appClient": "web", "useCognitoProvidedValues": True},
        "values": {},
    },
}
