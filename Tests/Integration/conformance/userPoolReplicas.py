"""Samples for test_conformance.py: what the limits in the table do not tell. The user pool has a multi-region key of its own and the issuer
UPDATED. `userPoolTags` are not read back: AWS shows them in the replica's region alone."""

READ = ("cognito-idp", "list_user_pool_replicas", "UserPoolReplicas")  # the one of the region
SAMPLE = {
    "isApart": True,
    "base": {"regionName": "us-west-2"},
    "values": {"regionName": ("us-west-2", "eu-west-1"), "userPoolTags": ({"team": "a"}, {"team": "b"})},
}
