import Foundation
import Records
import Store

/// State of a stack that an earlier cogstack left elsewhere: it kept state in the nearest folder at or above the one where the
/// user stood that had a `.cogstack`, else where they stood. Using it silently would bring back what that led to, and a second
/// state would lose sight of everything that the first one names.
struct EarlierState {
    /// The folder `.cogstack/<stack>` in which it is, and the one in which it belongs, as the user can use them.
    private let found: String
    private let place: String
    private let stack: String

    /// Nil where there is none, and where the project has state of the stack.
    init?(of stack: String, _ file: ChosenFile, _ workspace: Workspace) {
        let place = file.project.location(of: stack)
        guard !FileManager.default.fileExists(atPath: place.state), let real = Workspace.real(file.path) else { return nil }
        let folders = Self.above(workspace.here) + Self.above(file.project.root)
        let folder = folders.first { folder in
            guard folder != file.project.root,
                let snapshot = try? StateFile(at: StateLocation(stack: stack, in: folder)).load(),
                snapshot.stack == stack, !snapshot.resources.isEmpty
            else { return false }
            return Workspace.real(Project.join(folder, snapshot.file)) == real
        }
        guard let folder else { return nil }
        self.stack = stack
        found = Project.shown(Project.join(folder, ".cogstack/" + stack), from: workspace.here)
        self.place = file.project.path(of: ".cogstack/" + stack)
    }

    /// What the user is told before anything is done.
    var failure: Failure {
        .message(
            "there is state of stack \(stack) in \(found), written by an earlier cogstack; the state of this stack file belongs in \(place).",
            help: "Nothing was done. Move it: `\(move)`")
    }

    private var move: String {
        let parent = String(place.dropLast(stack.count + 1))
        // A folder that an earlier plan, lock or journal made is there already, without a state.
        return FileManager.default.fileExists(atPath: place)
            ? "mv \(Self.quoted(found))/* \(Self.quoted(place))/"
            : "mkdir -p \(Self.quoted(parent)) && mv \(Self.quoted(found)) \(Self.quoted(place))"
    }

    /// The folder and all above it, the nearest first.
    private static func above(_ folder: String) -> [String] {
        var folders = [folder]
        while let last = folders.last, last != "/" { folders.append(Project.join(last, "..")) }
        return folders
    }

    private static func quoted(_ path: String) -> String {
        path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0)) }
            ? path : "'" + path.replacing("'", with: #"'\''"#) + "'"
    }
}
