import Foundation
package import Schema

/// Operations to requests and answers to values, for each message format. Pure.
package enum Message {
    // MARK: - Requests

    /// The request of an operation, not signed yet.
    package static func request(
        _ operation: AWSOperation, _ input: Value, to endpoint: Endpoint
    ) throws(EncodingFailure) -> HTTPRequest {
        var request = HTTPRequest(method: "POST", origin: endpoint.origin, path: endpoint.path + "/")
        request.needsFreshConnection = operation.effect == .create
        switch operation.service.format {
        case .json(let targetPrefix, let version):
            request.headers = [
                ("Content-Type", "application/x-amz-json-\(version)"), ("X-Amz-Target", "\(targetPrefix).\(operation.name)"),
            ]
            request.body = try JSONText.encode(input)
        case .query(let version):
            request.headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
            request.body = try QueryForm.encode(action: operation.name, version: version, input)
        case .restJSON, .restXML:
            guard let route = operation.route else {
                throw EncodingFailure(path: "operation", reason: "a REST operation needs a method and a path")
            }
            try address(&request, route, input, endpoint)
        }
        return request
    }

    private static func address(
        _ request: inout HTTPRequest, _ route: AWSOperation.Route, _ input: Value, _ endpoint: Endpoint
    ) throws(EncodingFailure) {
        var rest = input.map ?? [:]
        var path = ""
        for (index, part) in route.path.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
            let pieces = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            guard index > 0, pieces.count == 2 else {
                path += part
                continue
            }
            let keepsSlashes = pieces[0].hasSuffix("+")
            let name = String(keepsSlashes ? pieces[0].dropLast() : pieces[0])
            let segment = try QueryForm.text(of: rest.removeValue(forKey: name) ?? .null, at: "input.\(name)")
            // An empty segment would address the collection: DELETE /functions/ instead of one function.
            guard !segment.isEmpty else { throw EncodingFailure(path: "input.\(name)", reason: "it is empty") }
            path += PercentEncoding.encode(segment, keeping: keepsSlashes ? "/" : nil) + pieces[1]
        }
        var query: [String] = []
        for (member, parameter) in route.query.sorted(by: { $0.value < $1.value }) {
            guard let value = rest.removeValue(forKey: member), !value.isNull else { continue }
            for element in value.list ?? [value] {
                query.append("\(parameter)=\(PercentEncoding.encode(try QueryForm.text(of: element, at: "input.\(member)")))")
            }
        }
        for (member, header) in route.headers.sorted(by: { $0.value < $1.value }) {
            guard let value = rest.removeValue(forKey: member), !value.isNull else { continue }
            request.headers.append((header, try QueryForm.text(of: value, at: "input.\(member)")))
        }
        request.method = route.method
        request.path = endpoint.path + path
        request.query = query.joined(separator: "&")
        if let payload = route.payload, route.method != "GET" {
            request.body = Data(try QueryForm.text(of: rest[payload] ?? "", at: "input.\(payload)").utf8)
            request.headers.append(("Content-Type", "application/octet-stream"))
        } else if !rest.isEmpty || route.method == "POST" || route.method == "PUT" {
            request.body = try JSONText.encode(.map(rest))
            request.headers.append(("Content-Type", "application/json"))
        }
    }

    // MARK: - Answers

    /// What an answer says.
    package enum Answer: Sendable, Hashable {
        case success(Value)
        /// An error in the service's own form; `code` without namespace.
        case failure(code: String, message: String)
        /// Not of AWS's form; says why, without a word of the body.
        case garbled(String)
    }

    package static func answer(to operation: AWSOperation, _ response: HTTPResponse) -> Answer {
        if (200..<300).contains(response.status) {
            do throws(DecodingFailure) {
                return .success(hidingSecrets(try output(of: operation, response)))
            } catch {
                return .garbled(form(of: response, error))
            }
        }
        let failure = operation.service.answersXML ? xmlFailure(response) : jsonFailure(response)
        return failure ?? .garbled(form(of: response, nil))
    }

    /// The id that AWS's support asks for: from the headers, else from the body of an XML error.
    package static func requestId(_ response: HTTPResponse) -> String? {
        for name in ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"] {
            if let id = response.headers[name] { return id }
        }
        guard response.status >= 300, let (_, content) = try? XMLText.decode(response.body) else { return nil }
        return content["RequestId"].string
    }

    private static func output(of operation: AWSOperation, _ response: HTTPResponse) throws(DecodingFailure) -> Value {
        if let payload = operation.route?.payload {
            var output: Value = [payload: .string(String(decoding: response.body, as: UTF8.self))]
            output["StatusCode"] = .integer(response.status)
            if let error = response.headers["x-amz-function-error"] { output["FunctionError"] = .string(error) }
            return output
        }
        let isQuery = operation.service.answersXML && operation.service.format != .restXML
        guard isQuery || !response.body.isEmpty else {
            // What is read or made is in the answer; other changes may be answered with nothing.
            guard operation.effect == .repeatable else { throw DecodingFailure(offset: 0, reason: "it is empty") }
            return [:]
        }
        if operation.service.answersXML {
            let (_, content) = try XMLText.decode(response.body)
            guard content.map != nil else { throw DecodingFailure(offset: 0, reason: "a result is missing") }
            guard isQuery else { return content }
            let result = content["\(operation.name)Result"]
            return result.map == nil ? [:] : result
        }
        let value = try JSONText.decode(response.body)
        guard value.map != nil else { throw DecodingFailure(offset: 0, reason: "it is no object") }
        return value
    }

    private static func jsonFailure(_ response: HTTPResponse) -> Answer? {
        let body = (try? JSONText.decode(response.body)) ?? .null
        let code =
            response.headers["x-amzn-errortype"] ?? body["__type"].string ?? body["code"].string ?? body["Code"].string
        guard let code, !code.isEmpty else { return nil }
        let message = body["message"].string ?? body["Message"].string ?? body["errorMessage"].string ?? ""
        return .failure(code: plain(code), message: message)
    }

    private static func xmlFailure(_ response: HTTPResponse) -> Answer? {
        guard let (name, content) = try? XMLText.decode(response.body) else { return nil }
        let error = name == "Error" ? content : content["Error"]
        guard let code = error["Code"].string, !code.isEmpty else { return nil }
        return .failure(code: plain(code), message: error["Message"].string ?? error["message"].string ?? "")
    }

    /// An error code without namespace (`com.amazonaws.x#Code`) and without the link after it (`Code:http://…`).
    private static func plain(_ code: String) -> String {
        let name = code.split(separator: "#").last ?? ""
        return String(name.split(separator: ":").first ?? "").trimmingCharacters(in: .whitespaces)
    }

    private static func form(of response: HTTPResponse, _ failure: DecodingFailure?) -> String {
        let type = response.headers["content-type"] ?? "no content type"
        let place = failure.map { ", \($0.reason) at byte \($0.offset)" } ?? ""
        let target = response.headers["location"].map { ", redirecting to \($0)" } ?? ""
        return "\(response.body.count) bytes of \(type)\(place)\(target)"
    }

    private static func hidingSecrets(_ value: Value, in parent: String = "") -> Value {
        switch value {
        case .list(let elements): return .list(elements.map { hidingSecrets($0, in: parent) })
        case .map(var members):
            for (name, member) in members {
                if case .string(let text) = member {
                    guard secretMembers.contains(name) || secretMembers.contains("\(parent).\(name)") else { continue }
                    members[name] = .secret(Secret(text))
                } else {
                    members[name] = hidingSecrets(member, in: name)
                }
            }
            return .map(members)
        default: return value
        }
    }
}

extension Service {
    fileprivate var answersXML: Bool {
        switch format {
        case .query, .restXML: true
        case .json, .restJSON: false
        }
    }
}
