import Diagnostics
import Testing

@Suite struct NearestTests {
    static let properties = [
        "explicitAuthFlows", "maxSessionDuration", "userPool", "userPools", "name", "tags", "trust",
    ]

    @Test(
        arguments: [
            ("maxSessionDuraton", "maxSessionDuration"),
            ("explicitAuthFolws", "explicitAuthFlows"),
            ("max_session_duration", "maxSessionDuration"),
            ("EXPLICIT-AUTH-FLOWS", "explicitAuthFlows"),
            ("user-pool", "userPool"),
            ("userPolls", "userPools"),
            ("nmae", "name"),
            ("tag", "tags"),
            ("tursts", "trust"),
            ("runtime", nil),
            ("x", nil),
            ("", nil),
            ("-", nil),
        ] as [(String, String?)])
    func finds(_ word: String, _ expected: String?) {
        #expect(nearest(word, in: Self.properties) == expected)
    }

    @Test func takesTheFirstInAlphabetWhereTwoAreEquallyNear() {
        #expect(nearest("bat", in: ["hat", "cat"]) == "cat")
        #expect(nearest("bat", in: ["cat", "hat"]) == "cat")
    }
}
