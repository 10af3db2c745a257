"""A user pool's logs, threat protection and copies."""

import pytest

FILE = "settings.yaml"
STACK = """
stack: settings
userPools:
  users:
    userPoolTier: PLUS
    userPoolAddOns: {{ advancedSecurityMode: ENFORCED }}
    keyConfiguration: {{ keyType: CUSTOMER_MANAGED_KEY, kmsKeyArn: "arn:aws:kms:us-east-1:$(account):key/mrk-1234abcd12ab34cd56ef1234567890ab" }}
    issuerConfiguration: {{ type: UPDATED }}
appClients:
  cli: {{ userPool: users }}
{parts}
outputs: {{ pool: $(userPools.users.id), client: $(appClients.cli.id) }}
"""
LOGS = """
logDelivery:
  users:
    userPool: $(userPools.users.arn)
    logConfigurations:
      - {{ eventSource: userNotification, logLevel: ERROR, cloudWatchLogsConfiguration: {{ logGroupArn: "arn:aws:logs:us-east-1:$(account):log-group:{}" }} }}
"""


@pytest.fixture
def apply(cogstack):
    def apply(parts):
        (cogstack.folder / FILE).write_text(STACK.format(parts=parts))
        cogstack.apply(FILE)
        assert cogstack.plan(FILE)["changes"] == []
        outputs = cogstack.run("output", FILE, "--format", "json").json
        return {"UserPoolId": outputs["pool"]}, {"UserPoolId": outputs["pool"], "ClientId": outputs["client"]}
    return apply


def test_logs(cogstack, account, idp, apply):
    def live(pool):
        return [(each["EventSource"], each["CloudWatchLogsConfiguration"]["LogGroupArn"].split(":")[-1])
                for each in idp.get_log_delivery_configuration(**pool)["LogDeliveryConfiguration"]["LogConfigurations"]]

    # The pool's ARN is known only when the pool is there, and it is known by its id.
    pool, _ = apply(LOGS.format("one"))
    assert live(pool) == [("userNotification", "one")]
    apply(LOGS.format("two"))
    assert live(pool) == [("userNotification", "two")]
    idp.set_log_delivery_configuration(**pool, LogConfigurations=[])
    assert [change["action"] for change in cogstack.plan(FILE)["changes"] if change["action"] != "none"] == ["create"]
    cogstack.apply(FILE)
    assert live(pool) == [("userNotification", "two")]
    apply("")
    assert live(pool) == []


ACTIONS = "actions: { lowAction: { notify: false, eventAction: NO_ACTION }, highAction: { notify: true, eventAction: BLOCK } }"
NOTIFY = "notifyConfiguration: { sourceArn: 'arn:aws:ses:us-east-1:$(account):identity/a.example', from: a@a.example, blockEmail: { subject: s, textBody: Blocked } }"


def test_risk(idp, apply):
    def live(of):
        found = idp.describe_risk_configuration(**of)["RiskConfiguration"]
        return {name: value for name, value in found.items() if name not in ("UserPoolId", "ClientId", "LastModifiedDate")}

    pool, client = apply(f"""
riskConfigurations:
  all:
    userPool: users
    compromisedCredentialsRiskConfiguration: {{ actions: {{ eventAction: BLOCK }}, eventFilter: [SIGN_IN] }}
    riskExceptionConfiguration: {{ blockedIPRangeList: [192.0.2.0/24] }}
  cli: {{ userPool: users, appClient: cli, accountTakeoverRiskConfiguration: {{ {NOTIFY}, {ACTIONS} }} }}
""")
    exception = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"]}}
    assert live(pool) == exception | {
        "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}}}
    takeover = live(client)["AccountTakeoverRiskConfiguration"]
    assert takeover["NotifyConfiguration"]["BlockEmail"] == {"Subject": "s", "TextBody": "Blocked"}
    assert takeover["Actions"]["HighAction"] == {"Notify": True, "EventAction": "BLOCK"}

    # A part goes, and the others stay; of the client's the e-mail and what needs it.
    apply("""
riskConfigurations:
  all: { userPool: users, riskExceptionConfiguration: { blockedIPRangeList: [192.0.2.0/24] } }
  cli: { userPool: users, appClient: cli, accountTakeoverRiskConfiguration: { actions: { lowAction: { notify: false, eventAction: NO_ACTION } } } }
""")
    assert live(pool) == exception
    assert live(client) == {"AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": {"Notify": False, "EventAction": "NO_ACTION"}}}}

    # The client goes back to what the pool has, the pool to nothing.
    apply("riskConfigurations:\n  all: { userPool: users, riskExceptionConfiguration: { blockedIPRangeList: [192.0.2.0/24] } }")
    assert (live(pool), live(client)) == (exception, {})
    apply("")
    assert (live(pool), live(client)) == ({}, {})


def test_replicas(cogstack, layer, idp, apply):
    def live(pool):
        return {each["RegionName"]: each["Status"] for each in idp.list_user_pool_replicas(**pool)["UserPoolReplicas"] if each["Role"] == "SECONDARY"}

    pool, _ = apply("userPoolReplicas:\n  west: { userPool: users, regionName: us-west-2, userPoolTags: { team: a } }")
    assert live(pool) == {"us-west-2": "INACTIVE"}
    apply("userPoolReplicas:\n  west: { userPool: users, regionName: us-west-2, userPoolTags: { team: a }, status: ACTIVE }")
    assert live(pool) == {"us-west-2": "ACTIVE"}
    idp.update_user_pool_replica(**pool, RegionName="us-west-2", Status="INACTIVE")
    cogstack.apply(FILE)
    assert live(pool) == {"us-west-2": "ACTIVE"}
    # A pool has one at most, so the old one goes first, which takes that nobody can sign in to it.
    layer.clear()
    apply("userPoolReplicas:\n  west: { userPool: users, regionName: eu-west-1, status: ACTIVE }")
    assert live(pool) == {"eu-west-1": "ACTIVE"}
    written = [operation.split(":")[1] for operation in layer.operations() if "Replica" in operation and "List" not in operation]
    assert written == ["UpdateUserPoolReplica", "DeleteUserPoolReplica", "CreateUserPoolReplica", "UpdateUserPoolReplica"]
    apply("")
    assert live(pool) == {}
