"""What the strict layer plays alone (Tests/Endpoint/played): branding, terms, logs, risk, replicas and secrets."""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest

from cognito_values import BUCKET, CERTIFICATE, LOG_GROUP, TERMS
from keeping import is_kept
from strict import StrictLayer
from test_strict_layer import refused


# Branding


def test_an_app_client_has_one_style(idp, pool, app):
    plain = idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    assert plain["UserPoolId"] == pool and plain["UseCognitoProvidedValues"] and "Settings" not in plain
    with refused("ManagedLoginBrandingExistsException"):
        idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)
    style = {"UserPoolId": pool, "ManagedLoginBrandingId": plain["ManagedLoginBrandingId"]}
    image = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": b"one"}
    dark = image | {"ColorMode": "DARK"}
    idp.update_managed_login_branding(**style, Settings={"categories": {"form": {"a": 1}, "global": 2}}, Assets=[image, dark])
    with refused("InvalidParameterException", "but not both"):
        idp.update_managed_login_branding(**style, UseCognitoProvidedValues=True, Settings={"a": 1})
    idp.update_managed_login_branding(**style, Settings={"categories": {"form": {"a": 3}}}, Assets=[image | {"Bytes": b"two"}])
    live = idp.describe_managed_login_branding(**style)["ManagedLoginBranding"]
    assert live == idp.describe_managed_login_branding_by_client(**app)["ManagedLoginBranding"]
    assert live["Settings"] == {"categories": {"form": {"a": 3}, "global": 2}} and not live["UseCognitoProvidedValues"]
    assert live["Assets"] == [image | {"Bytes": b"two"}, dark]
    idp.update_managed_login_branding(**style, UseCognitoProvidedValues=True)
    assert idp.describe_managed_login_branding(**style)["ManagedLoginBranding"]["Assets"] == []
    idp.delete_managed_login_branding(**style)
    with refused("InvalidParameterException", "but not both"):
        idp.create_managed_login_branding(**app)
    for call in (lambda: idp.describe_managed_login_branding_by_client(**app), lambda: idp.delete_managed_login_branding(**style)):
        with refused("ResourceNotFoundException"):
            call()


def test_what_belongs_to_a_client_goes_with_it(layer, idp, pool, app):
    style = idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    idp.create_terms(**app, **TERMS)
    idp.add_user_pool_client_secret(**app)
    address = layer.backend.netloc
    assert is_kept(address, pool, app["ClientId"])
    idp.delete_user_pool_client(**app)
    assert not is_kept(address, pool)
    assert idp.list_terms(UserPoolId=pool)["Terms"] == []
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding(UserPoolId=pool, ManagedLoginBrandingId=style)


def test_the_classic_hosted_ui(idp, pool, app):
    with refused("InvalidParameterException", "domain"):
        idp.set_ui_customization(UserPoolId=pool, CSS=".a {}")
    assert "CSS" not in idp.get_ui_customization(UserPoolId=pool)["UICustomization"]
    idp.create_user_pool_domain(UserPoolId=pool, Domain=f"d{time.time_ns()}")
    idp.set_ui_customization(UserPoolId=pool, ClientId="ALL", CSS=".all {}", ImageFile=b"image")
    inherited = idp.get_ui_customization(**app)["UICustomization"]
    assert (inherited["ClientId"], inherited["CSS"]) == ("ALL", ".all {}") and inherited["ImageUrl"].startswith("https://")
    idp.set_ui_customization(**app, CSS=".own {}")
    own = idp.get_ui_customization(**app)["UICustomization"]
    assert (own["ClientId"], own["CSS"]) == (app["ClientId"], ".own {}") and "ImageUrl" not in own


# Terms, log delivery, risk, replicas


def test_terms_of_an_app_client(idp, pool, app):
    made = idp.create_terms(**app, **TERMS)["Terms"]
    terms = {"UserPoolId": pool, "TermsId": made["TermsId"]}
    assert idp.describe_terms(**terms)["Terms"] == made and made["Links"] == TERMS["Links"] and made["ClientId"] == app["ClientId"]
    with refused("TermsExistsException"):
        idp.create_terms(**app, **TERMS)
    with refused("InvalidParameterException", "language"):
        idp.create_terms(**app, **TERMS | {"TermsName": "privacy-policy", "Links": {"cognito:klingon": "https://a.example"}})
    other = idp.create_terms(**app, **TERMS | {"TermsName": "privacy-policy"})["Terms"]["TermsId"]
    with refused("TermsExistsException"):
        idp.update_terms(**terms, TermsName="privacy-policy")
    idp.update_terms(**terms, Links={"cognito:german": "https://b.example"})
    live = idp.describe_terms(**terms)["Terms"]
    assert live["Links"] == {"cognito:german": "https://b.example"} and live["TermsName"] == "terms-of-use"
    first = idp.list_terms(UserPoolId=pool, MaxResults=1)
    second = idp.list_terms(UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])
    assert [each["TermsId"] for each in first["Terms"] + second["Terms"]] == [made["TermsId"], other] and "NextToken" not in second
    idp.delete_terms(**terms)
    for call in (idp.describe_terms, idp.delete_terms):
        with refused("ResourceNotFoundException"):
            call(**terms)



def test_log_delivery_is_replaced_whole(idp):
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS")["UserPool"]["Id"]
    live = lambda: idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"]
    send = lambda *wanted, of=pool: idp.set_log_delivery_configuration(UserPoolId=of, LogConfigurations=list(wanted))
    notification = {"EventSource": "userNotification", "LogLevel": "ERROR"}
    activity = {"EventSource": "userAuthEvents", "LogLevel": "INFO"}
    assert live() == []
    for wanted in ([notification | LOG_GROUP, activity | BUCKET], [activity | LOG_GROUP], []):
        assert send(*wanted)["LogDeliveryConfiguration"]["LogConfigurations"] == wanted == live()
    for wanted, words in (
            ([notification | LOG_GROUP] * 2, "more then once"), ([notification], "no destination"),
            ([activity | LOG_GROUP | BUCKET], "destination"),
            ([activity | {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:g"}}], "region"),
            ([notification | BUCKET], "destination"), ([notification | LOG_GROUP | {"LogLevel": "INFO"}], "log level")):
        with refused("InvalidParameterException", words):
            send(*wanted)
    with refused("FeatureUnavailableInTierException"):
        send(activity | LOG_GROUP, of=idp.create_user_pool(PoolName="q")["UserPool"]["Id"])


def test_risk_configurations_of_pools_and_clients(idp):
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})["UserPool"]["Id"]
    app = {"UserPoolId": pool, "ClientId": idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]}
    ids = {"UserPoolId": pool}
    live = lambda of: {
        name: value for name, value in idp.describe_risk_configuration(**of)["RiskConfiguration"].items() if name != "LastModifiedDate"}
    exceptions = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"]}}
    compromised = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}
    assert (live(ids), live(app)) == (ids, app)
    idp.set_risk_configuration(**ids, **exceptions, **compromised)
    filled = {"EventFilter": ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]} | compromised["CompromisedCredentialsRiskConfiguration"]
    assert live(ids) == ids | exceptions | {"CompromisedCredentialsRiskConfiguration": filled} and live(app) == app
    idp.set_risk_configuration(**app, **exceptions)
    idp.set_risk_configuration(**ids)
    assert live(ids) == ids and live(app) == app | exceptions
    takeover = {"Actions": {"LowAction": {"Notify": True, "EventAction": "NO_ACTION"}}}
    with refused("InvalidParameterException", "NotifyConfiguration"):
        idp.set_risk_configuration(**ids, AccountTakeoverRiskConfiguration=takeover)
    for wanted, words in (
            ({"RiskExceptionConfiguration": {"SkippedIPRangeList": ["10.0.0.1"]}}, "CIDR"),
            ({"AccountTakeoverRiskConfiguration": takeover | {"NotifyConfiguration": {
                "SourceArn": "arn:aws:ses:eu-north-1:111122223333:identity/a.example"}}}, "SES regions")):
        with refused("InvalidParameterException", words):
            idp.set_risk_configuration(**ids, **wanted)
    with refused("UserPoolAddOnNotEnabledException"):
        idp.set_risk_configuration(UserPoolId=idp.create_user_pool(PoolName="q")["UserPool"]["Id"], **exceptions)
    with refused("ResourceNotFoundException"):
        idp.describe_risk_configuration(UserPoolId=pool, ClientId="absent")


def test_replicas_of_a_pool(idp):
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1"}
    pool = idp.create_user_pool(PoolName="p", KeyConfiguration=key, IssuerConfiguration={"Type": "UPDATED"})["UserPool"]
    replica = {"UserPoolId": pool["Id"], "RegionName": "eu-west-1"}
    seen = lambda: {each["RegionName"]: (each["Role"], each["Status"]) for each in
                    idp.list_user_pool_replicas(UserPoolId=pool["Id"])["UserPoolReplicas"]}
    assert seen() == {"us-east-1": ("PRIMARY", "ACTIVE")}
    made = idp.create_user_pool_replica(**replica)["UserPoolReplica"]
    assert made["Status"] == "CREATING" and made["UserPoolArn"] == pool["Arn"].replace("us-east-1:", "eu-west-1:")
    assert seen()["eu-west-1"] == ("SECONDARY", "INACTIVE")
    with refused("LimitExceededException"):
        idp.create_user_pool_replica(**replica)
    idp.update_user_pool_replica(**replica, Status="ACTIVE")
    with refused("InvalidParameterException", "ACTIVE"):
        idp.delete_user_pool_replica(**replica)

    domain = {"UserPoolId": pool["Id"], "Domain": f"a{time.time_ns()}.example.com", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
    routing = {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "h"}}
    with refused("InvalidParameterException", "classic"):
        idp.create_user_pool_domain(**domain, Routing=routing)
    idp.create_user_pool_domain(**domain, Routing=routing, ManagedLoginVersion=2)
    idp.update_user_pool_domain(**domain)
    assert idp.describe_user_pool_domain(Domain=domain["Domain"])["DomainDescription"]["Routing"] == routing
    with refused("InvalidParameterException", "eu-central-1"):
        idp.update_user_pool_domain(**domain, Routing={"Failover": routing["Failover"] | {"SecondaryRegion": "eu-central-1"}})

    idp.update_user_pool_replica(**replica, Status="INACTIVE")
    idp.delete_user_pool_replica(**replica)
    with refused("ResourceNotFoundException"):
        idp.update_user_pool_replica(**replica, Status="ACTIVE")
    for settings, words in (({}, "key"), ({"KeyConfiguration": key}, "issuer"), ({"UserPoolTier": "LITE"}, "tier")):
        other = idp.create_user_pool(PoolName="q", **settings)["UserPool"]["Id"]
        with refused("", words):
            idp.create_user_pool_replica(UserPoolId=other, RegionName="eu-west-1")


# Secrets of app clients


def secret_hash(secret, client, user="u"):
    return base64.b64encode(hmac.new(secret.encode(), (user + client).encode(), hashlib.sha256).digest()).decode()


def test_an_app_client_has_two_secrets(idp, people, pool):
    own = "x" * 24
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True, ExplicitAuthFlows=flows)["UserPoolClient"]
    app = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    idp.admin_create_user(UserPoolId=pool, Username="u", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="u", Password="Password-1", Permanent=True)

    def sign_in(secret, flow="USER_PASSWORD_AUTH", **parameters):
        parameters |= {"SECRET_HASH": secret_hash(secret, made["ClientId"])}
        return people.initiate_auth(ClientId=made["ClientId"], AuthFlow=flow, AuthParameters=parameters)["AuthenticationResult"]

    def with_password(secret):
        return sign_in(secret, USERNAME="u", PASSWORD="Password-1")["RefreshToken"]

    ids = lambda: [each["ClientSecretId"] for each in idp.list_user_pool_client_secrets(**app)["ClientSecrets"]]
    (first,) = ids()
    assert first.startswith(made["ClientId"] + "--")
    with refused("InvalidParameterException"):
        idp.delete_user_pool_client_secret(**app, ClientSecretId=first)
    added = idp.add_user_pool_client_secret(**app, ClientSecret=own)["ClientSecretDescriptor"]
    assert "ClientSecretValue" not in added and ids() == [first, added["ClientSecretId"]]
    with refused("LimitExceededException"):
        idp.add_user_pool_client_secret(**app)
    token = with_password(made["ClientSecret"])
    sign_in(own, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)
    with_password(own)
    with refused("NotAuthorizedException", "secret hash"):
        with_password("y" * 24)
    assert idp.describe_user_pool_client(**app)["UserPoolClient"]["ClientSecret"] == made["ClientSecret"]

    idp.delete_user_pool_client_secret(**app, ClientSecretId=first)
    assert "ClientSecret" not in idp.describe_user_pool_client(**app)["UserPoolClient"]
    with refused("NotAuthorizedException", "secret hash"):
        with_password(made["ClientSecret"])
    with_password(own)
    generated = idp.add_user_pool_client_secret(**app)["ClientSecretDescriptor"]["ClientSecretValue"]
    assert len(generated) >= 24
    with_password(generated)
    with refused("ResourceNotFoundException"):
        idp.delete_user_pool_client_secret(**app, ClientSecretId=first)


@pytest.mark.parametrize("shown, expected, afterwards", [("original", "first", None), ("newest", "second", "second")])
def test_which_of_two_secrets_is_described(endpoint, account, shown, expected, afterwards):
    values = {"first": "a" * 24, "second": "b" * 24}
    with StrictLayer(endpoint, shown_secret=shown) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ClientSecret=values["first"])["UserPoolClient"]
        app = {"UserPoolId": pool, "ClientId": made["ClientId"]}
        idp.add_user_pool_client_secret(**app, ClientSecret=values["second"])
        assert idp.describe_user_pool_client(**app)["UserPoolClient"].get("ClientSecret") == values.get(expected)
        first = idp.list_user_pool_client_secrets(**app)["ClientSecrets"][0]["ClientSecretId"]
        idp.delete_user_pool_client_secret(**app, ClientSecretId=first)
        assert idp.describe_user_pool_client(**app)["UserPoolClient"].get("ClientSecret") == values.get(afterwards)


@pytest.mark.parametrize("is_basic", [True, False])
def test_each_secret_gets_tokens(layer, idp, pool, is_basic):
    idp.create_resource_server(UserPoolId=pool, Identifier="api", Name="n", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    client = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="c", ClientSecret="a" * 24, AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["api/read"])["UserPoolClient"]["ClientId"]
    idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=client, ClientSecret="b" * 24)

    def tokens(secret):
        form = {"grant_type": "client_credentials", "scope": "api/read"}
        basic = {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()} if is_basic else {}
        body = urlencode(form if is_basic else form | {"client_id": client, "client_secret": secret}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | basic
        with urllib.request.urlopen(urllib.request.Request(layer.url + "/oauth2/token", body, headers), timeout=10) as answer:
            return json.load(answer)

    assert tokens("a" * 24)["access_token"] and tokens("b" * 24)["access_token"]
    with pytest.raises(urllib.error.HTTPError):
        tokens("c" * 24)


def test_an_app_client_is_created_with_a_given_secret(idp, pool):
    own = "z" * 24
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ClientSecret=own)["UserPoolClient"]
    assert made["ClientSecret"] == own
    assert idp.describe_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])["UserPoolClient"]["ClientSecret"] == own
    with refused("InvalidParameterException", "GenerateSecret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ClientSecret=own, GenerateSecret=True)
    public = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
    with refused("InvalidParameterException", "client secret"):
        idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=public)
