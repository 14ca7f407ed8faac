#!/usr/bin/env bash
# A stock kernel of Debian's for the kernel lab, unpacked into artifacts/stock-kernel: it is not installed, and no boot loader learns of it. Prints the folder, which
# HaTools.Demo --stock takes; where there is none to be had, the reason is the last line on standard error and the exit code is 1.
#
#   tests/lab/stock-kernel.sh          this machine's release of Debian
#   tests/lab/stock-kernel.sh SUITE    another one (trixie, sid …), from deb.debian.org; this machine's package lists stay as they are
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() { echo "stock-kernel.sh: $1" >&2; exit 1; }

for program in apt-get dpkg-deb depmod; do
    command -v "$program" >/dev/null || fail "there is no $program"
done

suite=${1-}
home=$PWD/artifacts/stock-kernel/${suite:-own}
mkdir -p "$home"
options=(-o APT::Sandbox::User=root)
# Debian 12's own is 6.1, which has no twos, and finds its root by virtiofs only with an initramfs; 6.12 is there besides.
names=(linux-image-6.12-cloud-amd64 linux-image-cloud-amd64)
if [ -n "$suite" ]; then
    apt=$home/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    touch "$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" > "$apt/sources.list"
    options+=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists"
        -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none)
    names=(linux-image-cloud-amd64)
fi
update() { apt-get "${options[@]}" update >"$home/update.log" 2>&1 </dev/null; }
depends() { apt-cache "${options[@]}" depends --important "$1" | sed -n "s/^ *Depends: \($2.*\)/\1/p"; }

package=
look() { # for the package with the kernel itself
    local name
    for name in "${names[@]}"; do
        apt-cache "${options[@]}" show "$name" >/dev/null 2>&1 || continue
        package=$(depends "$name" linux-image- | head -n 1)
        [ -z "$package" ] || return 0
    done
    return 1
}
look || { update && look; } || fail "apt knows no ${names[*]}${suite:+ in $suite}"

folder=$home/$package
if [ ! -e "$folder/vmlinuz" ]; then
    # Everything that takes time is done beside the place where it is looked for.
    new=$home/new.$$
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mkdir -p "$new/tree"
    fetch() { # since 7.2 it is in several packages
        local parts
        parts=$(depends "$package" 'linux-\(base\|binary\|modules\)-') || return
        (cd "$new" && apt-get "${options[@]}" download "$package" $parts) >"$new/log" 2>&1 </dev/null
    }
    fetch || { update && look && folder=$home/$package && fetch; } || fail "$package cannot be downloaded: $(tail -n 1 "$new/log")"
    for part in "$new"/*.deb; do dpkg-deb -x "$part" "$new/tree"; done
    [ -d "$new/tree/lib" ] || ln -s usr/lib "$new/tree/lib"
    modules=$(echo "$new"/tree/lib/modules/*)
    release=${modules##*/}
    kernel=$new/tree/boot/vmlinuz-$release config=$new/tree/boot/config-$release
    [ -f "$kernel" ] || kernel=$modules/vmlinuz config=$modules/config
    [ -f "$kernel" ] || fail "$package has no kernel where one is looked for"
    for option in VIRTIO_PCI VIRTIO_FS; do # there is no initramfs
        grep -q "^CONFIG_$option=y" "$config" || fail "$package has no CONFIG_$option=y, without which it cannot mount this host's file system"
    done
    depmod -b "$new/tree" "$release"
    cp "$kernel" "$new/tree/vmlinuz"
    rm -rf "$home"/linux-image-* # older ones
    mv "$new/tree" "$folder"
fi
echo "$folder"
