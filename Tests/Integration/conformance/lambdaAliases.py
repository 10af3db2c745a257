"""Aliases of a function that has the versions 1 and 2."""

from conformance import FUNCTIONS, if_there, update


def prepare(client):
    functions = client("lambda")
    for function in functions.list_functions()["Functions"]:
        of = {"FunctionName": function["FunctionName"]}
        for size in (256, 128):
            functions.publish_version(**of)
            functions.update_function_configuration(**of, MemorySize=size)


def read(client, function, name):
    return if_there(client("lambda").get_alias, FunctionName=function, Name=name)


def write(client, description, function, name):
    update(client("lambda"), "update_alias", {"RoutingConfig": {}} | description, FunctionName=function, Name=name)


SAMPLE = {
    "isApart": True,
    "around": FUNCTIONS,
    "prepare": prepare,
    "base": {"functionName": "function", "functionVersion": "1"},
    "values": {
        "functionName": ("function", "other"),
        "name": ("live", "next"),
        "functionVersion": ("1", "2"),
        "routingConfig.additionalVersionWeights": ({"2": 0.1}, {"2": 0.25}),
    },
    "read": read, "write": write, "derived": ("AliasArn",),
}
