"""Replicas of a user pool, which has a multi-Region key of its own and the issuer UPDATED."""


def read(client, pool, region):
    replicas = client("cognito-idp").list_user_pool_replicas(UserPoolId=pool)["UserPoolReplicas"]
    return next((each for each in replicas if (each["RegionName"], each["Role"]) == (region, "SECONDARY")), {})


def write(client, description, pool, region):
    client("cognito-idp").update_user_pool_replica(UserPoolId=pool, RegionName=region, Status=description["Status"])


CAN_HAVE_REPLICAS = {
    "keyConfiguration": {
        "keyType": "CUSTOMER_MANAGED_KEY", "kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"},
    "issuerConfiguration": {"type": "UPDATED"},
}
SAMPLE = {
    "isApart": True,
    "around": {"userPools": {name: CAN_HAVE_REPLICAS for name in ("users", "others")}},
    "base": {"userPool": "users", "regionName": "us-west-2"},
    "values": {
        "userPool": ("users", "others"),
        "regionName": ("us-west-2", "eu-west-1"),
        "userPoolTags": ({"team": "a"}, {"team": "b"}),
    },
    "unseen": ("userPoolTags",),  # AWS shows them in the replica's Region alone
    "read": read, "write": write, "derived": ("UserPoolArn", "RegionName"),
}
