"""The examples with a sign-in page are applied as they stand, and taken away."""

import pytest

SECRET = "swordfish-google"


@pytest.mark.parametrize("name, client", [("web-application", "Google"), ("enterprise-saml", "company")])
def test_an_example_runs(cogstack, account, name, client):
    file, environment = f"examples/{name}.yaml", {"GOOGLE_CLIENT_SECRET": SECRET}
    cogstack.run("apply", file, "--yes", environment=environment)
    assert "Nothing to do" in cogstack.run("plan", file, environment=environment).out
    (pool,) = account.inventory()["userPools"]
    (app,) = pool["clients"]
    assert client in app["SupportedIdentityProviders"]
    assert cogstack.run("output", file, "signInPage").out.strip() == f"https://{name}-example.auth.us-east-1.amazoncognito.com"
    if name == "enterprise-saml":
        cogstack.edit(file, "    deletionProtection: ACTIVE\n", "    deletionProtection: INACTIVE\n")
        cogstack.run("apply", file, "--yes", environment=environment)
    cogstack.run("destroy", file, "--yes", environment=environment)
    assert account.is_empty()
    assert SECRET.encode() not in cogstack.everything_written()
