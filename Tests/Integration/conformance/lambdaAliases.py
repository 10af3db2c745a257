"""Samples for test_conformance.py: what the limits in the table do not tell."""

READ = ("lambda", "get_alias", "")
SAMPLE = {
    "isApart": True,
    "base": {"functionName": "function", "functionVersion": "1"},  # of a function with versions 1 and 2
    "values": {
        "functionName": ("function", "other"),
        "name": ("live", "next"),
        "functionVersion": ("1", "2"),
        "routingConfig.additionalVersionWeights": ({"2": 0.1}, {"2": 0.25}),
    },
}
