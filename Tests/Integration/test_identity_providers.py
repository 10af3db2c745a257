"""Identity providers of a user pool: secrets are never recorded, what AWS derives is no difference, and app clients wait for them."""

import pytest

from cogstack import changes

FILE = "providers.yaml"
STACK = """
stack: providers
userPools: {{ users: {{}} }}
appClients:
  web: {{ userPool: users, supportedIdentityProviders: [COGNITO, google, SignInWithApple, corp, partner] }}
identityProviders:
  google:
    userPool: users
    providerType: Google
    providerDetails: {{ client_id: "1", client_secret: $(env.GOOGLE_SECRET), authorize_scopes: openid email }}
    attributeMapping: {{ email: {claim} }}
  apple:
    userPool: users
    providerType: SignInWithApple
    providerDetails: {{ client_id: com.example, team_id: T, key_id: K, private_key: {{ file: apple.p8 }}, authorize_scopes: {apple} }}
  corp:
    userPool: users
    providerType: SAML
    providerDetails: {{ MetadataFile: {{ file: metadata.xml }}, IDPSignout: true }}
    idpIdentifiers: [example.com]
  partner:
    userPool: users
    providerType: OIDC
    providerDetails:
      client_id: abc
      client_secret: $(env.PARTNER_SECRET)
      attributes_request_method: GET
      oidc_issuer: {issuer}
      authorize_scopes: openid
"""
SECRETS = ["swordfish-google", "swordfish-partner", "swordfish-apple", "swordfish-renewed"]


@pytest.fixture
def idp(account, layer):
    return account.client("cognito-idp", layer.url)


@pytest.fixture
def apply(cogstack):
    (cogstack.folder / "metadata.xml").write_text("<EntityDescriptor/>\n")

    def apply(key="swordfish-apple", google="swordfish-google", claim="email", apple="email", issuer="https://one.example"):
        (cogstack.folder / FILE).write_text(STACK.format(claim=claim, apple=apple, issuer=issuer))
        (cogstack.folder / "apple.p8").write_text(f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n")
        environment = {"GOOGLE_SECRET": google, "PARTNER_SECRET": "swordfish-partner"}
        planned = changes(cogstack.run("plan", FILE, "--json", environment=environment).json)
        cogstack.run("apply", FILE, "--yes", "--verbose", environment=environment)
        assert not changes(cogstack.run("plan", FILE, "--json", environment=environment).json)
        return planned
    return apply


def provider(idp, name):
    pool = idp.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    return idp.describe_identity_provider(UserPoolId=pool, ProviderName=name)["IdentityProvider"]


def test_the_whole_life(cogstack, account, layer, idp, apply):
    apply()
    google = provider(idp, "Google")
    assert google["ProviderDetails"]["client_secret"] == "swordfish-google" and "authorize_url" in google["ProviderDetails"]
    assert google["AttributeMapping"] == {"username": "sub", "email": "email"}
    assert provider(idp, "corp")["ProviderDetails"]["IDPSignout"] == "true"

    assert apply(claim="mail", google="swordfish-renewed") == {
        "identityProviders.google": ("update", {
            "providerDetails.client_secret": ("(secret)", "(secret)"), "attributeMapping.email": ("email", "mail")})}
    renewed = provider(idp, "Google")
    assert renewed["ProviderDetails"] == google["ProviderDetails"] | {"client_secret": "swordfish-renewed"}
    assert renewed["AttributeMapping"] == {"username": "sub", "email": "mail"}

    # AWS does not tell the key, and needs it for any change.
    assert apply(claim="mail", google="swordfish-renewed", apple="name", issuer="https://two.example") == {
        "identityProviders.apple": ("update", {"providerDetails.authorize_scopes": ("email", "name")}),
        "identityProviders.partner": ("update", {
            "providerDetails.oidc_issuer": ("https://one.example", "https://two.example")})}
    assert apply(key="swordfish-other", claim="mail", google="swordfish-renewed", apple="name", issuer="https://two.example") == {
        "identityProviders.apple": ("update", {"providerDetails.private_key": ("(secret)", "(secret)")})}

    for address in ("identityProviders.google", "identityProviders.apple"):
        cogstack.run("show", FILE, address, environment={"GOOGLE_SECRET": "x", "PARTNER_SECRET": "x"})
        assert "(secret)" in cogstack.run("state", "show", FILE, address).out
    (cogstack.folder / "apple.p8").unlink()
    written = cogstack.everything_written()
    assert not [secret for secret in SECRETS if secret.encode() in written]


def test_drift_is_shown_and_repaired(cogstack, idp, apply):
    apply()
    corp = provider(idp, "corp")
    idp.update_identity_provider(
        UserPoolId=corp["UserPoolId"], ProviderName="corp", IdpIdentifiers=["example.com", "example.org"],
        ProviderDetails={"MetadataURL": "https://other.example", "IDPSignout": "false"})
    google = provider(idp, "Google")
    idp.update_identity_provider(
        UserPoolId=google["UserPoolId"], ProviderName="Google", AttributeMapping={"username": "sub", "email": "email", "name": "name"},
        ProviderDetails={"client_id": "1", "client_secret": "by-hand", "authorize_scopes": "email openid"})
    planned = apply()
    assert planned["identityProviders.google"] == ("update", {"providerDetails.client_secret": ("(secret)", "(secret)")})
    assert set(planned["identityProviders.corp"][1]) == {"providerDetails.MetadataFile", "providerDetails.IDPSignout", "idpIdentifiers"}
    details = provider(idp, "corp")["ProviderDetails"]
    assert details["MetadataFile"] == "<EntityDescriptor/>" and "MetadataURL" not in details
    # What the file never named is others'.
    assert provider(idp, "Google")["AttributeMapping"]["name"] == "name"


def test_what_aws_would_refuse_is_refused_before(cogstack):
    (cogstack.folder / FILE).write_text("""
stack: providers
userPools: { users: {} }
identityProviders:
  google:
    userPool: users
    providerName: mine
    providerType: Google
    providerDetails: { client_id: "1", MetadataURL: https://a.example }
  corp: { userPool: users, providerType: SAML, providerDetails: {} }
""")
    said = " ".join(cogstack.run("validate", FILE, status=1).err.split()) or ""
    for words in ("AWS keeps the name `Google`", "needs `client_secret`, `authorize_scopes`", "has no `MetadataURL`", "needs its metadata"):
        assert words in said
