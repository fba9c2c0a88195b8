// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport

/// The built program that the tests start.
enum ServiceExecutable {
    /// Names another build to test, such as the release one.
    static let variable = "R3MES_TEST_EXECUTABLE"

    /// The path of `r3mes`: it lies in the folder of the test bundle, or in one above.
    static func path() throws -> String {
        if let path = ProcessInfo.processInfo.environment[variable] {
            return path
        }
        let starts =
            [Bundle.main.executablePath].compactMap(\.self) + CommandLine.arguments.filter { $0.hasPrefix("/") }
        for start in starts {
            var folder = URL(fileURLWithPath: start).resolvingSymlinksInPath().deletingLastPathComponent()
            while folder.pathComponents.count > 1 {
                let candidate = folder.appendingPathComponent("r3mes").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
                folder.deleteLastPathComponent()
            }
        }
        throw HarnessError("The program r3mes is not beside the test bundle. Set \(variable) to its path.")
    }
}
