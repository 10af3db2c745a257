import Diagnostics
import Schema

extension StackCheck {
    /// Resources that wait for each other.
    static let cycles = StackCheck { checked in
        var diagnostics = Diagnostics()
        do throws(DependencyCycle) {
            _ = try DependencyGraph(checked.stack.resources, types: checked.types)
        } catch {
            diagnostics.append(error.diagnostic(in: checked.stack))
        }
        return diagnostics
    }
}
