package struct StateError: Error, Sendable {}
