"""Branding: the styles of managed login, and the classic hosted UI's customisation."""

import uuid

from keeping import kept
from played.operations import app_client, needs_tier, now, plays, user_pool
from rules import rule
from wire import Refused


@plays("cognito-idp:CreateManagedLoginBranding")
def create_branding(rules, request):
    """An app client has one style at most. A style has either Cognito's values or settings, not both and not neither; images go with
    either (measured, though the documentation says otherwise). Managed login is not in the tier LITE."""
    wanted = request.parameters
    needs_tier(user_pool(rules, request), ["LITE"], "Managed Login")
    app_client(rules, request)
    if any(style["ClientId"] == wanted["ClientId"] for style in kept(rules, "branding").values()):
        raise Refused("ManagedLoginBrandingExistsException", f"Managed login branding already exists for client {wanted['ClientId']}.")
    if bool(wanted.get("UseCognitoProvidedValues")) == (wanted.get("Settings") is not None):
        raise _either_or()
    new = str(uuid.uuid4())
    style = {
        "ManagedLoginBrandingId": new, "UserPoolId": wanted["UserPoolId"], "ClientId": wanted["ClientId"],
        "UseCognitoProvidedValues": wanted.get("UseCognitoProvidedValues", False), "CreationDate": now(), "LastModifiedDate": now()}
    kept(rules, "branding")[wanted["UserPoolId"], new] = style | _given(wanted)
    return _as_read(kept(rules, "branding")[wanted["UserPoolId"], new])


@plays("cognito-idp:UpdateManagedLoginBranding")
def update_branding(rules, request):
    """UpdateManagedLoginBranding "preserves existing style settings that you don't specify": settings are merged object by object, images
    by category, colour mode and extension; UseCognitoProvidedValues takes all of them away."""
    style = _style(rules, request)
    wanted = request.parameters
    if wanted.get("UseCognitoProvidedValues") and wanted.get("Settings") is not None:
        raise _either_or()
    if wanted.get("UseCognitoProvidedValues"):
        style.pop("Settings", None)
        style.pop("Assets", None)
    given = _given(wanted)
    if "Settings" in given:
        style["Settings"] = _merged(style.get("Settings") or {}, given["Settings"])
    if "Assets" in given:
        assets = {_asset_key(asset): asset for asset in [*style.get("Assets", []), *given["Assets"]]}
        style["Assets"] = list(assets.values())
    style["UseCognitoProvidedValues"] = bool(wanted.get("UseCognitoProvidedValues"))
    style["LastModifiedDate"] = now()
    return _as_read(style)


@plays("cognito-idp:DescribeManagedLoginBranding")
def describe_branding(rules, request):
    """Only what was customised is read back; with ReturnMergedResources the defaults too, of which there are none here."""
    return _as_read(_style(rules, request))


@plays("cognito-idp:DescribeManagedLoginBrandingByClient")
def describe_branding_of_client(rules, request):
    """As above, by the app client, which may have no style."""
    user_pool(rules, request)
    client = app_client(rules, request)["ClientId"]
    for style in kept(rules, "branding").values():
        if style["ClientId"] == client:
            return _as_read(style)
    raise Refused("ResourceNotFoundException", f"Managed login branding for client {client} does not exist.")


@plays("cognito-idp:DeleteManagedLoginBranding")
def delete_branding(rules, request):
    """The app client has no style then, and managed login shows it no pages."""
    style = _style(rules, request)
    del kept(rules, "branding")[style["UserPoolId"], style["ManagedLoginBrandingId"]]


def _either_or():
    return Refused("InvalidParameterException", "useCognitoProvidedValues or settings should be specified (but not both)")


def _given(wanted):
    return {name: wanted[name] for name in ("Settings", "Assets") if wanted.get(name) is not None}


def _asset_key(asset):
    return asset["Category"], asset["ColorMode"], asset["Extension"]


def _merged(old, new):
    return old | {
        key: _merged(old[key], value) if isinstance(value, dict) and isinstance(old.get(key), dict) else value
        for key, value in new.items()}


def _style(rules, request):
    user_pool(rules, request)
    wanted = request.parameters.get("ManagedLoginBrandingId")
    style = kept(rules, "branding").get((request.parameters.get("UserPoolId"), wanted))
    if style is None:
        raise Refused("ResourceNotFoundException", f"Managed login branding {wanted} does not exist.")
    return style


def _as_read(style):
    return {"ManagedLoginBranding": {"Assets": []} | {name: value for name, value in style.items() if name != "ClientId"}}


# The classic hosted UI. The endpoint keeps the CSS; that a pool needs a domain, and that a client without a customisation of its own shows
# that of ALL, is its too.


@rule("cognito-idp:SetUICustomization", amends=True)
def images_have_an_address(rules, request, answer):
    """An image that is set is read back as the address from which it is served; a customisation without an image has none. The whole
    customisation is set: what is left out is gone. (The documentation does not say so.)"""
    customisation = answer.json["UICustomization"]
    key = customisation["UserPoolId"], customisation["ClientId"]
    kept(rules, "images").pop(key, None)
    if request.parameters.get("ImageFile"):
        place = f"{key[0]}/{key[1]}/{customisation['CSSVersion']}"
        kept(rules, "images")[key] = f"https://d000000000000.cloudfront.net/{place}/assets/images/image.jpg"
    customisation_as_read(rules, request, answer)


@rule("cognito-idp:GetUICustomization", amends=True)
def customisation_as_read(rules, request, answer):
    """As above."""
    customisation = answer.json["UICustomization"]
    image = kept(rules, "images").get((customisation.get("UserPoolId"), customisation.get("ClientId")))
    if image:
        answer.replace({"UICustomization": customisation | {"ImageUrl": image}})
