"""Domains of a user pool: prefixes and custom ones, that AWS spreads them slowly, and that a pool does not go while one is left."""

import pytest

from cogstack import changes
from strict import StrictLayer

FILE = "domains.yaml"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-00000000000{}"


@pytest.fixture
def write(cogstack):
    def write(domain="", pool="users: {}"):
        section = f"userPoolDomains: {{ page: {{ userPool: users, {domain} }} }}\noutputs: {{ url: $(userPoolDomains.page.url) }}" if domain else ""
        (cogstack.folder / FILE).write_text(f"stack: domains\nuserPools: {{ {pool} }}\n{section}\n")
    return write


def custom(domain, number=1, more=""):
    return f'domain: {domain}, customDomainConfig: {{ certificateArn: "{CERTIFICATE.format(number)}" }} {more}'


@pytest.fixture
def idp(account, layer):
    return account.client("cognito-idp", layer.url)


def domain(idp, name):
    return idp.describe_user_pool_domain(Domain=name)["DomainDescription"]


def test_a_prefix_gives_way_to_another(cogstack, idp, write, account):
    write("domain: shop-one")
    cogstack.apply(FILE)
    assert cogstack.run("output", FILE, "url").out.strip() == "https://shop-one.auth.us-east-1.amazoncognito.com"
    assert domain(idp, "shop-one")["ManagedLoginVersion"] == 1
    write("domain: shop-two, managedLoginVersion: 2")
    plan = cogstack.plan(FILE)
    change = next(change for change in plan["changes"] if change["address"] == "userPoolDomains.page")
    assert change["action"] == "replace" and "people cannot sign in there" in change["loses"]
    cogstack.apply(FILE)  # AWS has no room for two prefixes
    assert not domain(idp, "shop-one") and domain(idp, "shop-two")["ManagedLoginVersion"] == 2
    assert not changes(cogstack.plan(FILE))
    cogstack.run("destroy", FILE, "--yes")
    assert account.is_empty()


def test_a_custom_domain_gets_another_certificate_in_place(cogstack, idp, write):
    write("domain: shop")
    cogstack.apply(FILE)
    write(custom("auth.example.com"))  # beside the prefix, which goes when it is there
    cogstack.apply(FILE)
    assert not domain(idp, "shop")
    before = domain(idp, "auth.example.com")
    write(custom("auth.example.com", 2))
    path = "customDomainConfig.certificateArn"
    assert changes(cogstack.plan(FILE)) == {
        "userPoolDomains.page": ("update", {path: (CERTIFICATE.format(1), CERTIFICATE.format(2))})}
    cogstack.apply(FILE)
    assert domain(idp, "auth.example.com") == before | {"CustomDomainConfig": {"CertificateArn": CERTIFICATE.format(2)}}
    assert not changes(cogstack.plan(FILE))


def test_a_domain_is_waited_for(endpoint, account, cogstack, write):
    with StrictLayer(endpoint, domain_delay=1) as layer:
        cogstack.layer = layer
        write(custom("slow.example.com"))
        said = cogstack.apply(FILE).err
        assert "waits: AWS to spread the domain slow.example.com, which may take an hour" in said
        idp = account.client("cognito-idp", layer.url)
        assert domain(idp, "slow.example.com")["Status"] == "ACTIVE"
        assert not changes(cogstack.plan(FILE))
        cogstack.run("destroy", FILE, "--yes")
        assert not domain(idp, "slow.example.com")


def test_a_domain_that_another_pool_has_is_refused(cogstack, idp, write):
    pool = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
    idp.create_user_pool_domain(UserPoolId=pool, Domain="taken")
    write("domain: taken")
    failed = cogstack.run("apply", FILE, "--yes", status=1)
    assert "the domain taken belongs to another user pool" in " ".join(failed.out.split())


def test_a_pool_with_a_domain_of_others_stays(cogstack, idp, write, account):
    write()
    cogstack.apply(FILE)
    pool = idp.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    idp.create_user_pool_domain(UserPoolId=pool, Domain="by-hand")
    refused = cogstack.run("destroy", FILE, "--yes", status=1)
    assert f"user pool {pool} has the domain by-hand" in " ".join((refused.out + refused.err).split())
    assert domain(idp, "by-hand")
    # Taken over, it goes with the pool.
    write("domain: by-hand, lifecycle: { adopt: true }")
    cogstack.apply(FILE)
    cogstack.run("destroy", FILE, "--yes")
    assert account.is_empty()
