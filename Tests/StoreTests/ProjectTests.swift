import Testing

@testable import Records
@testable import Store

@Suite struct ProjectTests {
    @Test(arguments: [
        ("/home/ann/shop/stacks/dev.yaml", "/home/ann/shop"),
        ("/home/ann/shop/dev.yaml", "/home/ann/shop"),
        ("/home/ann/shop/stacks/old/dev.yaml", "/home/ann/shop/stacks/old"),
        ("/home/ann/shop/stacks/../stacks/dev.yaml", "/home/ann/shop"),
        ("/home/ann/stacks/stacks/dev.yaml", "/home/ann/stacks"),
        ("/stacks/dev.yaml", "/"),
        ("/dev.yaml", "/"),
    ])
    func aFilesProjectIsFoundFromTheFileAlone(file: String, root: String) {
        for here in ["/home/ann/shop", "/home/ann/shop/stacks", "/", "/tmp"] {
            #expect(Project(ofFile: file, here: here).root == root)
        }
    }

    @Test func whoeverStandsInStacksIsInTheProjectAbove() {
        #expect(Project(ofFolder: "/shop/stacks", here: "/shop/stacks").root == "/shop")
        #expect(Project(ofFolder: "/shop", here: "/shop").root == "/shop")
        #expect(Project(ofFolder: "/shop/deep/down", here: "/shop/deep/down").root == "/shop/deep/down")
    }

    /// Where the user stands, a path that they type, and the name of that file in the project /home/shop.
    @Test(arguments: [
        ("/home/shop", "stacks/dev.yaml", "stacks/dev.yaml"),
        ("/home/shop", "./stacks/../stacks/dev.yaml", "stacks/dev.yaml"),
        ("/home/shop", "/home/shop/stacks/dev.yaml", "stacks/dev.yaml"),
        ("/home/shop/stacks", "dev.yaml", "stacks/dev.yaml"),
        ("/home", "shop/stacks/dev.yaml", "stacks/dev.yaml"),
        ("/home/other", "../shop/stacks/dev.yaml", "stacks/dev.yaml"),
        ("/home/shop/stacks", "../../base/base.yaml", "../base/base.yaml"),
    ])
    func aNameIsTheSameWhereverOneStands(here: String, path: String, name: String) {
        #expect(Project(ofFile: "/home/shop/stacks/dev.yaml", here: here).name(of: path) == name)
    }

    @Test(arguments: [
        ("/home/shop", "stacks/dev.yaml", ".cogstack/dev/state.json"),
        ("/home/shop/stacks", "dev.yaml", "../.cogstack/dev/state.json"),
        ("/home", "shop/stacks/dev.yaml", "shop/.cogstack/dev/state.json"),
        ("/home/other", "../shop/stacks/dev.yaml", "../shop/.cogstack/dev/state.json"),
        ("/tmp", "/home/shop/stacks/dev.yaml", "/home/shop/.cogstack/dev/state.json"),
        ("/", "home/shop/stacks/dev.yaml", "/home/shop/.cogstack/dev/state.json"),
    ])
    func pathsAreThoseThatTheUserCanUse(here: String, file: String, state: String) {
        let project = Project(ofFile: "/home/shop/stacks/dev.yaml", here: here)
        #expect(project.location(of: "dev").state == state)
        #expect(project.name(of: project.path(of: "stacks/dev.yaml")) == "stacks/dev.yaml")
        #expect(project.name(of: file) == "stacks/dev.yaml")
    }

    @Test func theFileSystemsRootMayBeAProject() {
        let project = Project(ofFile: "/stacks/dev.yaml", here: "/")
        #expect(project.location(of: "dev").state == ".cogstack/dev/state.json")
        #expect(project.name(of: "stacks/dev.yaml") == "stacks/dev.yaml")
        #expect(
            Project(ofFile: "/stacks/dev.yaml", here: "/tmp").location(of: "dev").state == "/.cogstack/dev/state.json")
    }
}
