import AWSClient
import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

/// Parts of a user pool that a call sets whole, and its copies.
@Suite struct UserPoolSettingsTests {
    static let pool = "us-east-1_AbCdEfGhI"
    static let risks = RiskConfigurationProvider()
    static let logs = LogDeliveryProvider()
    static let replicas = UserPoolReplicaProvider()
    static let none = ScriptedAWS.Answer.refused("ResourceNotFoundException")

    // MARK: Risk

    static func risk(_ client: Value, _ more: Value) -> ScriptedAWS.Answer {
        let key: Value = ["UserPoolId": .string(pool), "ClientId": client]
        return .value(["RiskConfiguration": key.overlaid(by: more).withoutNulls])
    }

    static let exception: Value = ["RiskExceptionConfiguration": ["BlockedIPRangeList": ["192.0.2.0/24"]]]

    @Test(
        "A pool or a client has a risk configuration where its own says something",
        arguments: [
            ("ALL", risk(.null, exception), true), ("ALL", risk(.null, [:]), false), ("ALL", none, false),
            ("ALL", .refused("UserPoolAddOnNotEnabledException"), false),
            ("c", risk("c", exception), true), ("c", risk("c", [:]), false),
            // The pool's, in place of the client's.
            ("c", risk(.null, exception), false),
        ])
    func readsRisk(client: String, answer: ScriptedAWS.Answer, isThere: Bool) async throws {
        let script = ScriptedAWS(["DescribeRiskConfiguration": [answer]])
        let live = try await Self.risks.read("\(Self.pool)/\(client)", script.calls("riskConfigurations"))
        #expect((live != nil) == isThere)
        let key: Value = client == "ALL" ? [:] : ["ClientId": .string(client)]
        #expect(
            script.inputs("DescribeRiskConfiguration") == [key.overlaid(by: ["UserPoolId": .string(Self.pool)])])
    }

    @Test func riskIsSetWholeAndDeletedByItsKeyAlone() async throws {
        let live = Self.exception.overlaid(by: [
            "CompromisedCredentialsRiskConfiguration": ["Actions": ["EventAction": "BLOCK"]]
        ])
        let script = ScriptedAWS(["DescribeRiskConfiguration": [Self.risk(.null, live)]])
        let id = "\(Self.pool)/ALL"
        _ = try await Self.risks.update(
            id, to: [:], changed: ["compromisedCredentialsRiskConfiguration"], script.calls("riskConfigurations"))
        try await Self.risks.delete(id, script.calls("riskConfigurations"))
        let key: Value = ["UserPoolId": .string(Self.pool)]
        #expect(script.inputs("SetRiskConfiguration") == [Self.exception.overlaid(by: key), key])
    }

    @Test(
        arguments: [
            ([:], ["empty-risk-configuration"]), (["riskExceptionConfiguration": [:]], []),
            (
                ["accountTakeoverRiskConfiguration": ["actions": ["lowAction": ["notify": true]]]],
                ["risk-notification"]
            ),
            (
                [
                    "accountTakeoverRiskConfiguration": [
                        "actions": ["lowAction": ["notify": true]],
                        "notifyConfiguration": ["sourceArn": "a", "mfaEmail": ["subject": "s"]],
                    ]
                ], ["risk-notification"]
            ),
        ] as [(Value, [String])])
    func riskRules(risk: Value, codes: [String]) {
        #expect(Self.risks.type.problems(risk) == codes)
    }

    // MARK: Logs

    @Test func logsAreDeletedByAnEmptyListWhichIsNothing() async throws {
        let script = ScriptedAWS([
            "GetLogDeliveryConfiguration": [
                .value(["LogDeliveryConfiguration": ["UserPoolId": .string(Self.pool), "LogConfigurations": []]])
            ]
        ])
        #expect(try await Self.logs.read(Self.pool, script.calls("logDelivery")) == nil)
        try await Self.logs.delete(Self.pool, script.calls("logDelivery"))
        #expect(
            script.inputs("SetLogDeliveryConfiguration")
                == [["UserPoolId": .string(Self.pool), "LogConfigurations": []]])
    }

    static let group: Value = ["logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g"]
    static let bucket: Value = ["bucketArn": "arn:aws:s3:::b"]

    @Test(
        arguments: [
            (
                [["eventSource": "userNotification", "logLevel": "ERROR", "cloudWatchLogsConfiguration": group]], []
            ),
            ([["eventSource": "userAuthEvents", "logLevel": "INFO", "s3Configuration": bucket]], []),
            (
                [["eventSource": "userAuthEvents", "logLevel": "ERROR", "s3Configuration": bucket]],
                ["log-destinations"]
            ),
            (
                [["eventSource": "userNotification", "logLevel": "ERROR", "s3Configuration": bucket]],
                ["log-destinations"]
            ),
            ([["eventSource": "userAuthEvents", "logLevel": "INFO"]], ["log-destinations"]),
            (
                [
                    [
                        "eventSource": "userAuthEvents", "logLevel": "INFO", "s3Configuration": bucket,
                        "cloudWatchLogsConfiguration": group,
                    ]
                ], ["log-destinations"]
            ),
            (
                [
                    ["eventSource": "userAuthEvents", "logLevel": "INFO", "s3Configuration": bucket],
                    ["eventSource": "userAuthEvents", "logLevel": "INFO", "cloudWatchLogsConfiguration": group],
                ], ["log-sources"]
            ),
        ] as [(Value, [String])])
    func logRules(configurations: Value, codes: [String]) {
        #expect(Self.logs.type.problems(["logConfigurations": configurations]) == codes)
    }

    // MARK: Replicas

    static func replica(_ status: String?) -> ScriptedAWS.Answer {
        let primary: Value = ["RegionName": "us-east-1", "Role": "PRIMARY", "Status": "ACTIVE"]
        let secondary: Value = [
            "RegionName": "us-west-2", "Role": "SECONDARY", "Status": .string(status ?? ""), "UserPoolArn": "arn:x",
        ]
        return .value(["UserPoolReplicas": .list([primary] + (status == nil ? [] : [secondary]))])
    }

    static let id = "\(pool)/us-west-2"
    static let desired: Value = ["userPool": .string(pool), "regionName": "us-west-2", "status": "ACTIVE"]

    @Test(
        "A copy that is being created is unfinished, and one that is being deleted is gone",
        arguments: [
            (nil, nil), ("CREATING", "INACTIVE"), ("INACTIVE", "INACTIVE"), ("ACTIVE", "ACTIVE"), ("DELETING", nil),
        ] as [(String?, String?)])
    func readsReplicas(status: String?, shown: String?) async throws {
        let script = ScriptedAWS(["ListUserPoolReplicas": [Self.replica(status)]])
        let live = try await Self.replicas.read(Self.id, script.calls("userPoolReplicas"))
        #expect(live?.attributes["status"].string == shown && live?.isUnfinished ?? false == (status == "CREATING"))
    }

    @Test("A copy is created once an earlier one is gone, and activated when it is there")
    func createsReplicas() async throws {
        let script = ScriptedAWS([
            "ListUserPoolReplicas": ["DELETING", nil, "CREATING", "INACTIVE", "INACTIVE", "ACTIVE"].map(Self.replica),
            "CreateUserPoolReplica": [.value(["UserPoolReplica": ["UserPoolArn": "arn:x"]])],
        ])
        let outputs = try await Self.replicas.create(Self.desired, script.calls("userPoolReplicas"))
        #expect(outputs == ["arn": "arn:x"])
        #expect(
            script.changes.filter { !$0.hasPrefix("intend") } == [
                "wait", "CreateUserPoolReplica", "created \(Self.id)", "wait", "UpdateUserPoolReplica", "wait",
            ])
        #expect(
            script.inputs("CreateUserPoolReplica")
                == [["UserPoolId": .string(Self.pool), "RegionName": "us-west-2"]])
    }

    @Test(
        "A copy is deleted when nobody can sign in to it",
        arguments: [
            (["ACTIVE", "ACTIVE", "INACTIVE", "DELETING", nil], ["UpdateUserPoolReplica", "DeleteUserPoolReplica"]),
            (["CREATING", "CREATING", "INACTIVE", nil], ["DeleteUserPoolReplica"]), ([nil], []),
        ] as [([String?], [String])])
    func deletesReplicas(statuses: [String?], writes: [String]) async throws {
        let script = ScriptedAWS(["ListUserPoolReplicas": statuses.map(Self.replica)])
        try await Self.replicas.delete(Self.id, script.calls("userPoolReplicas"))
        #expect(script.writes == writes)
    }
}
