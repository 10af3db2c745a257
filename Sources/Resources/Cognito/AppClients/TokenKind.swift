import AWSClient
import Model
import Schema

/// The three tokens of a sign-in. How long each is good is a number whose unit stands elsewhere, so neither can be
/// written without a look at the other.
enum TokenKind: String, CaseIterable {
    case accessToken, idToken, refreshToken

    /// The property that holds the number.
    var validity: String { "\(rawValue)Validity" }

    private var wireUnit: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    private var wireValidity: String { "\(wireUnit)Validity" }

    private var defaultUnit: String { self == .refreshToken ? "days" : "hours" }
    private var defaultSeconds: Int { self == .refreshToken ? 30 * 86_400 : 3_600 }

    /// What AWS takes, whatever the unit.
    var seconds: ClosedRange<Int> { self == .refreshToken ? 3_600...315_360_000 : 300...86_400 }
    var limits: String { self == .refreshToken ? "60 minutes to 10 years" : "5 minutes to 1 day" }

    /// The unit that a file gives, or AWS's.
    func unit(_ attributes: Value) -> String {
        attributes["tokenValidityUnits"][rawValue].string ?? defaultUnit
    }

    static func seconds(in unit: String) -> Int? {
        ["seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400][unit]
    }

    /// Corrects `merged`, the client to be written, where the unit changes or the number goes back to AWS's default: a time
    /// that the file does not state stays as long as it was, and the default is as long in any unit.
    func settle(_ merged: inout Value, live: Value, desired: Value, changed: Set<String>) {
        guard desired[validity].isNull,
            let unit = Self.seconds(in: merged["TokenValidityUnits"][wireUnit].string ?? defaultUnit),
            let liveUnit = Self.seconds(in: live["TokenValidityUnits"][wireUnit].string ?? defaultUnit)
        else { return }
        let liveSeconds = live[wireValidity].wireInteger.map { $0 * liveUnit } ?? defaultSeconds
        let time = changed.contains(validity) ? defaultSeconds : liveSeconds
        guard changed.contains(validity) || unit != liveUnit else { return }
        // A time that is no whole number of the new unit is rounded up: nobody is signed out earlier for it.
        merged[wireValidity] = .integer((time + unit - 1) / unit)
    }
}
