#!/bin/bash
# The first process of the kernel lab, on the host's own root file system. Runs $LAB_RUN, writes its exit code to $LAB_OUT/rc, powers off.
# The environment comes from the kernel's command line: LAB_RUN (a script), LAB_OUT (a folder of the host for results), LAB_KEEP (a folder of the host that must
# be there under its own name wherever it lies: the project), LAB_SHARE (how the host's file system is seen: hostfs, by User Mode Linux, or virtiofs), LAB_MODULES
# (the kernel's modules).

# User Mode Linux loses the AVX-512 registers at signals: without these two, memcpy is silently wrong now and then.
[ "$LAB_SHARE" != hostfs ] ||
    export DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0 GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512CD,-AVX512DQ
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_TieredPGO=0

fail() { echo "kernel lab: $1" >&2; busybox poweroff -f; }

mount -t proc proc /proc || fail "no /proc"
modules=$LAB_MODULES
load() { # modprobe wants lib/modules below the folder that it is given
    modprobe -d /run/kernel-lab/modules -a "$@"
}
mount -t tmpfs -o mode=755 tmpfs /run || fail "no tmpfs on /run"
mkdir -p /run/kernel-lab/modules/lib /run/kernel-lab/top
ln -s "$modules" /run/kernel-lab/modules/lib/modules
load overlay || fail "the kernel's modules cannot be loaded from $modules"

show() { # a folder of the host's, writable, where the new root has it
    if [ "$LAB_SHARE" = hostfs ]; then mount -t hostfs -o "$1" none ".$1"; else mount --bind "$1" ".$1"; fi
}

# The host's root is only read here; over it lies a copy-on-write view, so that every path may be written.
top=/run/kernel-lab/top
mount -t tmpfs -o mode=755 tmpfs "$top"
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" overlay "$top/root" || fail "no overlay on the host's root"
cd "$top/root" || fail "no root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t devtmpfs devtmpfs dev 2>/dev/null || mount --rbind /dev dev
mkdir -p dev/pts dev/shm
mount -t devpts devpts dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
[ -e dev/fd ] || ln -s /proc/self/fd dev/fd
mkdir -p run/kernel-lab/modules/lib run/lock ".$LAB_KEEP" ".$LAB_OUT"
ln -s "$modules" run/kernel-lab/modules/lib/modules
show "$LAB_KEEP" || fail "the project ($LAB_KEEP) cannot be seen"
show "$LAB_OUT" || fail "the folder for results ($LAB_OUT) cannot be written"
pivot_root . . || fail "pivot_root"
umount -l .
cd /

hostname kernel-lab
ip link set lo up
# Where modprobe looks by itself, so that the kernel finds what it asks for: schedulers, persistence engines, iptables' matches.
mkdir -p /lib/modules
ln -s "$modules/$(uname -r)" "/lib/modules/$(uname -r)"
# fou: nobody asks for it by name when a port is opened. What tunnels, marks and SCTP need besides, the kernel loads as it is asked for.
load ip_vs nf_conntrack_sip dummy veth bridge macvlan ipvlan vrf ipip fou || fail "modules are missing"
[ -d /proc/sys/net/ipv6 ] || load ipv6 || fail "no IPv6" # since 7.2 there is no module of it

cd "$LAB_KEEP" || fail "no $LAB_KEEP"
bash "$LAB_RUN" < /dev/null
echo $? > "$LAB_OUT/rc"
sync
busybox poweroff -f
