/// The candidate that the user probably meant by `word`, for "did you mean"; nil where none is near.
///
/// Distance is Damerau–Levenshtein over adjacent characters. Case, dashes and underscores do not count, so
/// that `user_pools` finds `userPools`. One slip in three characters is tolerated, and always one slip, but
/// never as many as the word has characters. Of equally near candidates the alphabetically first is taken,
/// so the answer does not depend on the order of a set.
package func nearest(_ word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = letters(of: word)
    let limit = min(max(1, wanted.count / 3), wanted.count - 1)
    return
        candidates
        .compactMap { candidate -> (distance: Int, candidate: String)? in
            let offered = letters(of: candidate)
            guard abs(offered.count - wanted.count) <= limit else { return nil }
            let distance = editDistance(wanted, offered)
            return distance <= limit ? (distance, candidate) : nil
        }
        .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
        .candidate
}

private func letters(of word: String) -> [Character] {
    word.lowercased().filter { $0 != "-" && $0 != "_" }
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
            var best = min(substitution, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, beforePrevious[column - 1] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
