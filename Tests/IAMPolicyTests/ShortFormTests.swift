import IAMPolicy
import Model
import Schema
import TestSupport
import Testing

private let stack = StackContext(stack: "prod", partition: "aws", region: "eu-west-1", account: "123456789012")
private let function = "arn:aws:lambda:eu-west-1:123456789012:function:proxy"

@Suite struct ShortFormTests {
    @Test(
        arguments: [
            (
                #"{"invokeFunction":"\#(function)"}"#,
                #"[{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":["\#(function)"]}]"#
            ),
            (
                #"{"invokeFunctions":{"pattern":"user-*"}}"#,
                #"[{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":["arn:aws:lambda:eu-west-1:123456789012:function:user-*"]}]"#
            ),
            (#"{"assumeRole":"arn:r"}"#, #"[{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:r"]}]"#),
            (
                #"{"assumeRole":"arn:r","tagSession":true}"#,
                #"[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":["arn:r"]}]"#
            ),
            (
                #"{"writeLogs":"arn:l"}"#,
                #"[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:l:*"]}]"#
            ),
            (
                #"{"readSecret":"prod/key"}"#,
                #"[{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/key-??????"]}]"#
            ),
            (
                #"{"readSecret":"arn:aws:secretsmanager:us-east-1:210987654321:secret:k-AbCdEf","kmsKeyArn":"arn:k"}"#,
                #"[{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:us-east-1:210987654321:secret:k-AbCdEf"]},{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:k"],"Condition":{"StringEquals":{"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"}}}]"#
            ),
            (
                #"{"readParameter":"arn:p"}"#,
                #"[{"Effect":"Allow","Action":["ssm:GetParameter"],"Resource":["arn:p"]}]"#
            ),
            (
                #"{"readParameter":"arn:p","kmsKeyArn":"arn:k"}"#,
                #"[{"Effect":"Allow","Action":["ssm:GetParameter"],"Resource":["arn:p"]},{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:k"],"Condition":{"StringEquals":{"kms:ViaService":"ssm.eu-west-1.amazonaws.com"}}}]"#
            ),
            (
                #"{"s3":{"bucket":"b","access":"read"}}"#,
                #"[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]},{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::b"]}]"#
            ),
            (
                #"{"s3":{"bucket":"b","prefix":"/in/","access":"write"}}"#,
                #"[{"Effect":"Allow","Action":["s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload"],"Resource":["arn:aws:s3:::b/in/*"]}]"#
            ),
            (
                #"{"s3":{"bucket":"b","prefix":"in","access":"readWrite","isolateBy":"identity"}}"#,
                #"[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload"],"Resource":["arn:aws:s3:::b/in/${aws:PrincipalTag/CognitoIdentityId}/*"]},{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::b"],"Condition":{"StringLike":{"s3:prefix":"in/${aws:PrincipalTag/CognitoIdentityId}/*"}}}]"#
            ),
            (
                #"{"dynamodb":{"table":"t","access":"read"}}"#,
                #"[{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:BatchGetItem","dynamodb:Query","dynamodb:ConditionCheckItem","dynamodb:Scan"],"Resource":["arn:aws:dynamodb:eu-west-1:123456789012:table/t","arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/*"]}]"#
            ),
            (
                #"{"dynamodb":{"table":"arn:aws:dynamodb:us-east-1:123456789012:table/t","access":"readWrite","isolateBy":"identity"}}"#,
                #"[{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:BatchGetItem","dynamodb:Query","dynamodb:ConditionCheckItem","dynamodb:PutItem","dynamodb:UpdateItem","dynamodb:DeleteItem","dynamodb:BatchWriteItem"],"Resource":["arn:aws:dynamodb:us-east-1:123456789012:table/t","arn:aws:dynamodb:us-east-1:123456789012:table/t/index/*"],"Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["${aws:PrincipalTag/CognitoIdentityId}"]},"Null":{"dynamodb:LeadingKeys":"false"}}}]"#
            ),
            (
                #"{"cognitoIdentity":"credentials"}"#,
                #"[{"Effect":"Allow","Action":["cognito-identity:GetCredentialsForIdentity"],"Resource":["*"]}]"#
            ),
        ])
    func grants(entry: String, statements: String) throws {
        let document = try Grants.compile([try json(entry)], GrantContext(stack, identityVariable: .sessionTag))
        #expect(document["Version"] == "2012-10-17")
        #expect(document["Statement"] == (try json(statements)))
    }

    @Test(
        arguments: [
            (
                #"{"identityPool":"eu-west-1:p","amr":"authenticated"}"#,
                #"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":["sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:p"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}}"#,
                IdentityVariable?.some(.tokenSubject)
            ),
            (
                #"{"iamUser":"arn:aws:iam::123456789012:user/u","tagSession":true,"requestedRegions":["eu-west-1"]}"#,
                #"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/u"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestedRegion":["eu-west-1"]}}}"#,
                .sessionTag
            ),
            (
                #"{"role":"arn:aws:iam::123456789012:role/r"}"#,
                #"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/r"},"Action":["sts:AssumeRole"]}"#,
                nil
            ),
            (
                #"{"service":"lambda.amazonaws.com"}"#,
                #"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["sts:AssumeRole"]}"#, nil
            ),
            (
                #"{"account":"210987654321"}"#,
                #"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":["sts:AssumeRole"]}"#,
                nil
            ),
        ])
    func trust(entry: String, statement: String, variable: IdentityVariable?) throws {
        let document = try Trust.compile([try json(entry)], stack)
        #expect(document["Statement"] == [try json(statement)])
        #expect(PolicyDocument.problems(in: document, kind: .trust) == [])
        #expect(try Trust.identityVariable(of: [try json(entry)], stack) == variable)
        #expect(try Trust.identityVariable(of: document, stack) == variable)
    }

    @Test func aTrustDocumentIsLeftAlone() throws {
        let document = try policy(
            #"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#)
        #expect(try Trust.compile(document, stack) == document)
    }

    @Test(
        arguments: [
            ("aws", "us-east-1", "cognito-identity.amazonaws.com"),
            ("aws-us-gov", "us-gov-west-1", "cognito-identity-us-gov.amazonaws.com"),
            ("aws-us-gov", "us-gov-east-1", "cognito-identity.us-gov-east-1.amazonaws.com"),
            ("aws-cn", "cn-north-1", "cognito-identity.cn-north-1.amazonaws.com.cn"),
        ])
    func partitions(partition: String, region: String, issuer: String) throws {
        let stack = StackContext(stack: "prod", partition: partition, region: region, account: "123456789012")
        let trust = try Trust.compile([["identityPool": "p", "amr": "authenticated"]], stack)
        #expect(trust["Statement"].list?.first?["Principal"] == ["Federated": .string(issuer)])
        let grants: Value = [["s3": ["bucket": "b", "access": "write", "isolateBy": "identity"]]]
        let policy = try Grants.compile(grants, GrantContext(stack, identityVariable: .tokenSubject))
        #expect(policy["Statement"].list?.first?["Resource"] == [.string("arn:\(partition):s3:::b/${\(issuer):sub}/*")])
    }

    @Test(arguments: ["s3", "dynamodb"])
    func isolationNeedsToKnowTheUser(form: String) throws {
        let grants: Value = [
            ["cognitoIdentity": "credentials"],
            .map([form: ["bucket": "b", "table": "t", "access": "read", "isolateBy": "identity"]]),
        ]
        let error = #expect(throws: CompileError.self) { try Grants.compile(grants, GrantContext(stack)) }
        #expect(error?.path.description == "[1].\(form).isolateBy")
    }

    @Test func twoWaysInGiveNoVariable() throws {
        let trust: Value = [
            ["identityPool": "p", "amr": "authenticated"],
            ["iamUser": "arn:aws:iam::123456789012:user/u", "tagSession": true],
        ]
        #expect(try Trust.identityVariable(of: trust, stack) == nil)
    }

    @Test func anUnknownFormIsNamed() {
        let error = #expect(throws: CompileError.self) { try Grants.compile([["invoke": "a"]], GrantContext(stack)) }
        #expect(error?.path == "[0]")
        #expect(error?.help.contains("invokeFunction, ") == true)
    }

    @Test func unknownReferencesGoThrough() throws {
        func reference(_ section: String, _ attribute: String) -> Value {
            .template(Template(Reference(Address(section: section, name: "x"), attribute)))
        }
        let grants: Value = [
            ["invokeFunction": reference("lambdaFunctions", "arn")],
            ["writeLogs": reference("lambdaFunctions", "logGroupArn")],
        ]
        let policy = try Grants.compile(grants, GrantContext(stack))
        let resources = policy["Statement"].list?.map { $0["Resource"].list?.first.map { "\($0)" } ?? "" }
        #expect(resources?.count == 2)
        #expect(
            policy["Statement"].list?.last?["Resource"]
                == [.template(Template(reading: "$(lambdaFunctions.x.logGroupArn):*"))])
        #expect(PolicyDocument.problems(in: policy, kind: .identity) == [])
        let trust = try Trust.compile([["iamUser": reference("iamUsers", "arn"), "tagSession": true]], stack)
        #expect(PolicyDocument.problems(in: trust, kind: .trust) == [])
    }

    /// A form is checked by its table and compiled by its key: the two must speak of the same fields.
    @Test func everyFormDeclaresItsKey() {
        for form in Grants.forms + Trust.forms {
            #expect(form.attributes.first?.name == form.key)
            #expect(form.attributes.first?.isRequired == true)
        }
        #expect(Set(Grants.forms.map(\.key)).count == Grants.forms.count)
        #expect(Set(Trust.forms.map(\.key)).count == Trust.forms.count)
    }
}
