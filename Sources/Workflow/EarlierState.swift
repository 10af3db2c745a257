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
    /// Whether that folder is there: an earlier plan, lock or journal makes it without a state.
    private let placeIsThere: Bool

    /// Nil where there is none, and where the project has state of the stack.
    init?(of stack: String, _ file: ChosenFile, _ workspace: Workspace) {
        let world = workspace.world
        let place = StateLocation(stack: stack, in: file.project.root)
        guard !world.exists(place.state), let real = world.real(file.path) else { return nil }
        let folders = Self.above(world.folder) + Self.above(file.project.root)
        let folder = folders.first { folder in
            guard folder != file.project.root,
                let snapshot = try? StateFile(at: StateLocation(stack: stack, in: folder)).load(),
                snapshot.stack == stack, !snapshot.resources.isEmpty
            else { return false }
            return world.real(Project.join(folder, snapshot.file)) == real
        }
        guard let folder else { return nil }
        self.stack = stack
        found = Project.shown(Project.join(folder, ".cogstack/" + stack), from: world.folder)
        self.place = file.project.path(of: ".cogstack/" + stack)
        placeIsThere = world.exists(self.place)
    }

    /// What is printed before anything is done.
    var failure: Failure {
        .message(
            "there is state of stack \(stack) in \(found), written by an earlier cogstack; the state of this stack file belongs in \(place).",
            help: "Nothing was done. Move it: `\(move)`")
    }

    private var move: String {
        let parent = String(place.dropLast(stack.count + 1))
        return placeIsThere
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
