// SPDX-License-Identifier: Apache-2.0

import Harness

/// Lines over named marks, written as SVG that can be read on a light and on a dark page.
struct LinePlot: Sendable {
    struct Series: Sendable {
        let name: String
        let values: [Double]
    }

    let title: String
    let horizontal: String
    let vertical: String
    let marks: [String]
    let series: [Series]

    private static let size = (width: 720.0, height: 400.0)
    private static let frame = (left: 72.0, right: 700.0, top: 48.0, bottom: 320.0)
    /// Of Okabe and Ito's palette, which people who see few colours can tell apart too.
    private static let colours = ["#d55e00", "#0072b2", "#009e73", "#cc79a7"]

    /// The whole document.
    var svg: String {
        let (width, height) = (Self.size.width, Self.size.height)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" \
            font-family="sans-serif" font-size="13" role="img" aria-label="\(title)">
            <rect width="\(Int(width))" height="\(Int(height))" fill="#ffffff"/>
            <text x="\(Int(width / 2))" y="26" text-anchor="middle" font-size="16">\(title)</text>
            \((grid + axes + lines + legend).joined(separator: "\n"))
            </svg>

            """
    }

    /// The top of the scale: the least of 1, 2, 2.5 and 5 times a power of ten that is above all values.
    private var top: Double {
        let most = series.flatMap(\.values).max() ?? 1
        var power = 1.0
        while power * 10 < most { power *= 10 }
        while power > most { power /= 10 }
        return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= most } ?? most
    }

    private var grid: [String] {
        let frame = Self.frame
        return (0...5).flatMap { step in
            let value = top * Double(step) / 5
            let y = self.y(value)
            return [
                "<line x1=\"\(Int(frame.left))\" y1=\"\(y)\" x2=\"\(Int(frame.right))\" y2=\"\(y)\" stroke=\"#dddddd\"/>",
                "<text x=\"\(Int(frame.left) - 8)\" y=\"\(y + 4)\" text-anchor=\"end\">\(Figure.plain(value))</text>",
            ]
        }
    }

    private var axes: [String] {
        let frame = Self.frame
        let middle = (frame.top + frame.bottom) / 2
        return marks.enumerated().map { index, mark in
            "<text x=\"\(x(index))\" y=\"\(Int(frame.bottom) + 20)\" text-anchor=\"middle\">\(mark)</text>"
        } + [
            "<text x=\"\((frame.left + frame.right) / 2)\" y=\"\(Int(frame.bottom) + 42)\" text-anchor=\"middle\">"
                + "\(horizontal)</text>",
            "<text transform=\"translate(18 \(middle)) rotate(-90)\" text-anchor=\"middle\">\(vertical)</text>",
        ]
    }

    private var lines: [String] {
        zip(series, Self.colours).flatMap { series, colour in
            let points = series.values.enumerated().map { (x: x($0), y: y($1)) }
            let path = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
            return ["<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2.5\"/>"]
                + points.map { "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"4\" fill=\"\(colour)\"/>" }
        }
    }

    private var legend: [String] {
        zip(series, Self.colours).enumerated().flatMap { index, entry in
            let x = Int(Self.frame.left) + 200 * index
            return [
                "<circle cx=\"\(x + 6)\" cy=\"384\" r=\"5\" fill=\"\(entry.1)\"/>",
                "<text x=\"\(x + 18)\" y=\"388\">\(entry.0.name)</text>",
            ]
        }
    }

    private func x(_ index: Int) -> Double {
        let step = (Self.frame.right - Self.frame.left) / Double(max(marks.count, 1))
        return Self.rounded(Self.frame.left + step * (Double(index) + 0.5))
    }

    private func y(_ value: Double) -> Double {
        Self.rounded(Self.frame.bottom - (Self.frame.bottom - Self.frame.top) * value / top)
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 10).rounded() / 10
    }
}
