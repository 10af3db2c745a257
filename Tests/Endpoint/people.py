"""Signing in: what AWS does for people and the local endpoint does not. Rules as in rules.py, which this module adds to."""

import base64
import json
import re
import secrets
from fnmatch import fnmatchcase

from rules import rule
from wire import Answer, Answered, Refused

_deleted = set()  # identity ids
_set_up = {}  # sessions of VerifySoftwareToken
_tags = {}  # long sessions by access key: the role's name, and the tags


@rule("cognito-identity:DeleteIdentities")
def identities_can_be_deleted(rules, request):
    """DeleteIdentities removes identities, and answers with those that it could not remove."""
    _deleted.update(request.parameters["IdentityIdsToDelete"])
    raise Answered(Answer(200, [("Content-Type", "application/x-amz-json-1.1")], b'{"UnprocessedIdentityIds":[]}'))


@rule("cognito-identity:ListIdentities", amends=True)
def deleted_identities_are_gone(rules, request, answer):
    """As above."""
    answer.replace(answer.json | {"Identities": [each for each in answer.json["Identities"] if each["IdentityId"] not in _deleted]})


@rule("cognito-identity:GetCredentialsForIdentity")
def the_authenticated_role_is_assumed(rules, request):
    """Credentials are a session of the pool's authenticated role, whose trust lets in the pool by its id. Else, whatever is wrong,
    the same InvalidIdentityPoolConfigurationException."""
    client = rules.layer.client(request, "cognito-identity")
    wanted = request.parameters["IdentityId"]
    for pool in client.list_identity_pools(MaxResults=60)["IdentityPools"]:
        if any(each["IdentityId"] == wanted for each in client.list_identities(IdentityPoolId=pool["IdentityPoolId"], MaxResults=60)["Identities"]):
            arn = client.get_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"]).get("Roles", {}).get("authenticated")
            role = arn and rules._iam(request, "get_role", RoleName=arn.rsplit("/", 1)[-1])
            if not role or not _lets_in(role["Role"]["AssumeRolePolicyDocument"], pool["IdentityPoolId"]):
                raise Refused(
                    "InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")


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


@rule("sts:AssumeRole", amends=True)
def sessions_have_tags(rules, request, answer):
    """Policies of a tagged session see its tags as aws:PrincipalTag."""
    key = re.search(r"<AccessKeyId>([^<]*)", answer.body.decode())[1]
    wanted = request.parameters
    _tags[key] = wanted["RoleArn"].rsplit("/", 1)[-1], {
        wanted[f"Tags.member.{n}.Key"]: wanted[f"Tags.member.{n}.Value"] for n in range(1, 1 + request.count("Tags"))}


@rule("s3:ListObjectsV2")
def policies_have_variables(rules, request):
    """As above: a variable in a policy stands for the session's own value."""
    if request.access_key not in _tags:
        return
    role, tags = _tags[request.access_key]
    iam = rules.layer.client(request, "iam")
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                 for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
    text = re.sub(r"\$\{aws:PrincipalTag/(\w+)\}", lambda tag: tags.get(tag[1], ""), json.dumps(documents))
    bucket, prefix = (request.parameters.get(name, "") for name in ("Bucket", "prefix"))
    if not any(_may_list(statement, bucket, prefix) for document in json.loads(text) for statement in document["Statement"]):
        raise Refused("AccessDenied", f"User: arn:aws:sts:::assumed-role/{role} is not authorized to perform: s3:ListBucket", 403)
    request.was_rewritten = True  # the endpoint, which knows no variables, is not asked whether it may be


def _may_list(statement, bucket, prefix):
    def some(value):
        return value if isinstance(value, list) else [value]

    patterns = some(statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", "*"))
    return (
        statement["Effect"] == "Allow" and "s3:ListBucket" in some(statement["Action"]) and f"arn:aws:s3:::{bucket}" in some(statement["Resource"])
        and any(fnmatchcase(prefix, pattern) for pattern in patterns))
