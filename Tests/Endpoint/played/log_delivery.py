"""Where a user pool sends its logs."""

from keeping import kept
from played.operations import needs_tier, plays, user_pool
from wire import Refused

_DESTINATIONS = ("CloudWatchLogsConfiguration", "S3Configuration", "FirehoseConfiguration")


@plays("cognito-idp:SetLogDeliveryConfiguration")
def set_log_delivery(rules, request):
    """The configuration is replaced whole; an empty list ends all delivery. There is one for each source, with a destination:
    userNotification takes the level ERROR and CloudWatch Logs; userAuthEvents the level INFO and any destination, and needs the tier
    PLUS. A log group is of the pool's Region. (The words about levels and kinds of destinations are this layer's.)"""
    pool, wanted = user_pool(rules, request), request.parameters["LogConfigurations"]
    sources = [each["EventSource"] for each in wanted]
    without_destination = [each["EventSource"] for each in wanted if not any(each.get(name) for name in _DESTINATIONS)]
    repeated = sorted({source for source in sources if sources.count(source) > 1})
    if without_destination or repeated:
        raise Refused(
            "InvalidParameterException", "Request validation Failed."
            + f" Following event sources in request have no destination: [{', '.join(without_destination)}]." * bool(without_destination)
            + f" Following event sources appear more then once in a request: [{', '.join(repeated)}]." * bool(repeated))
    for each in wanted:
        destinations = [name for name in _DESTINATIONS if each.get(name)]
        is_notification = each["EventSource"] == "userNotification"
        if each["LogLevel"] != ("ERROR" if is_notification else "INFO"):
            raise Refused("InvalidParameterException", f"Invalid log level {each['LogLevel']} for event source {each['EventSource']}.")
        if len(destinations) > 1 or is_notification and destinations != ["CloudWatchLogsConfiguration"]:
            raise Refused("InvalidParameterException", f"Invalid destination {destinations[-1]} for event source {each['EventSource']}.")
        if not is_notification:
            needs_tier(pool, ["LITE", "ESSENTIALS"], "Log Streaming")
        group = (each.get("CloudWatchLogsConfiguration") or {}).get("LogGroupArn", pool["Arn"])
        if group.split(":")[3] != pool["Arn"].split(":")[3]:
            raise Refused("InvalidParameterException", "ARN does not belong to current region")
    kept(rules, "log delivery")[pool["Id"],] = wanted
    return get_log_delivery(rules, request)


@plays("cognito-idp:GetLogDeliveryConfiguration")
def get_log_delivery(rules, request):
    """A pool that delivers no logs has an empty list."""
    pool = user_pool(rules, request)["Id"]
    return {"LogDeliveryConfiguration": {"UserPoolId": pool, "LogConfigurations": kept(rules, "log delivery").get((pool,), [])}}
