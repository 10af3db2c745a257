"""What AWS does and the local endpoint does not. Each rule's docstring is the fact that it enforces.

A rule runs before its request goes on, and may refuse it or rewrite it; one that is marked `amends` runs after the
endpoint's answer, and may change it.
"""

import json
import re
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError

from keeping import kept
from wire import Refused

_before, _after = defaultdict(list), defaultdict(list)


def rule(*operations, amends=False):
    def register(function):
        for operation in operations:
            (_after if amends else _before)[operation].append(function)
        return function
    return register


class Rules:
    def __init__(self, layer, role_delay=0.0, principal_delay=0.0, resets="documented", domain_delay=0.0, checks_providers=True,
                 shown_secret="original",
                 checks_completeness=False, now=time.monotonic):
        """
        role_delay: seconds until Lambda can assume a new role. principal_delay: seconds until IAM knows a new user or role
        as a principal. resets: what UpdateUserPool does with what is left out: "documented", where all but the tier, the
        MFA and the SMS configuration goes to its default, or "measured", where the policies stay as well. domain_delay: seconds for
        which a user pool's domain is CREATING or DELETING. checks_providers: whether an app client may name only identity providers
        that its pool has. shown_secret: which of an app client's two secrets DescribeUserPoolClient shows, "original" or "newest".
        checks_completeness: whether, as on AWS, a phone number is verified by itself only where SMS is configured, and OAuth flows need a
        callback URL. now: a clock.
        """
        self.layer = layer
        self.role_delay, self.principal_delay, self.resets, self.now = role_delay, principal_delay, resets, now
        self.domain_delay, self.checks_providers, self.shown_secret = domain_delay, checks_providers, shown_secret
        self.checks_completeness = checks_completeness
        self._made = {}  # (account, ARN) of a user or role: when it was made
        self._principals = {}  # (account, role): unique ids by the ARNs that its trust policy names
        self._busy = set()
        self._lock = threading.Lock()

    @contextmanager
    def during(self, request):
        with self._alone(request):
            for check in _before[f"{request.service}:{request.operation}"]:
                check(self, request)
            yield

    def amend(self, request, answer):
        request.looked_up.clear()
        if answer.status < 300:
            for change in _after[f"{request.service}:{request.operation}"]:
                change(self, request, answer)

    @contextmanager
    def _alone(self, request):
        """UpdateUserPoolClient and the identity pool's writes answer ConcurrentModificationException where two overlap."""
        what = {
            "UpdateUserPoolClient": ("user pool client", request.parameters.get("UserPoolId")),
            "UpdateIdentityPool": ("resource type Identity Pool", request.parameters.get("IdentityPoolId")),
            "SetIdentityPoolRoles": ("resource type Identity Pool", request.parameters.get("IdentityPoolId")),
        }.get(request.operation)
        if what is None:
            yield
            return
        with self._lock:
            if what in self._busy:
                raise Refused("ConcurrentModificationException", f"Only one request to update {what[0]} can be processed at a time")
            self._busy.add(what)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(what)

    # Cognito user pools

    @rule("cognito-idp:CreateUserPool")
    def mfa_needs_sms_at_creation(self, request):
        """CreateUserPool with MFA ON or OPTIONAL is refused unless SMS is configured; other factors come later."""
        wanted = request.parameters
        if wanted.get("MfaConfiguration", "OFF") != "OFF" and "SmsConfiguration" not in wanted:
            raise Refused(
                "InvalidParameterException",
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional")

    @rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
    def two_validities_of_temporary_passwords(self, request):
        """UnusedAccountValidityDays beside TemporaryPasswordValidityDays is refused, though Describe shows both."""
        wanted = request.parameters
        if "TemporaryPasswordValidityDays" in wanted.get("Policies", {}).get("PasswordPolicy", {}) \
                and "UnusedAccountValidityDays" in wanted.get("AdminCreateUserConfig", {}):
            raise Refused(
                "InvalidParameterException",
                "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")

    @rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
    def partly_declared_password_policy(self, request):
        """Of a password policy of which a part is given, each Require* that is not given is FALSE."""
        policy = request.parameters.get("Policies", {}).get("PasswordPolicy")
        if policy:
            full = {"MinimumLength": 8, "RequireUppercase": False, "RequireLowercase": False, "RequireNumbers": False,
                    "RequireSymbols": False, "TemporaryPasswordValidityDays": 7} | policy
            if full != policy:
                request.rewrite(Policies=request.parameters["Policies"] | {"PasswordPolicy": full})

    @rule("cognito-idp:UpdateUserPool")
    def user_pool_reset(self, request):
        """UpdateUserPool sets what is left out to its default. Measured not to reset: MfaConfiguration, and Policies."""
        pool = self._user_pool(request)
        wanted = request.parameters
        defaults = {
            "DeletionProtection": "INACTIVE",
            "LambdaConfig": {},
            "AutoVerifiedAttributes": [],
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            **dict.fromkeys(
                ("SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject", "SmsAuthenticationMessage"), ""),
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
            "DeviceConfiguration": {},
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "UserPoolTags": {},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
            "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
            "AccountRecoverySetting": {"RecoveryMechanisms": [
                {"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_phone_number"}]},
        }
        if self.resets == "documented":
            defaults["Policies"] = {"PasswordPolicy": {
                "MinimumLength": 8, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True,
                "RequireSymbols": True, "TemporaryPasswordValidityDays": 7}}
        elif pool and "Policies" in wanted:
            request.rewrite(Policies=pool["Policies"] | wanted["Policies"])
        if pool:
            lost = {key: value for key, value in defaults.items() if key not in wanted and pool.get(key) not in (None, value, {}, [], "")}
            if lost:
                request.rewrite(**lost)

    @rule("cognito-idp:UpdateUserPool")
    def verification_before_update(self, request):
        """AttributesRequireVerificationBeforeUpdate must be among AutoVerifiedAttributes, also where either is left out."""
        pool = self._user_pool(request) or {}
        wanted = pool | request.parameters
        required = (wanted.get("UserAttributeUpdateSettings") or {}).get("AttributesRequireVerificationBeforeUpdate", [])
        if not set(required) <= set(wanted.get("AutoVerifiedAttributes") or []):
            raise Refused(
                "InvalidParameterException",
                "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")

    @rule("cognito-idp:UpdateUserPool", amends=True)
    def user_pool_renamed(self, request, answer):
        """UpdateUserPool takes PoolName, and renames in place."""
        if "PoolName" in request.parameters:
            kept(self, "names")[request.parameters["UserPoolId"],] = request.parameters["PoolName"]

    @rule("cognito-idp:DescribeUserPool", amends=True)
    def user_pool_name(self, request, answer):
        """As above: the new name is read back."""
        name = kept(self, "names").get((request.parameters.get("UserPoolId"),))
        if name:
            answer.replace({"UserPool": answer.json["UserPool"] | {"Name": name}})

    @rule("cognito-idp:ListUserPools", amends=True)
    def user_pool_names(self, request, answer):
        """As above."""
        names, body = kept(self, "names"), answer.json
        pools = [pool | {"Name": names.get((pool["Id"],), pool["Name"])} for pool in body["UserPools"]]
        answer.replace(body | {"UserPools": pools})

    @rule("cognito-idp:SetUserPoolMfaConfig")
    def mfa_is_replaced_whole(self, request):
        """SetUserPoolMfaConfig replaces all: without MfaConfiguration MFA is off, and a factor that is left out is gone.
        Off beside any factor block, even a disabled one, is refused; passkeys are no such factor. (That a configuration of passkeys that
        is left out is gone too is inferred.)"""
        wanted = request.parameters
        factors = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")
        if wanted.get("MfaConfiguration", "OFF") == "OFF" and any(factor in wanted for factor in factors):
            raise Refused("InvalidParameterException", "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
        request.rewrite(**{"MfaConfiguration": "OFF"} | dict.fromkeys([*factors, "WebAuthnConfiguration"]) | wanted)

    @rule("cognito-idp:DeleteUserPool")
    def user_pool_in_use(self, request):
        """DeleteUserPool is refused while DeletionProtection is ACTIVE or a domain exists."""
        pool = self._user_pool(request) or {}
        if pool.get("DeletionProtection") == "ACTIVE":
            raise Refused(
                "InvalidParameterException",
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
        if pool.get("Domain") or pool.get("CustomDomain"):
            raise Refused(
                "InvalidParameterException", "User pool cannot be deleted. It has a domain configured that should be deleted first.")

    def _user_pool(self, request):
        """The pool that a request names, as the endpoint has it before the request: looked up once for all rules."""
        if "pool" not in request.looked_up:
            try:
                found = self.layer.client(request, "cognito-idp").describe_user_pool(UserPoolId=request.parameters["UserPoolId"])["UserPool"]
            except (ClientError, KeyError):
                found = None
            request.looked_up["pool"] = found
        return request.looked_up["pool"]

    # Cognito app clients and identity pools

    @rule("cognito-idp:UpdateUserPoolClient")
    def app_client_reset(self, request):
        """UpdateUserPoolClient sets what is left out to its default."""
        defaults = {
            "RefreshTokenValidity": 30, "AccessTokenValidity": None, "IdTokenValidity": None, "TokenValidityUnits": None,
            "ReadAttributes": None, "WriteAttributes": None, "SupportedIdentityProviders": [], "CallbackURLs": [], "LogoutURLs": [],
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
            "DefaultRedirectURI": None, "AllowedOAuthFlows": [], "AllowedOAuthScopes": [], "AllowedOAuthFlowsUserPoolClient": False,
            "AnalyticsConfiguration": None, "PreventUserExistenceErrors": "LEGACY", "EnableTokenRevocation": True,
            "EnablePropagateAdditionalUserContextData": False, "AuthSessionValidity": 3,
        }
        request.rewrite(**{key: value for key, value in defaults.items() if key not in request.parameters})

    @rule("cognito-idp:CreateUserPoolClient")
    def app_client_defaults(self, request):
        """A client for which no flows are given allows refresh tokens, SRP and custom authentication."""
        if not request.parameters.get("ExplicitAuthFlows"):
            request.rewrite(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"])

    @rule("cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient", "cognito-idp:DescribeUserPoolClient", amends=True)
    def app_client_as_read(self, request, answer):
        """A client is read back with its lists sorted, with TokenValidityUnits filled in, and without attribute lists that
        are the default."""
        client = answer.json["UserPoolClient"]
        for key in ("AllowedOAuthFlows", "AllowedOAuthScopes", "ExplicitAuthFlows", "CallbackURLs", "LogoutURLs", "ReadAttributes",
                    "WriteAttributes", "SupportedIdentityProviders"):
            if key in client:
                client[key] = sorted(client[key])
                if not client[key]:
                    del client[key]
        client["TokenValidityUnits"] = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"} \
            | (client.get("TokenValidityUnits") or {})
        answer.replace({"UserPoolClient": client})

    @rule("cognito-identity:UpdateIdentityPool")
    def identity_pool_reset(self, request):
        """UpdateIdentityPool sets what is left out to its default; AllowClassicFlow was measured to stay."""
        defaults = {"SupportedLoginProviders": {}, "OpenIdConnectProviderARNs": [], "CognitoIdentityProviders": [],
                    "SamlProviderARNs": [], "IdentityPoolTags": {}}
        request.rewrite(**{key: value for key, value in defaults.items() if key not in request.parameters})

    # IAM

    @rule("iam:CreateRole", "iam:UpdateAssumeRolePolicy")
    def principals_exist(self, request):
        """A trust policy that names a user or role that does not exist, or not yet, is refused."""
        for arn in _named_principals(_trust(request)):
            if self._unique_id(request, arn) is None or self._is_younger(request, arn, self.principal_delay):
                raise Refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"')

    @rule("iam:CreateRole", "iam:UpdateAssumeRolePolicy", amends=True)
    def principals_are_kept_by_id(self, request, answer):
        """IAM keeps the principals of a trust policy by their unique ids."""
        self._principals[self.layer.account(request), request.parameters["RoleName"]] = {
            arn: self._unique_id(request, arn) for arn in _named_principals(_trust(request))}

    @rule("iam:GetRole", "iam:ListRoles", "iam:GetAccountAuthorizationDetails", amends=True)
    def lost_principals_show_as_ids(self, request, answer):
        """A trust policy shows AIDA… or AROA… for a principal that was deleted, also where one of its name was made since."""
        account = self.layer.account(request)

        def shown(match):
            text = unquote(match["document"])
            for arn, unique_id in self._principals.get((account, match["role"]), {}).items():
                if unique_id and f'"{arn}"' in text and self._unique_id(request, arn) != unique_id:
                    text = text.replace(f'"{arn}"', f'"{unique_id}"')
            return match["start"] + quote(text, safe="")

        answer.replace(re.sub(
            r"(?P<start><RoleName>(?P<role>[^<]*)</RoleName>(?:(?!<RoleName>).)*?<AssumeRolePolicyDocument>)(?P<document>[^<]*)",
            shown, answer.body.decode(), flags=re.DOTALL).encode())

    @rule("iam:GetAccountAuthorizationDetails", amends=True)
    def details_show_the_boundary(self, request, answer):
        """The details of a user have its PermissionsBoundary."""
        def shown(match):
            user = self._iam(request, "get_user", UserName=match["name"]) or {"User": {}}
            boundary = user["User"].get("PermissionsBoundary")
            return match[0] + (boundary and (
                "<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>"
                f"<PermissionsBoundaryArn>{boundary['PermissionsBoundaryArn']}</PermissionsBoundaryArn></PermissionsBoundary>") or "")

        answer.replace(re.sub(r"<UserName>(?P<name>[^<]*)</UserName>(?=<UserId>)", shown, answer.body.decode()).encode())

    @rule("iam:CreateRole", "iam:CreateUser", amends=True)
    def birth(self, request, answer):
        """Where something is new, other services do not know it yet: see the delays."""
        arn = re.search(r"<Arn>([^<]*)</Arn>", answer.body.decode())
        self._made[self.layer.account(request), arn[1]] = self.now()

    @rule("iam:CreateAccessKey")
    def two_keys_at_most(self, request):
        """A user has two access keys at most."""
        keys = self._iam(request, "list_access_keys", UserName=request.parameters.get("UserName", "")) or {"AccessKeyMetadata": []}
        if len(keys["AccessKeyMetadata"]) >= 2:
            raise Refused("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409)

    @rule("iam:DeleteUser")
    def user_in_use(self, request):
        """A user with policies, keys, groups or a password is not deleted. (A role neither: the endpoint sees to that.)"""
        user = {"UserName": request.parameters["UserName"]}
        for call, member, words in (
                ("list_user_policies", "PolicyNames", "delete policies first"),
                ("list_attached_user_policies", "AttachedPolicies", "detach all policies first"),
                ("list_access_keys", "AccessKeyMetadata", "delete access keys first"),
                ("list_groups_for_user", "Groups", "remove users from group first"),
                ("get_login_profile", "LoginProfile", "delete login profile first")):
            if (self._iam(request, call, **user) or {}).get(member):
                raise Refused("DeleteConflict", f"Cannot delete entity, must {words}.", 409)

    @rule("iam:PutRolePolicy", "iam:PutUserPolicy")
    def inline_policy_size(self, request):
        """All inline policies of a role have 10,240 characters at most, those of a user 2,048; white space is not counted."""
        kind = "role" if request.operation == "PutRolePolicy" else "user"
        owner = {f"{kind.title()}Name": request.parameters[f"{kind.title()}Name"]}
        size = _size(request.parameters["PolicyDocument"])
        for name in (self._iam(request, f"list_{kind}_policies", **owner) or {"PolicyNames": []})["PolicyNames"]:
            if name != request.parameters["PolicyName"]:
                size += _size(json.dumps(self._iam(request, f"get_{kind}_policy", **owner, PolicyName=name)["PolicyDocument"]))
        limit = 10240 if kind == "role" else 2048
        if size > limit:
            raise Refused("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {kind} {owner[f'{kind.title()}Name']}", 409)

    @rule("iam:CreateRole", "iam:UpdateAssumeRolePolicy")
    def trust_policy_size(self, request):
        """A trust policy has 2,048 characters at most; white space is not counted."""
        if _size(_trust(request)) > 2048:
            raise Refused("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048", 409)

    @rule("iam:CreatePolicy", "iam:CreatePolicyVersion")
    def managed_policy_size(self, request):
        """A managed policy has 6,144 characters at most; white space is not counted."""
        if _size(request.parameters["PolicyDocument"]) > 6144:
            raise Refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409)

    def _unique_id(self, request, arn):
        kind, name = arn.split(":")[5].split("/")[0], arn.rsplit("/", 1)[-1]
        found = self._iam(request, f"get_{kind}", **{f"{kind.title()}Name": name})
        if not found or found[kind.title()]["Arn"] != arn:
            return None
        return found[kind.title()][f"{kind.title()}Id"]

    def _is_younger(self, request, arn, seconds):
        made = self._made.get((self.layer.account(request), arn))
        return made is not None and self.now() - made < seconds

    def _iam(self, request, call, **parameters):
        try:
            return getattr(self.layer.client(request, "iam"), call)(**parameters)
        except ClientError:
            return None

    # STS

    @rule("sts:AssumeRole")
    def session_length(self, request):
        """A session lasts from 900 seconds to the role's MaxSessionDuration, and an hour where a role assumes the role."""
        seconds = int(request.parameters.get("DurationSeconds", 3600))
        role = self._iam(request, "get_role", RoleName=request.parameters["RoleArn"].rsplit("/", 1)[-1])
        if seconds < 900:
            raise Refused(
                "ValidationError",
                f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
                "Member must have value greater than or equal to 900")
        if role and seconds > role["Role"]["MaxSessionDuration"]:
            raise Refused("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
        if request.access_key.startswith("ASIA") and seconds > 3600:
            raise Refused(
                "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")

    @rule("sts:AssumeRole")
    def tags_need_tag_session(self, request):
        """Session tags need sts:TagSession in the role's trust policy too, beside sts:AssumeRole."""
        role = self._iam(request, "get_role", RoleName=request.parameters["RoleArn"].rsplit("/", 1)[-1])
        if role and request.count("Tags") and not any(
                action in ("sts:TagSession", "sts:*", "*")
                for statement in _elements(role["Role"]["AssumeRolePolicyDocument"]["Statement"])
                if statement["Effect"] == "Allow" for action in _elements(statement.get("Action", []))):
            caller = self.layer.account(request)
            raise Refused(
                "AccessDenied", f"User: arn:aws:iam::{caller}:user is not authorized to perform: sts:TagSession on resource: "
                + request.parameters["RoleArn"], 403)

    # Lambda

    @rule("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
    def lambda_can_assume_the_role(self, request):
        """Lambda takes only a role that it can assume, which it cannot until some seconds after the role was made."""
        arn = request.parameters.get("Role")
        if arn is None:
            return
        role = self._iam(request, "get_role", RoleName=arn.rsplit("/", 1)[-1])
        trusts = role and any(
            "lambda.amazonaws.com" in _elements(statement.get("Principal", {}).get("Service", []))
            for statement in _elements(role["Role"]["AssumeRolePolicyDocument"]["Statement"]) if statement["Effect"] == "Allow")
        if not trusts or self._is_younger(request, arn, self.role_delay):
            raise Refused("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.")

    @rule("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")
    def one_update_at_a_time(self, request):
        """An update while another is in progress, or while the function is being made, is refused."""
        function = self._function(request)
        if function and function.get("LastUpdateStatus") == "InProgress":
            raise Refused(
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for resource: " + function["FunctionArn"], 409)

    @rule("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")
    def updates_name_a_revision(self, request):
        """An update of another revision than the live one is refused (the endpoint sees to that). One that names none overwrites
        what somebody else has just written: AWS takes it, and the program must not send it."""
        if request.headers.get("user-agent") == "cogstack" and not request.parameters.get("RevisionId"):
            raise Refused(
                "PreconditionFailedException",
                "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. Call the GetFunction or the "
                "GetAlias API to retrieve the latest RevisionId for your resource.", 412)

    @rule("lambda:DeleteFunction", "lambda:Invoke")
    def not_while_pending(self, request):
        """A function that is being made can neither be invoked nor deleted."""
        function = self._function(request)
        # While it is updated it runs on, as it was; the endpoint's State is then Pending too.
        if function and function.get("State") == "Pending" and function.get("StateReasonCode") == "Creating":
            raise Refused(
                "ResourceConflictException",
                "The operation cannot be performed at this time. The function is currently in the following state: Pending", 409)

    @rule("lambda:UpdateFunctionConfiguration")
    def environment_without_variables(self, request):
        """`Environment: {}` without Variables keeps the old values."""
        if request.parameters.get("Environment") == {}:
            del request.parameters["Environment"]
            request.rewrite()

    # Secrets Manager and Systems Manager

    @rule("secretsmanager:CreateSecret")
    def deleted_secrets_keep_their_names(self, request):
        """A secret that is scheduled for deletion keeps its name until its recovery window is over."""
        try:
            found = self.layer.client(request, "secretsmanager").describe_secret(SecretId=request.parameters["Name"])
        except ClientError:
            return
        if "DeletedDate" in found:
            raise Refused(
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.")

    @rule("secretsmanager:CreateSecret", "secretsmanager:UpdateSecret", "secretsmanager:PutSecretValue")
    def values_come_with_a_token(self, request):
        """A request that carries a value carries a ClientRequestToken of 32 to 64 characters too; the SDKs draw one."""
        wanted = request.parameters
        if "SecretString" in wanted and not 32 <= len(wanted.get("ClientRequestToken", "")) <= 64:
            raise Refused(
                "InvalidParameterException", "You must provide a ClientRequestToken value. We recommend a UUID-type value.")

    @rule("ssm:PutParameter")
    def parameters_keep_their_type(self, request):
        """The type of a parameter cannot be changed, and its tier only be raised."""
        wanted = request.parameters
        live = self._parameter(request)
        if not live or not wanted.get("Overwrite"):
            return
        if wanted.get("Type", live["Type"]) != live["Type"]:
            raise Refused(
                "HierarchyTypeMismatchException",
                f"The parameter {live['Name']} is of type {live['Type']}: create a new, unique parameter to have another type.")
        if live["Tier"] == "Advanced" and wanted.get("Tier", "Advanced") == "Standard":
            raise Refused(
                "ValidationException", "You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.")

    @rule("ssm:PutParameter")
    def tags_of_new_parameters_only(self, request):
        """Tags and Overwrite cannot go together. (A parameter that exists is refused without Overwrite: the endpoint sees to that.)"""
        if request.parameters.get("Overwrite") and request.parameters.get("Tags"):
            raise Refused(
                "ValidationException", "Invalid request: tags and overwrite can't be used together. "
                "To create a parameter with tags, please remove overwrite flag.")

    def _parameter(self, request):
        name = [{"Key": "Name", "Option": "Equals", "Values": [request.parameters["Name"]]}]
        found = self.layer.client(request, "ssm").describe_parameters(ParameterFilters=name)["Parameters"]
        return found[0] if found else None

    def _function(self, request):
        try:
            return self.layer.client(request, "lambda").get_function_configuration(FunctionName=request.parameters["FunctionName"])
        except ClientError:
            return None


def _trust(request):
    return request.parameters.get("AssumeRolePolicyDocument") or request.parameters.get("PolicyDocument", "")


def _named_principals(document):
    """The ARNs of users and roles that a trust policy names."""
    try:
        statements = _elements(json.loads(document)["Statement"])
    except (ValueError, KeyError, TypeError):
        return []  # the endpoint refuses it
    named = []
    for statement in statements:
        principal = statement.get("Principal", {})
        if isinstance(principal, dict):
            named += [p for p in _elements(principal.get("AWS", [])) if re.match(r"arn:[^:]+:iam::\d{12}:(user|role)/", p)]
    return named


def _elements(value):
    return value if isinstance(value, list) else [value]


def _size(document):
    return len(re.sub(r"\s", "", document))
