import IAMPolicy
import Model
import Schema
import TestSupport
import Testing

@Suite struct DocumentTests {
    @Test(
        arguments: [
            (
                #"{"Statement":{"Condition":{"Bool":{"b:a":true}},"Resource":"*","Action":["a:B"],"Principal":"*","Effect":"Allow","Sid":"S"},"Id":"i","Version":"2012-10-17"}"#,
                #"{"Version":"2012-10-17","Id":"i","Statement":{"Sid":"S","Effect":"Allow","Principal":"*","Action":["a:B"],"Resource":"*","Condition":{"Bool":{"b:a":true}}}}"#
            ),
            (#"{"b":1.5,"a":[null,2,"\"\\\n\u0001é/"]}"#, #"{"a":[null,2,"\"\\\n\u0001é/"],"b":1.5}"#),
        ])
    func rendered(document: String, text: String) throws {
        #expect(try PolicyDocument.render(try json(document)) == text)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func renderedTextReadsBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let document = Sample.document(using: &random)
        guard document.isKnown else {
            #expect(throws: PolicyError.self, "seed \(seed)") { try PolicyDocument.render(document) }
            return
        }
        let text = try PolicyDocument.render(document)
        #expect(PolicyDocument.equivalent(try json(text), document), "seed \(seed)")
        #expect(try PolicyDocument.render(try json(text)) == text, "seed \(seed)")
    }

    @Test func whatCannotBeSent() {
        let reference = Value.template(Template(Reference(Address(section: "roles", name: "a"), "arn")))
        let rows: [(Value, PropertyPath)] = [
            (["Statement": [["Resource": ["*", reference]]]], "Statement[0].Resource[1]"),
            (["Id": .secret(Secret("hidden"))], "Id"),
        ]
        for (document, path) in rows {
            #expect(throws: PolicyError.self) { try PolicyDocument.render(document) }
            do {
                _ = try PolicyDocument.render(document)
            } catch {
                #expect(error.path == path)
                #expect(!"\(error)".contains("hidden"))
            }
        }
    }

    @Test(arguments: [(#"{"Version":"2012-10-17"}"#, 24), (#"{ "Id" : "a b" }"#, 11)])
    func sizeLeavesOutWhiteSpace(document: String, size: Int) throws {
        #expect(PolicyDocument.size(try json(document)) == size)
    }

    @Test(
        arguments: [
            (#""Action":"s3:*","Resource":"*""#, PolicyDocument.Kind.identity),
            (#""Sid":"","NotAction":["s3:Get*","*"],"NotResource":["arn:aws:s3:::a","*"]"#, .identity),
            (
                #""Sid":"A1","Action":"a-b:C?","Resource":"*","Condition":{"ForAnyValue:StringLikeIfExists":{"a:b":["x",1,true]},"Null":{"a:c":"false"}}"#,
                .identity
            ),
            (
                #""Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"AWS":["123456789012","*","arn:aws:iam::123456789012:user/a"]}"#,
                .trust
            ),
            (
                #""Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"cognito-identity.amazonaws.com"}"#,
                .trust
            ),
        ])
    func faultless(members: String, kind: PolicyDocument.Kind) throws {
        #expect(PolicyDocument.problems(in: try policy(#"{"Effect":"Allow",\#(members)}"#), kind: kind) == [])
    }

    @Test(
        arguments: [
            (
                #""Actions":"s3:*","Resource":"*""#, PolicyDocument.Kind.identity,
                ["Statement[0].Actions", "Statement[0].Action"], "did you mean Action?"
            ),
            (#""Action":"s3:*""#, .identity, ["Statement[0].Resource"], "add Resource"),
            (
                #""Action":"*","NotAction":"*","Resource":"*""#, .identity, ["Statement[0].NotAction"],
                "take one of them out"
            ),
            (#""Action":["s3:*","s3"],"Resource":"*""#, .identity, ["Statement[0].Action[1]"], "write service:Name"),
            (#""Action":7,"Resource":"*""#, .identity, ["Statement[0].Action"], "write a text"),
            (#""Action":[],"Resource":"*""#, .identity, ["Statement[0].Action"], "name at least one"),
            (#""Action":"*","Resource":"bucket""#, .identity, ["Statement[0].Resource"], "write arn:"),
            (#""Action":"*","Resource":"*","Principal":"*""#, .identity, ["Statement[0].Principal"], "take it out"),
            (#""Action":"sts:AssumeRole""#, .trust, ["Statement[0].Principal"], "add Principal"),
            (#""Action":"s3:GetObject","Principal":"*""#, .trust, ["Statement[0].Action"], "actions of sts"),
            (
                #""Action":"sts:AssumeRole","Principal":"*","Resource":"*""#, .trust, ["Statement[0].Resource"],
                "take it out"
            ),
            (
                #""Action":"sts:AssumeRole","Principal":"lambda.amazonaws.com""#, .trust, ["Statement[0].Principal"],
                "{ Service: … }"
            ),
            (
                #""Action":"sts:AssumeRole","Principal":{"aws":"*"}"#, .trust, ["Statement[0].Principal.aws"],
                "did you mean AWS?"
            ),
            (
                #""Action":"sts:AssumeRole","Principal":{"AWS":"proxy"}"#, .trust, ["Statement[0].Principal.AWS"],
                "12 digits"
            ),
            (
                #""Action":"sts:AssumeRole","Principal":{"AWS":"AIDAIOSFODNN7EXAMPLE1"}"#, .trust,
                ["Statement[0].Principal.AWS"], "meant now"
            ),
            (#""Sid":"a b","Action":"*","Resource":"*""#, .identity, ["Statement[0].Sid"], "letters and digits"),
            (
                #""Action":"*","Resource":"*","Condition":{"StringEqual":{"a:b":"c"}}"#, .identity,
                ["Statement[0].Condition.StringEqual"],
                "did you mean StringEquals?"
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"ForAllValues:StringLikes":{"a:b":"c"}}"#, .identity,
                ["Statement[0].Condition.ForAllValues:StringLikes"], "did you mean ForAllValues:StringLike?"
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"NullIfExists":{"a:b":"true"}}"#, .identity,
                ["Statement[0].Condition.NullIfExists"],
                "did you mean Null?"
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"stringequals":{"a:b":"c"}}"#, .identity,
                ["Statement[0].Condition.stringequals"],
                "did you mean StringEquals?"
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"Bool":"true"}"#, .identity, ["Statement[0].Condition.Bool"],
                "write key: value"
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"Bool":{"a:b":["true",{}]}}"#, .identity,
                ["Statement[0].Condition.Bool.a:b[1]"],
                "a list of texts"
            ),
        ])
    func faulty(members: String, kind: PolicyDocument.Kind, paths: [String], help: String) throws {
        let document = try policy(#"{"Effect":"Allow",\#(members)}"#)
        let problems = PolicyDocument.problems(in: document, kind: kind)
        #expect(problems.map(\.path.description) == paths)
        #expect(problems.first?.help.contains(help) == true)
        #expect(throws: try #require(problems.first)) { try PolicyDocument.check(document, kind: kind) }
    }

    @Test(
        arguments: [
            (#"[]"#, [""]),
            (#"{"Version":"2012-10-17"}"#, ["Statement"]),
            (#"{"Version":"2012-10-17","Statement":[]}"#, ["Statement"]),
            (#"{"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, ["Version"]),
            (#"{"Statement":{"Effect":"allow","Action":"*","Resource":"*"},"Ids":"a"}"#, ["Ids", "Statement.Effect"]),
            (#"{"Statement":[7,{"Action":"*","Resource":"*"}]}"#, ["Statement[0]", "Statement[1].Effect"]),
            (
                #"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"}}"#,
                ["Statement.Resource"]
            ),
            (
                #"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
                ["Statement[1].Sid"]
            ),
        ])
    func faultyDocument(document: String, paths: [String]) throws {
        #expect(PolicyDocument.problems(in: try json(document), kind: .identity).map(\.path.description) == paths)
    }

    @Test func aReferenceIsNotLookedInto() {
        let reference = Value.template(Template(Reference(Address(section: "roles", name: "a"), "arn")))
        let identity: Value = [
            "Version": "2012-10-17",
            "Statement": ["Effect": "Allow", "Action": "sts:AssumeRole", "Resource": reference],
        ]
        let trust: Value = [
            "Version": "2012-10-17",
            "Statement": ["Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ["AWS": [reference]]],
        ]
        #expect(PolicyDocument.problems(in: identity, kind: .identity) == [])
        #expect(PolicyDocument.problems(in: trust, kind: .trust) == [])
    }
}
