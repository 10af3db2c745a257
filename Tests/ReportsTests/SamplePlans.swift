import IAMPolicy
import Planning
import Reports
import Model
import Schema
import TestSupport

/// Plans as they arise from the stack of the README, each showing something else.
enum SamplePlan: String, CaseIterable {
    case firstTime = "first-time"
    case changes
    case nothing
    case destroy
    case awkward
    /// Leftovers of earlier runs, and records without an object.
    case leftovers
    /// The state was lost and everything is there.
    case recordsOnly = "records-only"
    /// Access of every kind.
    case access

    var plan: Plan {
        switch self {
        case .firstTime: firstTimePlan
        case .changes: changesPlan
        case .nothing:
            Plan(
                stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply,
                changes: [unchanged("userPools.users"), unchanged("roles.authenticated")])
        case .destroy: destroyPlan
        case .awkward: awkwardPlan
        case .leftovers: leftoversPlan
        case .recordsOnly:
            Plan(
                stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply,
                changes: [unchanged("userPools.users"), unchanged("roles.authenticated")],
                actions: [action("userPools.users", .adopt, id: 1)])
        case .access: accessPlan
        }
    }

    var report: PlanReport { PlanReport(plan, cost: Cost(apiCalls: 14, seconds: 0.0934)) }
}

func address(_ text: String) -> Address {
    let parts = text.split(separator: ".", maxSplits: 1)
    return Address(section: String(parts[0]), name: String(parts[1]))
}

func unchanged(_ text: String) -> Change {
    Change(address: address(text), type: "resource", kind: .none, physicalId: "id")
}

private func template(_ text: String) -> Value { .template(Template(reading: text)) }

private func create(_ text: String, _ type: String, _ properties: KeyValuePairs<String, Value>, after: [String] = [])
    -> Change
{
    Change(
        address: address(text), type: type, kind: .create,
        attributes: properties.map {
            AttributeChange(
                path: PropertyPath($0.key), before: .null, after: $0.value, cause: .stackFile,
                at: "stacks/prod.yaml:12:3")
        }, after: after.map(address))
}

private func action(_ text: String, _ kind: Action.Kind = .create, id: Int) -> Action {
    let work: Action.Work =
        switch kind {
        case .create: .create(Action.Properties())
        case .update: .update(Action.Update(nil))
        case .adopt: .adopt(Action.Adoption(nil))
        case .delete: .delete(Action.Deletion(""))
        case .forget: .forget(physicalId: nil)
        }
    return Action(id: id, address: address(text), work)
}

private let bucketPrefix = "arn:aws:s3:::production-data/${aws:PrincipalTag/CognitoIdentityId}/*"

private let readWrite: Value = [
    "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "Resource": .string(bucketPrefix),
]

private let listPrefix: Value = [
    "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::production-data",
    "Condition": ["StringLike": ["s3:prefix": ["${aws:PrincipalTag/CognitoIdentityId}/*"]]],
]

private func policy(_ statements: Value...) -> Value { ["Version": "2012-10-17", "Statement": .list(statements)] }

private let firstTimePlan: Plan = {
    let readWriteAccess = Access(
        actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: [bucketPrefix], conditions: nil)
    let changes = [
        create("accessKeys.proxy", "accessKey", ["iamUser": template("$(iamUsers.proxy.name)"), "rotateAfter": 90]),
        create(
            "appClients.cli", "appClient",
            [
                "userPool": template("$(userPools.users.id)"), "name": "cognito-auth-client",
                "explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            ]),
        create(
            "iamUsers.proxy", "iamUser",
            [
                "name": "CognitoCredentialProxyUser",
                "inlinePolicies": [
                    "grants": policy([
                        "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
                        "Resource": template("arn:$(partition):iam::$(account):role/CognitoLongLivedRole"),
                    ])
                ],
            ]),
        create(
            "identityPools.identities", "identityPool",
            [
                "name": "CognitoAuthIdentityPool", "allowUnauthenticatedIdentities": false,
                "cognitoIdentityProviders": [
                    [
                        "clientId": template("$(appClients.cli.id)"),
                        "providerName": template("$(userPools.users.providerName)"),
                    ]
                ],
                "roles": ["authenticated": template("$(roles.authenticated.arn)")],
            ]),
        create(
            "lambdaFunctions.credential-proxy", "lambdaFunction",
            [
                "name": "cognito-credential-proxy", "runtime": "python3.13",
                "handler": "lambda_function.lambda_handler",
                "code": [
                    "path": "../examples/credential-proxy",
                    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                ],
                "role": template("$(roles.proxy-execution.arn)"),
                "environment": [
                    "DEFAULT_ROLE_ARN": template("$(roles.long-lived.arn)"),
                    "IAM_USER_ACCESS_KEY_ID": template("$(accessKeys.proxy.id)"),
                    "IAM_USER_SECRET_ACCESS_KEY": "(secret)",
                ],
                "logRetentionDays": 30,
            ]),
        create(
            "roles.authenticated", "role",
            [
                "name": "CognitoAuthenticatedRole",
                "trust": policy([
                    "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                    "Principal": ["Federated": "cognito-identity.amazonaws.com"],
                    "Condition": [
                        "StringEquals": [
                            "cognito-identity.amazonaws.com:aud": template("$(identityPools.identities.id)")
                        ],
                        "ForAnyValue:StringLike": ["cognito-identity.amazonaws.com:amr": "authenticated"],
                    ],
                ]),
                "inlinePolicies": ["grants": policy(readWrite, listPrefix)],
            ]),
        create(
            "roles.long-lived", "role",
            [
                "name": "CognitoLongLivedRole", "maxSessionDuration": 43200,
                "trust": policy([
                    "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Principal": ["AWS": template("$(iamUsers.proxy.arn)")],
                ]),
                "inlinePolicies": ["grants": policy(readWrite, listPrefix), "audit": policy(listPrefix)],
            ]),
        create(
            "userPools.users", "userPool",
            [
                "name": "prod-users", "deletionProtection": "ACTIVE", "mfaConfiguration": "OPTIONAL",
                "softwareTokenMfaConfiguration": ["enabled": true],
                "passwordPolicy": ["minimumLength": 14, "requireSymbols": true],
                "tags": ["team": "identity"],
            ]),
    ]
    return Plan(
        stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply, changes: changes,
        actions: changes.enumerated().map {
            Action(id: $0.offset, address: $0.element.address, .create(Action.Properties()))
        },
        permissions: [
            PermissionChange(
                principal: address("iamUsers.proxy"),
                gained: [
                    Access(
                        actions: ["sts:AssumeRole", "sts:TagSession"],
                        resources: ["arn:aws:iam::123456789012:role/CognitoLongLivedRole"])
                ], lost: []),
            PermissionChange(
                principal: address("roles.authenticated"),
                gained: [
                    Access(
                        principals: ["cognito-identity.amazonaws.com"], actions: ["sts:AssumeRoleWithWebIdentity"],
                        conditions:
                            "any cognito-identity.amazonaws.com:amr is like authenticated and cognito-identity.amazonaws.com:aud is $(identityPools.identities.id)"
                    ),
                    readWriteAccess,
                ], lost: []),
            PermissionChange(
                principal: address("roles.long-lived"),
                gained: [
                    Access(principals: ["$(iamUsers.proxy.arn)"], actions: ["sts:AssumeRole", "sts:TagSession"]),
                    readWriteAccess,
                    Access(
                        actions: ["s3:ListBucket"], resources: ["arn:aws:s3:::production-data"],
                        conditions: "s3:prefix is like ${aws:PrincipalTag/CognitoIdentityId}/*"),
                ], lost: []),
        ])
}()

private let changesPlan = Plan(
    stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply,
    changes: [
        Change(
            address: address("accessKeys.proxy"), type: "accessKey", kind: .rotate, physicalId: "AKIAIOSFODNN7EXAMPLE",
            reason: "93 days old, and rotated after 90"),
        Change(
            address: address("appClients.cli"), type: "appClient", kind: .replace,
            physicalId: "1h57kf5cpq17m0eml12EXAMPLE",
            attributes: [
                AttributeChange(
                    path: "generateSecret", before: false, after: true, cause: .stackFile, forcesReplacement: true,
                    at: "stacks/prod.yaml:23:5"),
                AttributeChange(
                    path: "explicitAuthFlows", before: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    after: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], cause: .stackFile,
                    at: "stacks/prod.yaml:24:5"),
            ]),
        Change(
            address: address("lambdaFunctions.credential-proxy"), type: "lambdaFunction", kind: .update,
            physicalId: "cognito-credential-proxy",
            attributes: [
                AttributeChange(
                    path: "code.sha256", before: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                    after: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", cause: .stackFile,
                    at: "stacks/prod.yaml:61:5"),
                AttributeChange(
                    path: "environment",
                    before: [
                        "DEFAULT_ROLE_ARN": "arn:aws:iam::123456789012:role/Old",
                        "IAM_USER_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                        "IAM_USER_SECRET_ACCESS_KEY": "(secret)", "LEVEL": "1",
                    ],
                    after: [
                        "DEFAULT_ROLE_ARN": template("$(roles.long-lived.arn)"),
                        "IAM_USER_ACCESS_KEY_ID": template("$(accessKeys.proxy.id)"),
                        "IAM_USER_SECRET_ACCESS_KEY": "(secret)",
                        "DEBUG": "true",
                    ], cause: .stackFile, at: "stacks/prod.yaml:63:5"),
                AttributeChange(path: "timeout", before: 10, after: 3, cause: .awsDefault),
            ]),
        unchanged("roles.authenticated"),
        Change(
            address: address("roles.long-lived"), type: "role", kind: .update, physicalId: "CognitoLongLivedRole",
            attributes: [
                AttributeChange(
                    path: "maxSessionDuration", before: 3600, after: 43200, cause: .stackFile,
                    at: "stacks/prod.yaml:42:5"),
                AttributeChange(
                    path: "description", before: "changed by hand in the console", after: "Long-lived sessions",
                    cause: .drift,
                    at: "stacks/prod.yaml:43:5"),
                AttributeChange(
                    path: "inlinePolicies",
                    before: [
                        "grants": policy(
                            [
                                "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                                "Resource": .string(bucketPrefix),
                            ], listPrefix),
                        "by-hand": policy(["Effect": "Allow", "Action": "*", "Resource": "*"]),
                    ],
                    after: [
                        "grants": policy(
                            readWrite, listPrefix,
                            [
                                "Effect": "Deny", "Action": "s3:*", "Resource": "*",
                                "Condition": ["StringNotEquals": ["aws:RequestedRegion": ["us-east-1", "eu-west-1"]]],
                            ])
                    ], cause: .stackFile, at: "stacks/prod.yaml:46:5"),
            ]),
        Change(
            address: address("roles.proxy-execution"), type: "role", kind: .adopt, physicalId: "prod-proxy-execution",
            attributes: [
                AttributeChange(
                    path: "tags", before: ["team": "platform"], after: ["team": "identity"], cause: .stackFile)
            ], reason: "carries no tags; adopted as the file says"),
        Change(
            address: address("roles.retired"), type: "role", kind: .none, physicalId: "RetiredRole",
            reason: "nothing of it is in the file any more"),
        Change(
            address: address("roles.unused"), type: "role", kind: .delete, physicalId: "UnusedRole",
            attributes: [AttributeChange(path: "name", before: "UnusedRole", after: .null, cause: .stackFile)]),
        Change(
            address: address("userPools.users"), type: "userPool", kind: .update, physicalId: "us-east-1_Example01",
            attributes: [
                AttributeChange(
                    path: "passwordPolicy.minimumLength", before: 8, after: 14, cause: .stackFile,
                    at: "stacks/prod.yaml:17:7"),
                AttributeChange(
                    path: "verificationMessageTemplate.emailMessage",
                    before: "Hello,\n\nyour code is {####}.\n\nGood bye",
                    after: "Hello,\n\nyour code: {####}\n\nGood bye",
                    cause: .drift, at: "stacks/prod.yaml:18:7"),
            ]),
    ],
    actions: [action("roles.long-lived", .update, id: 0)],
    permissions: [
        PermissionChange(
            principal: address("roles.long-lived"),
            gained: [
                Access(actions: ["s3:DeleteObject"], resources: [bucketPrefix])
            ],
            lost: [
                Access(actions: ["*"], resources: ["*"]),
                Access(.deny, actions: ["s3:*"], resources: ["*"], conditions: "aws:RequestedRegion is not us-east-1"),
            ])
    ],
    notices: ["roles.long-lived: sessions longer than 1 hour need `maxSessionDuration` on the caller's side too"])

private let accessPlan = Plan(
    stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply,
    changes: [
        Change(
            address: address("identityPools.identities"), type: "identityPool", kind: .update,
            physicalId: "us-east-1:11111111",
            attributes: [
                AttributeChange(path: "allowUnauthenticatedIdentities", before: false, after: true, cause: .stackFile)
            ]),
        Change(address: address("lambdaFunctions.old"), type: "lambdaFunction", kind: .delete, physicalId: "old"),
        Change(
            address: address("roles.admin"), type: "role", kind: .update, physicalId: "Admin",
            attributes: [
                AttributeChange(
                    path: "managedPolicies", before: [],
                    after: ["arn:aws:iam::123456789012:policy/hidden", "arn:aws:iam::aws:policy/AdministratorAccess"],
                    cause: .stackFile)
            ]),
    ],
    actions: [action("roles.admin", .update, id: 0)],
    permissions: [
        PermissionChange(
            principal: address("roles.public"),
            gained: [
                Access(principals: ["*"], actions: ["sts:AssumeRole"], audience: .everybody),
                Access(
                    principals: ["arn:aws:iam::210987654321:root"], actions: ["sts:AssumeRole", "sts:TagSession"],
                    conditions: "aws:RequestedRegion is us-east-1", audience: .otherAccounts),
                Access(actions: ["s3:GetObject"], resources: [bucketPrefix], audience: .everybody),
            ], lost: []),
        PermissionChange(
            principal: address("identityPools.identities"),
            gained: [
                Access(
                    principals: ["guests"], actions: ["sts:AssumeRoleWithWebIdentity"],
                    resources: ["arn:aws:iam::123456789012:role/CognitoGuestRole"], audience: .guests)
            ], lost: []),
        PermissionChange(
            principal: address("lambdaFunctions.old"), gained: [],
            lost: [
                Access(
                    principals: ["apigateway.amazonaws.com"], actions: ["lambda:InvokeFunction"],
                    resources: ["arn:aws:lambda:us-east-1:123456789012:function:old"])
            ]),
        PermissionChange(
            principal: address("roles.admin"),
            gained: [
                Access(actions: ["*"], resources: ["*"]), Access(policy: "arn:aws:iam::123456789012:policy/hidden"),
                Access(actions: ["iam:*"], resources: ["*"], isBoundary: true),
                Access(isBoundary: true, policy: "arn:aws:iam::123456789012:policy/boundary"),
            ], lost: []),
        PermissionChange(
            principal: address("roles.gone"), gained: [],
            lost: [
                Access(principals: ["lambda.amazonaws.com"], actions: ["sts:AssumeRole"]),
                Access(actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: ["*"]),
                Access(policy: "arn:aws:iam::aws:policy/PowerUserAccess"),
            ]),
    ])

private let leftoversPlan = Plan(
    stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply,
    changes: [
        Change(
            address: address("accessKeys.proxy"), type: "accessKey", kind: .none, physicalId: "AKIAIOSFODNN7EXAMPLE"),
        Change(
            address: address("appClients.cli"), type: "appClient", kind: .replace,
            physicalId: "1h57kf5cpq17m0eml12EXAMPLE",
            reason: "userPools.users is re-created"),
        Change(
            address: address("roles.gone"), type: "role", kind: .none, physicalId: "Gone",
            reason: "gone from AWS already"),
        Change(address: address("roles.retained"), type: "role", kind: .none, physicalId: "Retained"),
        unchanged("userPools.users"),
    ],
    actions: [
        action("appClients.cli", id: 1),
        Action(id: 2, address: address("appClients.cli"), .delete(Action.Deletion("1h57kf5cpq17m0eml12EXAMPLE"))),
        Action(id: 3, address: address("accessKeys.proxy"), .delete(Action.Deletion("AKIAI44QH8DHBEXAMPLE"))),
        Action(id: 4, address: address("appClients.cli"), .delete(Action.Deletion("olderstill", isOrphan: true))),
        action("roles.gone", .forget, id: 5), action("roles.retained", .forget, id: 6),
    ], notices: ["roles.retained stays in AWS as Retained: its `lifecycle` retains it"])

private let destroyPlan = Plan(
    stack: "staging", account: "123456789012", region: "eu-west-1", purpose: .destroy,
    changes: [
        Change(
            address: address("appClients.cli"), type: "appClient", kind: .delete,
            physicalId: "1h57kf5cpq17m0eml12EXAMPLE"),
        Change(
            address: address("userPools.users"), type: "userPool", kind: .delete, physicalId: "eu-west-1_Example01",
            loses: "the pool's 1,204 user accounts"),
    ],
    actions: [
        Action(id: 1, address: address("appClients.cli"), .delete(Action.Deletion("1h57kf5cpq17m0eml12EXAMPLE"))),
        Action(id: 2, address: address("userPools.users"), .delete(Action.Deletion("eu-west-1_Example01"))),
    ], userAccountsAtStake: 1204)

/// What is rare and must still be readable.
private let awkwardPlan = Plan(
    stack: "dev", account: "123456789012", region: "us-east-1", purpose: .apply,
    changes: [
        Change(
            address: address("userPools.users"), type: "userPool", kind: .update, physicalId: "us-east-1_Example01",
            attributes: [
                AttributeChange(
                    path: "smsVerificationMessage",
                    before: "Your code is {####}. Never tell it to anybody, and do not answer.",
                    after: "Your verification code is {####}. Never tell it to anybody, not to us either.",
                    cause: .stackFile,
                    at: "stacks/a-folder-with-a-long-name/development.yaml:120:7"),
                AttributeChange(
                    path: "usernameAttributes", before: ["email", "phone_number"], after: ["phone_number", "email"],
                    cause: .drift),
                AttributeChange(
                    path: "lambdaConfig.preSignUp", before: .null, after: template("$(lambdaFunctions.check.arn)"),
                    cause: .stackFile),
                AttributeChange(path: "tags", before: ["cost centre": "", "n": "007"], after: [:], cause: .awsDefault),
                AttributeChange(
                    path: "schema", before: [["name": "plan", "maxLength": 10], ["name": "tier", "mutable": true]],
                    after: [["name": "plan", "maxLength": 20], ["name": "group", "mutable": true]], cause: .stackFile),
                AttributeChange(
                    path: "secret", before: .secret(Secret("hunter2")), after: .secret(Secret("hunter3")),
                    cause: .stackFile),
                AttributeChange(path: "emailMessage", before: .null, after: "Hello,\nwelcome", cause: .stackFile),
            ]),
        Change(
            address: address("roles.x"), type: "role", kind: .update, physicalId: "x",
            attributes: [
                AttributeChange(
                    path: "trust",
                    before: policy([
                        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ["Service": "lambda.amazonaws.com"],
                    ]),
                    after: policy([
                        "Effect": "Allow", "Action": "sts:AssumeRole",
                        "Principal": ["Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]],
                    ]), cause: .stackFile)
            ]),
    ], actions: [action("userPools.users", .update, id: 0)])

/// A plan of nothing but what happens to some resources, with one action each.
func samplePlan(_ changes: [(Address, Change.Kind)]) -> Plan {
    var plan = Plan(stack: "prod", account: "123456789012", region: "us-east-1", purpose: .apply)
    plan.changes = changes.map { Change(address: $0, type: $0.section, kind: $1) }
    plan.actions = changes.enumerated().map {
        action($1.0.description, $1.1 == .create ? .create : .update, id: $0 + 1)
    }
    return plan
}
