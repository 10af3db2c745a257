"""Samples for test_conformance.py: what the limits in the table do not tell."""

READ = ("lambda", "get_function_url_config", "")
SAMPLE = {
    "isApart": True,
    "base": {"functionName": "function", "authType": "AWS_IAM"},
    "values": {
        "functionName": ("function", "other"),
        "qualifier": ("one", "two"),  # aliases
        "authType": ("AWS_IAM", "NONE"),
        "cors.allowHeaders": (["x-a"], ["x-a", "x-b"]),
        "cors.allowMethods": (["GET"], ["GET", "POST"]),
        "cors.allowOrigins": (["https://a.example"], ["https://b.example"]),
        "cors.exposeHeaders": (["x-a"], ["x-b"]),
    },
}
