_PROJECTS = [f"arn:aws:mobiletargeting:us-east-1:111122223333:apps/{letter * 8}" for letter in "ab"]
_ANALYTICS = {"analyticsConfiguration": {"applicationArn": _PROJECTS[0]}}
_ROTATES = {"explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}

SAMPLE = {
    "base": {"userPool": "shared"},
    "values": {
        "refreshTokenRotation.retryGracePeriodSeconds": (1, 2),
        "analyticsConfiguration.applicationArn": _PROJECTS,
        "analyticsConfiguration.applicationId": ("a" * 32, "b" * 32),
        "analyticsConfiguration.roleArn": [f"arn:aws:iam::111122223333:role/{letter}" for letter in "ab"],
    },
    "defaults": {"refreshTokenRotation.retryGracePeriodSeconds": 0},
    "more": {"refreshTokenRotation.retryGracePeriodSeconds": {"planned": (1, 2, None)}},
    "beside": {
        "enablePropagateAdditionalUserContextData": {"generateSecret": True},
        "refreshTokenRotation.feature": _ROTATES,
        "refreshTokenRotation.retryGracePeriodSeconds": _ROTATES | {"refreshTokenRotation": {"feature": "ENABLED"}},
        **{f"analyticsConfiguration.{member}": _ANALYTICS for member in ("roleArn", "externalId", "userDataShared")},
    },
}
