#!/usr/bin/env bash
# Boots User Mode Linux, a kernel that runs as a process, and ends it with us: when our standard input closes (the process that started us is gone, however it
# ended), on SIGTERM or SIGINT, or when it powers off by itself.
#
#   boot.sh hatools-kernel-lab OWNER-PID KERNEL-ARGUMENT…
set -u
shift 2
exec 3<&0
set -m                                    # the kernel and its many processes become one process group, which is killed as one
linux.uml "$@" < /dev/null &
kernel=$!
trap 'kill -KILL -- -$kernel 2>/dev/null; exit 143' TERM INT HUP
{ while read -r _ <&3; do :; done; kill -KILL -- "-$kernel" 2>/dev/null; } &
watch=$!
disown "$watch"
wait "$kernel"
code=$?
kill -KILL -- "-$watch" "-$kernel" 2>/dev/null
exit "$code"
