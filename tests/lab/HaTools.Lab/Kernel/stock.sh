#!/usr/bin/env bash
# Boots a stock kernel of Debian's in QEMU, whose file system is the host's, which virtiofsd shows it. The processors are emulated: KVM is not everywhere, and what
# calls itself so does not boot this kernel everywhere.
#
#   stock.sh KERNEL-FOLDER FOLDER KERNEL-ARGUMENT…
#
# KERNEL-FOLDER is what tests/lab/stock-kernel.sh printed, FOLDER is for the socket between the two programs and for a log.
set -u
kernel=$1 folder=$2
shift 2

server=
for path in /usr/lib/qemu/virtiofsd /usr/libexec/virtiofsd; do # of Debian 12, and since
    [ ! -x "$path" ] || server=$path
done
[ -n "$server" ] || { echo "stock.sh: there is no virtiofsd" >&2; exit 1; }
socket=$folder/virtiofs.sock log=$folder/virtiofsd.log
rm -f "$socket"
"$server" --socket-path="$socket" -o source=/ -o cache=always -o sandbox=chroot > "$log" 2>&1 &
until [ -S "$socket" ]; do
    kill -0 $! 2>/dev/null || { echo "stock.sh: $server ended: $(tail -n 1 "$log")" >&2; exit 1; }
    sleep 0.05
done

# The memory is shared with virtiofsd, which reads and writes it. What protects real processors only slows emulated ones down.
memory=2G
exec qemu-system-x86_64 -no-user-config -nodefaults -display none -no-reboot -machine q35,accel=tcg -cpu max -smp 2 \
    -m "$memory" -object "memory-backend-memfd,id=memory,size=$memory,share=on" -numa node,memdev=memory \
    -chardev "socket,id=root,path=$socket" -device vhost-user-fs-pci,chardev=root,tag=host,queue-size=1024 -serial stdio \
    -kernel "$kernel/vmlinuz" -append "root=host rootfstype=virtiofs rw console=ttyS0 quiet panic=-1 mitigations=off $*"
