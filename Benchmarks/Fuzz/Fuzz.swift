// SPDX-License-Identifier: Apache-2.0

/// What libFuzzer calls with bytes that it makes up.
///
/// Compiled by scripts/fuzz together with the parsers' own files: each target is one of the flags FUZZ_ACCEPT_ENCODING,
/// FUZZ_CURSOR, FUZZ_FIELDS, FUZZ_TAGS.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)

    #if FUZZ_ACCEPT_ENCODING
    let choice = AcceptEncoding(text).choice(among: ContentCoding.compressing)
    if let coding = choice.coding {
        precondition(AcceptEncoding(text).quality(of: coding) > 0 || coding == .identity, "chose what was refused")
    }
    #elseif FUZZ_CURSOR
    if let decoded = Base64URL.decode(text) {
        precondition(Base64URL.encode(decoded) == text, "two texts for the same bytes")
    }
    if let values = CursorValue.decode(bytes) {
        precondition(CursorValue.encode(values) == bytes, "two encodings of the same values")
    }
    #elseif FUZZ_FIELDS
    if let selection = try? catalog.selection(text) {
        let again = try? catalog.selection(selection.names.joined(separator: ","))
        precondition(again == selection, "a selection is not its own")
    }
    #elseif FUZZ_TAGS
    for tag in EntityTagCondition(text).tags {
        precondition(EntityTag(tag.description) == tag, "a tag doesn't read back")
    }
    #endif
    return 0
}

#if FUZZ_FIELDS
private let catalog = {
    do {
        return try FieldCatalog([.init("wallet"), .init("credits"), .init("a"), .init("ab", columns: ["x", "y"])])
    } catch {
        fatalError("the catalogue is wrong: \(error)")
    }
}()
#endif
