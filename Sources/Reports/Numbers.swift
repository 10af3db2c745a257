/// `1 action`, `2 actions`.
func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

/// `12,345`.
func grouped(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-\(text)" : text
}

/// `0.09 s`, `4.2 s`, `1 min 12 s`: as many digits as a person wants.
func duration(_ seconds: Double) -> String {
    if seconds < 1 { return "\((seconds * 100).rounded() / 100) s" }
    if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds)
    return "\(whole / 60) min \(whole % 60) s"
}
