import Arguments

/// Everything that can be typed after `cogstack`.
enum Commands {
    static let registry = CommandRegistry<any Command>(
        "cogstack", "Provisions the AWS side of a Cognito sign-in system from a YAML file.",
        [
            .command(ValidateCommand.self),
            .command(PlanCommand.self),
            .command(ApplyCommand.self),
            .command(DestroyCommand.self),
            .command(OutputCommand.self),
            .command(ShowCommand.self),
            .command(RotateCommand.self),
            .command(VerifyCommand.self),
            .command(WhoamiCommand.self),
            .group(
                "state", "Shows and repairs what is recorded.",
                discussion: ["None of these changes anything in AWS."],
                [
                    .command(StateListCommand.self),
                    .command(StateShowCommand.self),
                    .command(StateRemoveCommand.self),
                    .command(StateMoveCommand.self),
                    .command(StateRebuildCommand.self),
                    .command(StateUnlockCommand.self),
                ]),
            .command(VersionCommand.self),
        ])
}

extension CommandRegistry<any Command>.Entry {
    static func command<C: cogstack.Command>(_ type: C.Type) -> Self {
        Self(type.spec) { parsed in type.init(&parsed) }
    }
}
