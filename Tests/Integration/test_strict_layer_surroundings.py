"""What the strict layer plays around Cognito: functions, web ACLs, the migration of users; and the inventory that shows it all."""

import io
import json
import time
import zipfile

import pytest

from cognito_values import BUCKET, SOCIAL, TERMS
from test_strict_layer import LAMBDA, create_function, refused


# What Cognito uses


@pytest.fixture
def function(iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    create_function(functions, role)
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    return {"FunctionName": "f"}


def test_permissions_name_who_exists(account, iam, functions, function):
    permit = lambda sid, **who: functions.add_permission(**function, StatementId=sid, Action="lambda:InvokeFunction", **who)
    iam.create_user(UserName="u")
    permit("account", Principal="111122223333")
    permit("user", Principal=f"arn:aws:iam::{account.id}:user/u")
    permit("cognito", Principal="cognito-idp.amazonaws.com", SourceArn="arn:aws:cognito-idp:us-east-1:1:userpool/p",
           SourceAccount=account.id)
    with refused("ResourceConflictException"):
        permit("user", Principal="cognito-idp.amazonaws.com")
    with refused("InvalidParameterValueException", "The provided principal was invalid"):
        permit("ghost", Principal=f"arn:aws:iam::{account.id}:user/ghost")
    statements = {each["Sid"]: each for each in json.loads(functions.get_policy(**function)["Policy"])["Statement"]}
    assert statements["account"]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"} and "ghost" not in statements
    assert set(statements["cognito"]["Condition"]) == {"ArnLike", "StringEquals"}


def test_aliases_and_addresses_of_functions(iam, functions, function):
    functions.create_alias(**function, Name="live", FunctionVersion="$LATEST", Description="d")
    with refused("ResourceNotFoundException"):
        functions.create_alias(**function, Name="old", FunctionVersion="7")
    version = functions.publish_version(**function)["Version"]
    with refused("InvalidParameterValueException", "LATEST"):
        functions.update_alias(
            **function, Name="live", FunctionVersion="$LATEST", RoutingConfig={"AdditionalVersionWeights": {version: 0.5}})
    functions.update_alias(**function, Name="live", FunctionVersion=version)
    alias = functions.get_alias(**function, Name="live")
    assert (alias["FunctionVersion"], alias["Description"]) == (version, "d")

    for qualifier in ({}, {"Qualifier": "live"}):
        functions.create_function_url_config(**function, **qualifier, AuthType="AWS_IAM", Cors={"AllowOrigins": ["*"]})
        with refused("ResourceConflictException"):
            functions.create_function_url_config(**function, **qualifier, AuthType="NONE")
    functions.update_function_url_config(**function, AuthType="NONE", Cors={})
    live = functions.get_function_url_config(**function)
    assert live["AuthType"] == "NONE" and not live.get("Cors") and live["InvokeMode"] == "BUFFERED"
    functions.delete_function(**function)
    create_function(functions, iam.get_role(RoleName="r")["Role"]["Arn"])
    assert functions.list_function_url_configs(**function)["FunctionUrlConfigs"] == []


def test_a_pool_has_a_web_acl(account, layer, idp, pool):
    waf, arn = account.client("wafv2", layer.url), idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Arn"]
    visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    acl = waf.create_web_acl(Name="a", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visible)["Summary"]["ARN"]
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=arn)
    with refused("WAFNonexistentItemException", "doesn’t exist"):
        waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn.replace(pool, "us-east-1_absent000"))
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn)
    assert waf.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]["ARN"] == acl
    waf.disassociate_web_acl(ResourceArn=arn)
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=arn)
    forged = account._client("wafv2", layer.url, account.access_key_id, "wrong" + account.secret_access_key)
    with refused("Signature"):
        forged.get_web_acl_for_resource(ResourceArn=arn)


MIGRATE = """
def lambda_handler(event, context):
    if event["triggerSource"] == "UserMigration_Authentication" and event["request"]["password"] == "Password-1":
        if event["userName"] == "broken":
            raise ValueError("no such table")
        status = "RESET_REQUIRED" if event["userName"] == "old" else "CONFIRMED"
        event["response"] = {"userAttributes": {"email": "u@a.example", "email_verified": "true"}, "finalUserStatus": status}
    return event
"""


def test_users_are_migrated_when_they_sign_in(idp, people, iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lambda_function.py", MIGRATE)
    arn = functions.create_function(
        FunctionName="f", Runtime="python3.13", Role=role, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": packed.getvalue()})["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    pool = idp.create_user_pool(PoolName="p", LambdaConfig={"UserMigration": arn})["UserPool"]
    app = idp.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]["ClientId"]
    sign_in = lambda name, password: people.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password})
    with refused("UnexpectedLambdaException", "AccessDenied"):
        sign_in("new", "Password-1")
    functions.add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="cognito-idp.amazonaws.com", SourceArn=pool["Arn"])
    for name, password, code in (
            ("new", "wrong", "UserNotFoundException|NotAuthorizedException"), ("broken", "Password-1", "UserLambdaValidationException"),
            ("old", "Password-1", "PasswordResetRequiredException")):
        with refused(code):
            sign_in(name, password)
    assert sign_in("new", "Password-1")["AuthenticationResult"]["AccessToken"]
    user = idp.admin_get_user(UserPoolId=pool["Id"], Username="new")
    assert user["UserStatus"] == "CONFIRMED" and {"Name": "email", "Value": "u@a.example"} in user["UserAttributes"]


# The inventory


def test_the_inventory_shows_it_all(account, layer, idp, functions, function):
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})["UserPool"]
    of = {"UserPoolId": pool["Id"]}
    app = of | {"ClientId": idp.create_user_pool_client(**of, ClientName="c", GenerateSecret=True)["UserPoolClient"]["ClientId"]}
    kinds = {"groups", "resourceServers", "identityProviders", "domains", "customisations", "branding", "terms", "logDelivery",
             "riskConfigurations", "replicas", "clientSecrets", "webACL"}
    seen = lambda: account.inventory()["userPools"][0]
    assert not kinds & seen().keys()
    before = layer.count()
    idp.create_group(**of, GroupName="g", Precedence=0)
    idp.create_resource_server(**of, Identifier="api", Name="api")
    idp.create_identity_provider(**of, ProviderName="Google", ProviderType="Google", ProviderDetails=SOCIAL)
    idp.create_user_pool_domain(**of, Domain=f"d{time.time_ns()}")
    idp.set_ui_customization(**of, CSS=".a {}")
    idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)
    idp.create_terms(**app, **TERMS)
    idp.set_log_delivery_configuration(
        **of, LogConfigurations=[{"EventSource": "userAuthEvents", "LogLevel": "INFO"} | BUCKET])
    idp.set_risk_configuration(**of, RiskExceptionConfiguration={"BlockedIPRangeList": ["10.0.0.0/8"]})
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1"}
    idp.update_user_pool(
        **of, PoolName="q", KeyConfiguration=key, IssuerConfiguration={"Type": "UPDATED"}, UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    idp.create_user_pool_replica(**of, RegionName="eu-west-1")
    idp.add_user_pool_client_secret(**app)
    waf = account.client("wafv2", layer.url)
    visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    acl = waf.create_web_acl(Name="a", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visible)["Summary"]["ARN"]
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=pool["Arn"])
    found, made = seen(), layer.count()
    assert kinds <= found.keys() and found["Name"] == "q" and found["KeyConfiguration"] == key
    assert [group["Precedence"] for group in found["groups"] if group["GroupName"] == "g"] == [0]
    assert len(found["clientSecrets"]) == 2 and len(found["customisations"]) == 1 and found["webACL"] == acl
    assert seen() == found and layer.count() == made > before, "reading it is nothing that a test counts"

    identity = account.client("cognito-identity", layer.url)
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool['Id']}"
    users = identity.create_identity_pool(
        IdentityPoolName="i", AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": app["ClientId"]}])["IdentityPoolId"]
    identity.set_identity_pool_roles(IdentityPoolId=users, Roles={}, RoleMappings={
        f"{provider}:{app['ClientId']}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    identity.set_principal_tag_attribute_map(IdentityPoolId=users, IdentityProviderName=provider, UseDefaults=True)
    functions.create_alias(**function, Name="live", FunctionVersion="$LATEST")
    functions.create_function_url_config(**function, AuthType="NONE")
    functions.add_permission(**function, StatementId="s", Action="lambda:InvokeFunction", Principal="cognito-idp.amazonaws.com")
    found = account.inventory()
    assert {"roleMappings", "principalTags"} <= found["identityPools"][0].keys()
    assert {"aliases", "urls", "permissions"} <= found["functions"][0].keys()
