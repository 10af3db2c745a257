"""Every property that AWS's own models know is one of cogstack's too, or is told to have another name here or not to be managed yet."""

import json

import botocore.session
import pytest

# By section: the calls that make and set up an object, by service, and what in them is not the object's but the call's own.
CALLS = {
    "userPools": ("cognito-idp", ["CreateUserPool", "SetUserPoolMfaConfig"], {"UserPoolId"}),
    "appClients": ("cognito-idp", ["CreateUserPoolClient"], set()),
    "userPoolDomains": ("cognito-idp", ["CreateUserPoolDomain"], set()),
    "identityProviders": ("cognito-idp", ["CreateIdentityProvider"], set()),
    "managedLoginBranding": ("cognito-idp", ["CreateManagedLoginBranding"], set()),
    "uiCustomizations": ("cognito-idp", ["SetUICustomization"], set()),
    "terms": ("cognito-idp", ["CreateTerms"], set()),
    "identityPools": ("cognito-identity", ["CreateIdentityPool", "SetIdentityPoolRoles"], {"IdentityPoolId"}),
    "roles": ("iam", ["CreateRole"], set()),
    "iamUsers": ("iam", ["CreateUser"], set()),
    "accessKeys": ("iam", ["CreateAccessKey"], set()),
    "lambdaFunctions": ("lambda", ["CreateFunction"], set()),
    "lambdaAliases": ("lambda", ["CreateAlias", "UpdateAlias"], {"RevisionId"}),
    "functionUrls": ("lambda", ["CreateFunctionUrlConfig"], set()),
    "lambdaPermissions": ("lambda", ["AddPermission"], {"RevisionId"}),
    "logDelivery": ("cognito-idp", ["SetLogDeliveryConfiguration"], set()),
    "riskConfigurations": ("cognito-idp", ["SetRiskConfiguration"], set()),
    "userPoolReplicas": ("cognito-idp", ["CreateUserPoolReplica", "UpdateUserPoolReplica"], set()),
    "secrets": ("secretsmanager", ["CreateSecret"], {"ClientRequestToken"}),
    "ssmParameters": ("ssm", ["PutParameter"], {"Overwrite"}),
}
# Structures that a stack file has in another form.
OTHER_FORM = {"Code", "Environment"}
ADVICE = ("It is called `", "Take it out of the file: cogstack leaves it as AWS has it.")


def lower(name):
    """As cogstack spells AWS's words: PoolName → poolName, KMSKeyArn → kmsKeyArn, CSS → css."""
    if name.isupper():
        return name.lower()
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return name[: max(1, capitals - 1)].lower() + name[max(1, capitals - 1):]


def properties(section):
    """Each property as its own nested map: what AWS has, to the depth of one structure in another."""
    service, operations, own = CALLS[section]
    model = botocore.session.Session().get_service_model(service)
    for operation in operations:
        for name, shape in model.operation_model(operation).input_shape.members.items():
            if name in own:
                continue
            yield {lower(name): None}
            if shape.type_name == "structure" and name not in OTHER_FORM:
                yield from ({lower(name): {lower(member): None}} for member in shape.members)


@pytest.mark.parametrize("section", CALLS)
def test_every_property_of_aws_is_known(cogstack, section):
    for number, wanted in enumerate(properties(section)):
        file = cogstack.folder / f"{section}-{number}.yaml"
        file.write_text(json.dumps({"stack": f"s{number}", section: {"x": wanted}}))
    found = cogstack.run("validate", "--json", *sorted(path.name for path in cogstack.folder.glob(f"{section}-*.yaml")), status=None).json
    unknown = [problem for problem in found["diagnostics"] if problem["code"] in ("unknown-key", "unmanaged-property")]
    assert not [problem for problem in unknown if not problem["help"].startswith(ADVICE)]
