/*
 * User Mode Linux on processors with AMX. The kernel takes the registers of a traced process only as a whole (PTRACE_SETREGSET with NT_X86_XSTATE;
 * arch/x86/kernel/fpu/regset.c, xstateregs_set: -EFAULT otherwise), which with AMX's tiles are 11,008 bytes. User Mode Linux 6.1 knows 2,696 of them and
 * dies with its first process. Preloaded into it, this adds the rest as the process has it. Elsewhere nothing changes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

long ptrace(enum __ptrace_request request, ...)
{
    static long (*real)(enum __ptrace_request, ...);
    static char registers[64 * 1024];
    va_list arguments;
    va_start(arguments, request);
    int process = va_arg(arguments, int);
    void *address = va_arg(arguments, void *), *data = va_arg(arguments, void *);
    va_end(arguments);

    if (!real) real = (long (*)(enum __ptrace_request, ...))dlsym(RTLD_NEXT, "ptrace");
    if (request != PTRACE_SETREGSET || (long)address != NT_X86_XSTATE) return real(request, process, address, data);

    struct iovec *known = data, whole = { registers, sizeof registers };
    if (real(PTRACE_GETREGSET, process, address, &whole) < 0) return -1;
    if (known->iov_len >= whole.iov_len) return real(request, process, address, data);
    memcpy(registers, known->iov_base, known->iov_len);
    return real(request, process, address, &whole);
}
