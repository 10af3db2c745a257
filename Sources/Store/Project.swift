/// The folder that a stack file and its state belong to: the one above `stacks/`, or the file's own. It is found from the file
/// alone, so it makes no difference where the user stands. Pure: whoever makes one has resolved symbolic links.
package struct Project: Sendable, Equatable {
    /// Absolute, without symbolic links.
    package let root: String
    /// The folder in which the user stands, from where relative paths count. Absolute.
    private let here: String

    /// - Parameter root: absolute, without symbolic links.
    package init(root: String, here: String) {
        self.root = root
        self.here = here
    }

    /// The project of a stack file.
    ///
    /// - Parameter file: absolute, without symbolic links.
    package init(ofFile file: String, here: String) {
        self.init(ofFolder: Self.join(file, ".."), here: here)
    }

    /// The project of the folder in which somebody stands.
    package init(ofFolder folder: String, here: String) {
        let steps = Self.steps(of: folder)
        root = Self.absolute(steps.last == "stacks" ? steps.dropLast() : steps[...])
        self.here = here
    }

    /// The name that a file has in the project wherever the user stands: its path from the root. What is kept names files so.
    ///
    /// - Parameter path: as the user can use it.
    package func name(of path: String) -> String {
        Self.relative(Self.join(here, path), from: root)
    }

    /// The path by which the user reaches a file where they stand.
    ///
    /// - Parameter name: from the root, or absolute.
    package func path(of name: String) -> String {
        Self.shown(Self.join(root, name), from: here)
    }

    /// Where the state of one of its stacks is.
    package func location(of stack: String) -> StateLocation { StateLocation(stack: stack, in: folder) }

    /// The root, as the user reaches it.
    package var folder: String { path(of: ".") }

    // MARK: Paths

    /// A relative path where that is short, and the absolute one where it would lead through the file system's root.
    package static func shown(_ path: String, from here: String) -> String {
        let isFar = steps(of: path).first != steps(of: here).first
        return isFar ? absolute(steps(of: path)[...]) : relative(path, from: here)
    }

    /// A path that counts from a folder, as an absolute one without `.` and `..`.
    package static func join(_ folder: String, _ path: String) -> String {
        absolute(steps(of: path.hasPrefix("/") ? path : folder + "/" + path)[...])
    }

    private static func relative(_ path: String, from folder: String) -> String {
        let (path, folder) = (steps(of: path), steps(of: folder))
        let common = zip(path, folder).prefix { $0 == $1 }.count
        let relative = folder.dropFirst(common).map { _ in ".." } + path.dropFirst(common)
        return relative.isEmpty ? "." : relative.joined(separator: "/")
    }

    private static func absolute(_ steps: ArraySlice<String>) -> String { "/" + steps.joined(separator: "/") }

    private static func steps(of path: String) -> [String] {
        var steps: [String] = []
        for step in path.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(String(step)) }
        }
        return steps
    }
}
