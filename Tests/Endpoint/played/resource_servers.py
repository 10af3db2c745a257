"""Resource servers, and the scopes that app clients take from them."""

from played.operations import user_pool
from rules import rule
from wire import Refused

STANDARD_SCOPES = {"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}


@rule("cognito-idp:UpdateResourceServer")
def resource_server_reset(rules, request):
    """UpdateResourceServer needs Name, and replaces the scopes whole: without Scopes there are none. That a scope which app clients have
    is taken away unhindered is inferred: the documentation names no error for it. The next update of such a client is refused."""
    if not request.parameters.get("Name"):
        raise Refused(
            "InvalidParameterException",
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null")
    if "Scopes" not in request.parameters:
        request.rewrite(Scopes=[])


@rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient")
def scopes_exist(rules, request):
    """An app client takes the five standard scopes, and those of the pool's resource servers as identifier/name. The flow
    client_credentials takes the latter only, stands alone, and needs a secret."""
    wanted = request.parameters
    scopes = wanted.get("AllowedOAuthScopes") or []
    unknown = [scope for scope in scopes if scope not in STANDARD_SCOPES]
    if unknown:
        user_pool(rules, request)
        pages = rules.layer.client(request, "cognito-idp").get_paginator("list_resource_servers").paginate(
            UserPoolId=wanted["UserPoolId"], PaginationConfig={"PageSize": 50})
        known = {
            f"{server['Identifier']}/{scope['ScopeName']}"
            for page in pages for server in page["ResourceServers"] for scope in server.get("Scopes", [])}
        for scope in unknown:
            if scope not in known:
                raise Refused("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")
    flows = wanted.get("AllowedOAuthFlows") or []
    if "client_credentials" in flows:
        if len(flows) > 1:
            raise Refused(
                "InvalidOAuthFlowException", "client_credentials flow can not be selected along with code flow or implicit flow.")
        standard = sorted(set(scopes) & STANDARD_SCOPES)
        if standard:
            raise Refused("ScopeDoesNotExistException", f"Invalid scope requested: {standard[0]}")
