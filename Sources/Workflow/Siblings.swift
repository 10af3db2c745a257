package import Diagnostics
package import Records
import Store

/// What else a project has that may be mixed up with a stack: another file of its name, another stack of its file.
extension Workspace {
    /// Another file that would share the stack's state with this one; nil where there is none.
    ///
    /// - Parameter prior: what is recorded, its file named as the user can use it.
    package func sameName(
        as stack: String, _ file: ChosenFile, prior: Snapshot? = nil
    ) -> (problem: Diagnostic, other: String)? {
        let real = world.real(file.path)
        let candidates = stackFiles(of: file.project, orExtending: true) + [prior?.file].compactMap(\.self)
        let other = candidates.first { path in
            guard let found = world.real(path), found != real else { return false }
            return stackName(of: path)?.name == stack
        }
        guard let other else { return nil }
        return (
            Diagnostic(
                "same-stack", "\(file.path) and \(other) are both stack \(stack), and would share one state",
                at: stackName(of: file.path)?.place,
                help: "Give one of them another name. A file that others only extend says no `stack:`."),
            other
        )
    }

    /// The other stacks that a file was applied as and that still have resources: it has had another name in the meantime.
    func earlierNames(of stack: String, _ file: ChosenFile) throws(Failure) -> [Snapshot] {
        let name = file.project.name(of: file.path)
        return try recordedStacks(of: file.project).filter {
            $0.stack != stack && file.project.name(of: $0.file) == name
        }
    }
}

extension Snapshot {
    /// That a stack of another name is there already.
    func asAnotherStack(of file: String) -> String {
        "\(file) was applied as stack \(stack), which still has \(resources.count) \(resources.count == 1 ? "resource" : "resources")"
    }

    /// What may be done about it.
    var waysOut: String {
        "`cogstack destroy --stack \(stack)` removes it, and `stack: \(stack)` in the file takes it back"
    }
}
