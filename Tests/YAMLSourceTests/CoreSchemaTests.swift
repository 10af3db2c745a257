import Testing

@testable import YAMLSource

@Suite struct CoreSchemaTests {}
