"""Domains of user pools. Routing needs a replica in the second Region."""

from conformance import update
from conformance.userPoolReplicas import CAN_HAVE_REPLICAS


def read(client, pool, domain):
    found = client("cognito-idp").describe_user_pool_domain(Domain=domain)["DomainDescription"]
    return found if found.get("UserPoolId") == pool else {}


def write(client, description, pool, domain):
    update(client("cognito-idp"), "update_user_pool_domain", {"Routing": {}} | description, UserPoolId=pool, Domain=domain)


_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-00000000000{}"
_FAILOVER = {"secondaryRegion": "us-west-2", "primaryRoute53HealthCheckId": "one"}
SAMPLE = {
    "isApart": True,
    "around": {
        "userPools": {"users": CAN_HAVE_REPLICAS, "others": {}},
        "userPoolReplicas": {"west": {"userPool": "users", "regionName": "us-west-2"}},
    },
    "base": {"userPool": "users", "domain": "auth.example.com", "customDomainConfig": {"certificateArn": _CERTIFICATE.format(1)}},
    "values": {
        "userPool": ("users", "others"),
        "domain": ("auth.example.com", "login.example.com"),
        "managedLoginVersion": (2, 1),
        "customDomainConfig.certificateArn": (_CERTIFICATE.format(1), _CERTIFICATE.format(2)),
        "customDomainConfig.securityPolicy": ("TLS_V1_2_2021", "TLS_V1_3_2025"),
        "routing.failover": (_FAILOVER,),  # a pool has one replica
        "routing.failover.primaryRoute53HealthCheckId": ("one", "another"),
    },
    "beside": {
        "routing.failover": {"managedLoginVersion": 2},
        "routing.failover.primaryRoute53HealthCheckId": {"managedLoginVersion": 2, "routing": {"failover": _FAILOVER}},
    },
    "read": read, "write": write, "derived": ("CloudFrontDistribution", "Version", "Domain", "UserPoolId"),
}
