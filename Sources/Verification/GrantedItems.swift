import IAMPolicy
import Model

/// What policies grant of DynamoDB and of Lambda.
extension GrantReader {
    func readDynamoDB(_ statement: PolicyStatement, _ arn: ARN, into list: inout ProbeList) {
        guard arn.resource.hasPrefix("table/") else { return }
        let table = String(arn.resource.dropFirst("table/".count))
        // Its indexes are read by the same grant.
        guard !table.contains("/") else { return }
        let name = "table \(table)"
        guard !table.contains(where: { "*?$".contains($0) }) else { return list.skip(name, "it names no single table") }
        guard isHere(arn, name, &list) else { return }
        let keys: [(key: String, isolating: String?)]
        if statement.conditions.isEmpty {
            keys = [("", nil)]
        } else {
            let tests = statement.conditions.filter { $0.name != "Null" || $0.values != ["false"] }
            guard statement.conditions.allSatisfy({ $0.key == "dynamodb:leadingkeys" }), tests.count == 1,
                let test = tests.first,
                test.name.hasSuffix("StringEquals") || test.name.hasSuffix("StringLike")
            else { return list.skip(name, conditions(statement)) }
            let isLike = test.name.hasSuffix("StringLike")
            keys = test.values.compactMap { value in
                isolating(value, statement, at: name, &list).map {
                    (isLike ? Self.example(of: value, ending: "") : value, $0)
                }
            }
        }
        let reads = ["dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:Scan"]
        let writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"]
        let resource = here(arn, arn.resource)
        for (access, action, others) in [
            (Probe.Access.read, "dynamodb:GetItem", reads), (.write, "dynamodb:DeleteItem", writes),
        ] {
            guard statement.concerns(action: action) else {
                if others.contains(where: statement.concerns) {
                    list.skip(
                        "\(access == .read ? "reading" : "writing to") \(name)",
                        "without \(action) it cannot be tried harmlessly")
                }
                continue
            }
            for (key, isolating) in keys {
                let shown = isolating == nil && !key.isEmpty ? "\(name), key \(key)" : name
                add(&list, access, action, Probe.Place(parts: [shown]), isolating: isolating, standsFor: others) {
                    identity in
                    let key = key.isEmpty ? identity : filled(key, identity)
                    return (
                        access == .read ? .getItem(table: table, key: key) : .deleteItem(table: table, key: key),
                        PolicyRequest(action, on: resource, context: ["dynamodb:leadingkeys": [key]])
                    )
                }
            }
        }
    }

    func readLambda(_ statement: PolicyStatement, _ arn: ARN, into list: inout ProbeList) {
        guard statement.concerns(action: "lambda:InvokeFunction"), arn.resource.hasPrefix("function:") else { return }
        let pattern = String(arn.resource.dropFirst("function:".count))
        guard pattern != session.calledFunction else { return }
        let name = pattern.contains(where: { "*?".contains($0) }) ? "functions \(pattern)" : "function \(pattern)"
        guard isHere(arn, name, &list) else { return }
        guard !pattern.contains(":"), !pattern.contains("$") else {
            return list.skip(name, "it is about a version or an alias")
        }
        guard statement.conditions.isEmpty else { return list.skip(name, conditions(statement)) }
        add(&list, .invoke, "lambda:InvokeFunction", Probe.Place(parts: [name]), isolating: nil) { _ in
            let function = Self.example(of: pattern, ending: Self.madeUp)
            return (
                .invoke(function: function),
                PolicyRequest("lambda:InvokeFunction", on: here(arn, "function:\(function)"[...]))
            )
        }
    }
}
