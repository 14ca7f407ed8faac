#!/usr/bin/env bash
# Publishes hanode as it is shipped: `./publish.sh FOLDER`. Wants the .NET SDK, and gcc or clang.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: publish.sh [--managed] FOLDER

Makes FOLDER/hanode: one file of machine code (NativeAOT), which needs no .NET where it runs, and starts in about the time that keepalived takes.

  --managed   for the .NET 10 runtime of the machine that it runs on (ReadyToRun): several files, and no C compiler is needed to make them

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 this machine cannot make machine code (no linker, or the package source has no compiler for it).
TEXT
}

managed=false
[ "${1-}" != --managed ] || { managed=true; shift; }
case ${1-} in
    -h|--help) usage; exit 0 ;;
    ''|-*) usage >&2; exit 2 ;;
esac
[ $# -eq 1 ] || { usage >&2; exit 2; }
folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v dotnet >/dev/null; then
    echo "publish.sh: the .NET 10 SDK is missing (no dotnet on PATH): https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
    exit 2
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Beside the usual build, whose intermediate files are for another kind of program.
work=$PWD/artifacts/publish
# Analyzers have looked at the code in the usual build.
publish=(dotnet publish src/HaTools.Node -c Release --use-current-runtime -v quiet --nologo -p:RunAnalyzers=false)
mkdir -p "$folder"

if $managed; then
    exec "${publish[@]}" --artifacts-path "$work/managed" --no-self-contained -o "$folder"
fi

if ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
    echo "publish.sh: no linker: neither clang nor gcc is on PATH (Debian: apt-get install gcc libc6-dev); or use --managed" >&2
    exit 3
fi

# What a framework is compiled with is a package of its own, which a mirror of nuget.org may not carry for each.
can_be() { # FRAMEWORK: or else $work/FRAMEWORK.log says why not
    mkdir -p "$work"
    dotnet restore src/HaTools.Node --use-current-runtime -v quiet --nologo --artifacts-path "$work/$1" -p:PublishAot=true -p:HaToolsFramework="$1" \
        > "$work/$1.log" 2>&1
}
framework=net10.0
if ! can_be "$framework"; then
    # NU1101, NU1102: no such package, no such version of it. Whatever else is wrong is not mended by another framework.
    if ! grep -q -E 'NU110[12].*(NativeAOT|ILCompiler)' "$work/$framework.log"; then
        cat "$work/$framework.log" >&2
        exit 1
    fi
    framework=net9.0
    if ! can_be "$framework"; then
        cat "$work/net10.0.log" >&2
        echo "publish.sh: the package source has no compiler to machine code, neither for .NET 10 nor for .NET 9; use --managed" >&2
        exit 3
    fi
    echo "publish.sh: the package source has no native runtime of .NET 10 (Microsoft.NETCore.App.Runtime.NativeAOT), as nuget.org has: this hanode is built on .NET 9's, whose support ended in November 2026" >&2
fi
"${publish[@]}" --artifacts-path "$work/$framework" -p:PublishAot=true -p:HaToolsFramework="$framework" -o "$work/$framework/out"
# The symbols stay in artifacts, and the file is replaced in one step: a hanode that runs keeps its own.
install -m 755 "$work/$framework/out/hanode" "$folder/hanode.new"
mv -f "$folder/hanode.new" "$folder/hanode"
