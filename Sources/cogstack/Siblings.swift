import Diagnostics
import Foundation
import Provider
import Resources
import Model
import Schema
import StackFile
import Records
import Store

/// What else a project has that may be mixed up with a stack: another file of its name, another stack of its file.
enum Siblings {
    /// Another file that would share the stack's state with this one; nil where there is none.
    ///
    /// - Parameter prior: what is recorded, its file named as the user can use it.
    static func sameName(as stack: String, _ file: ChosenFile, prior: Snapshot? = nil) -> (problem: Diagnostic, other: String)? {
        let real = Workspace.real(file.path)
        let candidates = Workspace.stackFiles(of: file.project, orExtending: true) + [prior?.file].compactMap(\.self)
        let other = candidates.first { path in
            guard let found = Workspace.real(path), found != real else { return false }
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

    /// The stack that a file is, and where it says so; nil where it is gone or does not say.
    static func stackName(of path: String) -> (name: String, place: SourceRange)? {
        StackFileReader(types: ResourceTypes.registry.types, files: Workspace.files, environment: ProcessInfo.processInfo.environment)
            .stackName(of: path)
    }

    /// The other stacks that a file was applied as and that still have resources: it has had another name in the meantime.
    static func earlierNames(of stack: String, _ file: ChosenFile, _ terminal: Terminal) throws(Failure) -> [Snapshot] {
        let name = file.project.name(of: file.path)
        return try Workspace.recordedStacks(of: file.project, terminal).filter {
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
    var waysOut: String { "`cogstack destroy --stack \(stack)` removes it, and `stack: \(stack)` in the file takes it back" }
}
