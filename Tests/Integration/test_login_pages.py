"""How the sign-in pages look, the managed ones and the classic ones, and the terms that they link to."""

import base64
import json

import pytest

from cogstack import changes

FILE = "pages.yaml"
HEAD = """
stack: pages
userPools: { users: {} }
userPoolDomains: { page: { userPool: users, domain: my-pages, managedLoginVersion: 2 } }
appClients: { web: { userPool: users }, app: { userPool: users } }
outputs: { pool: $(userPools.users.id), web: $(appClients.web.id), app: $(appClients.app.id) }
"""


@pytest.fixture
def idp(account, layer):
    return account.client("cognito-idp", layer.url)


@pytest.fixture
def apply(cogstack):
    (cogstack.folder / "light.png").write_bytes(b"light\0picture")
    (cogstack.folder / "dark.png").write_bytes(b"dark\0picture")
    (cogstack.folder / "style.css").write_text(".logo-customizable { max-width: 60% }\n")
    (cogstack.folder / "settings.json").write_text(json.dumps({"components": {"form": {"radius": 8.0}, "page": {"colour": "fff"}}}))

    def apply(sections):
        (cogstack.folder / FILE).write_text(HEAD + sections)
        planned = changes(cogstack.plan(FILE))
        cogstack.apply(FILE)
        assert "Nothing to do" in cogstack.run("plan", FILE).out
        return planned
    return apply


def ids(cogstack):
    return cogstack.run("output", FILE, "--format", "json").json


LIGHT = "{ category: FORM_LOGO, colorMode: LIGHT, extension: PNG, bytes: { file: light.png } }"
DARK = "{ category: FORM_LOGO, colorMode: DARK, extension: PNG, bytes: { file: dark.png } }"


def test_managed_login(cogstack, account, idp, apply):
    apply(f"managedLoginBranding: {{ web: {{ appClient: web, settings: {{ file: settings.json }}, assets: [{LIGHT}, {DARK}] }} }}")
    out = ids(cogstack)

    def style():
        return idp.describe_managed_login_branding_by_client(UserPoolId=out["pool"], ClientId=out["web"])["ManagedLoginBranding"]

    first = style()
    assert first["Settings"] == {"components": {"form": {"radius": 8}, "page": {"colour": "fff"}}}
    assert sorted(asset["Bytes"] for asset in first["Assets"]) == [b"dark\0picture", b"light\0picture"]
    # The layer keeps what a request leaves out, as AWS may.
    planned = apply(f"managedLoginBranding: {{ web: {{ appClient: web, settings: {{ components: {{ form: {{ radius: 9 }} }} }}, assets: [{DARK}] }} }}")
    assert planned["managedLoginBranding.web"][0] == "update"
    second = style()
    assert second["ManagedLoginBrandingId"] == first["ManagedLoginBrandingId"]
    assert second["Settings"] == {"components": {"form": {"radius": 9}}}
    assert [asset["Bytes"] for asset in second["Assets"]] == [b"dark\0picture"]
    # By hand, and back.
    idp.update_managed_login_branding(
        UserPoolId=out["pool"], ManagedLoginBrandingId=second["ManagedLoginBrandingId"], Settings={"components": {"form": {"radius": 1}}})
    apply(f"managedLoginBranding: {{ web: {{ appClient: web, settings: {{ components: {{ form: {{ radius: 9 }} }} }}, assets: [{DARK}] }} }}")
    assert style()["Settings"] == {"components": {"form": {"radius": 9}}}
    apply("managedLoginBranding: { web: { appClient: web, useCognitoProvidedValues: true } }")
    assert style()["UseCognitoProvidedValues"] and not style().get("Settings") and not style().get("Assets")
    cogstack.run("destroy", FILE, "--yes")
    assert account.is_empty()


def test_the_classic_pages(cogstack, account, idp, apply):
    apply("""uiCustomizations:
  all: { userPool: users, css: { file: style.css } }
  web: { userPool: users, appClient: web, css: .a {}, imageFile: { file: light.png } }""".replace(".a {}", "\".a {}\""))
    out = ids(cogstack)

    def look(client="ALL"):
        return idp.get_ui_customization(UserPoolId=out["pool"], ClientId=client)["UICustomization"]

    assert look()["CSS"] == ".logo-customizable { max-width: 60% }"
    assert look(out["web"])["ImageUrl"] and look(out["web"])["CSS"] == ".a {}"
    assert look(out["app"])["ClientId"] == "ALL"
    (cogstack.folder / "light.png").write_bytes(b"another")
    planned = apply("""uiCustomizations:
  all: { userPool: users, css: { file: style.css }, imageFile: { file: dark.png } }
  web: { userPool: users, appClient: web, imageFile: { file: light.png } }""")
    assert set(planned["uiCustomizations.all"][1]) == {"imageFile"} and set(planned["uiCustomizations.web"][1]) == {"css", "imageFile"}
    assert look()["ImageUrl"] and look()["CSS"] and not look(out["web"])["CSS"]
    apply("uiCustomizations: { web: { userPool: users, appClient: web, imageFile: { file: light.png } } }")
    assert not look().get("CSS") and not look().get("ImageUrl")
    cogstack.run("destroy", FILE, "--yes")
    assert account.is_empty()


def test_terms(cogstack, account, idp, apply):
    def terms(use, privacy=""):
        return f"terms:\n  use: {{ appClient: web, termsName: terms-of-use, links: {{ {use} }} }}\n{privacy}"

    other = '  privacy: { appClient: app, termsName: terms-of-use, links: { "cognito:default": https://app.example } }'
    apply(terms('"cognito:default": https://a.example, "cognito:french": https://a.example/fr', other))
    out = ids(cogstack)

    def live():
        listed = idp.list_terms(UserPoolId=out["pool"])["Terms"]
        found = [idp.describe_terms(UserPoolId=out["pool"], TermsId=each["TermsId"])["Terms"] for each in listed]
        return {each["ClientId"]: each for each in found}

    before = live()
    assert set(before) == {out["web"], out["app"]}
    apply(terms('"cognito:default": https://b.example', other))
    after = live()
    assert after[out["web"]]["Links"] == {"cognito:default": "https://b.example"}
    assert after[out["web"]]["TermsId"] == before[out["web"]]["TermsId"] and after[out["app"]] == before[out["app"]]
    apply(terms('"cognito:default": https://b.example'))
    assert set(live()) == {out["web"]}
    cogstack.run("destroy", FILE, "--yes")
    assert account.is_empty()
