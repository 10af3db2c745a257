"""Samples for the conformance of user pool domains. Routing needs a replica in the second region."""

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-00000000000{}"
SAMPLE = {
    "isApart": True,
    "base": {"userPool": "users", "domain": "auth.example.com", "customDomainConfig": {"certificateArn": CERTIFICATE.format(1)}},
    "values": {
        "domain": ("login.example.com", "signin.example.com"),
        "managedLoginVersion": (2, 1),
        "customDomainConfig.certificateArn": (CERTIFICATE.format(2), CERTIFICATE.format(3)),
        "customDomainConfig.securityPolicy": ("TLS_V1_2_2021", "TLS_V1_3_2025"),
    },
    "read": ("describe_user_pool_domain", ("Domain",), "DomainDescription"),
}
