"""The web ACL of a user pool."""

import json

from botocore.exceptions import ClientError

from rules import rule
from wire import Answered, Refused, json_answer


@rule("wafv2:AssociateWebACL")
def web_acls_are_of_pools_that_exist(rules, request):
    """A web ACL is associated with a resource that exists."""
    arn = request.parameters.get("ResourceArn", "")
    if ":userpool/" in arn:
        try:
            rules.layer.client(request, "cognito-idp").describe_user_pool(UserPoolId=arn.rsplit("/", 1)[-1])
        except ClientError:
            raise Refused(
                "WAFNonexistentItemException", "AWS WAF couldn’t perform the operation because your resource doesn’t exist.") from None


@rule("wafv2:GetWebACLForResource")
def no_web_acl_is_no_error(rules, request):
    """A resource that has no web ACL is answered with none, not with an error."""
    answer = rules.layer._forward(request)
    if answer.status == 400 and b"WAFNonexistentItemException" in answer.body:
        answer = json_answer({})
    elif answer.status < 300 and json.loads(answer.body).get("WebACL") is None:
        answer = json_answer({})
    raise Answered(answer)
