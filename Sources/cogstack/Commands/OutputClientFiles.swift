import AWSClient
import Diagnostics
import Foundation
import Model
import Records
import Reports
import Store
import Workflow

/// `output --format cogauth`: the client's set-up on standard output, or with `--into` as files in a folder.
func clientFiles(
    of recorded: Snapshot, _ stack: LocalStack, into folder: String?, replacing replacesFiles: Bool, _ session: Session
) throws(Failure) -> ExitStatus {
    let terminal = session.terminal
    let signIn = try stack.signIn(recorded)
    let files = ClientFiles(signIn)
    if signIn.proxy == nil, !session.output.isQuiet {
        terminal.say(
            "No function of stack \(recorded.stack) gives longer credentials: sign in with `cogauth login --no-lambda-proxy`."
        )
    }
    guard var folder else {
        terminal.print(files.json)
        return .done
    }
    while folder.hasSuffix("/") { folder.removeLast() }
    let targets = files.files.map { file in
        // Where the name is a link, to somebody's collected settings for instance, the file behind it is meant.
        let path = folder + "/" + file.name
        return (
            file: file, path: path,
            real: URL(fileURLWithPath: session.workspace.world.absolute(path)).resolvingSymlinksInPath().path
        )
    }
    do {
        var outdated: [(file: ClientFiles.File, path: String, real: String)] = []
        for target in targets {
            if let found = try SharedFile.contents(at: target.real) {
                if saysTheSame(found, target.file.text) { continue }
                guard replacesFiles else {
                    throw Failure.message(
                        "\(target.path) exists with other content, so nothing was written.",
                        help: "`--yes` replaces it; `cogstack output --format cogauth` shows the new content.")
                }
            }
            outdated.append(target)
        }
        for target in outdated { try SharedFile.replace(at: target.real, with: Array(target.file.text.utf8)) }
        report(written: outdated.map(\.path), of: targets.map(\.path), session)
    } catch {
        throw Failure(error)
    }
    return .done
}

/// Whether two JSON documents mean the same.
private func saysTheSame(_ found: [UInt8], _ wanted: String) -> Bool {
    let found = try? JSONText.decode(Data(found))
    return found != nil && found == (try? JSONText.decode(Data(wanted.utf8)))
}

private func report(written: [String], of paths: [String], _ session: Session) {
    let unchanged = paths.filter { !written.contains($0) }
    if session.output.isJSON {
        session.terminal.print(ClientFiles.report(written: written, unchanged: unchanged))
    } else if !session.output.isQuiet {
        for path in paths {
            session.terminal.print(unchanged.contains(path) ? "\(path) is up to date" : "wrote \(path)")
        }
    }
}
