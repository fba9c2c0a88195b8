// SPDX-License-Identifier: Apache-2.0
//
// A hundred callers, a few queries. Run it: swift run LoadInBatches
import R3MESBatch

let names = try DataLoader<Int, String> { batch in
    print("one query for \(batch.keys.count) users")
    try await Task.sleep(for: .milliseconds(20))
    return Dictionary(uniqueKeysWithValues: batch.keys.map { ($0, "user \($0)") })
}

try await withThrowingTaskGroup(of: String.self) { group in
    for id in 0..<100 {
        group.addTask { try await names.load(id % 40) }
    }
    var all: Set<String> = []
    for try await name in group {
        all.insert(name)
    }
    print("\(all.count) different users")
}
