// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import Foundation
import R3MESResponse
public import R3MESService

/// The command `r3mes import`.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read users from a CSV or NDJSON file.",
        discussion: """
            Columns or members: wallet_address (required), credits, is_miner, created_at, metadata. Credits become an \
            opening entry in the ledger. The file is streamed, so it may be larger than the memory. Refused lines are \
            reported with number and reason, the others are imported all the same; the exit code is then 1.

            Example:
              r3mes import users.csv --on-conflict update
            """
    )

    @Argument(help: "The file: .csv, .ndjson or .jsonl; - for standard input.")
    var file: String

    @OptionGroup var options: ServiceOptions

    @Option(help: "The format, when the file's name does not tell: csv or ndjson.")
    var format: UserRecordParser.Format?

    @Option(help: "What to do with a wallet that is there already: skip, update or fail.")
    var onConflict = UserImporter.ConflictRule.skip

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() async throws {
        guard let format = format ?? .init(fileName: file) else {
            throw ValidationError("The format of \(file) is not clear from its name. Add --format csv or ndjson.")
        }
        let input = try openInput()
        defer { try? input.close() }
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        // A pipe, `import <(zcat users.csv.gz)`, says that it has no bytes at all.
        let size = (attributes?[.size] as? Int).flatMap { $0 > 0 ? $0 : nil }

        let storage = try await options.openStorage()
        var parser = UserRecordParser(format)
        var importer = UserImporter(into: storage, onConflict: onConflict)
        var progress = Progress(counting: "users")
        var bytesRead = 0
        while let chunk = try read(from: input) {
            try parser.parse(chunk) { importer.append($0) }
            bytesRead += chunk.count
            if importer.needsFlush {
                try await importer.flush()
            }
            progress.update(importer.report.total, fraction: size.map { Double(bytesRead) / Double($0) })
        }
        try parser.finish { importer.append($0) }
        try await importer.flush()
        await storage.close()
        progress.finish(importer.report.total)
        report(importer)
        if importer.report.rejected > 0 {
            throw ExitCode(Exit.failed)
        }
    }

    private func openInput() throws -> FileHandle {
        if file == "-" { return .standardInput }
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw ServiceError(.malformedBody, "The file \(file) cannot be read. Is it there?")
        }
        return handle
    }

    /// The next piece, or nil at the end.
    private func read(from input: FileHandle) throws -> Data? {
        do {
            return try input.read(upToCount: 1 << 18).flatMap { $0.isEmpty ? nil : $0 }
        } catch {
            var isFolder: ObjCBool = false
            let hint = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) && isFolder.boolValue
            throw ServiceError(
                .malformedBody,
                hint ? "\(file) is a folder, not a file." : "Reading \(file) failed in the middle.",
                underlying: error
            )
        }
    }

    private func report(_ importer: UserImporter) {
        let report = importer.report
        for line in importer.rejectedLines {
            Terminal.printLine("line \(line.line): \(line.detail) [\(line.error)]")
        }
        if report.rejected > importer.rejectedLines.count {
            Terminal.printLine("… and \(report.rejected - importer.rejectedLines.count) more lines")
        }
        guard json else {
            Terminal.printResult(
                "inserted \(report.inserted), updated \(report.updated), skipped \(report.skipped), "
                    + "rejected \(report.rejected)"
            )
            return
        }
        var json = JSONWriter()
        json.object { json in
            json.member("inserted", report.inserted)
            json.member("updated", report.updated)
            json.member("skipped", report.skipped)
            json.member("rejected") { json in
                json.array(importer.rejectedLines) { json, line in
                    json.object { json in
                        json.member("line", line.line)
                        json.member("code", plain: line.error)
                        json.member("detail", line.detail)
                    }
                }
            }
        }
        Terminal.printResult(json.text)
    }
}

extension UserRecordParser.Format: ExpressibleByArgument {}
extension UserImporter.ConflictRule: ExpressibleByArgument {}
