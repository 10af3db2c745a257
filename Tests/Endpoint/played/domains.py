"""Domains of a user pool."""

import re

from botocore.exceptions import ClientError

from keeping import kept
from played.operations import needs_tier, user_pool
from rules import rule
from wire import Refused


@rule("cognito-idp:CreateUserPoolDomain")
def a_domain_has_one_pool(rules, request):
    """A domain that another pool has, of whatever account, is refused. A pool has one prefix and one custom domain at most. A prefix has
    none of the words aws, amazon and cognito between its hyphens. A custom domain's certificate is of us-east-1. Managed login (version 2)
    is not in the tier LITE. (The text about a second domain is the endpoint's.)"""
    wanted, pool = request.parameters, user_pool(rules, request)
    domain = wanted["Domain"]
    is_custom = "CustomDomainConfig" in wanted
    taken = [key[0] for key, state in list(kept(rules, "domains").items()) if key[1] == domain and "gone" not in state]
    if taken or _live(rules, request, domain):
        raise Refused("InvalidParameterException", f"Domain {domain} already associated with another user pool.")
    if is_custom and "." not in domain:
        raise Refused("InvalidParameterException", "Custom domain is not a valid subdomain")
    if not is_custom and not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", _as_aws_spells_ids(rules, request, domain)):
        raise Refused(
            "InvalidParameterException", "The domain name contains an invalid character. Domain names can only contain lower-case letters, "
            "numbers, and hyphens.")
    reserved = {"aws", "amazon", "cognito"}.intersection(domain.split("-"))
    if reserved and not is_custom:
        raise Refused("InvalidParameterException", f"Domain cannot contain reserved word: {min(reserved)}")
    if pool.get("CustomDomain" if is_custom else "Domain"):
        raise Refused("InvalidParameterException", "User pool already has a domain configured.")
    _check_certificate(wanted)
    if wanted.get("ManagedLoginVersion") == 2:
        needs_tier(pool, ["LITE"], "Managed Login Version 2")
    _keep_routing(rules, request, wanted.get("ManagedLoginVersion", 1), is_custom)


@rule("cognito-idp:UpdateUserPoolDomain")
def domains_are_updated_in_place(rules, request):
    """UpdateUserPoolDomain changes the version of the branding, the certificate and the routing; what is left out stays. (The
    documentation does not say so of the routing.)"""
    wanted, pool = request.parameters, user_pool(rules, request)
    live = _live(rules, request, wanted["Domain"])
    _check_certificate(wanted)
    if wanted.get("ManagedLoginVersion") == 2:
        needs_tier(pool, ["LITE"], "Managed Login Version 2")
    if live:
        version = wanted.get("ManagedLoginVersion") or live.get("ManagedLoginVersion", 1)
        _keep_routing(rules, request, version, pool.get("CustomDomain") == wanted["Domain"])


def _as_aws_spells_ids(rules, request, domain):
    """A domain may hold the id of one of its pool's app clients. AWS gives these small letters, the endpoint capitals too."""
    idp = rules.layer.client(request, "cognito-idp")
    for client in idp.list_user_pool_clients(UserPoolId=request.parameters["UserPoolId"], MaxResults=60)["UserPoolClients"]:
        domain = domain.replace(client["ClientId"], client["ClientId"].lower())
    return domain


def _check_certificate(wanted):
    certificate = (wanted.get("CustomDomainConfig") or {}).get("CertificateArn", "")
    if certificate and certificate.split(":")[3] != "us-east-1":
        raise Refused(
            "InvalidParameterException", "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't "
            "include a valid certificate chain.")


def _keep_routing(rules, request, version, is_custom):
    """Routing is for custom domains with managed login, and fails over to a Region in which the pool has a replica. The endpoint has
    no replicas, so that the layer keeps it."""
    wanted = request.parameters
    if "Routing" not in wanted:
        return
    routing = request.parameters.pop("Routing") or {}
    request.rewrite()
    failover = routing.get("Failover")
    if failover:
        if not is_custom:
            raise Refused("InvalidParameterException", "Routing field is only supported for custom domains")
        if version != 2:
            raise Refused("InvalidParameterException", "Routing field is not supported for Hosted UI (classic)")
        if (wanted["UserPoolId"], failover["SecondaryRegion"]) not in kept(rules, "replicas"):
            raise Refused("InvalidParameterException", f"Region {failover['SecondaryRegion']} is not active for the user pool")
    kept(rules, "routing")[wanted["UserPoolId"], wanted["Domain"]] = routing


@rule("cognito-idp:CreateUserPoolDomain", amends=True)
def new_domains_take_a_while(rules, request, answer):
    """A domain is CREATING at first: a prefix for up to a minute, a custom one for up to an hour."""
    key = request.parameters["UserPoolId"], request.parameters["Domain"]
    kept(rules, "domains")[key] = {"since": rules.now()}
    _show_routing(rules, request, answer)


@rule("cognito-idp:UpdateUserPoolDomain", amends=True)
def updated_domain_as_read(rules, request, answer):
    """The answer has the routing too."""
    _show_routing(rules, request, answer)


def _show_routing(rules, request, answer):
    routing = kept(rules, "routing").get((request.parameters["UserPoolId"], request.parameters["Domain"]))
    if routing:
        answer.replace(answer.json | {"Routing": routing})


@rule("cognito-idp:DeleteUserPoolDomain")
def only_domains_that_exist_are_deleted(rules, request):
    """DeleteUserPoolDomain of a domain that the pool does not have is InvalidParameterException, not ResourceNotFoundException."""
    live = _live(rules, request, request.parameters["Domain"])
    if not live or live["UserPoolId"] != request.parameters["UserPoolId"]:
        raise Refused("InvalidParameterException", "No such domain or user pool exists.")


@rule("cognito-idp:DeleteUserPoolDomain", amends=True)
def deleted_domains_take_a_while(rules, request, answer):
    """A deleted domain is DELETING for a while."""
    key = request.parameters["UserPoolId"], request.parameters["Domain"]
    kept(rules, "routing").pop(key, None)
    kept(rules, "domains").pop(key, None)
    if rules.domain_delay:
        kept(rules, "domains")[key] = {"gone": rules.now(), "account": rules.layer.account(request)}


@rule("cognito-idp:DescribeUserPoolDomain", amends=True)
def domain_as_read(rules, request, answer):
    """A domain shows its state, its CloudFront distribution, which prefixes have too, and its routing. Of a domain that does not exist the
    description is empty; it is no error."""
    domain, found = request.parameters["Domain"], answer.json["DomainDescription"]
    for (pool, name), state in list(kept(rules, "domains").items()):
        if name != domain:
            continue
        if "gone" in state and not found and rules.now() - state["gone"] < rules.domain_delay:
            found = {"UserPoolId": pool, "AWSAccountId": state["account"], "Domain": domain, "Status": "DELETING"}
        elif found and "since" in state and rules.now() - state["since"] < rules.domain_delay:
            found["Status"] = "CREATING"
    if found and found["Status"] != "DELETING":
        found["S3Bucket"] = found.get("S3Bucket") or "aws-cognito-prod-iad-assets"
        found["CloudFrontDistribution"] = found.get("CloudFrontDistribution") or f"d{sum(domain.encode()):013x}.cloudfront.net"
        routing = kept(rules, "routing").get((found["UserPoolId"], domain))
        if routing:
            found["Routing"] = routing
    answer.replace({"DomainDescription": found})


def _live(rules, request, domain):
    try:
        return rules.layer.client(request, "cognito-idp").describe_user_pool_domain(Domain=domain)["DomainDescription"]
    except ClientError:
        return {}
