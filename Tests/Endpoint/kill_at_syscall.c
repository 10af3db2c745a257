/* Loaded into the program under test (LD_PRELOAD): kills it at one of its calls to the disk.
 *
 *   KILL_IN    only files whose path contains this count
 *   KILL_LOG   a file that gets one line for each call: its name and the file's
 *   KILL_AT    the number of the call at which the program is killed, from 1; 0 for none
 *   KILL_WHEN  "before" it, "after" it, or "torn": half-way through a write, and as "before" for anything else
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int calls;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* The number of a call; 0 where it does not count. */
static int count(const char *what, const char *path) {
    const char *where = setting("KILL_IN");
    if (!*where || !path || !strstr(path, where)) return 0;
    int number = atomic_fetch_add(&calls, 1) + 1;
    int log = *setting("KILL_LOG") ? (int)syscall(SYS_openat, AT_FDCWD, setting("KILL_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (log >= 0) {
        char line[4200];
        int length = snprintf(line, sizeof line, "%s %s\n", what, path);
        syscall(SYS_write, log, line, length);
        syscall(SYS_close, log);
    }
    return number;
}

static int count_open(const char *what, int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return count(what, path);
}

static int is_due(int number) { return number && number == atoi(setting("KILL_AT")); }
static int when(const char *moment) { return !strcmp(setting("KILL_WHEN"), moment); }

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
#define AROUND(number, call)                    \
    int due = is_due(number);                   \
    if (due && !when("after")) die();           \
    typeof(call) result = (call);               \
    if (due) die();                             \
    return result

ssize_t write(int descriptor, const void *bytes, size_t length) {
    int due = is_due(count_open("write", descriptor));
    if (due && when("torn")) syscall(SYS_write, descriptor, bytes, length / 2);
    if (due && !when("after")) die();
    ssize_t result = syscall(SYS_write, descriptor, bytes, length);
    if (due) die();
    return result;
}

int fsync(int descriptor) { AROUND(count_open("fsync", descriptor), REAL(fsync)(descriptor)); }
int ftruncate(int descriptor, off_t length) { AROUND(count_open("ftruncate", descriptor), REAL(ftruncate)(descriptor, length)); }
int ftruncate64(int descriptor, off_t length) { AROUND(count_open("ftruncate", descriptor), REAL(ftruncate64)(descriptor, length)); }
int rename(const char *from, const char *to) { AROUND(count("rename", to), REAL(rename)(from, to)); }
int unlink(const char *path) { AROUND(count("unlink", path), REAL(unlink)(path)); }
int mkdir(const char *path, mode_t mode) { AROUND(count("mkdir", path), REAL(mkdir)(path, mode)); }
