"""Samples for test_apart.py. The user pool's tier is PLUS."""



def _log_group(name):
    return {"cloudWatchLogsConfiguration": {"logGroupArn": f"arn:aws:logs:us-east-1:111122223333:log-group:{name}"}}


_NOTIFICATIONS = {"eventSource": "userNotification", "logLevel": "ERROR"} | _log_group("a")
_EVENTS = {"eventSource": "userAuthEvents", "logLevel": "INFO"}
SAMPLE = {
    "isApart": True,
    "read": ("cognito-idp", "get_log_delivery_configuration", {"UserPoolId": "pool"}, "LogDeliveryConfiguration"),
    "base": {"userPool": "users", "logConfigurations": [_NOTIFICATIONS]},
    "values": {
        "logConfigurations": (
            [_NOTIFICATIONS, _EVENTS | {"s3Configuration": {"bucketArn": "arn:aws:s3:::a-bucket"}}],
            [_EVENTS | {"firehoseConfiguration": {"streamArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/a"}}]),
    },
}
