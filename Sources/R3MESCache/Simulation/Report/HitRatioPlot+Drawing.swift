// SPDX-License-Identifier: Apache-2.0

extension HitRatioPlot {
    var grid: [String] {
        let (left, right) = (Self.text(Self.frame.left), Self.text(Self.frame.right))
        return (0...5).flatMap { step in
            let value = top * Double(step) / 5
            let y = Self.text(y(value))
            return [
                "<line class=\"grid\" x1=\"\(left)\" y1=\"\(y)\" x2=\"\(right)\" y2=\"\(y)\"/>",
                "<text class=\"soft\" x=\"\(Self.text(Self.frame.left - 10))\" y=\"\(y)\" dy=\".35em\" "
                    + "text-anchor=\"end\">\(Self.text(value))</text>",
            ]
        }
    }

    /// A tick for each size, and its number where there is room for it; the largest always has one.
    var sizeTicks: [String] {
        let bottom = Self.frame.bottom
        let largest = sizes.last.map(x) ?? 0
        var lastNumber = -Double.infinity
        return sizes.flatMap { size in
            let x = x(size)
            let tick =
                "<line class=\"grid\" x1=\"\(Self.text(x))\" y1=\"\(Self.text(bottom))\" x2=\"\(Self.text(x))\" "
                + "y2=\"\(Self.text(bottom + 6))\"/>"
            guard x == largest || (x - lastNumber >= 48 && largest - x >= 48) else { return [tick] }
            lastNumber = x
            let number =
                "<text class=\"soft\" x=\"\(Self.text(x))\" y=\"\(Self.text(bottom + 22))\" "
                + "text-anchor=\"middle\">\(Self.grouped(size))</text>"
            return [tick, number]
        }
    }

    var axisTitles: [String] {
        let middle = (x: (Self.frame.left + Self.frame.right) / 2, y: (Self.frame.top + Self.frame.bottom) / 2)
        return [
            "<text class=\"ink\" x=\"\(Self.text(middle.x))\" y=\"\(Self.text(Self.frame.bottom + 50))\" "
                + "text-anchor=\"middle\">size of the cache in entries, logarithmic</text>",
            "<text class=\"ink\" transform=\"translate(26 \(Self.text(middle.y))) rotate(-90)\" "
                + "text-anchor=\"middle\">hit ratio in % of requests</text>",
        ]
    }

    /// A line at the size that is pointed out.
    var mark: [String] {
        guard let markedSize else { return [] }
        let x = x(markedSize)
        let isLeft = x < (Self.frame.left + Self.frame.right) / 2
        return [
            "<line class=\"mark\" x1=\"\(Self.text(x))\" y1=\"\(Self.text(Self.frame.top))\" "
                + "x2=\"\(Self.text(x))\" y2=\"\(Self.text(Self.frame.bottom))\"/>",
            "<text class=\"ink\" x=\"\(Self.text(x + (isLeft ? 8 : -8)))\" y=\"\(Self.text(Self.frame.bottom - 10))\" "
                + "text-anchor=\"\(isLeft ? "start" : "end")\">worth its memory: \(Self.grouped(markedSize))</text>",
        ]
    }

    /// A policy's line and its marks, each of which tells its figures when it is pointed at.
    func line(_ policy: SimulationPolicy, _ points: [SimulationResult]) -> [String] {
        let look = Self.look(of: policy)
        let places = points.map { "\(Self.text(x($0.size))),\(Self.text(y($0.hitRatio * 100)))" }
        let dashes = look.isDashed ? " stroke-dasharray=\"7 5\"" : ""
        return ["<polyline class=\"\(policy.name) line\" points=\"\(places.joined(separator: " "))\"\(dashes)/>"]
            + zip(points, places).map { point, place in
                "<path class=\"\(policy.name)\" transform=\"translate(\(place))\" d=\"\(look.shape)\"><title>"
                    + "\(policy.title), \(Self.grouped(point.size)) entries: \(Self.percent(point.hitRatio * 100))"
                    + "</title></path>"
            }
    }

    /// The names of the lines at their right ends, pushed apart where the lines meet.
    var labels: [String] {
        let spacing = 18.0
        let ends = curves.compactMap { policy, points in
            points.last.map { last in
                let mean = points.reduce(0) { $0 + $1.hitRatio } / Double(points.count)
                return (policy: policy, last: last, x: x(last.size), y: y(last.hitRatio * 100), mean: mean)
            }
        }
        // Where lines end at one point, the one that came from above is named above.
        let ordered = ends.sorted { ($0.y, -$0.mean) < ($1.y, -$1.mean) }
        var places = ordered.map(\.y)
        for index in places.indices.dropFirst() {
            places[index] = max(places[index], places[index - 1] + spacing)
        }
        var lowest = Self.frame.bottom
        for index in places.indices.reversed() {
            places[index] = min(places[index], lowest)
            lowest = places[index] - spacing
        }
        let nameX = Self.frame.right + 12
        return zip(ordered, places).flatMap { end, place in
            let (name, y) = (end.policy.name, Self.text(place))
            return [
                "<polyline class=\"\(name) leader\" points=\"\(Self.text(end.x + 7)),\(Self.text(end.y)) "
                    + "\(Self.text(nameX - 4)),\(y)\"/>",
                "<text class=\"\(name) name\" x=\"\(Self.text(nameX))\" y=\"\(y)\" dy=\".35em\">"
                    + "\(end.policy.title) \(Self.percent(end.last.hitRatio * 100))</text>",
            ]
        }
    }
}
