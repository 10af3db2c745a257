import Arguments
import Foundation
import Testing

@testable import cogstack

/// What holds of every command, whatever it does.
@Suite struct RegistryTests {
    @Test func everyCommandReadsWhatItsSpecLists() {
        #expect(Commands.registry.misreadings == [:])
    }

    @Test func helpIsWholeSentences() {
        var texts: [String] = []
        func look(at command: CommandSpec) {
            texts.append(command.summary)
            texts += command.discussion + command.options.map(\.help) + command.positionals.map(\.help)
            command.subcommands.forEach(look)
        }
        look(at: Commands.registry.spec)
        let odd = texts.filter { $0.wholeMatch(of: /[`A-Z].*\./) == nil }
        #expect(odd == [])
        #expect(texts.count > 60)
    }

    @Test(arguments: [60, 80, 100])
    func helpKeepsToTheWidth(width: Int) throws {
        func look(at command: CommandSpec, _ path: [String]) throws {
            let lines = try Commands.registry.spec.help(for: path, width: width).split(separator: "\n")
            #expect(lines.filter { $0.count > width } == [])
            for next in command.subcommands { try look(at: next, path + [next.name]) }
        }
        try look(at: Commands.registry.spec, [])
    }
}
