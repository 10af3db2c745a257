"""Settings of a user pool: those that the endpoint does not keep, those that depend on one another, and how AWS reads them back."""

from keeping import kept
from played.operations import needs_tier, user_pool
from played.schema import schema_as_read
from rules import rule
from wire import Refused

_DEFAULTS = {"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}, "IssuerConfiguration": {"Type": "ORIGINAL"}}
_PASSWORD_POLICY = {
    "MinimumLength": 8, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7}
_NEEDS_OWN_MAIL = (
    "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.")
# Each text stands in two places.
_COPIES = {"SmsMessage": "SmsVerificationMessage", "EmailMessage": "EmailVerificationMessage", "EmailSubject": "EmailVerificationSubject"}


def _invalid(text):
    return Refused("InvalidParameterException", text)


# What is refused


@rule("cognito-idp:CreateUserPool")
def one_kind_of_user_name(rules, request):
    """AliasAttributes and UsernameAttributes exclude each other."""
    if request.parameters.get("AliasAttributes") and request.parameters.get("UsernameAttributes"):
        raise _invalid("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")


@rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
def settings_of_a_pool_fit_together(rules, request):
    """A customer-managed key is named, an AWS-owned one not. E-mail of the developer's own needs the ARN of its identity. The two copies of
    a verification text, and of the token trigger, are the same where both are given. Sender triggers need a key. An SMS configuration
    cannot be taken away: an empty one is refused. The password is among the first factors; recovery by an administrator excludes others.
    (The words about keys, copies and SMS are this layer's: the documentation names the rules only.)"""
    wanted = request.parameters
    key = wanted.get("KeyConfiguration") or {}
    if (key.get("KeyType") == "CUSTOMER_MANAGED_KEY") != ("KmsKeyArn" in key):
        raise _invalid("KmsKeyArn is required for CUSTOMER_MANAGED_KEY, and for nothing else.")
    mail = wanted.get("EmailConfiguration") or {}
    if mail.get("EmailSendingAccount") == "DEVELOPER" and not mail.get("SourceArn"):
        raise _invalid("Source ARN is required to use DEVELOPER email sending owner")
    template = wanted.get("VerificationMessageTemplate") or {}
    for member, copy in _COPIES.items():
        if template.get(member) and wanted.get(copy) and template[member] != wanted[copy]:
            raise _invalid(f"{copy} and VerificationMessageTemplate.{member} must be the same.")
    triggers = wanted.get("LambdaConfig") or {}
    versioned = (triggers.get("PreTokenGenerationConfig") or {}).get("LambdaArn")
    if versioned and triggers.get("PreTokenGeneration", versioned) != versioned:
        raise _invalid("Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's")
    if (triggers.get("CustomSMSSender") or triggers.get("CustomEmailSender")) and not triggers.get("KMSKeyID"):
        raise _invalid("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
    if "SmsConfiguration" in wanted and not wanted["SmsConfiguration"]:
        raise _invalid("SmsConfiguration cannot be empty.")
    if "PASSWORD" not in (_first_factors(wanted) or ["PASSWORD"]):
        raise _invalid("Password should be configured as one of the allowed first auth factors.")
    recovery = [each["Name"] for each in (wanted.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or []]
    if "admin_only" in recovery and len(recovery) > 1:
        raise _invalid("Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")


@rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
def phone_numbers_need_sms(rules, request):
    """A phone number is verified by itself only where SMS is configured."""
    if not rules.checks_completeness or "phone_number" not in (request.parameters.get("AutoVerifiedAttributes") or []):
        return
    live = user_pool(rules, request) if request.operation == "UpdateUserPool" else {}
    if not (request.parameters.get("SmsConfiguration") or live.get("SmsConfiguration")):
        raise _invalid("SMS configuration is required when phone_number is selected for auto verification")


@rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
def features_need_a_tier(rules, request):
    """Threat protection needs the tier PLUS; first factors other than the password, and claims in access tokens, need ESSENTIALS. A change
    of the tier that a feature stands against is TierChangeNotAllowedException. (ESSENTIALS with threat protection, LITE with a password
    history: the endpoint.)"""
    wanted = request.parameters
    live = user_pool(rules, request) if request.operation == "UpdateUserPool" else {}
    tier = wanted.get("UserPoolTier") or live.get("UserPoolTier")
    if tier != "LITE":
        return
    version = ((wanted.get("LambdaConfig") or {}).get("PreTokenGenerationConfig") or {}).get("LambdaVersion", "V1_0")
    if (wanted.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF") != "OFF":
        feature = "Threat Protection"
    elif set(_first_factors(wanted)) - {"PASSWORD"}:
        feature = "Passwordless Sign-In"
    elif version != "V1_0":
        feature = f"Token Customization with Pre-Token Generation Lambda {version}"
    else:
        return
    code = "TierChangeNotAllowedException" if live.get("UserPoolTier", tier) != tier else "FeatureUnavailableInTierException"
    raise Refused(code, f"The following features need to be disabled for the LITE pricing tier configured: {feature}")


@rule("cognito-idp:UpdateUserPool")
def first_factors_fit_the_live_mfa(rules, request):
    """Where MFA is ON, one-time passwords are no first factor, and a passkey is one only if it counts as MFA. UpdateUserPool turns MFA on
    only where SMS is configured; otherwise SetUserPoolMfaConfig does. E-mail as a factor needs e-mail of the developer's own."""
    wanted = request.parameters
    live = user_pool(rules, request)
    mfa = rules.layer.client(request, "cognito-idp").get_user_pool_mfa_config(UserPoolId=wanted["UserPoolId"])
    before = live.get("MfaConfiguration", "OFF")
    state = wanted.get("MfaConfiguration", before)
    if state != "OFF" and before == "OFF" and not (wanted.get("SmsConfiguration") or live.get("SmsConfiguration")):
        raise _invalid("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
    if state == "ON":
        factors = set(_first_factors(wanted))
        if factors & {"EMAIL_OTP", "SMS_OTP"}:
            raise _invalid("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
        if "WEB_AUTHN" in factors and not _is_multi_factor(mfa):
            raise _invalid("WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.")
    if mfa.get("EmailMfaConfiguration") and (wanted.get("EmailConfiguration") or {}).get("EmailSendingAccount") == "COGNITO_DEFAULT":
        raise _invalid(_NEEDS_OWN_MAIL)


@rule("cognito-idp:SetUserPoolMfaConfig")
def mfa_fits_the_pool(rules, request):
    """As above, from the other side. Besides, MFA that is not off needs a factor, be it a disabled one. SMS as a factor needs an SMS
    configuration, in the request or in the pool; e-mail as a factor and passkeys as MFA need the tier ESSENTIALS. (The texts about e-mail
    and SMS are this layer's.)"""
    wanted, live = request.parameters, user_pool(rules, request)
    factors = set(_first_factors(live))
    named = any(wanted.get(name) is not None for name in ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"))
    if wanted.get("MfaConfiguration", "OFF") != "OFF" and not named:
        raise _invalid("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
    if wanted.get("MfaConfiguration") == "ON":
        if factors & {"EMAIL_OTP", "SMS_OTP"}:
            raise _invalid("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
        if "WEB_AUTHN" in factors and not _is_multi_factor(wanted):
            raise _invalid(
                "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor")
    if wanted.get("EmailMfaConfiguration") is not None:
        needs_tier(live, ["LITE"], "Email MFA")
        if live.get("EmailConfiguration", {}).get("EmailSendingAccount", "COGNITO_DEFAULT") == "COGNITO_DEFAULT":
            raise _invalid(_NEEDS_OWN_MAIL)
    if _is_multi_factor(wanted):
        needs_tier(live, ["LITE"], "Passkey MFA")
    sms = wanted.get("SmsMfaConfiguration")
    if sms is not None and not sms.get("SmsConfiguration") and not live.get("SmsConfiguration"):
        raise _invalid("SmsConfiguration is required for SMS as a factor.")


def _first_factors(pool):
    return ((pool.get("Policies") or {}).get("SignInPolicy") or {}).get("AllowedFirstAuthFactors", [])


def _is_multi_factor(mfa):
    return (mfa.get("WebAuthnConfiguration") or {}).get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"


# What is kept, and how it is read


@rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool")
def policies_have_a_password_policy(rules, request):
    """Policies without a password policy stand for the default one."""
    policies = request.parameters.get("Policies")
    if policies is not None and not policies.get("PasswordPolicy"):
        request.rewrite(Policies=policies | {"PasswordPolicy": _PASSWORD_POLICY})


@rule("cognito-idp:CreateUserPool", amends=True)
def new_pool_as_read(rules, request, answer):
    """KeyConfiguration and IssuerConfiguration are kept, which the endpoint drops."""
    pool = answer.json["UserPool"]
    kept(rules, "settings")[pool["Id"],] = {name: request.parameters[name] for name in _DEFAULTS if name in request.parameters}
    pool_as_read(rules, request, answer)


@rule("cognito-idp:UpdateUserPool", amends=True)
def pool_settings_reset(rules, request, answer):
    """An update without them brings them back to their defaults, as the documentation says of all but the tier; or leaves them, where
    `resets` is "measured"."""
    settings = kept(rules, "settings").setdefault((request.parameters["UserPoolId"],), {})
    if rules.resets == "documented":
        settings.clear()
    settings |= {name: request.parameters[name] for name in _DEFAULTS if name in request.parameters}


@rule("cognito-idp:SetUserPoolMfaConfig", amends=True)
def sms_settings_are_the_pools(rules, request, answer):
    """The SMS configuration and text of the MFA configuration are the same as the pool's: what is set here shows there."""
    sms = request.parameters.get("SmsMfaConfiguration") or {}
    shared = {name: sms[name] for name in ("SmsConfiguration", "SmsAuthenticationMessage") if sms.get(name)}
    if shared:
        rules.layer.client(request, "cognito-idp").update_user_pool(UserPoolId=request.parameters["UserPoolId"], **shared)
    mfa_as_read(rules, request, answer)


@rule("cognito-idp:SetUserPoolMfaConfig", amends=True)
def mail_factor_without_texts(rules, request, answer):
    """An EmailMfaConfiguration without texts turns codes by e-mail on, with AWS's own texts, and is read back empty; the endpoint forgets
    it. (Inferred: CloudFormation's EnabledMfas may name EMAIL_OTP without any text.)"""
    kept(rules, "mail factors")[request.parameters["UserPoolId"],] = request.parameters.get("EmailMfaConfiguration") == {}


@rule("cognito-idp:GetUserPoolMfaConfig", amends=True)
def mfa_as_read(rules, request, answer):
    """As both above."""
    body = answer.json
    if kept(rules, "mail factors").get((request.parameters["UserPoolId"],)):
        body = {"EmailMfaConfiguration": {}} | body
        answer.replace(body)
    if body.get("SmsMfaConfiguration") is None:
        return
    pool = user_pool(rules, request)
    shared = {name: pool[name] for name in ("SmsConfiguration", "SmsAuthenticationMessage") if pool.get(name)}
    answer.replace(body | {"SmsMfaConfiguration": body["SmsMfaConfiguration"] | shared})


@rule("cognito-idp:DescribeUserPool", amends=True)
def pool_as_read(rules, request, answer):
    """A pool is read back with the defaults of what it was not given: its key, its issuer, the password as the only first factor. A
    verification text is in both its places; UnusedAccountValidityDays mirrors TemporaryPasswordValidityDays."""
    pool = answer.json["UserPool"]
    if not pool.get("SmsConfiguration"):
        pool.pop("SmsConfiguration", None)
    pool |= _DEFAULTS | kept(rules, "settings").get((pool["Id"],), {})
    pool["SchemaAttributes"] = schema_as_read(rules, pool)
    policies = pool.get("Policies") or {}
    pool["Policies"] = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}} | policies
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE"} | (pool.get("VerificationMessageTemplate") or {})
    for member, copy in _COPIES.items():
        text = template.get(member) or pool.get(copy)
        pool.pop(copy, None)
        if text:
            template[member] = pool[copy] = text
    pool["VerificationMessageTemplate"] = template
    days = policies.get("PasswordPolicy", {}).get("TemporaryPasswordValidityDays", 7)
    pool["AdminCreateUserConfig"] = {"AllowAdminCreateUserOnly": False} | (pool.get("AdminCreateUserConfig") or {}) \
        | {"UnusedAccountValidityDays": days}
    answer.replace({"UserPool": pool})
