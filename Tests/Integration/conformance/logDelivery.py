"""Where a pool of the tier PLUS sends its logs."""

from conformance import update


def read(client, pool):
    found = client("cognito-idp").get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]
    return found if found["LogConfigurations"] else {}


def write(client, description, pool):
    update(client("cognito-idp"), "set_log_delivery_configuration", description, UserPoolId=pool)


def _log_group(name):
    return {"cloudWatchLogsConfiguration": {"logGroupArn": f"arn:aws:logs:us-east-1:111122223333:log-group:{name}"}}


_NOTIFICATIONS = {"eventSource": "userNotification", "logLevel": "ERROR"} | _log_group("a")
_EVENTS = {"eventSource": "userAuthEvents", "logLevel": "INFO"}
SAMPLE = {
    "isApart": True,
    "around": {"userPools": {name: {"userPoolTier": "PLUS"} for name in ("users", "others")}},
    "base": {"userPool": "users", "logConfigurations": [_NOTIFICATIONS]},
    "values": {
        "userPool": ("users", "others"),
        "logConfigurations": (
            [_NOTIFICATIONS | _log_group("b"), _EVENTS | {"s3Configuration": {"bucketArn": "arn:aws:s3:::a-bucket"}}],
            [_EVENTS | {"firehoseConfiguration": {"streamArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/a"}}]),
    },
    "read": read, "write": write,
    "derived": ("UserPoolId",),
}
