"""Samples for test_apart.py. The user pool has a multi-region key of its own and the issuer
UPDATED. `userPoolTags` are not read back: AWS shows them in the replica's region alone."""

SAMPLE = {
    "isApart": True,
    "base": {"userPool": "users", "regionName": "us-west-2"},
    "values": {"status": ("ACTIVE", "INACTIVE")},
    "read": ("cognito-idp", "list_user_pool_replicas", {"UserPoolId": "pool"}, "UserPoolReplicas"),
}
