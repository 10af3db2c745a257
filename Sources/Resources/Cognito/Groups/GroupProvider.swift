import AWSClient
package import Model
import Provider
package import Schema

/// Groups of a user pool. The physical id is `<pool id>/<name>`.
package struct GroupProvider: UserPoolPart {
    package let type = ResourceType.group
    package let calls = PartCalls(
        read: AWSOperation(
            .cognitoIdentityProvider, "GetGroup", .read, answers: "Group.GroupName", "Group.UserPoolId"),
        in: "Group",
        create: AWSOperation(.cognitoIdentityProvider, "CreateGroup", .create, answers: "Group.GroupName"),
        update: AWSOperation(.cognitoIdentityProvider, "UpdateGroup", .repeatable, answers: "Group.GroupName"),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteGroup", .repeatable), taken: "GroupExistsException")

    package init() {}

    package func outputs(_ attributes: Value) -> [String: Value] { ["name": attributes["name"]] }
}
