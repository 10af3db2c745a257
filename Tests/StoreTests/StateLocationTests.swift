import Foundation
import Testing
import TestSupport

@testable import Records
@testable import Store

@Suite struct StateLocationTests {
    @Test func theUsualPlaceIsBelowTheWorkingFolder() {
        let location = StateLocation(stack: "prod")
        #expect(location.state == ".cogstack/prod/state.json")
        #expect(location.journal == ".cogstack/prod/journal")
        #expect(location.lock == ".cogstack/prod/lock")
        #expect(location.plan == ".cogstack/prod/plan.json")
    }

    @Test func twoStateFilesOfOneFolderShareNothing() {
        let (one, two) = (StateLocation(stateFile: "x/a.json"), StateLocation(stateFile: "x/b.json"))
        let paths = [one, two].flatMap { [$0.state, $0.journal, $0.lock, $0.plan] }
        #expect(Set(paths).count == 8)
        #expect(paths.allSatisfy { $0.hasPrefix("x/") })
        #expect(one.state == "x/a.json")
    }

    @Test func onlyStacksWithStateAreListed() throws {
        let scratch = try Scratch()
        #expect(try StateLocation.stacks(in: scratch.path) == [])
        for stack in ["prod", "dev"] {
            try scratch.write("{}", to: StateLocation(stack: stack, in: scratch.path).state)
        }
        try scratch.write("{}", to: StateLocation(stack: "planned", in: scratch.path).plan)
        try scratch.write("", to: scratch.path + "/.cogstack/stray")
        #expect(try StateLocation.stacks(in: scratch.path) == ["dev", "prod"])
    }

    @Test func aFileInPlaceOfTheFolderIsReported() throws {
        let scratch = try Scratch()
        try scratch.write("", to: scratch.path + "/.cogstack")
        #expect(
            throws: StateError.unusable(path: scratch.path + "/.cogstack", .wrongKind("a file", isFolderNeeded: true))
        ) {
            try StateLocation.stacks(in: scratch.path)
        }
    }

    @Test func thePlanThatWasSavedLastIsFound() throws {
        let scratch = try Scratch()
        #expect(try StateLocation.lastPlanned(in: scratch.path) == nil)
        for (stack, seconds) in [("a", 100.0), ("b", 300), ("c", 200)] {
            let location = StateLocation(stack: stack, in: scratch.path)
            try PlanFile.save(["stack": stack], at: location)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: location.plan)
        }
        #expect(try StateLocation.lastPlanned(in: scratch.path) == StateLocation(stack: "b", in: scratch.path))
    }
}

@Suite struct PlanFileTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    @Test func whatIsSavedIsLoadedUntilItIsRemoved() throws {
        #expect(try PlanFile.load([String: Int].self, at: scratch.location) == nil)
        try PlanFile.save(["a": 1], at: scratch.location)
        try PlanFile.save(["a": 2], at: scratch.location)
        #expect(try PlanFile.load([String: Int].self, at: scratch.location) == ["a": 2])
        try PlanFile.remove(at: scratch.location)
        try PlanFile.remove(at: scratch.location)
        #expect(try PlanFile.load([String: Int].self, at: scratch.location) == nil)
    }

    @Test(arguments: ["", "{", #"{"a":"text"}"#]) func aDamagedPlanIsReported(contents: String) throws {
        try scratch.write(contents, to: scratch.location.plan)
        let error = #expect(throws: StateError.self) { try PlanFile.load([String: Int].self, at: scratch.location) }
        #expect(error?.description.hasPrefix("the saved plan \(scratch.location.plan) cannot be read: ") == true)
        #expect(error?.description.hasSuffix("Make a new one with `cogstack plan`") == true)
    }
}
