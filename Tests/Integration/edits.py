"""Edits of the kill matrix's stack."""

UPDATED = """
tags: { system: cognito-auth, environment: dev, season: spring }
userPools:
  users:
    mfaConfiguration: OPTIONAL
    softwareTokenMfaConfiguration: { enabled: true }
    passwordPolicy: { minimumLength: 10, requireSymbols: true }
appClients:
  cli:
    explicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
    refreshTokenValidity: 2
identityPools:
  identities:
    allowUnauthenticatedIdentities: true
    roles: { authenticated: authenticated, unauthenticated: authenticated }
roles:
  authenticated:
    grants: [{ cognitoIdentity: credentials }]
    inlinePolicies:
      look: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*" }] }
  long-lived:
    description: Users of the credential proxy, for longer
    maxSessionDuration: 12h
    trust: [{ iamUser: proxy, tagSession: true, requestedRegions: [us-east-1, eu-west-1] }]
    grants:
      - s3: { bucket: other-data, access: read }
    managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
  proxy-execution:
    managedPolicies: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
iamUsers:
  proxy:
    inlinePolicies:
      who: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "sts:GetCallerIdentity", Resource: "*" }] }
lambdaFunctions:
  credential-proxy:
    timeout: 20
    code: ../examples/changed
    logRetentionDays: 14
    environment: { MAX_SESSION_SECONDS: "43200" }
secrets:
  proxy-key:
    description: The key of the proxy's user
    keyValuePairs: { note: added }
ssmParameters:
  proxy-key: { description: The key of the proxy's user }
"""

REPLACED = """
appClients:
  cli: { generateSecret: true }
roles:
  long-lived: { name: dev-renamed }
  proxy-execution: { name: dev-execution-renamed }
iamUsers:
  proxy: { path: /service/ }
secrets:
  proxy-key: { name: dev-renamed }
ssmParameters:
  proxy-key: { tier: Advanced }
"""

# The execution role and the user are made anew under their names: whatever AWS ties to the objects is told of the new ones.
REMADE = """
roles:
  proxy-execution: { path: /service/ }
  long-lived: { path: /service/ }
iamUsers:
  proxy: { path: /service/ }
"""

# Whatever has a name in the file gets another one.
RENAMED = """
roles:
  authenticated: { name: dev-people }
  long-lived: { name: dev-people-for-longer }
  proxy-execution: { name: dev-proxy-role }
iamUsers:
  proxy: { name: dev-proxy-user }
lambdaFunctions:
  credential-proxy: { name: dev-proxy-function }
secrets:
  proxy-key: { name: dev-key-of-the-proxy }
ssmParameters:
  proxy-key: { name: dev-key-of-the-proxy }
"""

# Only the sign-in is left.
REMOVED = """
roles:
  authenticated:
    grants: [{ cognitoIdentity: credentials }]
  long-lived: null
  proxy-execution: null
iamUsers: { proxy: null }
accessKeys: { proxy: null }
lambdaFunctions: { credential-proxy: null }
secrets: { proxy-key: null }
ssmParameters: { proxy-key: null }
outputs: { functionName: null, longLivedRoleName: null }
"""

# What is under one address is under another one, and named accordingly.
MOVED = {
    "long-lived": "lasting", "proxy-execution": "execution", "proxy-key": "key", "iamUser: proxy": "iamUser: signer",
    "iamUsers:\n  proxy:": "iamUsers:\n  signer:", "credential-proxy": "exchange", "examples/exchange": "examples/credential-proxy",
}


TEXTS = {"": "", "updated": UPDATED, "replaced": REPLACED, "remade": REMADE, "renamed": RENAMED, "removed": REMOVED}


def edit(cogstack, stack, name):
    """Makes the edit of that name in a stack file as it was at first; the one without a name takes all edits back."""
    if name != "moved":
        return cogstack.lay_over(stack, TEXTS[name])
    cogstack.lay_over(stack)
    folder, stack = cogstack.folder / "stacks", cogstack.folder / stack
    texts = {"moved-base.yaml": (folder / "base.yaml").read_text(), "moved.yaml": (folder / f"unedited-{stack.name}").read_text()}
    for target, text in texts.items():
        text = text.replace("extends: base.yaml", "extends: moved-base.yaml")
        for old, new in MOVED.items():
            text = text.replace(old, new)
        (folder / target).write_text(text)
    stack.write_text(stack.read_text().replace(f"unedited-{stack.name}", "moved.yaml"))
