import Foundation

let status = await run(Array(CommandLine.arguments.dropFirst()))
// Not `exit`, at which libraries take apart what the transport's thread may still be closing, OpenSSL above all.
fflush(nil)
_exit(status.rawValue)
