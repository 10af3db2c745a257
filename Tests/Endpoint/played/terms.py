"""Terms documents of an app client."""

import uuid

from keeping import kept
from played.operations import app_client, now, page, plays, user_pool
from wire import Refused

_LANGUAGES = {
    "cognito:default", "cognito:english", "cognito:french", "cognito:spanish", "cognito:german", "cognito:portuguese-brazil",
    "cognito:bahasa-indonesia", "cognito:simplified-chinese", "cognito:traditional-chinese", "cognito:japanese", "cognito:korean",
    "cognito:italian"}


@plays("cognito-idp:CreateTerms")
def create_terms(rules, request):
    """An app client has one document of each name, terms-of-use and privacy-policy, with a link for each language and one by default."""
    wanted = request.parameters
    user_pool(rules, request)
    app_client(rules, request)
    _check(rules, wanted, wanted["ClientId"], wanted["TermsName"])
    new = str(uuid.uuid4())
    kept(rules, "terms")[wanted["UserPoolId"], new] = terms = {
        "TermsId": new, "UserPoolId": wanted["UserPoolId"], "ClientId": wanted["ClientId"], "TermsName": wanted["TermsName"],
        "TermsSource": wanted["TermsSource"], "Enforcement": wanted["Enforcement"], "Links": wanted.get("Links", {}),
        "CreationDate": now(), "LastModifiedDate": now()}
    return {"Terms": terms}


@plays("cognito-idp:UpdateTerms")
def update_terms(rules, request):
    """UpdateTerms changes what it is given, the links as a whole; a document may take the other name, if that is free. (That what is left
    out stays is inferred: all members but the ids are optional.)"""
    terms, wanted = _terms(rules, request), request.parameters
    given = {name: wanted[name] for name in ("TermsName", "TermsSource", "Enforcement", "Links") if wanted.get(name) is not None}
    _check(rules, given, terms["ClientId"], given.get("TermsName"), terms["TermsId"])
    terms |= given | {"LastModifiedDate": now()}
    return {"Terms": terms}


@plays("cognito-idp:DescribeTerms")
def describe_terms(rules, request):
    """A document is read by the pool and its own id."""
    return {"Terms": _terms(rules, request)}


@plays("cognito-idp:DeleteTerms")
def delete_terms(rules, request):
    """Deleting a document that does not exist is ResourceNotFoundException."""
    terms = _terms(rules, request)
    del kept(rules, "terms")[terms["UserPoolId"], terms["TermsId"]]


@plays("cognito-idp:ListTerms")
def list_terms(rules, request):
    """The documents of all app clients of a pool, without their links and without the client's id."""
    pool = user_pool(rules, request)["Id"]
    shown = ("TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate")
    of_pool = [terms for terms in kept(rules, "terms").values() if terms["UserPoolId"] == pool]
    return page(request, [{name: terms[name] for name in shown} for terms in of_pool], 60, "Terms")


def _check(rules, wanted, client, name, own_id=None):
    for terms in kept(rules, "terms").values():
        if terms["ClientId"] == client and terms["TermsName"] == name and terms["TermsId"] != own_id:
            raise Refused("TermsExistsException", f"Terms with name {name} already exist for client {client}.")
    unknown = set(wanted.get("Links") or {}) - _LANGUAGES
    if unknown:
        raise Refused("InvalidParameterException", f"Invalid language in links: {min(unknown)}")


def _terms(rules, request):
    user_pool(rules, request)
    wanted = request.parameters.get("TermsId")
    terms = kept(rules, "terms").get((request.parameters.get("UserPoolId"), wanted))
    if terms is None:
        raise Refused("ResourceNotFoundException", f"Terms {wanted} do not exist.")
    return terms
