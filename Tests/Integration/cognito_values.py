"""Values that tests of Cognito share."""

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000"
SOCIAL = {"client_id": "1", "client_secret": "s", "authorize_scopes": "openid email"}
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
TERMS = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://a.example"}}
LOG_GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:g"}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}
