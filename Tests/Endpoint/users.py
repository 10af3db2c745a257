"""Signing in: what AWS does for people and the local endpoint does not. Rules as in rules.py, which this module adds to."""

import base64
import json
import secrets

from botocore.exceptions import ClientError

from rules import rule
from wire import Answered, Refused, json_answer

_deleted = set()  # identity ids
_set_up = {}  # sessions of VerifySoftwareToken


@rule("cognito-identity:DeleteIdentities")
def identities_can_be_deleted(rules, request):
    """DeleteIdentities removes identities, and answers with those that it could not remove."""
    _deleted.update(request.parameters["IdentityIdsToDelete"])
    raise Answered(json_answer({"UnprocessedIdentityIds": []}))


@rule("cognito-identity:ListIdentities", amends=True)
def deleted_identities_are_gone(rules, request, answer):
    """As above."""
    answer.replace(answer.json | {"Identities": [each for each in answer.json["Identities"] if each["IdentityId"] not in _deleted]})


@rule("cognito-identity:GetCredentialsForIdentity")
def the_authenticated_role_is_assumed(rules, request):
    """Credentials are a session of the pool's authenticated role, whose trust lets in the pool by its id. Else, whatever is wrong,
    the same InvalidIdentityPoolConfigurationException."""
    found = authenticated_role(rules, request)
    if found:
        pool, role = found
        role = role and rules._iam(request, "get_role", RoleName=role)
        if not role or not _lets_in(role["Role"]["AssumeRolePolicyDocument"], pool):
            raise Refused(
                "InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")


def authenticated_role(rules, request):
    """The pool of the identity that is asked about, and the name of its role; None where there is no such identity."""
    client = rules.layer.client(request, "cognito-identity")
    wanted = request.parameters["IdentityId"]
    for pool in client.list_identity_pools(MaxResults=60)["IdentityPools"]:
        of = {"IdentityPoolId": pool["IdentityPoolId"]}
        if any(each["IdentityId"] == wanted for each in client.list_identities(**of, MaxResults=60)["Identities"]):
            arn = client.get_identity_pool_roles(**of).get("Roles", {}).get("authenticated")
            return pool["IdentityPoolId"], arn and arn.rsplit("/", 1)[-1]


def _lets_in(document, pool):
    return any(
        statement["Effect"] == "Allow" and statement.get("Principal", {}).get("Federated") == "cognito-identity.amazonaws.com"
        and statement.get("Condition", {}).get("StringEquals", {}).get("cognito-identity.amazonaws.com:aud") == pool
        for statement in document["Statement"])


@rule("cognito-idp:InitiateAuth", amends=True)
def a_required_factor_is_set_up_first(rules, request, answer):
    """Where MFA is ON, who has no second factor yet gets no tokens but the challenge MFA_SETUP."""
    token = answer.json.get("AuthenticationResult", {}).get("AccessToken")
    if not token:
        return
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))
    pool, client = claims["iss"].rsplit("/", 1)[-1], rules.layer.client(request, "cognito-idp")
    if client.get_user_pool_mfa_config(UserPoolId=pool).get("MfaConfiguration") != "ON":
        return
    if not client.admin_get_user(UserPoolId=pool, Username=claims["username"]).get("UserMFASettingList"):
        answer.replace({
            "ChallengeName": "MFA_SETUP", "Session": secrets.token_urlsafe(32),
            "ChallengeParameters": {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]', "USER_ID_FOR_SRP": claims["username"]}})


@rule("cognito-idp:VerifySoftwareToken", amends=True)
def sessions_of_verified_tokens(rules, request, answer):
    """The session that ends MFA_SETUP is the one of VerifySoftwareToken."""
    _set_up[answer.json.get("Session")] = answer.json["Status"]


@rule("cognito-idp:RespondToAuthChallenge")
def set_up_ends_with_a_verified_token(rules, request):
    """As above."""
    if request.parameters.get("ChallengeName") == "MFA_SETUP" and _set_up.pop(request.parameters.get("Session"), None) != "SUCCESS":
        raise Refused("NotAuthorizedException", "Invalid session for the user.")


# The triggers that an operation may come to (Amazon Cognito Developer Guide, "Using Lambda triggers").
_SIGNING_IN = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration", "PreTokenGenerationConfig", "UserMigration",
               "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
_TRIGGERS = {
    "SignUp": ("PreSignUp", "CustomMessage"), "ConfirmSignUp": ("PostConfirmation",), "AdminConfirmSignUp": ("PostConfirmation",),
    "AdminCreateUser": ("PreSignUp", "CustomMessage"), "ResendConfirmationCode": ("CustomMessage",),
    "ForgotPassword": ("CustomMessage", "UserMigration"), "ConfirmForgotPassword": ("PostConfirmation",),
    "InitiateAuth": _SIGNING_IN, "AdminInitiateAuth": _SIGNING_IN, "RespondToAuthChallenge": _SIGNING_IN,
    "AdminRespondToAuthChallenge": _SIGNING_IN,
}


@rule(*(f"cognito-idp:{operation}" for operation in _TRIGGERS))
def triggers_need_a_permission(rules, request):
    """A trigger is called only where the function's resource policy lets Cognito do so for this pool. CreateUserPool and UpdateUserPool
    do not look."""
    pool = pool_of(rules, request)
    triggers = (pool or {}).get("LambdaConfig") or {}
    for name in _TRIGGERS[request.operation]:
        arn = triggers.get(name)
        arn = arn.get("LambdaArn") if isinstance(arn, dict) else arn
        if arn and not _may_call(rules, request, arn, pool["Arn"]):
            raise Refused(
                "UnexpectedLambdaException", f"{name.removesuffix('Config')} invocation failed due to error AccessDeniedException.")


def pool_of(rules, request):
    """The pool that a request is about, which may name no more than the client."""
    idp = rules.layer.client(request, "cognito-idp")
    wanted = request.parameters.get("UserPoolId")
    if not wanted:
        for pool in idp.list_user_pools(MaxResults=60)["UserPools"]:
            clients = idp.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)["UserPoolClients"]
            if any(client["ClientId"] == request.parameters.get("ClientId") for client in clients):
                wanted = pool["Id"]
    try:
        return wanted and idp.describe_user_pool(UserPoolId=wanted)["UserPool"]
    except ClientError:
        return None  # the endpoint will say so


def _may_call(rules, request, function, pool):
    name, *qualifier = function.split(":")[6:]
    try:
        policy = rules.layer.client(request, "lambda").get_policy(
            FunctionName=name, **({"Qualifier": qualifier[0]} if qualifier else {}))["Policy"]
    except ClientError:
        return False
    source, account = pool, pool.split(":")[4]
    return any(
        statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "cognito-idp.amazonaws.com"}
        and statement["Action"] == "lambda:InvokeFunction"
        and statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", source) == source
        and statement.get("Condition", {}).get("StringEquals", {}).get("AWS:SourceAccount", account) == account
        for statement in json.loads(policy)["Statement"])
