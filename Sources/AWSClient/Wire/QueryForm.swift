package import Foundation
package import Model

/// The form that the query services take: nested members flattened to `Tags.member.1.Key=…`.
package enum QueryForm {
    /// Writes a request's body, sorted by name. An empty list is `Name=`, which is how the protocol tells it from an
    /// absent one; a null is left out; secrets are written in the clear.
    /// - Throws: where a template is left.
    package static func encode(action: String, version: String, _ input: Value) throws(EncodingFailure) -> Data {
        var fields = [("Action", action), ("Version", version)]
        for (name, value) in input.map ?? [:] {
            do { try flatten(value, name, into: &fields) } catch { throw error.below(PropertyPath(name)) }
        }
        let form = fields.sorted { $0 < $1 }
            .map { "\(PercentEncoding.encode($0))=\(PercentEncoding.encode($1))" }
            .joined(separator: "&")
        return Data(form.utf8)
    }

    private static func flatten(
        _ value: Value, _ name: String, into fields: inout [(String, String)]
    ) throws(EncodingFailure) {
        switch value {
        case .null: return
        case .list(let elements):
            if elements.isEmpty { fields.append((name, "")) }
            for (index, element) in elements.enumerated() {
                do {
                    try flatten(element, "\(name).member.\(index + 1)", into: &fields)
                } catch {
                    throw error.below(.root[index])
                }
            }
        case .map(let members):
            for (key, member) in members {
                do { try flatten(member, "\(name).\(key)", into: &fields) } catch {
                    throw error.below(PropertyPath(key))
                }
            }
        default: fields.append((name, try text(of: value)))
        }
    }

    /// A scalar as it stands in a form, a path or a query string.
    static func text(of value: Value) throws(EncodingFailure) -> String {
        switch value {
        case .string(let text): return text
        case .secret(let secret): return secret.clearText
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .boolean(let flag): return String(flag)
        case .template(let template): throw EncodingFailure(reason: "\(template) is not resolved yet")
        case .sealed: throw EncodingFailure(reason: "it is a secret of which nothing but a digest is kept")
        case .null: throw EncodingFailure(reason: "it is missing")
        case .list, .map: throw EncodingFailure(reason: "it is not a single value")
        }
    }
}
