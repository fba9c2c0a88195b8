// SPDX-License-Identifier: Apache-2.0

extension CompressionMiddleware {
    /// The settings of a ``CompressionMiddleware``.
    public struct Configuration: Sendable {
        /// The codings to offer, the one to take first when the client wants several alike.
        ///
        /// The default is zstd, brotli, gzip, deflate.
        public var codings = ContentCoding.compressing
        /// Bodies below so many bytes are sent as they are.
        ///
        /// The default is 1,024: below, headers weigh more than what is saved.
        public var minimumSize = 1024
        /// Bodies of a known length up to so many bytes are packed as a whole, and have a `Content-Length`; larger ones and
        /// those of unknown length are packed as they are written.
        ///
        /// The default is 1 MiB.
        public var maximumBufferedSize = 1 << 20
        /// Whether a media type, in lower case and without parameters, is worth packing.
        ///
        /// The default is ``Configuration/isText(mediaType:)``.
        public var isCompressible: @Sendable (_ mediaType: String) -> Bool = Configuration.isText
        /// The levels of zstd, between 1 and 19.
        ///
        /// The default is 3 when idle and 1 when busy.
        public var zstdLevels = CompressionLevels(idle: 3, busy: 1)
        /// The levels of brotli, between 0 and 11.
        ///
        /// The default is 5 when idle and 1 when busy.
        public var brotliLevels = CompressionLevels(idle: 5, busy: 1)
        /// The levels of gzip and deflate, between 1 and 9.
        ///
        /// The default is 6 when idle and 1 when busy.
        public var zlibLevels = CompressionLevels(idle: 6, busy: 1)
        /// How busy the process is, from 0 to 1.
        ///
        /// The default is ``ProcessorLoad``.
        public var load: @Sendable () -> Double

        /// Makes a configuration of defaults.
        public init() {
            let processors = ProcessorLoad()
            load = { processors.current }
        }

        func level(of coding: ContentCoding) -> Int {
            let levels =
                switch coding.kind {
                case .zstd: zstdLevels
                case .br: brotliLevels
                default: zlibLevels
                }
            return levels.level(at: load())
        }

        func validate() throws(ResponseError) {
            var problems: [String] = []
            func require(_ levels: CompressionLevels, _ name: String, in range: ClosedRange<Int>) {
                if !range.contains(levels.idle) || !range.contains(levels.busy) {
                    problems.append("\(name) must be from \(range.lowerBound) to \(range.upperBound)")
                }
            }
            require(zstdLevels, "zstdLevels", in: 1...19)
            require(brotliLevels, "brotliLevels", in: 0...11)
            require(zlibLevels, "zlibLevels", in: 1...9)
            if minimumSize < 0 { problems.append("minimumSize must not be negative") }
            if maximumBufferedSize < 0 { problems.append("maximumBufferedSize must not be negative") }
            guard problems.isEmpty else {
                throw ResponseError(.invalidConfiguration, problems.joined(separator: "; "))
            }
        }

        /// True for text, JSON, XML, JavaScript, SVG, WebAssembly and uncompressed fonts: what is not packed already.
        @Sendable
        public static func isText(mediaType: String) -> Bool {
            if mediaType.hasPrefix("text/") || mediaType.hasSuffix("+json") || mediaType.hasSuffix("+xml") {
                return true
            }
            switch mediaType {
            case "application/json", "application/x-ndjson", "application/xml", "application/javascript",
                "application/wasm", "application/csv", "application/yaml", "font/ttf", "font/otf", "image/bmp":
                return true
            default:
                return false
            }
        }
    }
}
