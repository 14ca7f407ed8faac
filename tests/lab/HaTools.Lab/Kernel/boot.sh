#!/usr/bin/env bash
# Boots User Mode Linux, a kernel that runs as a process, and ends it with us: when our standard input closes (the process that started us is gone, however it
# ended), on SIGTERM or SIGINT, or when it powers off by itself.
#
#   boot.sh hatools-kernel-lab OWNER-PID KERNEL-ARGUMENT…
set -u
shift 2
exec 3<&0

# We are a session of our own, and so have a share of the processors that no longer follows the niceness that we were started with (sched(7), autogroup).
{ nice > /proc/self/autogroup; } 2>/dev/null

# Processors with AMX have more registers than this kernel knows: see xstate.c.
preload=
if grep -q -w amx_tile /proc/cpuinfo; then
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    preload=$here/xstate.so
    if [ ! "$preload" -nt "$here/xstate.c" ]; then
        # Two may boot at once: the file appears whole.
        gcc -shared -fPIC -O2 -Wall -Werror -o "$preload.$$" "$here/xstate.c" && mv "$preload.$$" "$preload" || {
            echo "boot.sh: this processor has AMX, and without xstate.so user-mode-linux cannot boot on it: it takes gcc to make that" >&2
            exit 1
        }
    fi
fi

set -m                                    # the kernel and its many processes become one process group, which is killed as one
LD_PRELOAD=$preload linux.uml "$@" < /dev/null &
kernel=$!
trap 'kill -KILL -- -$kernel 2>/dev/null; exit 143' TERM INT HUP
{ while read -r _ <&3; do :; done; kill -KILL -- "-$kernel" 2>/dev/null; } &
watch=$!
disown "$watch"
wait "$kernel"
code=$?
kill -KILL -- "-$watch" "-$kernel" 2>/dev/null
exit "$code"
