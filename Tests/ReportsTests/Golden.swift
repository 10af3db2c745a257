import Diagnostics
import Foundation
import Testing

/// Compares text with the file `Goldens/<name>`; with COGSTACK_RECORD_GOLDENS=1 writes the file instead, so that a
/// change of what people see is read in the diff.
func expectGolden(_ text: SafeText, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectGolden(text.text, name, sourceLocation: sourceLocation)
}

func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name)")
    if ProcessInfo.processInfo.environment["COGSTACK_RECORD_GOLDENS"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    #expect(text == recorded, "\(name) differs from what was recorded", sourceLocation: sourceLocation)
}
