#!/usr/bin/env bash
# Shows HaTools at work: `./demo.sh`, `./demo.sh seed-000`, `./demo.sh --list`. Wants root and the .NET SDK, on Debian; installs what else is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet >/dev/null; then
    echo "demo.sh: the .NET 10 SDK is missing (no dotnet on PATH): https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
    exit 2
fi
case " $* " in
    *" --list "*|*" --help "*|*" -h "*) ;;
    *)
        if [ "$(id -u)" -ne 0 ]; then
            echo "demo.sh: the lab makes network namespaces and mounts: run it as root (sudo ./demo.sh)" >&2
            exit 2
        fi
        tests/lab/packages.sh
        ;;
esac

[ ! -t 1 ] || echo "Building …"
log=$(mktemp)
if ! dotnet build tests/lab/HaTools.Demo -c Release -v quiet --nologo >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "demo.sh: the build failed; see above" >&2
    exit 1
fi
rm -f "$log"
exec tests/lab/HaTools.Demo/bin/Release/net10.0/HaTools.Demo "$@"
