// SPDX-License-Identifier: Apache-2.0

/// Whether a budget is kept, by the share of requests within it and by how fast the rest is used up, over two windows.
///
/// A pure value: requests and times go in, a change of state comes out. The *burn rate* is the share of requests outside
/// the budget, divided by the share that may be: at 1 the allowance is used up exactly. An alarm begins when it is above the
/// limit over both windows (the long one says that it matters, the short one that it is still so), and ends when it is not
/// over the short one. Memory is 60 slots, whatever the load; a request costs some nanoseconds.
public struct BudgetMonitor: Sendable {
    /// The windows and the limit.
    public struct Configuration: Sendable {
        /// The short window, which is rounded up to whole sixtieths of the long one.
        ///
        /// The default is five minutes.
        public var shortWindow: Duration = .seconds(300)
        /// The long window.
        ///
        /// The default is an hour.
        public var longWindow: Duration = .seconds(3_600)
        /// The burn rate above which the alarm begins.
        ///
        /// The default, 14.4, uses up a fiftieth of a month's allowance in an hour.
        public var limit = 14.4
        /// The alarm needs so many requests in the short window at least.
        ///
        /// The default is 10.
        public var minimumRequests = 10

        /// The defaults.
        public init() {}
    }

    /// What changed.
    public enum Change: Hashable, Sendable {
        /// The budget is used up too fast.
        case alarmBegan
        /// It no longer is.
        case alarmEnded
    }

    /// What one window holds.
    public struct Window: Hashable, Sendable {
        /// Requests within the budget.
        public internal(set) var within = 0
        /// All requests.
        public internal(set) var total = 0

        /// The share within the budget; 1 if there was no request.
        public var share: Double { total == 0 ? 1 : Double(within) / Double(total) }
    }

    private struct Slot: Sendable {
        var number: Int64 = .min
        var window = Window()
    }

    private static let slotCount = 60

    /// The budget that is watched.
    public let budget: Budget
    /// Whether the alarm is on.
    public private(set) var isAlarming = false
    private let configuration: Configuration
    private let slotLength: Duration
    private let shortSlots: Int
    private var slots = [Slot](repeating: Slot(), count: slotCount)
    private var latest: Int64 = .min

    /// - Throws: ``TelemetryError`` unless the short window is above zero and at most as long as the long one, and the limit
    ///   and the minimum are above zero.
    public init(_ budget: Budget, _ configuration: Configuration = Configuration()) throws(TelemetryError) {
        let (short, long) = (configuration.shortWindow, configuration.longWindow)
        guard short > .zero, short <= long, long >= .milliseconds(60), configuration.limit > 0,
            configuration.minimumRequests > 0
        else {
            throw TelemetryError(
                .invalidConfiguration,
                "a monitor needs a short window above zero and at most the long one, of at least 60 ms, and a limit and "
                    + "a minimum above zero"
            )
        }
        self.budget = budget
        self.configuration = configuration
        slotLength = long / Self.slotCount
        shortSlots = min(max(Int((short / slotLength).rounded(.up)), 1), Self.slotCount)
    }

    /// Counts requests, and says whether that begins or ends the alarm.
    ///
    /// - Parameters:
    ///   - within: How many were within the budget.
    ///   - total: How many there were.
    ///   - time: Now, since any fixed moment. Time that went back counts as the latest there was.
    public mutating func record(within: Int, of total: Int, at time: Duration) -> Change? {
        advance(to: time)
        let index = Self.index(latest)
        slots[index].window.total += max(total, 0)
        slots[index].window.within += min(max(within, 0), max(total, 0))
        return judge()
    }

    /// Says whether the mere passing of time ends the alarm.
    public mutating func pass(to time: Duration) -> Change? {
        advance(to: time)
        return judge()
    }

    /// What the short window held at the last time that was told.
    public var shortWindow: Window { window(shortSlots) }
    /// What the long window held at the last time that was told.
    public var longWindow: Window { window(Self.slotCount) }

    /// The burn rate of a window.
    public func burnRate(_ window: Window) -> Double {
        (1 - window.share) / (1 - budget.target)
    }

    private static func index(_ number: Int64) -> Int {
        let remainder = Int(number % Int64(slotCount))
        return remainder < 0 ? remainder + slotCount : remainder
    }

    private mutating func advance(to time: Duration) {
        let number = Int64(exactly: (time / slotLength).rounded(.down)) ?? latest
        latest = max(latest, max(number, .min + Int64(Self.slotCount)))
        let index = Self.index(latest)
        if slots[index].number != latest { slots[index] = Slot(number: latest) }
    }

    private func window(_ count: Int) -> Window {
        guard latest > .min else { return Window() }
        let oldest = latest - Int64(count) + 1
        return slots.reduce(into: Window()) { sum, slot in
            guard slot.number >= oldest, slot.number <= latest else { return }
            sum.within += slot.window.within
            sum.total += slot.window.total
        }
    }

    private mutating func judge() -> Change? {
        let short = shortWindow
        let isBurning = burnRate(short) > configuration.limit
        if isAlarming {
            guard !isBurning else { return nil }
            isAlarming = false
            return .alarmEnded
        }
        guard isBurning, short.total >= configuration.minimumRequests,
            burnRate(longWindow) > configuration.limit
        else { return nil }
        isAlarming = true
        return .alarmBegan
    }
}
