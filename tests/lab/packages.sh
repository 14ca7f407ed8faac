#!/usr/bin/env bash
# The Debian packages that the lab needs. Installs what is missing, without starting any service; does nothing (and needs no network) when all is there.
#
#   tests/lab/packages.sh            install what is missing (root)
#   tests/lab/packages.sh --check    only say what is missing; exit code 1 if anything is
#   tests/lab/packages.sh --stock-kernel [--check]    the same for what boots a stock kernel of Debian's, besides
set -euo pipefail

check=false stock=false
for word; do
    case $word in
        --check) check=true ;;
        --stock-kernel) stock=true ;;
        *) echo "packages.sh: no such option: $word" >&2; exit 2 ;;
    esac
done

packages=(
    keepalived       # the peer: reference and the other director
    frr              # another peer: its vrrpd
    nginx-light      # real web servers and proxies
    dnsmasq-base     # a real name server
    exim4-daemon-light   # a real mail server
    tcpdump          # decodes what is on the wire
    ipvsadm          # shows the kernel's table as people know it
    iptables         # marks packets in the kernel of user-mode-linux, which has no nftables
    gcc libc6-dev    # link hanode as machine code, which is how it is shipped
    user-mode-linux  # a kernel with IPVS, where the host's has none
    busybox-static   # powers that kernel off
    kmod             # loads its modules
    nftables         # the firewall of no_accept and virtual MAC addresses; makes a director deaf
    iproute2 net-tools procps psmisc curl iputils-ping   # what the scenarios' scripts call
    util-linux       # unshare, nsenter, setpriv
    netbase          # the names of protocols, which ip and keepalived show and read
)
if $stock; then
    packages+=(qemu-system-x86)
    # Shows that kernel the host's files; a package of its own since Debian 13, and part of QEMU's before.
    ! apt-cache show virtiofsd >/dev/null 2>&1 || packages+=(virtiofsd)
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done

if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi
if $check; then
    echo "missing packages: ${missing[*]}"
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "packages.sh: missing packages: ${missing[*]}; run as root, or: apt-get install ${missing[*]}" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "packages.sh: this machine has no apt-get; install these yourself: ${missing[*]}" >&2
    exit 1
fi

echo "Installing Debian packages (their services are not started): ${missing[*]}"

# Debian asks this script before it starts a service; 101 means: do not. Whatever stood there comes back afterwards.
policy=/usr/sbin/policy-rc.d
kept=
restore_policy() {
    if [ -n "$kept" ]; then mv -f "$kept" "$policy"; else rm -f "$policy"; fi
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
    kept=$policy.before-hatools-lab
    mv -f "$policy" "$kept"
fi
trap restore_policy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
install() { apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null; }
if ! install; then
    echo "  the package lists may be old: apt-get update"
    apt-get update >>"$log" 2>&1 </dev/null || true
    if ! install; then
        cat "$log" >&2
        rm -f "$log"
        echo "packages.sh: installing failed; see above" >&2
        exit 1
    fi
fi
rm -f "$log"
