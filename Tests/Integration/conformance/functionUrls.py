"""Samples for test_apart.py."""

SAMPLE = {
    "isApart": True,
    "read": ("lambda", "get_function_url_config", {"FunctionName": "function"}, None),
    "base": {"functionName": "function", "authType": "AWS_IAM"},
    "values": {
        "authType": ("NONE", "AWS_IAM"),
        "cors.allowHeaders": (["x-a"], ["x-a", "x-b"]),
        "cors.allowMethods": (["GET"], ["GET", "POST"]),
        "cors.allowOrigins": (["https://a.example"], ["https://b.example"]),
        "cors.exposeHeaders": (["x-a"], ["x-b"]),
    },
}
