import Provider
import Resources
import Model
import Schema
import Testing

/// One mistake is told once: what follows from it is no mistake of its own.
@Suite struct FollowUpTests {
    @Test(arguments: garden + signIn)
    func isNotTold(_ scene: Scene) {
        #expect(scene.found == scene.expected)
    }

    static let garden = [
        Scene(
            "a required property that is misspelt",
            """
            sheds:
              tools:
                walls: { heigth: 3 }
                         ^^^^^^ unknown-key: walls has no property `heigth`
            """),
        Scene(
            "a name that is none does not leave the one that cogstack gives",
            """
            sheds:
              tools: { name: [a] }
                             ^^^ wrong-type: name must be text, and this is a list
              much-too-long-a-name: { nmae: short }
                                      ^^^^ unknown-key: sheds.much-too-long-a-name has no property `nmae`
            """),
        Scene(
            "references into a section that is misspelt",
            """
            gardner: { ann: {} }
            ^^^^^^^ unknown-key: a stack file has no section `gardner`
            sheds:
              tools: { keeper: ann, note: $(gardeners.ann.id), dependsOn: [gardeners.ann] }
            """),
        Scene(
            "references into a section that is no map",
            """
            gardeners: [ann]
                       ^^^^^ wrong-type: gardeners must be a map of names to properties, and this is a list
            sheds:
              tools: { keeper: ann, note: $(gardeners.ann.id), dependsOn: [gardeners.ann] }
            """),
        Scene(
            "references to what has a name that cannot be one",
            """
            gardeners:
              2nd: {}
              ^^^ wrong-form: `2nd` cannot name a resource
            sheds:
              tools: { keeper: 2nd, note: $(gardeners.2nd.id) }
            """),
        Scene(
            "parameters that are misspelt", set: ["home": "b"],
            """
            paramters: { home: a }
            ^^^^^^^^^ unknown-key: a stack file has no section `paramters`
            sheds:
              tools: { note: $(parameters.home) }
            """),
        Scene(
            "parameters that are no map", set: ["home": "b"],
            """
            parameters: [home]
                        ^^^^^^ wrong-type: parameters must be a map of names to values, and this is a list
            sheds:
              tools: { note: $(parameters.home) }
            """),
        Scene(
            "a parameter whose value is given under a misspelt name", set: ["hom": "b"],
            """
            parameters:
            ^^^^^^^^^^ unknown-parameter: --set names `hom`, and stacks/dev.yaml has no such parameter
              home:
            sheds:
              tools: { note: $(parameters.home) }
            """),
        Scene(
            "the stack's name in another one",
            files: [
                Scene.main: """
                stack: Prod
                       ^^^^ wrong-form: stack has not the right form
                sheds:
                  tools: { name: $(stack)-tools }
                """
            ]),
    ]

    static let signIn = [
        scene(
            "a word that is no service",
            """
            roles:
              r:
                trust: [{ service: lambda }]
                                   ^^^^^^ wrong-form: trust[0].service has not the right form
                grants: [{ cognitoIdentity: credentials }]
            """),
        scene(
            "a trust without which nobody can be told apart",
            """
            roles:
              wrong:
                trust: [{ identityPool: idz, amr: authenticated }]
                                        ^^^ dangling-reference: there is no `idz` in identityPools
                grants: [{ s3: { bucket: data, access: read, isolateBy: identity } }]
              misspelt:
                turst: [{ identityPool: ids, amr: authenticated }]
                ^^^^^ unknown-key: roles.misspelt has no property `turst`
                grants: [{ s3: { bucket: data, access: read, isolateBy: identity } }]
              missing: { grants: [{ s3: { bucket: data, access: read, isolateBy: identity } }] }
                       ^ missing-property: roles.missing needs `trust`
              form:
                trust: [{ identitypool: ids, amr: authenticated }]
                          ^^^^^^^^^^^^ unknown-key: trust[0] has no property `identitypool`
                grants: [{ s3: { bucket: data, access: read, isolateBy: identity } }]
            identityPools: { ids: {} }
            """),
        scene(
            "a function that is not there",
            """
            roles:
              r:
                trust: [{ service: lambda.amazonaws.com }]
                grants: [{ invokeFunction: nope }]
                                           ^^^^ dangling-reference: there is no `nope` in lambdaFunctions
            """),
        scene(
            "an app client that is not there",
            """
            userPools: { users: {} }
            appClients: { cli: { userPool: users } }
            identityPools:
              ids: { cognitoIdentityProviders: [{ appClient: clii }] }
                                                             ^^^^ dangling-reference: there is no `clii` in appClients
            """),
        scene(
            "a secret as an app client",
            """
            userPools: { users: {} }
            appClients: { cli: { userPool: users, generateSecret: true } }
            identityPools:
              ids: { cognitoIdentityProviders: [{ appClient: $(appClients.cli.secret) }] }
                                                  ^^^^^^^^^ secret-in-clear: $(appClients.cli.secret) is a secret, and cognitoIdentityProviders[0].appClient is no place for one
            """),
        scene(
            "rules over what is wrong",
            """
            userPools:
              users:
                mfaConfiguration: ON
                softwareTokenMfaConfiguration: { enabld: true }
                                                 ^^^^^^ unknown-key: softwareTokenMfaConfiguration has no property `enabld`
              others:
                mfaConfiguration: ON
                softwareTokenMfaConfig: { enabled: true }
                ^^^^^^^^^^^^^^^^^^^^^^ unknown-key: userPools.others has no property `softwareTokenMfaConfig`
            secrets:
              key: { secretStrin: $(env.KEY) }
                     ^^^^^^^^^^^ unknown-key: secrets.key has no property `secretStrin`
              unset: { secretString: $(env.NO_KEY) }
                                     ^^^^^^^^^^^^^ unset-variable: the environment variable NO_KEY is not set
              binary: { secretBinary: AAAA }
                        ^^^^^^^^^^^^ unmanaged-property: cogstack does not manage `secretBinary` of secrets.binary yet
            """),
        scene(
            "and all else is told in the same run",
            """
            roles:
              r:
                trust: [{ service: lambda }]
                                   ^^^^^^ wrong-form: trust[0].service has not the right form
                inlinePolicies: { cogstack-grants: { Statement: [] } }
                                  ^^^^^^^^^^^^^^^ reserved-policy-name: the name cogstack-grants is kept for `grants`
                                                                ^^ policy-document: Statement is empty
            userPools:
              users:
                passwordPolicy: { minimumLength: 200 }
                                                 ^^^ out-of-limits: passwordPolicy.minimumLength is 200
                mfaConfiguration: ON
                ^^^^^^^^^^^^^^^^ mfa-factor: MFA is on, and there is no second factor
            """),
    ]

    private static func scene(_ description: String, _ body: String) -> Scene {
        Scene(description, environment: ["KEY": "k"], types: ResourceTypes.registry.types, body)
    }
}
