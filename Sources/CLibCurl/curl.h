/* The few declarations of libcurl's C interface that cogstack uses, written from libcurl's documentation, so that nothing has to
   be installed for a build: the library itself is the one that Foundation has loaded, and its functions are looked up by name
   when the program runs. The numbers are part of libcurl's stable binary interface (libcurl.so.4). */
#ifndef COGSTACK_CURL_H
#define COGSTACK_CURL_H

#include <stddef.h>
#include <stdint.h>

/* Options of one transfer: 0 and up take a long, 10000 a pointer, 20000 a function, 30000 an off_t. */
enum {
    CURLOPT_WRITEDATA = 10001,
    CURLOPT_URL = 10002,
    CURLOPT_PROXY = 10004,
    CURLOPT_READDATA = 10009,
    CURLOPT_ERRORBUFFER = 10010,
    CURLOPT_WRITEFUNCTION = 20011,
    CURLOPT_READFUNCTION = 20012,
    CURLOPT_HTTPHEADER = 10023,
    CURLOPT_HEADERDATA = 10029,
    CURLOPT_SSLVERSION = 32,
    CURLOPT_CUSTOMREQUEST = 10036,
    CURLOPT_NOPROGRESS = 43,
    CURLOPT_NOBODY = 44,
    CURLOPT_POST = 47,
    CURLOPT_XFERINFODATA = 10057,
    CURLOPT_SSL_VERIFYPEER = 64,
    CURLOPT_CAINFO = 10065,
    CURLOPT_FRESH_CONNECT = 74,
    CURLOPT_HEADERFUNCTION = 20079,
    CURLOPT_HTTPGET = 80,
    CURLOPT_SSL_VERIFYHOST = 81,
    CURLOPT_HTTP_VERSION = 84,
    CURLOPT_CAPATH = 10097,
    CURLOPT_NOSIGNAL = 99,
    CURLOPT_SHARE = 10100,
    CURLOPT_POSTFIELDSIZE_LARGE = 30120,
    CURLOPT_SOCKOPTFUNCTION = 20148,
    CURLOPT_SOCKOPTDATA = 10149,
    CURLOPT_CONNECTTIMEOUT_MS = 156,
    CURLOPT_NOPROXY = 10177,
    CURLOPT_XFERINFOFUNCTION = 20219,
    CURLOPT_PATH_AS_IS = 234,
    CURLOPT_PROXY_CAINFO = 10246,
    CURLOPT_PROXY_CAPATH = 10247,
    CURLOPT_SUPPRESS_CONNECT_HEADERS = 265,
    CURLOPT_PREREQFUNCTION = 20312, /* since 7.80 */
    CURLOPT_PREREQDATA = 10313
};

enum {
    CURLINFO_RESPONSE_CODE = 0x200002,
    CURLINFO_HTTP_CONNECTCODE = 0x200016,
    CURLINFO_NUM_CONNECTS = 0x20001a
};

/* What a transfer ended with. */
enum {
    CURLE_OK = 0,
    CURLE_COULDNT_RESOLVE_PROXY = 5,
    CURLE_COULDNT_RESOLVE_HOST = 6,
    CURLE_COULDNT_CONNECT = 7,
    CURLE_PARTIAL_FILE = 18,
    CURLE_OPERATION_TIMEDOUT = 28,
    CURLE_SSL_CONNECT_ERROR = 35,
    CURLE_SSL_CERTPROBLEM = 58,
    CURLE_SSL_CIPHER = 59,
    CURLE_PEER_FAILED_VERIFICATION = 60,
    CURLE_SEND_FAIL_REWIND = 65,
    CURLE_SSL_CACERT_BADFILE = 77,
    CURLE_SSL_ISSUER_ERROR = 83
};

enum { CURL_HTTP_VERSION_1_1 = 2, CURL_SSLVERSION_TLSv1_2 = 6, CURL_GLOBAL_DEFAULT = 3 };
enum { CURLMOPT_MAXCONNECTS = 6 };
enum { CURLSHOPT_SHARE = 1, CURL_LOCK_DATA_SSL_SESSION = 4 };
enum { CURLMSG_DONE = 1 };
enum { CURL_WAIT_POLLIN = 1, CURL_ERROR_SIZE = 256 };

struct curl_slist;

struct curl_waitfd {
    int fd;
    short events;
    short revents;
};

typedef struct {
    int msg;
    void *easy_handle;
    union {
        void *whatever;
        int result;
    } data;
} CURLMsg;

typedef struct {
    int age;
    const char *version;
    unsigned int version_num;
} curl_version_info_data; /* and more, which is not used */

/* The functions that set and get options take arguments of any type. Swift cannot call such a function; these can. The first
   argument is curl_easy_setopt, curl_multi_setopt, curl_share_setopt or curl_easy_getinfo. */
typedef int (*curl_variadic)(void *handle, int option, ...);

static inline int curl_set_number(void *function, void *handle, int option, long value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_size(void *function, void *handle, int option, int64_t value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_pointer(void *function, void *handle, int option, const void *value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_get_number(void *function, void *handle, int info, long *value) {
    return ((curl_variadic)function)(handle, info, value);
}

/* Callbacks as libcurl calls them. */
typedef size_t (*curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*curl_progress_callback)(void *context, int64_t toGet, int64_t got, int64_t toSend, int64_t sent);
typedef int (*curl_socket_callback)(void *context, int socket, int purpose);
typedef int (*curl_prereq_callback)(void *context, char *ip, char *localIP, int port, int localPort);

static inline int curl_set_data_callback(void *function, void *handle, int option, curl_data_callback value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_progress_callback(void *function, void *handle, int option, curl_progress_callback value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_socket_callback(void *function, void *handle, int option, curl_socket_callback value) {
    return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_prereq_callback(void *function, void *handle, int option, curl_prereq_callback value) {
    return ((curl_variadic)function)(handle, option, value);
}

#endif
