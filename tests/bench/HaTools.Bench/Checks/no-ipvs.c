/*
 * keepalived's checker ends at once where the kernel has no IPVS. Preloaded into keepalived, this answers IPVS's socket options (include/uapi/linux/ip_vs.h) in the
 * kernel's place: all is well, and BENCH_REMOVALS gets a line for each real server that leaves the table. So its checks can be measured on such a kernel, beside those
 * of hanode's engine with a table in memory (EngineHost.cs).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int is_of_ipvs(int level, int name)
{
    return level == IPPROTO_IP && name >= IP_VS_BASE_CTL && name < IP_VS_BASE_CTL + 64;
}

static void write_down(struct in_addr server)
{
    const char *path = getenv("BENCH_REMOVALS");
    char address[INET_ADDRSTRLEN];
    struct timespec now;
    if (!path) return;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return;
    clock_gettime(CLOCK_REALTIME, &now);
    dprintf(file, "%lld %s\n", now.tv_sec * 1000000000LL + now.tv_nsec, inet_ntop(AF_INET, &server, address, sizeof address));
    close(file);
}

int setsockopt(int socket, int level, int name, const void *value, socklen_t length)
{
    static int (*real)(int, int, int, const void *, socklen_t);
    if (!is_of_ipvs(level, name)) {
        if (!real) real = (int (*)(int, int, int, const void *, socklen_t))dlsym(RTLD_NEXT, "setsockopt");
        return real(socket, level, name, value, length);
    }

    const struct { struct ip_vs_service_user service; struct ip_vs_dest_user server; } *rule = value;
    if (name == IP_VS_SO_SET_DELDEST && length >= sizeof *rule) write_down((struct in_addr){ rule->server.addr });
    return 0;
}

int getsockopt(int socket, int level, int name, void *restrict value, socklen_t *restrict length)
{
    static int (*real)(int, int, int, void *, socklen_t *);
    if (!is_of_ipvs(level, name)) {
        if (!real) real = (int (*)(int, int, int, void *, socklen_t *))dlsym(RTLD_NEXT, "getsockopt");
        return real(socket, level, name, value, length);
    }

    if (name != IP_VS_SO_GET_INFO && name != IP_VS_SO_GET_TIMEOUT) {
        errno = ESRCH;
        return -1;
    }

    memset(value, 0, *length);
    if (name == IP_VS_SO_GET_INFO) *(struct ip_vs_getinfo *)value = (struct ip_vs_getinfo){ .version = 0x010201, .size = 4096 };
    return 0;
}
