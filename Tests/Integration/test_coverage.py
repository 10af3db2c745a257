"""What AWS's API lets be set of a sign-in system, and what of that a stack file can say: all of it, or the reason is named here."""

import pytest
from botocore.session import Session

import conformance

IDP, IDENTITY, LAMBDA = "cognito-idp", "cognito-identity", "lambda"

# By section: the service, the operations that set something, and the members that a stack file says under another name or not at all.
# A reason that begins with → names where it is said.
TYPES = {
    "userPools": (IDP, ["CreateUserPool", "UpdateUserPool", "SetUserPoolMfaConfig", "AddCustomAttributes"], {
        "UserPoolId": "key", "Policies.PasswordPolicy": "→ PasswordPolicy", "Policies.SignInPolicy": "→ SignInPolicy",
        "UserPoolTags": "→ Tags", "CustomAttributes": "→ Schema",
        "SmsVerificationMessage": "an older name of VerificationMessageTemplate.SmsMessage",
        "EmailVerificationMessage": "an older name of VerificationMessageTemplate.EmailMessage",
        "EmailVerificationSubject": "an older name of VerificationMessageTemplate.EmailSubject",
        "AdminCreateUserConfig.UnusedAccountValidityDays": "an older name of PasswordPolicy.TemporaryPasswordValidityDays",
        "SmsMfaConfiguration.SmsConfiguration": "the same as SmsConfiguration"}),
    "appClients": (IDP, ["CreateUserPoolClient", "UpdateUserPoolClient"], {
        "ClientId": "key", "ClientSecret": "AWS makes secrets, and none is ever in a file"}),
    "groups": (IDP, ["CreateGroup", "UpdateGroup"], {}),
    "resourceServers": (IDP, ["CreateResourceServer", "UpdateResourceServer"], {}),
    "firstUsers": (IDP, ["AdminCreateUser"], {"UserAttributes.Name": "→ UserAttributes", "UserAttributes.Value": "→ UserAttributes",
                                              "ValidationData.Name": "→ ValidationData", "ValidationData.Value": "→ ValidationData"}),
    "userPoolDomains": (IDP, ["CreateUserPoolDomain", "UpdateUserPoolDomain"], {}),
    "identityProviders": (IDP, ["CreateIdentityProvider", "UpdateIdentityProvider"], {}),
    "managedLoginBranding": (IDP, ["CreateManagedLoginBranding", "UpdateManagedLoginBranding"], {
        "ManagedLoginBrandingId": "key", "UserPoolId": "the app client's", "Assets.ResourceId": "AWS's own assets cannot be read, and so not be compared"}),
    "uiCustomizations": (IDP, ["SetUICustomization"], {}),
    "logDelivery": (IDP, ["SetLogDeliveryConfiguration"], {}),
    "riskConfigurations": (IDP, ["SetRiskConfiguration"], {}),
    "terms": (IDP, ["CreateTerms", "UpdateTerms"], {"TermsId": "key", "UserPoolId": "the app client's"}),
    "userPoolReplicas": (IDP, ["CreateUserPoolReplica", "UpdateUserPoolReplica"], {}),
    "identityPools": (IDENTITY, ["CreateIdentityPool", "UpdateIdentityPool", "SetIdentityPoolRoles", "SetPrincipalTagAttributeMap"], {
        "IdentityPoolId": "key", "IdentityPoolTags": "→ Tags", "IdentityProviderName": "→ PrincipalTags.IdentityProviderName",
        "UseDefaults": "→ PrincipalTags.UseDefaults", "PrincipalTags": "→ PrincipalTags.PrincipalTags"}),
    "lambdaPermissions": (LAMBDA, ["AddPermission"], {"RevisionId": "a guard of the call, not of the permission"}),
    "lambdaAliases": (LAMBDA, ["CreateAlias", "UpdateAlias"], {"RevisionId": "a guard of the call, not of the alias"}),
    "functionUrls": (LAMBDA, ["CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"], {}),
}


def members(shape, path="", seen=()):
    """The members of an input that hold a value, however far down: what is free inside (maps, recursion) counts as one."""
    for name, member in shape.members.items():
        here, inner = f"{path}{name}", member
        while inner.type_name == "list":
            inner = inner.member
        if inner.type_name == "structure" and inner.members and inner.name not in seen:
            yield from members(inner, f"{here}.", (*seen, inner.name))
        else:
            yield here


def known(rows, path=""):
    """The names for AWS of all that a table has."""
    for row in rows:
        here, inner = f"{path}{row['wire']}", row
        while inner["kind"] == "list":
            inner = inner["element"]
        yield here
        if inner["kind"] == "object":
            yield from known(inner["attributes"], f"{here}.")


def is_known(path, names):
    """Whether a table has a member, or all of what it is in."""
    parts = path.split(".")
    return any(".".join(parts[:length]) in names and not any(
        name.startswith(f"{'.'.join(parts[:length])}.") for name in names) for length in range(1, len(parts))) or path in names


def coverage(section):
    """(the members that AWS lets be set, those that nothing here knows)."""
    service, operations, otherwise = TYPES[section]
    model = Session().get_service_model(service)
    settable = {path for operation in operations for path in members(model.operation_model(operation).input_shape)}
    names = set(known(conformance.tables()[section]["attributes"]))
    assert not {reason for reason in otherwise if not any(path == reason or path.startswith(f"{reason}.") for path in settable)}

    def said(path):
        for other, reason in otherwise.items():
            if path == other or path.startswith(f"{other}."):
                return is_known(f"{reason[2:]}{path.removeprefix(other)}", names) if reason.startswith("→ ") else True
        return is_known(path, names)
    return settable, sorted(path for path in settable if not said(path))


@pytest.mark.parametrize("section", TYPES)
def test_all_that_aws_lets_be_set_can_be_said(section, tell):
    settable, unknown = coverage(section)
    tell(f"{section}: {len(settable) - len(unknown)} of {len(settable)} settable members")
    assert not unknown, f"{section} knows nothing of {', '.join(unknown)}"


def test_every_type_of_cognito_is_judged():
    iam_and_stores = {"roles", "iamUsers", "accessKeys", "lambdaFunctions", "secrets", "ssmParameters"}
    assert conformance.tables().keys() - iam_and_stores == TYPES.keys()


def test_a_member_that_no_table_has_is_found():
    names = {"A", "A.B", "C"}
    assert is_known("A.B", names) and is_known("C.X", names) and not is_known("A.X", names) and not is_known("D", names)
