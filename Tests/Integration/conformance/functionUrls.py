"""URLs of functions: of one, and of its aliases."""

from conformance import ALIASES, FUNCTIONS, if_there, update


def _key(function, qualifier):
    return {"FunctionName": function} | ({} if qualifier == "$LATEST" else {"Qualifier": qualifier})


def read(client, *ids):
    return if_there(client("lambda").get_function_url_config, **_key(*ids))


def write(client, description, *ids):
    update(client("lambda"), "update_function_url_config", description, **_key(*ids))


SAMPLE = {
    "isApart": True,
    "around": FUNCTIONS | ALIASES,
    "base": {"functionName": "function", "authType": "AWS_IAM"},
    "values": {
        "functionName": ("function", "other"),
        "qualifier": ("one", "two"),
        "authType": ("AWS_IAM", "NONE"),
        "cors.allowHeaders": (["x-a"], ["x-a", "x-b"]),
        "cors.allowMethods": (["GET"], ["GET", "POST"]),
        "cors.allowOrigins": (["https://a.example"], ["https://b.example"]),
        "cors.exposeHeaders": (["x-a"], ["x-b"]),
    },
    "read": read, "write": write, "derived": ("FunctionUrl", "FunctionArn", "CreationTime", "LastModifiedTime"),
}
