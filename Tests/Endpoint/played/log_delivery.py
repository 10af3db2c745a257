"""Where a user pool sends its logs."""

from keeping import kept
from played.operations import plays, user_pool
from wire import Refused

_DESTINATIONS = ("CloudWatchLogsConfiguration", "S3Configuration", "FirehoseConfiguration")


@plays("cognito-idp:SetLogDeliveryConfiguration")
def set_log_delivery(rules, request):
    """The configuration is replaced whole; an empty list ends all delivery. There is one for each source, with one destination:
    userNotification takes the level ERROR and CloudWatch Logs; userAuthEvents the level INFO and any destination, and needs the tier
    PLUS. (The words are this layer's.)"""
    pool, wanted = user_pool(rules, request), request.parameters["LogConfigurations"]
    sources = [each["EventSource"] for each in wanted]
    if len(sources) > len(set(sources)):
        raise Refused("InvalidParameterException", "There can be only one log configuration for each event source.")
    for each in wanted:
        destinations = [name for name in _DESTINATIONS if each.get(name)]
        if len(destinations) != 1:
            raise Refused("InvalidParameterException", f"The log configuration of {each['EventSource']} must have one destination.")
        is_notification = each["EventSource"] == "userNotification"
        if each["LogLevel"] != ("ERROR" if is_notification else "INFO"):
            raise Refused("InvalidParameterException", f"Invalid log level {each['LogLevel']} for event source {each['EventSource']}.")
        if is_notification and destinations != ["CloudWatchLogsConfiguration"]:
            raise Refused("InvalidParameterException", f"Invalid destination {destinations[0]} for event source userNotification.")
        if not is_notification and pool.get("UserPoolTier") != "PLUS":
            raise Refused("FeatureUnavailableInTierException", "Exporting user activity logs requires the PLUS pricing tier.")
    kept(rules, "log delivery")[pool["Id"],] = wanted
    return get_log_delivery(rules, request)


@plays("cognito-idp:GetLogDeliveryConfiguration")
def get_log_delivery(rules, request):
    """A pool that delivers no logs has an empty list."""
    pool = user_pool(rules, request)["Id"]
    return {"LogDeliveryConfiguration": {"UserPoolId": pool, "LogConfigurations": kept(rules, "log delivery").get((pool,), [])}}
