// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("HitRatioPlot")
struct HitRatioPlotTests {
    /// Reads a document, and keeps its elements and texts.
    private final class Elements: NSObject, XMLParserDelegate {
        private(set) var all: [(name: String, attributes: [String: String])] = []
        private(set) var text = ""

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            all.append((name, attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            self.text += text
        }

        func lines(of policy: SimulationPolicy) -> [[(x: Double, y: Double)]] {
            all.filter { $0.attributes["class"] == "\(policy.name) line" }.map { line in
                (line.attributes["points"] ?? "").split(separator: " ").map { point in
                    let numbers = point.split(separator: ",").compactMap { Double($0) }
                    return (numbers[0], numbers[1])
                }
            }
        }
    }

    private func elements(of plot: HitRatioPlot) throws -> Elements {
        let elements = Elements()
        let parser = XMLParser(data: Data(plot.svg.utf8))
        parser.delegate = elements
        try #require(parser.parse(), "\(plot.svg)")
        return elements
    }

    private func result(_ policy: SimulationPolicy, _ size: Int, _ hits: Int) -> SimulationResult {
        SimulationResult(policy: policy, size: size, requests: 1000, hits: hits)
    }

    @Test("draws a line for each policy, with even steps between sizes of even ratio")
    func lines() throws {
        let results = [10, 1000, 100].flatMap { size in
            [result(.lru, size, size / 2), result(.optimal, size, size * 9 / 10)]
        }
        let elements = try elements(of: HitRatioPlot(title: "t", results: results))
        for policy in [SimulationPolicy.lru, .optimal] {
            let line = try #require(elements.lines(of: policy).first)
            #expect(line.count == 3)
            #expect(abs((line[1].x - line[0].x) - (line[2].x - line[1].x)) < 0.2)
            #expect(line[0].y > line[1].y && line[1].y > line[2].y, "more hits are not higher up")
        }
        #expect(elements.lines(of: .sieve).isEmpty)
        #expect(elements.text.contains("LRU: 0.5 % at 10, 5 % at 100, 50 % at 1\u{202F}000."))
    }

    @Test("names of lines that end at one point do not lie on each other, nor below the plot")
    func names() throws {
        let same = SimulationPolicy.all.flatMap { [result($0, 10, 5), result($0, 20, 5)] }
        let elements = try elements(of: HitRatioPlot(title: "t", results: same + [result(.lru, 40, 1000)]))
        let heights = elements.all.compactMap { element in
            element.attributes["class"]?.hasSuffix(" name") == true ? element.attributes["y"].flatMap(Double.init) : nil
        }.sorted()
        #expect(heights.count == 6)
        #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 17 })
        #expect(heights.allSatisfy { (50...410).contains($0) })
    }

    @Test(
        "is a whole document for any title and any results",
        arguments: ["a<b>&\"c'", "\u{0}\u{8}\u{FFFF}", "", "日本"]
    )
    func documents(title: String) throws {
        let one = [result(.lru, 5, 0)]
        for results in [[], one, one + one, [result(.lru, 1, 1000), result(.lru, Int(Int32.max), 1000)]] {
            _ = try elements(of: HitRatioPlot(title: title, results: results, markedSize: 5))
        }
    }

    @Test("points out a size that was tried, and no other")
    func mark() throws {
        let results = [result(.lru, 5, 0), result(.lru, 5000, 10)]
        for (size, isMarked) in [(5000, true), (5, true), (6, false)] {
            let plot = HitRatioPlot(title: "t", results: results, markedSize: size)
            #expect(try elements(of: plot).text.contains("worth its memory") == isMarked)
        }
    }
}
