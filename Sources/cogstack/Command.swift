import Arguments

/// Something that can be typed after `cogstack`: what it is called and takes, how its arguments are read, and what it does. One
/// file a command in `Commands/`, and one line in ``Commands``.
protocol Command: Sendable {
    static var spec: CommandSpec { get }

    /// Reads all that the spec lists, and nothing else.
    init(_ parsed: inout ParsedCommand)

    /// How its results are shown.
    var output: OutputOptions { get }

    func run(_ session: Session) async throws(Failure) -> ExitStatus
}

/// What a command works in.
struct Session {
    let terminal: Terminal
    let output: OutputOptions
    let workspace: Workspace
    let start = ContinuousClock.now
}
