"""Samples for the conformance of looks of the classic hosted UI. The pool needs a domain."""

SAMPLE = {
    "isApart": True,
    "files": {"a.png": b"a\0", "b.png": b"b\0", "c.png": b"c\0"},
    "base": {"userPool": "users", "css": ".a {}", "imageFile": {"file": "a.png"}},
    "values": {
        "appClient": ("web", "other"),
        "css": (".b {}", ".c {}"),
        # AWS tells that there is an image, and not which: of its drift only that it is gone is seen.
        "imageFile": ({"file": "b.png"}, {"file": "c.png"}),
    },
    "read": ("get_ui_customization", ("UserPoolId", "ClientId"), "UICustomization"),
}
