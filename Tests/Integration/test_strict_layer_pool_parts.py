"""The strict layer's user pools: groups, domains, resource servers, app clients and identity providers, as AWS has them."""

import time

import pytest

from cognito_values import CERTIFICATE, SOCIAL
from strict import StrictLayer
from test_strict_layer import refused


def test_what_is_played_is_signed_and_allowed(account, layer, pool, iam):
    forged = account._client("cognito-idp", layer.url, account.access_key_id, "wrong" + account.secret_access_key)
    with refused("SignatureDoesNotMatch|InvalidSignature"):
        forged.update_group(UserPoolId=pool, GroupName="g")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    with refused("AccessDenied"):
        account._client("cognito-idp", layer.url, key["AccessKeyId"], key["SecretAccessKey"]).update_group(UserPoolId=pool, GroupName="g")


# Groups


def test_groups_are_merged_and_know_precedence_zero(account, idp, pool):
    group = {"UserPoolId": pool, "GroupName": "g"}

    def settings():
        live = idp.get_group(**group)["Group"]
        assert idp.list_groups(UserPoolId=pool)["Groups"] == [live]
        return {name: live[name] for name in ("Description", "Precedence", "RoleArn") if name in live}

    idp.create_group(**group)
    assert settings() == {}
    with refused("GroupExistsException"):
        idp.create_group(**group)
    for given, expected in (
            ({"Precedence": 0}, {"Precedence": 0}), ({"Description": "d"}, {"Precedence": 0, "Description": "d"}),
            ({"Precedence": 3, "Description": ""}, {"Precedence": 3})):
        answered = idp.update_group(**group, **given)["Group"]
        assert settings() == expected and answered == idp.get_group(**group)["Group"]
    with refused("InvalidParameterException", "Cross-account"):
        idp.update_group(**group, RoleArn="arn:aws:iam::111122223333:role/r")
    idp.delete_group(**group)
    with refused("ResourceNotFoundException"):
        idp.update_group(**group)
    idp.create_group(**group, Precedence=0)
    assert settings() == {"Precedence": 0}
    account.client("cognito-idp").create_group(UserPoolId=pool, GroupName="h")
    assert "Precedence" not in idp.get_group(UserPoolId=pool, GroupName="h")["Group"]


# Domains


def test_a_pool_has_one_prefix_and_one_custom_domain(idp, pool):
    prefix, custom, other = f"d{time.time_ns()}", f"auth{time.time_ns()}.example.com", idp.create_user_pool(PoolName="q")["UserPool"]["Id"]
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"] == {}
    idp.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
    made = idp.create_user_pool_domain(UserPoolId=pool, Domain=custom, CustomDomainConfig={"CertificateArn": CERTIFICATE})
    assert made["CloudFrontDomain"].endswith(".cloudfront.net")
    live = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert (live["Domain"], live["CustomDomain"]) == (prefix, custom)
    for domain, version in ((prefix, 2), (custom, 1)):
        found = idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]
        assert (found["UserPoolId"], found["Status"], found["ManagedLoginVersion"]) == (pool, "ACTIVE", 1)
        assert found["CloudFrontDistribution"] and found.get("CustomDomainConfig", {}).get("CertificateArn") in (None, CERTIFICATE)
    idp.update_user_pool_domain(UserPoolId=pool, Domain=prefix, ManagedLoginVersion=2)
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]["ManagedLoginVersion"] == 2
    far = {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}
    for words, wanted in (
            ("already associated", {"UserPoolId": other, "Domain": prefix}),
            ("already has a domain", {"UserPoolId": pool, "Domain": "second"}),
            ("already has a domain", {"UserPoolId": pool, "Domain": "b.example.com", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}),
            ("reserved word: cognito", {"UserPoolId": other, "Domain": "my-cognito"}),
            ("invalid character", {"UserPoolId": other, "Domain": "my_domain"}),
            ("not a valid subdomain", {"UserPoolId": other, "Domain": "auth", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}),
            ("us-east-1", {"UserPoolId": other, "Domain": "c.example.com", "CustomDomainConfig": far})):
        with refused("InvalidParameterException", words):
            idp.create_user_pool_domain(**wanted)
    for wanted in ({"UserPoolId": other, "Domain": prefix}, {"UserPoolId": pool, "Domain": "absent"}):
        with refused("InvalidParameterException", "No such domain"):
            idp.delete_user_pool_domain(**wanted)
    idp.delete_user_pool_domain(UserPoolId=pool, Domain=prefix)
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"] == {}
    lite = idp.create_user_pool(PoolName="l", UserPoolTier="LITE")["UserPool"]["Id"]
    with refused("FeatureUnavailableInTierException"):
        idp.create_user_pool_domain(UserPoolId=lite, Domain=prefix, ManagedLoginVersion=2)


def test_a_domain_of_another_account_is_taken(endpoint, layer, idp, pool):
    domain, other = f"d{time.time_ns()}", endpoint.account()
    idp.create_user_pool_domain(UserPoolId=pool, Domain=domain)
    theirs = other.client("cognito-idp", layer.url)
    with refused("InvalidParameterException", "already associated"):
        theirs.create_user_pool_domain(UserPoolId=theirs.create_user_pool(PoolName="p")["UserPool"]["Id"], Domain=domain)
    other.close()


def test_a_domain_takes_a_while(endpoint, account):
    clock, domain = [0.0], f"d{time.time_ns()}"
    with StrictLayer(endpoint, domain_delay=60, now=lambda: clock[0]) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        status = lambda: idp.describe_user_pool_domain(Domain=domain)["DomainDescription"].get("Status")
        idp.create_user_pool_domain(UserPoolId=pool, Domain=domain)
        seen = [status()]
        clock[0] = 60
        seen.append(status())
        idp.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
        seen.append(status())
        clock[0] = 120
        assert [*seen, status()] == ["CREATING", "ACTIVE", "DELETING", None]


# Resource servers, scopes and what app clients refer to


def test_a_resource_server_is_replaced_whole(layer, idp, pool):
    server = {"UserPoolId": pool, "Identifier": "https://api.example"}
    idp.create_resource_server(**server, Name="one", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    idp.update_resource_server(**server, Name="two")
    live = idp.describe_resource_server(**server)["ResourceServer"]
    assert live["Name"] == "two" and not live.get("Scopes")


def test_app_clients_take_what_exists(idp, pool, app):
    idp.create_resource_server(UserPoolId=pool, Identifier="api", Name="n", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    machine = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["client_credentials"]}
    idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["api/read"])
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/write"):
        idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["api/read", "api/write"])
    with refused("ScopeDoesNotExistException", "openid"):
        idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["openid"])
    with refused("InvalidOAuthFlowException", "along with"):
        idp.update_user_pool_client(**app, AllowedOAuthFlows=["client_credentials", "code"], AllowedOAuthScopes=["api/read"])
    with refused("InvalidOAuthFlowException", "secret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="d", **machine, AllowedOAuthScopes=["api/read"])
    with refused("InvalidParameterException", f"The provider Google does not exist for User Pool {pool}"):
        idp.update_user_pool_client(**app, SupportedIdentityProviders=["COGNITO", "Google"])
    idp.create_identity_provider(UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails=SOCIAL)
    idp.update_user_pool_client(**app, SupportedIdentityProviders=["COGNITO", "Google"])


def test_app_clients_may_name_any_provider_where_a_test_says_so(endpoint, account):
    with StrictLayer(endpoint, checks_providers=False) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        idp.create_user_pool_client(UserPoolId=pool, ClientName="c", SupportedIdentityProviders=["Google"])


@pytest.mark.parametrize("settings, words", [
    ({"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"]}, "AllowedOAuthFlows and AllowedOAuthScopes"),
    ({"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}, "CallbackUrls can not be empty"),
    ({"CallbackURLs": ["https://a.example"], "DefaultRedirectURI": "https://b.example"}, "not in the callback URIs"),
    ({"CallbackURLs": ["http://localhost:3000", "http://a.example"]}, "http://a.example cannot use the HTTP"),
    ({"LogoutURLs": ["http://localhost.example"]}, "cannot use the HTTP"),
    ({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]}, "legacy auth flow"),
    ({"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}}, "Invalid range"),
    ({"RefreshTokenValidity": 2, "AccessTokenValidity": 3, "TokenValidityUnits": {"RefreshToken": "hours"}}, "equal to refresh token"),
    ({"ReadAttributes": ["custom:absent"]}, "Invalid read attributes"),
    ({"WriteAttributes": ["email", "email_verified"]}, "Invalid write attributes"),
    ({"ReadAttributes": ["email_verified"], "WriteAttributes": ["email"], "CallbackURLs": ["http://localhost:3000", "app://a"]}, None),
])
def test_what_an_app_client_may_be(endpoint, account, settings, words):
    with StrictLayer(endpoint, checks_completeness=True) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        if not words:
            idp.create_user_pool_client(UserPoolId=pool, ClientName="c", **settings)
            return
        with refused("InvalidParameterException", words):
            idp.create_user_pool_client(UserPoolId=pool, ClientName="c", **settings)
        with refused("InvalidParameterException", "SMS configuration is required"):
            idp.create_user_pool(PoolName="q", AutoVerifiedAttributes=["phone_number"])


def test_settings_of_app_clients_that_the_endpoint_does_not_keep(idp, pool, app):
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}
    with refused("InvalidParameterException", "ALLOW_REFRESH_TOKEN_AUTH"):
        idp.update_user_pool_client(**app, RefreshTokenRotation={"Feature": "ENABLED"})
    analytics = {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:111122223333:apps/a", "UserDataShared": True}
    idp.update_user_pool_client(
        **app, **flows, RefreshTokenRotation={"Feature": "ENABLED"}, EnablePropagateAdditionalUserContextData=True,
        AnalyticsConfiguration=analytics)
    live = idp.describe_user_pool_client(**app)["UserPoolClient"]
    assert live["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    assert live["EnablePropagateAdditionalUserContextData"] and live["AnalyticsConfiguration"] == analytics
    idp.update_user_pool_client(**app)
    live = idp.describe_user_pool_client(**app)["UserPoolClient"]
    assert not live["EnablePropagateAdditionalUserContextData"]
    assert "RefreshTokenRotation" not in live and "AnalyticsConfiguration" not in live
    with refused("InvalidParameterException", "Client Secret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="d", EnablePropagateAdditionalUserContextData=True)


# Identity providers


@pytest.mark.parametrize("kind, details, derived, mapping", [
    ("Google", SOCIAL, {"oidc_issuer": "https://accounts.google.com", "attributes_url_add_attributes": "true"}, {"username": "sub"}),
    ("Facebook", SOCIAL | {"api_version": "v9.0"}, {"authorize_url": "https://www.facebook.com/v9.0/dialog/oauth"}, {"username": "id"}),
    ("LoginWithAmazon", SOCIAL, {"token_url": "https://api.amazon.com/auth/o2/token"}, {"username": "user_id"}),
    ("SignInWithApple", {"client_id": "1", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email"},
     {"oidc_issuer": "https://appleid.apple.com"}, {"username": "sub"}),
    ("OIDC", {"client_id": "1", "attributes_request_method": "GET", "oidc_issuer": "https://a.example", "authorize_scopes": "openid"},
     {"attributes_url_add_attributes": "false"}, {"username": "sub"}),
    ("SAML", {"MetadataURL": "https://a.example/metadata", "IDPSignout": "true"},
     {"SSORedirectBindingURI": "https://a.example/sso/saml", "SLORedirectBindingURI": "https://a.example/slo/saml"}, {}),
])
def test_providers_are_read_with_what_aws_derives(idp, pool, kind, details, derived, mapping):
    provider = {"UserPoolId": pool, "ProviderName": kind if kind not in ("OIDC", "SAML") else "mine"}
    made = idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details, AttributeMapping={"email": "mail"})
    live = idp.describe_identity_provider(**provider)["IdentityProvider"]
    assert made["IdentityProvider"] == live
    assert live["AttributeMapping"] == mapping | {"email": "mail"}
    expected = derived | {key: value for key, value in details.items() if key != "private_key"}
    assert expected.items() <= live["ProviderDetails"].items() and "private_key" not in live["ProviderDetails"]
    idp.update_identity_provider(**provider, IdpIdentifiers=["a.example"])
    assert idp.describe_identity_provider(**provider)["IdentityProvider"]["ProviderDetails"] == live["ProviderDetails"]
    idp.update_identity_provider(**provider, AttributeMapping={"name": "n"})
    assert idp.describe_identity_provider(**provider)["IdentityProvider"]["AttributeMapping"] == mapping | {"name": "n"}
    idp.update_identity_provider(**provider, AttributeMapping={})
    assert idp.describe_identity_provider(**provider)["IdentityProvider"].get("AttributeMapping", {}) == {}
    with refused("DuplicateProviderException"):
        idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details)
    idp.delete_identity_provider(**provider)
    made = idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details)["IdentityProvider"]
    assert made.get("AttributeMapping", {}) == mapping
    idp.delete_identity_provider(**provider)
    made = idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details, AttributeMapping={})["IdentityProvider"]
    assert made.get("AttributeMapping", {}) == {}


@pytest.mark.parametrize("name, kind, details, words", [
    ("mine", "Google", SOCIAL, "cannot be of type Google"),
    ("Google", "OIDC", SOCIAL, "cannot be of type OIDC"),
    ("Google", "Google", {"client_id": "1"}, "clientSecret"),
    ("mine", "OIDC", SOCIAL, "oidcIssuer"),
    ("mine", "OIDC", SOCIAL | {"oidc_issuer": "http://a.example", "attributes_request_method": "GET"}, "must start with https"),
    ("mine", "SAML", {"IDPInit": "true"}, "At least one of the MetadataURL"),
    ("mine", "SAML", {"MetadataURL": "https://a.example", "MetadataFile": "<xml/>"}, "Only one of the MetadataURL"),
    ("mine", "SAML", {"MetadataURL": "https://a.example", "ActiveEncryptionCertificate": "x"}, "ActiveEncryptionCertificate"),
])
def test_providers_that_are_refused(idp, pool, name, kind, details, words):
    with refused("InvalidParameterException", words):
        idp.create_identity_provider(UserPoolId=pool, ProviderName=name, ProviderType=kind, ProviderDetails=details)
