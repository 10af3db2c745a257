import Model
import Schema

extension Grants {
    static let access = Attribute(
        "access", .oneOf(["read", "write", "readWrite"]), required: true, "What may be done.")

    static func reads(_ grant: Value) -> Bool { grant["access"] != "write" }

    static func writes(_ grant: Value) -> Bool { grant["access"] != "read" }

    static let isolateBy = Attribute(
        "isolateBy", .oneOf(["identity"]), "Whether each user reaches only what is stored under their own identity id.")

    /// The policy variable to isolate by; nil where no isolation is asked for.
    static func isolation(of grant: Value, at name: String, _ context: GrantContext) throws(CompileError)
        -> Value?
    {
        if grant["isolateBy"].isNull { return nil }
        guard let variable = context.identityVariable else {
            throw CompileError(
                path: PropertyPath(name, "isolateBy"), message: "nothing in these sessions says which user it is",
                help: """
                    use it in a role that is trusted to either an identity pool (trust: identityPool), or a user or role \
                    that tags its sessions (tagSession: true), but not both
                    """)
        }
        return .string(variable.text(context))
    }
}
