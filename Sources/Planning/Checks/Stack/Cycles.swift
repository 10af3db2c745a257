import Diagnostics
import Schema

extension StackCheck {
    /// Resources that wait for each other.
    static let cycles = StackCheck { stack, types in
        var diagnostics = Diagnostics()
        do throws(DependencyCycle) {
            _ = try DependencyGraph(stack.resources, types: types)
        } catch {
            diagnostics.append(error.diagnostic(in: stack))
        }
        return diagnostics
    }
}
