#!/usr/bin/env bash
# The first process of a lab machine. It is started in namespaces of its own (network, PID, mount, UTS, IPC) and gives the machine a file system of its own:
# a copy-on-write view of the host's, so that any path may be written and any program of the host runs. It lives until its standard input closes, that is,
# until the process that made the lab ends, however it ends; with it goes everything in its PID namespace.
#
#   init.sh hatools-lab OWNER-PID NAME MOUNT-POINT SHIM-FOLDER
set -eu
name=$3 top=$4 shims=$5
read -r outer _ < /proc/self/stat     # /proc is still the one of the namespace that we come from: our pid there

mount -t tmpfs -o mode=755 hatools-lab "$top"
mkdir "$top/root" "$top/upper" "$top/work" "$top/more"

# The host's mounts below /, each as a copy-on-write view of its own; what cannot be an overlay's lower layer is bound as it is.
mount -t overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" overlay "$top/root"
mount --rbind /dev "$top/root/dev"
n=0
while read -r _ _ _ _ mountpoint _; do
    printf -v mountpoint '%b' "$mountpoint"
    case $mountpoint in /|/proc|/proc/*|/sys|/sys/*|/dev|/dev/pts|/dev/mqueue|/dev/hugepages|/run|/run/*|"$top"|"$top"/*) continue ;; esac
    [ -d "$top/root$mountpoint" ] || continue
    n=$((n + 1))
    mkdir "$top/more/$n" "$top/more/$n/upper" "$top/more/$n/work"
    mount -t overlay -o "lowerdir=$mountpoint,upperdir=$top/more/$n/upper,workdir=$top/more/$n/work" overlay "$top/root$mountpoint" 2>/dev/null ||
        mount --bind "$mountpoint" "$top/root$mountpoint"
done < /proc/self/mountinfo

cd "$top/root"
# Mounted over, not emptied: other labs make and remove their folders in the host's /run meanwhile, which the view shows.
mount -t tmpfs -o mode=755 hatools-lab run
rm -rf var/log var/lib/nginx var/lib/keepalived etc/keepalived etc/nginx/conf.d etc/nginx/sites-enabled usr/local/nginx usr/local/etc/keepalived
mkdir -p run/lab run/lock var/log/nginx var/lib/nginx etc/keepalived etc/nginx/conf.d usr/local/etc usr/local/sbin proc sys
rm -f tmp/keepalived* usr/bin/systemctl usr/bin/killall.real
if [ -e usr/bin/killall ]; then cp -a usr/bin/killall usr/bin/killall.real; fi
cp --remove-destination "$shims/systemctl" "$shims/killall" usr/bin/
chmod 755 usr/bin/systemctl usr/bin/killall
echo "$name" > etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" > etc/hosts
echo "$name" > /proc/sys/kernel/hostname

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys 2>/dev/null || true
pivot_root . .
umount -l .
cd /
# Debian 12's ps wants a core id for every processor, and User Mode Linux names none.
if ! grep -q '^core id' /proc/cpuinfo; then
    sed 's/^processor.*/&\ncore id\t\t: 0/' /proc/cpuinfo > /run/lab/cpuinfo
    mount --bind /run/lab/cpuinfo /proc/cpuinfo
fi
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
ip link set lo up

echo "ready $outer"
# Reaps what is left to it (bash does that by itself) and waits for the end.
while read -r _; do :; done
