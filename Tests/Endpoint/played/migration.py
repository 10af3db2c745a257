"""The user-migration trigger at sign-in."""

import json

from botocore.exceptions import ClientError

from rules import rule
from users import pool_of
from wire import Refused

_FLOWS = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")


@rule("cognito-idp:InitiateAuth", "cognito-idp:AdminInitiateAuth")
def unknown_users_are_migrated(rules, request):
    """Where somebody whom the pool does not know signs in with a password, the user-migration trigger is asked. The user that it answers is
    created with the password, confirmed or not as it says, and the sign-in goes on; without an answer the user stays unknown. Flows in
    which the password is not sent, as in SRP, migrate nobody."""
    fields = request.parameters.get("AuthParameters") or {}
    if request.parameters.get("AuthFlow") not in _FLOWS or not fields.get("USERNAME"):
        return
    pool = pool_of(rules, request)
    function = ((pool or {}).get("LambdaConfig") or {}).get("UserMigration")
    if not function or _exists(rules, request, pool, fields["USERNAME"]):
        return
    answer = _invoke(rules, request, pool, function, fields)
    attributes = answer.get("userAttributes")
    if not attributes:
        return  # the endpoint says that there is no such user
    client, user = rules.layer.client(request, "cognito-idp"), {"UserPoolId": pool["Id"], "Username": fields["USERNAME"]}
    client.admin_create_user(
        **user, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": str(value)} for name, value in attributes.items() if name not in ("username", "sub")])
    if answer.get("finalUserStatus") == "RESET_REQUIRED":
        raise Refused("PasswordResetRequiredException", "Password reset required for the user")
    client.admin_set_user_password(**user, Password=fields["PASSWORD"], Permanent=answer.get("finalUserStatus") == "CONFIRMED")


def _exists(rules, request, pool, name):
    try:
        rules.layer.client(request, "cognito-idp").admin_get_user(UserPoolId=pool["Id"], Username=name)
    except ClientError:
        return False
    return True


def _invoke(rules, request, pool, function, fields):
    event = {
        "version": "1", "triggerSource": "UserMigration_Authentication", "region": pool["Arn"].split(":")[3], "userPoolId": pool["Id"],
        "userName": fields["USERNAME"], "callerContext": {"awsSdkVersion": "none", "clientId": request.parameters["ClientId"]},
        "request": {"password": fields["PASSWORD"], "validationData": None, "clientMetadata": request.parameters.get("ClientMetadata")},
        "response": {"userAttributes": None, "finalUserStatus": None, "messageAction": None, "desiredDeliveryMediums": None,
                     "forceAliasCreation": None}}
    answer = rules.layer.client(request, "lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read() or b"null") or {}
    if answer.get("FunctionError"):
        raise Refused("UserLambdaValidationException", f"UserMigration failed with error {payload.get('errorMessage', '')}.")
    return payload.get("response") or {}
