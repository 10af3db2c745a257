"""Samples for test_apart.py."""

SAMPLE = {
    "isApart": True,
    "read": ("lambda", "get_alias", {"FunctionName": "function", "Name": "sample"}, None),
    "base": {"functionName": "function", "name": "sample", "functionVersion": "1"},  # of a function with versions 1 to 3
    "values": {
        "functionVersion": ("3", "2"),
        "description": ("one", "another"),
        "routingConfig.additionalVersionWeights": ({"2": 0.1}, {"3": 0.25}),
    },
}
