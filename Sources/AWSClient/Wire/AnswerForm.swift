import Foundation
import HTTP
import Model

/// Whether an answer is the operation's own. Anything can answer in AWS's place: the page of a captive portal, a proxy, another
/// service, or an answer that was spoilt on its way. Only what has the operation's form is believed; from all else nothing follows.
extension AWSOperation {
    /// Checks everything about a success but its members.
    func checkEnvelope(_ response: HTTPResponse) throws(NotTheAnswer) {
        let statuses = route?.statuses ?? [200]
        guard statuses.contains(response.status) else {
            throw NotTheAnswer(
                "a success of this call has \(statuses.sorted().map(String.init).joined(separator: " or "))")
        }
        // A query answer has it in its body, where AWS's and every compatible server's stands.
        guard service.isQuery || Message.requestIdHeader(response) != nil else {
            throw NotTheAnswer("it has no request id")
        }
        guard route?.payload == nil, !response.body.isEmpty, let type = response.headers["content-type"]?.lowercased()
        else {
            // Without a type the body itself has to show what it is: some compatible servers leave the header out.
            return
        }
        guard type.contains(service.answersXML ? "xml" : "json") else {
            throw NotTheAnswer("its content type is another one")
        }
    }

    /// Checks that an answer holds what ``answers`` names.
    func checkMembers(_ output: Value) throws(NotTheAnswer) {
        if answers.isEmpty {
            guard output == [:] || output == "" else { throw NotTheAnswer("this call is answered with nothing") }
        }
        for path in answers where !path.hasSuffix("?") {
            let isThere = path.split(separator: "|").contains { holds(output, $0.split(separator: ".")[...]) }
            guard isThere else { throw NotTheAnswer("it has no \(path)") }
        }
    }

    private func holds(_ value: Value, _ path: ArraySlice<Substring>) -> Bool {
        guard let first = path.first else { return !value.isNull && value != "" }
        guard first.hasSuffix("[]") else { return holds(value[String(first)], path.dropFirst()) }
        let list = value[String(first.dropLast(2))]
        // In XML a list without elements is an element without text.
        if list == "" { return service.answersXML }
        guard let elements = list.list else { return false }
        return path.count == 1 || elements.allSatisfy { holds($0, path.dropFirst()) }
    }
}

/// Why an answer is not the operation's.
struct NotTheAnswer: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ failure: DecodingFailure) { reason = "\(failure.reason) at byte \(failure.offset)" }
}

extension Service {
    var answersXML: Bool {
        switch format {
        case .query, .restXML: true
        case .json, .restJSON: false
        }
    }

    var isQuery: Bool {
        if case .query = format { true } else { false }
    }
}

extension HTTPResponse {
    /// What came, for people: never a word of the body, which may hold secrets, but the title of a page.
    func summary(_ failure: NotTheAnswer?) -> String {
        let type = headers["content-type"].map { "of \($0.printable)" } ?? "without a content type"
        return [
            "HTTP \(status)", "\(body.count) bytes \(type)", pageTitle.map { "titled “\($0)”" },
            failure?.reason.printable,
            headers["location"].map { "redirecting to \($0.printable)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    /// Whether the body is a page for people.
    var isPage: Bool {
        let start = String(decoding: body.prefix(64), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            .lowercased()
        return headers["content-type"]?.lowercased().hasPrefix("text/html") == true
            || start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
    }

    private var pageTitle: String? {
        guard isPage else { return nil }
        let page = String(decoding: body.prefix(65_536), as: UTF8.self)
        guard let start = page.range(of: "<title[^>]*>", options: [.regularExpression, .caseInsensitive]),
            let end = page.range(of: "</title", options: .caseInsensitive, range: start.upperBound..<page.endIndex)
        else { return nil }
        let title = page[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return title.isEmpty ? nil : title.printable
    }
}

extension String {
    /// As a terminal may have it: its beginning, with control characters and what changes the direction of writing as their numbers.
    fileprivate var printable: String {
        let limit = 120
        var text = ""
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > limit ? text + "…" : text
    }
}
