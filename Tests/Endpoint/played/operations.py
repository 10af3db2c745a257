"""Operations that the layer answers itself, and what they have in common."""

import time

from botocore.exceptions import ClientError

from keeping import drop, lock
from rules import rule
from wire import Answered, Refused, json_answer


def plays(*operations):
    """Marks a function of the rules and the request whose value is the answer to an operation that the endpoint does not know. The
    endpoint is asked before, which verifies the signature and evaluates the caller's policies."""
    def register(function):
        @rule(*operations)
        def play(rules, request):
            old = rules.old_answer(request)
            answer = old or rules.layer._forward(request)
            if old or b"InvalidAction" not in answer.body:
                raise Answered(answer)
            rules.before_change(request)
            with lock:
                body = function(rules, request)
            raise Answered(json_answer(body or {}))
        return function
    return register


@rule("cognito-idp:DeleteUserPool", "cognito-identity:DeleteIdentityPool", amends=True)
def nothing_outlives_its_pool(rules, request, answer):
    """With a pool goes all that belongs to it."""
    pool = request.parameters.get("UserPoolId") or request.parameters["IdentityPoolId"]
    drop(rules, lambda key, value: key[0] == pool)


@rule("cognito-idp:DeleteUserPoolClient", amends=True)
def nothing_outlives_its_client(rules, request, answer):
    """With an app client goes all that belongs to it: branding, terms, secrets."""
    client = request.parameters["ClientId"]
    drop(rules, lambda key, value: client in key or isinstance(value, dict) and value.get("ClientId") == client)


def user_pool(rules, request):
    """The pool that a request names, as the endpoint has it; refused where there is none."""
    found = rules._user_pool(request)
    if found is None:
        raise Refused("ResourceNotFoundException", f"User pool {request.parameters.get('UserPoolId')} does not exist.")
    return found


def app_client(rules, request):
    """The app client that a request names, as the endpoint has it; refused where there is none."""
    wanted = request.parameters.get("ClientId")
    try:
        return rules.layer.client(request, "cognito-idp").describe_user_pool_client(
            UserPoolId=request.parameters["UserPoolId"], ClientId=wanted)["UserPoolClient"]
    except ClientError as error:
        raise Refused("ResourceNotFoundException", error.response["Error"]["Message"]) from None


def needs_tier(pool, lacking, feature):
    """Refuses a feature that is a call of its own in a pool whose tier is among those that lack it."""
    tier = pool.get("UserPoolTier", "ESSENTIALS")
    if tier in lacking:
        raise Refused(
            "FeatureUnavailableInTierException",
            f"The following feature is not available for the {tier} pricing tier configured: {feature}")


def page(request, objects, most, member, limit="MaxResults"):
    """A page of a list, and the token of the next one."""
    start = int(request.parameters.get("NextToken") or 0)
    end = start + min(request.parameters.get(limit) or most, most)
    return {member: objects[start:end]} | ({"NextToken": str(end)} if end < len(objects) else {})


def now():
    return round(time.time(), 3)
