#!/usr/bin/env bash
# Runs a kernel, which to the host is a process with others around it, and ends it with us: when our standard input closes (the process that started us is gone,
# however it ended), on SIGTERM or SIGINT, or when it powers off by itself.
#
#   boot.sh hatools-kernel-lab OWNER-PID COMMAND…
set -u
shift 2
exec 3<&0

# We are a session of our own, and so have a share of the processors that no longer follows the niceness that we were started with (sched(7), autogroup).
{ nice > /proc/self/autogroup; } 2>/dev/null

set -m                                    # the kernel and its processes become one process group, which is killed as one
"$@" < /dev/null &
kernel=$!
trap 'kill -KILL -- -$kernel 2>/dev/null; exit 143' TERM INT HUP
{ while read -r _ <&3; do :; done; kill -KILL -- "-$kernel" 2>/dev/null; } &
watch=$!
disown "$watch"
wait "$kernel"
code=$?
kill -KILL -- "-$watch" "-$kernel" 2>/dev/null
exit "$code"
