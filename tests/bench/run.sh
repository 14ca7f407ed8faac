#!/usr/bin/env bash
# Benchmarks against keepalived in the same run: publishes hanode as it is shipped, then runs the benchmark named.
#   sudo tests/bench/run.sh BENCHMARK [NUMBER] [PART]      without arguments: the list
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "run.sh: the lab makes namespaces: run it as root" >&2; exit 1; }
tests/lab/packages.sh
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
./publish.sh "$out"
dotnet build tests/bench/HaTools.Bench -c Release -v q --nologo
# For the job of pwsh.
dotnet build src/HaTools.Module -c Release -v q --nologo
HATOOLS_HANODE=$out/hanode dotnet tests/bench/HaTools.Bench/bin/Release/net10.0/HaTools.Bench.dll "$@"
