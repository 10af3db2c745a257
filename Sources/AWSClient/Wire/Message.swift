import Foundation
package import HTTP
package import Model

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
                ("Content-Type", "application/x-amz-json-\(version)"),
                ("X-Amz-Target", "\(targetPrefix).\(operation.name)"),
            ]
            request.body = try JSONText.encode(input)
        case .query(let version):
            request.headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
            request.body = try QueryForm.encode(action: operation.name, version: version, input)
        case .restJSON, .restXML:
            guard let route = operation.route else {
                throw EncodingFailure(reason: "a REST operation needs a method and a path")
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
            let segment = try text(of: rest.removeValue(forKey: name) ?? .null, of: name)
            // An empty segment would address the collection: DELETE /functions/ instead of one function.
            guard !segment.isEmpty else { throw EncodingFailure(path: PropertyPath(name), reason: "it is empty") }
            path += PercentEncoding.encode(segment, keeping: keepsSlashes ? "/" : nil) + pieces[1]
        }
        var query: [String] = []
        for (member, parameter) in route.query.sorted(by: { $0.value < $1.value }) {
            guard let value = rest.removeValue(forKey: member), !value.isNull else { continue }
            for element in value.list ?? [value] {
                query.append(
                    "\(parameter)=\(PercentEncoding.encode(try text(of: element, of: member)))")
            }
        }
        for (member, header) in route.headers.sorted(by: { $0.value < $1.value }) {
            guard let value = rest.removeValue(forKey: member), !value.isNull else { continue }
            request.headers.append((header, try text(of: value, of: member)))
        }
        request.method = route.method
        request.path = endpoint.path + path
        request.query = query.joined(separator: "&")
        if let payload = route.payload, route.method != "GET" {
            request.body = Data(try text(of: rest[payload] ?? "", of: payload).utf8)
            request.headers.append(("Content-Type", "application/octet-stream"))
        } else if !rest.isEmpty || route.method == "POST" || route.method == "PUT" {
            request.body = try JSONText.encode(.map(rest))
            request.headers.append(("Content-Type", "application/json"))
        }
    }

    /// A scalar member of the input as it stands in a path, a query string or a header.
    private static func text(of value: Value, of member: String) throws(EncodingFailure) -> String {
        do { return try QueryForm.text(of: value) } catch { throw error.below(PropertyPath(member)) }
    }

    // MARK: - Answers

    /// What an answer says.
    package enum Answer: Sendable, Hashable {
        case success(Value)
        /// An error in the service's own form; `code` without namespace, `reason` where Lambda says whose limit was met.
        case failure(code: String, message: String, reason: String? = nil)
        /// Not AWS's answer to this operation; says what came, without a word of the body but the title of a page.
        case garbled(String)
    }

    package static func answer(to operation: AWSOperation, _ response: HTTPResponse) -> Answer {
        if (200..<300).contains(response.status) {
            do throws(NotTheAnswer) {
                return .success(operation.hidingSecrets(in: try output(of: operation, response)))
            } catch {
                return .garbled(response.summary(error))
            }
        }
        let failure = operation.service.answersXML ? xmlFailure(response) : jsonFailure(response)
        return failure ?? redirect(operation, response) ?? .garbled(response.summary(nil))
    }

    /// The id that AWS's support asks for: from the headers, else from the body of an XML error.
    package static func requestId(_ response: HTTPResponse) -> String? {
        if let id = requestIdHeader(response) { return id }
        guard response.status >= 300, let (_, content) = try? XMLText.decode(response.body) else { return nil }
        return content["RequestId"].string
    }

    static func requestIdHeader(_ response: HTTPResponse) -> String? {
        ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"].lazy.compactMap { response.headers[$0] }.first {
            !$0.isEmpty
        }
    }

    private static func output(of operation: AWSOperation, _ response: HTTPResponse) throws(NotTheAnswer) -> Value {
        try operation.checkEnvelope(response)
        if let payload = operation.route?.payload {
            var output: Value = [payload: .string(String(decoding: response.body, as: UTF8.self))]
            output["StatusCode"] = .integer(response.status)
            if let error = response.headers["x-amz-function-error"] { output["FunctionError"] = .string(error) }
            return output
        }
        if operation.service.isQuery { return try result(of: operation, response) }
        if response.body.isEmpty {
            try operation.checkMembers([:])
            return [:]
        }
        let output: Value
        do throws(DecodingFailure) {
            if operation.service.answersXML {
                let (root, content) = try XMLText.decode(response.body)
                output = [root: content]
            } else {
                output = try JSONText.decode(response.body)
            }
        } catch {
            throw NotTheAnswer(error)
        }
        guard let members = output.map else { throw NotTheAnswer("it is no object") }
        try operation.checkMembers(output)
        // The root of S3's XML has no part in the output's shape.
        return operation.service.answersXML ? members.values.first ?? [:] : output
    }

    /// What stands in `<Operation>Response`, `<Operation>Result`; an operation without output may have neither the latter nor
    /// anything in it.
    private static func result(of operation: AWSOperation, _ response: HTTPResponse) throws(NotTheAnswer) -> Value {
        let root: String
        let content: Value
        do throws(DecodingFailure) { (root, content) = try XMLText.decode(response.body) } catch {
            throw NotTheAnswer(error)
        }
        guard root == "\(operation.name)Response" else { throw NotTheAnswer("it has no \(operation.name)Response") }
        guard content["ResponseMetadata"]["RequestId"].string?.isEmpty == false else {
            throw NotTheAnswer("it has no request id")
        }
        let result = content["\(operation.name)Result"]
        guard !operation.answers.isEmpty else {
            try operation.checkMembers(result.isNull ? [:] : result)
            return [:]
        }
        guard result.map != nil else { throw NotTheAnswer("it has no \(operation.name)Result") }
        try operation.checkMembers(result)
        return result
    }

    /// S3's answer about a bucket of another region where its body does not say so: to HEAD (S3 API, HeadBucket), and where `URLSession`
    /// is the transport, which drops the body of a redirect without Location. What is left is the header.
    private static func redirect(_ operation: AWSOperation, _ response: HTTPResponse) -> Answer? {
        guard operation.service == .s3, response.status == 301, response.body.isEmpty,
            let region = response.headers["x-amz-bucket-region"]
        else { return nil }
        return .failure(code: "PermanentRedirect", message: "the bucket is in \(region)")
    }

    private static func jsonFailure(_ response: HTTPResponse) -> Answer? {
        let body = (try? JSONText.decode(response.body)) ?? .null
        let code =
            response.headers["x-amzn-errortype"] ?? body["__type"].string ?? body["code"].string ?? body["Code"].string
        guard let code, !code.isEmpty else { return nil }
        let message = body["message"].string ?? body["Message"].string ?? body["errorMessage"].string ?? ""
        return .failure(code: plain(code), message: message, reason: body["Reason"].string)
    }

    private static func xmlFailure(_ response: HTTPResponse) -> Answer? {
        guard let (name, content) = try? XMLText.decode(response.body), ["Error", "ErrorResponse"].contains(name) else {
            return nil
        }
        let error = name == "Error" ? content : content["Error"]
        guard let code = error["Code"].string, !code.isEmpty else { return nil }
        return .failure(code: plain(code), message: error["Message"].string ?? error["message"].string ?? "")
    }

    /// An error code without namespace (`com.amazonaws.x#Code`) and without the link after it (`Code:http://…`).
    private static func plain(_ code: String) -> String {
        let name = code.split(separator: "#").last ?? ""
        return String(name.split(separator: ":").first ?? "").trimmingCharacters(in: .whitespaces)
    }
}
