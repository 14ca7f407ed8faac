#!/usr/bin/env bash
# Boots User Mode Linux, a kernel that runs as a process.
#
#   uml.sh KERNEL-ARGUMENT…
set -u

# Processors with AMX have more registers than this kernel knows: see xstate.c.
preload=
if grep -q -w amx_tile /proc/cpuinfo; then
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    preload=$here/xstate.so
    if [ ! "$preload" -nt "$here/xstate.c" ]; then
        # Two may boot at once: the file appears whole.
        gcc -shared -fPIC -O2 -Wall -Werror -o "$preload.$$" "$here/xstate.c" && mv "$preload.$$" "$preload" || {
            echo "uml.sh: this processor has AMX, and without xstate.so user-mode-linux cannot boot on it: it takes gcc to make that" >&2
            exit 1
        }
    fi
fi
LD_PRELOAD=$preload exec linux.uml "$@"
