// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// How much was packed, by coding: `r3mes_compression_read_bytes_total` and `r3mes_compression_written_bytes_total`.
struct CompressionMetrics: Sendable {
    private let read: [Counter]
    private let written: [Counter]

    init() {
        read = ContentCoding.allCases.map {
            Counter(label: "r3mes_compression_read_bytes_total", dimensions: [("coding", $0.description)])
        }
        written = ContentCoding.allCases.map {
            Counter(label: "r3mes_compression_written_bytes_total", dimensions: [("coding", $0.description)])
        }
    }

    func record(_ coding: ContentCoding, from plain: Int, to packed: Int) {
        read[coding.kind.index].increment(by: plain)
        written[coding.kind.index].increment(by: packed)
    }
}
