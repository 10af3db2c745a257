"""Samples for test_conformance.py: what the limits in the table do not tell. The user pool's tier is PLUS."""

READ = ("cognito-idp", "get_log_delivery_configuration", "LogDeliveryConfiguration")


def _log_group(name):
    return {"cloudWatchLogsConfiguration": {"logGroupArn": f"arn:aws:logs:us-east-1:111122223333:log-group:{name}"}}


_NOTIFICATIONS = {"eventSource": "userNotification", "logLevel": "ERROR"} | _log_group("a")
_EVENTS = {"eventSource": "userAuthEvents", "logLevel": "INFO"}
SAMPLE = {
    "isApart": True,
    "base": {"logConfigurations": [_NOTIFICATIONS]},
    "values": {
        "logConfigurations": (
            [_NOTIFICATIONS | _log_group("b")],
            [_NOTIFICATIONS, _EVENTS | {"s3Configuration": {"bucketArn": "arn:aws:s3:::a-bucket"}}],
            [_EVENTS | {"firehoseConfiguration": {"streamArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/a"}}]),
    },
}
