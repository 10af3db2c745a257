"""What a definition asks for, in AWS's own names, and how that differs from what there is.

Where a value holds `[[path]]`, what is live at that path is meant: `[[userPools/staff/Id]]`; `[[account]]` is the account's number.
"""

import re

ANY = object()  # whatever it is, it is there


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions, resources, **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resources} | more


def deny(actions, resources):
    return {"Effect": "Deny", "Action": actions, "Resource": resources}


def pool_users(identity_pool, amr, operator="StringLike"):
    """The trust of a role that an identity pool gives to its users or its guests."""
    return policy({
        "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": f"[[identityPools/{identity_pool}/IdentityPoolId]]"},
            f"ForAnyValue:{operator}": {"cognito-identity.amazonaws.com:amr": amr},
        }})


def service(name):
    """The trust of a role that a service takes."""
    return policy({"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"})


def function_arn(name):
    return f"arn:aws:lambda:us-east-1:[[account]]:function:{name}"


def called_by_pool(user_pool):
    """The statement of a function's resource policy that lets a pool call it."""
    return {
        "Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": f"[[userPools/{user_pool}/Arn]]"}}}


# Maps of objects by their names: one that is not expected is as wrong as one that is missing.
_OBJECTS = {"userPools", "identityPools", "roles", "functions", "secrets", "Clients", "Domains", "Groups", "Users", "ResourceServers",
            "IdentityProviders", "RoleMappings"}


def differences(expected, live, path=()):
    """What live lacks of what is expected, a line each. Of a map, the members that are named must be so; the order of a list means nothing."""
    place = "/".join(path) or "account"
    if expected is ANY:
        return [] if live else [f"{place}: not there"]
    if expected in (None, [], {}) and not isinstance(expected, dict):
        return [f"{place}: {live!r}, and nothing is expected"] if live else []
    if isinstance(expected, dict):
        if not isinstance(live, dict):
            return [f"{place}: {live!r} in place of {expected!r}"]
        # Of a role's policies nothing may be more than is asked for.
        is_exact = not path or path[-1] in _OBJECTS or path[0] == "roles" and len(path) > 2 and path[2] in ("Policies", "AssumeRolePolicyDocument")
        extra = sorted(set(live) - set(expected)) if is_exact else []
        return [f"{place}: {name} is not expected" for name in extra] + [
            line for name, value in expected.items() for line in differences(value, live.get(name), (*path, name))]
    if isinstance(expected, list) or isinstance(live, list):
        return _unmatched(_listed(expected), _listed(live), path)
    return [] if expected == live and type(expected) is type(live) else [f"{place}: {live!r} in place of {expected!r}"]


def _listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def _unmatched(expected, live, path):
    left, missing = list(live), []
    for element in expected:
        match = next((other for other in left if not differences(element, other, (*path, "[]"))), None)
        if match is None:
            missing.append(element)
        else:
            left.remove(match)
    place = "/".join(path)
    if len(missing) == 1 == len(left):
        return differences(missing[0], left[0], (*path, "[]"))
    return [f"{place}: {element!r} is missing" for element in missing] + [f"{place}: {element!r} is not expected" for element in left]


def resolved(expected, live):
    """What is expected, with what is live in place of references, in keys too."""
    def text(match):
        value = live
        for step in match[1].split("/"):
            value = value[step]
        return value

    if isinstance(expected, dict):
        return {resolved(name, live): resolved(value, live) for name, value in expected.items()}
    if isinstance(expected, list):
        return [resolved(element, live) for element in expected]
    if isinstance(expected, str):
        return re.sub(r"\[\[([^]]+)\]\]", text, expected)
    return expected
