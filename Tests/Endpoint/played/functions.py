"""Lambda: who may call a function, its aliases and its address."""

import re

from botocore.exceptions import ClientError

from rules import rule
from wire import Refused


@rule("lambda:AddPermission")
def principals_of_permissions_exist(rules, request):
    """An account's number stands for its root; a user or role must exist. (Statements that are there twice are refused by the endpoint.)"""
    principal = request.parameters.get("Principal", "")
    if re.fullmatch(r"\d{12}", principal):
        request.rewrite(Principal=f"arn:aws:iam::{principal}:root")
    elif re.match(r"arn:[^:]+:iam::\d{12}:(user|role)/", principal) and rules._unique_id(request, principal) is None:
        raise Refused("InvalidParameterValueException", "The provided principal was invalid. Please check the principal and try again.")


@rule("lambda:CreateAlias", "lambda:UpdateAlias")
def aliases_are_of_versions_that_exist(rules, request):
    """An alias stands for a version that exists, or divides calls between two that were published."""
    wanted, client = request.parameters, rules.layer.client(request, "lambda")
    weights = (wanted.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for version in filter(None, [wanted.get("FunctionVersion"), *weights]):
        try:
            client.get_function_configuration(FunctionName=wanted["FunctionName"], Qualifier=version)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"], 404) from None
    if weights and (wanted.get("FunctionVersion") == "$LATEST" or "$LATEST" in weights):
        raise Refused("InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version")


@rule("lambda:DeleteFunction")
def addresses_go_with_the_function(rules, request):
    """A function that is created under the same name later has no address, nor have its aliases."""
    client, name = rules.layer.client(request, "lambda"), request.parameters["FunctionName"]
    try:
        if "?" in request.path or not client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]:
            return  # a version, or nothing to do
        aliases = [{"Qualifier": alias["Name"]} for alias in client.list_aliases(FunctionName=name)["Aliases"]]
    except ClientError:
        return  # there is no such function: the endpoint says so
    for qualifier in ({}, *aliases):
        try:
            client.delete_function_url_config(FunctionName=name, **qualifier)
        except ClientError:
            continue  # not every one has an address
