import CLibCurl
import Foundation

/// The libcurl that Foundation has loaded into this process. Its functions are looked up by name, so a build needs no headers
/// of it and a run no other library.
struct CurlLibrary: Sendable {
    typealias Handle = UnsafeMutableRawPointer

    let easyInit: @convention(c) @Sendable () -> Handle?
    let easyCleanup: @convention(c) @Sendable (Handle) -> Void
    let multiInit: @convention(c) @Sendable () -> Handle?
    let multiCleanup: @convention(c) @Sendable (Handle) -> Int32
    let multiAdd: @convention(c) @Sendable (Handle, Handle) -> Int32
    let multiRemove: @convention(c) @Sendable (Handle, Handle) -> Int32
    let multiPerform: @convention(c) @Sendable (Handle, UnsafeMutablePointer<Int32>) -> Int32
    let multiPoll:
        @convention(c) @Sendable (Handle, UnsafeMutablePointer<curl_waitfd>, UInt32, Int32, UnsafeMutablePointer<Int32>)
            -> Int32
    let multiRead: @convention(c) @Sendable (Handle, UnsafeMutablePointer<Int32>) -> UnsafeMutablePointer<CURLMsg>?
    let shareInit: @convention(c) @Sendable () -> Handle?
    let shareCleanup: @convention(c) @Sendable (Handle) -> Int32
    let listAppend: @convention(c) @Sendable (OpaquePointer?, UnsafePointer<CChar>) -> OpaquePointer?
    let listFree: @convention(c) @Sendable (OpaquePointer?) -> Void
    /// Those that take an argument of any type, for the functions of `curl.h` that call them.
    let easySet: Symbol
    let easyGet: Symbol
    let multiSet: Symbol
    let shareSet: Symbol

    /// Where a function is.
    struct Symbol: Sendable {
        private let address: UInt
        fileprivate init(_ pointer: UnsafeMutableRawPointer) { address = UInt(bitPattern: pointer) }
        var pointer: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }
    }

    /// Nil where there is none in the process, or an older one than 7.80 (2021): from that on it says when it begins to send, on
    /// which the difference between "never sent" and "sent" rests.
    static let loaded = CurlLibrary()

    private init?() {
        guard
            let version: @convention(c) (Int32) -> UnsafePointer<curl_version_info_data>? = Self.function(
                "curl_version_info"),
            let found = version(0)?.pointee, found.version_num >= 0x07_50_00,
            let globalInit: @convention(c) (Int) -> Int32 = Self.function("curl_global_init"),
            globalInit(Int(CURL_GLOBAL_DEFAULT)) == Int32(CURLE_OK),
            let easyInit: @convention(c) @Sendable () -> Handle? = Self.function("curl_easy_init"),
            let easyCleanup: @convention(c) @Sendable (Handle) -> Void = Self.function("curl_easy_cleanup"),
            let multiInit: @convention(c) @Sendable () -> Handle? = Self.function("curl_multi_init"),
            let multiCleanup: @convention(c) @Sendable (Handle) -> Int32 = Self.function("curl_multi_cleanup"),
            let multiAdd: @convention(c) @Sendable (Handle, Handle) -> Int32 = Self.function("curl_multi_add_handle"),
            let multiRemove: @convention(c) @Sendable (Handle, Handle) -> Int32 = Self.function(
                "curl_multi_remove_handle"),
            let multiPerform: @convention(c) @Sendable (Handle, UnsafeMutablePointer<Int32>) -> Int32 = Self.function(
                "curl_multi_perform"),
            let multiPoll:
                @convention(c) @Sendable (
                    Handle, UnsafeMutablePointer<curl_waitfd>, UInt32, Int32, UnsafeMutablePointer<Int32>
                ) -> Int32 =
                Self.function("curl_multi_poll"),
            let multiRead:
                @convention(c) @Sendable (Handle, UnsafeMutablePointer<Int32>) -> UnsafeMutablePointer<CURLMsg>? =
                Self.function("curl_multi_info_read"),
            let shareInit: @convention(c) @Sendable () -> Handle? = Self.function("curl_share_init"),
            let shareCleanup: @convention(c) @Sendable (Handle) -> Int32 = Self.function("curl_share_cleanup"),
            let listAppend: @convention(c) @Sendable (OpaquePointer?, UnsafePointer<CChar>) -> OpaquePointer? =
                Self.function(
                    "curl_slist_append"),
            let listFree: @convention(c) @Sendable (OpaquePointer?) -> Void = Self.function("curl_slist_free_all"),
            let easySet = Self.symbol("curl_easy_setopt"), let easyGet = Self.symbol("curl_easy_getinfo"),
            let multiSet = Self.symbol("curl_multi_setopt"), let shareSet = Self.symbol("curl_share_setopt")
        else { return nil }
        self.easyInit = easyInit
        self.easyCleanup = easyCleanup
        self.multiInit = multiInit
        self.multiCleanup = multiCleanup
        self.multiAdd = multiAdd
        self.multiRemove = multiRemove
        self.multiPerform = multiPerform
        self.multiPoll = multiPoll
        self.multiRead = multiRead
        self.shareInit = shareInit
        self.shareCleanup = shareCleanup
        self.listAppend = listAppend
        self.listFree = listFree
        self.easySet = easySet
        self.easyGet = easyGet
        self.multiSet = multiSet
        self.shareSet = shareSet
    }

    private static func symbol(_ name: String) -> Symbol? {
        #if canImport(Darwin)
            let everywhere = UnsafeMutableRawPointer(bitPattern: -2)  // RTLD_DEFAULT
        #else
            let everywhere: UnsafeMutableRawPointer? = nil  // RTLD_DEFAULT
        #endif
        return dlsym(everywhere, name).map(Symbol.init)
    }

    private static func function<Function>(_ name: String) -> Function? {
        symbol(name).map { unsafeBitCast($0.pointer, to: Function.self) }
    }
}

/// A list of texts as libcurl takes it.
struct CurlList: ~Copyable {
    private let library: CurlLibrary
    private(set) var first: OpaquePointer?

    init(_ texts: some Sequence<String>, _ library: CurlLibrary) {
        self.library = library
        for text in texts { first = library.listAppend(first, text) ?? first }
    }

    deinit { library.listFree(first) }
}
