#!/usr/bin/env bash
# Runs all tests: `./test.sh`; with `--long` those that can go on for any time do so for minutes. Wants the .NET SDK; as root on Debian also the lab
# and the kernel lab (what they need is installed), with pwsh and Pester also the module's tests. What cannot run here is counted as skipped, with
# the reason. The last line is the sum: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
usage: test.sh [--long] [--stock-kernel[=SUITE]] [--filter EXPRESSION]

  --long                tests that can go on for any time (simulation, exhaustive search, fuzzing) go on for minutes instead of seconds
  --stock-kernel        at the end, tests of IPVS on Debian's own kernel in QEMU, and those that want what User Mode Linux's kernel lacks (the
                        scheduler twos, marks set by nftables); the package is downloaded and unpacked, not installed. SUITE: the kernel
                        of another release (sid: 7.2 and later, which sizes its tables by parameters) than this machine's
  --filter EXPRESSION   only tests that match, as in `dotnet test --filter` (FullyQualifiedName~Router); without the module's tests
TEXT
}

filter=
stock_kernel=false stock_suite=
limit=1800 # seconds that a part may take
while [ $# -gt 0 ]; do
    case $1 in
        --filter) filter=${2-}; [ -n "$filter" ] || { usage >&2; exit 2; }; shift ;;
        --long) export HATOOLS_LONG=1; limit=3600 ;;
        --stock-kernel) stock_kernel=true ;;
        --stock-kernel=?*) stock_kernel=true stock_suite=${1#*=} ;;
        --bench) echo "test.sh: $1 is not there yet: tests/bench/run.sh is where the benchmarks are" >&2; exit 2 ;;
        -h|--help) usage; exit 0 ;;
        *) echo "test.sh: no such option: $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done

passed=0 failed=0 skipped=0
results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
. tests/second-run.sh

finish() { # the sum, alone on the last line
    run_again
    echo
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

# A part runs in a session of its own, so that all of it can be taken away when this script is.
declare -A parts=()
started=
take_away() { for part in "${!parts[@]}"; do kill -KILL -- "-$part" 2>/dev/null; done; }
trap take_away EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

start_part() { # LIMIT LOG COMMAND…: goes on in the background; its name is $started
    local limit=$1 log=$2
    shift 2
    setsid timeout -k 5 "$limit" "$@" > "$log" 2>&1 < /dev/null &
    started=$!
    parts[$started]=1
}

end_part() { # NAME: waits; its exit code, 137 when the time was over
    local code
    wait "$1"
    code=$?
    kill -KILL -- "-$1" 2>/dev/null
    unset "parts[$1]"
    return "$code"
}

# What has no time to keep takes the processors that the others leave: on two of them tests that do have one would fail otherwise. A session has its own share
# of them, whatever its processes' niceness is, unless the share has it too (sched(7), autogroup).
start_aside() { # NICENESS LIMIT LOG COMMAND…
    local niceness=$1 limit=$2 log=$3
    shift 3
    start_part "$limit" "$log" bash -c 'renice -n "$0" -p $$ >/dev/null; { nice > /proc/self/autogroup; } 2>/dev/null; exec "$@"' "$niceness" "$@"
}

run_part() { # LIMIT LOG COMMAND…
    start_part "$@"
    end_part "$started"
}

show_part() { # NAME PASSED FAILED SKIPPED LOG: how long it took is how long its log grew
    printf '%-34s %5d passed %3d failed %3d skipped   %4d s\n' "$1" "$2" "$3" "$4" "$(($(stat -c %Y "$5") - began))"
}

counter() { # FILE NAME: an attribute of a TRX file's sum
    sed -n "s/.*<Counters .*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

add_trx() { # NAME LOG EXIT-CODE AGAIN TRX…: adds what the files count; a part that broke without a failed test is a failure itself
    local name=$1 log=$2 code=$3 again=$4 p=0 f=0 s=0 file executed
    shift 4
    for file; do
        [ -f "$file" ] || continue
        executed=$(counter "$file" executed)
        p=$((p + $(counter "$file" passed)))
        f=$((f + executed - $(counter "$file" passed)))
        s=$((s + $(counter "$file" total) - executed))
    done
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        [ "$code" -lt 124 ] || echo "✘ $name was ended: its time was over, or it was killed (exit code $code)"
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    show_part "$name" "$p" "$f" "$s" "$log"
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$log"
        remember_failures "$(basename "$log" .log)" "$name" "$f" "$(failures "$@")" "$again"
    fi
    for file; do # why tests were skipped, each reason once
        [ ! -f "$file" ] || [ "$s" -eq 0 ] || tr -d '\n' < "$file" | grep -o 'outcome="NotExecuted"[^>]*>[^<]*<Output>.\{0,400\}' |
            sed -n 's/.*<StdOut>\([^<]*\)<.*/    skipped: \1/p; s/.*<Message>\([^<]*\)<.*/    skipped: \1/p' | sort | uniq -c | sed 's/^ *\([0-9]*\)  */    \1 × /'
    done
}

skip_part() { # NAME REASON
    skipped=$((skipped + 1))
    printf '%-34s skipped: %s\n' "$1" "$2"
}

if ! command -v dotnet >/dev/null; then
    echo "test.sh: the .NET 10 SDK is missing (no dotnet on PATH): https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
    failed=1
    finish
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Programs that run for minutes at most gain nothing from code that is compiled once more to be measured.
export DOTNET_TieredPGO=0
# One compiler for all projects, also where the environment wants one for each, which takes far longer; it ends with the part that started it.
export UseSharedCompilation=true

root=false
if [ "$(id -u)" -eq 0 ]; then
    root=true
    tests/lab/packages.sh || echo "test.sh: going on without those packages: what needs them is skipped" >&2
fi

began=$(date +%s)
[ ! -t 1 ] || echo "Building …"
if ! run_part 900 "$results/build.log" dotnet build HaTools.slnx -c Release -v quiet --nologo; then
    cat "$results/build.log"
    failed=1
    finish
fi
printf '%-34s %41d s\n' "build" "$(($(date +%s) - began))"

# Tests that need IPVS, ipvlan or VRFs run in the kernel lab, where the host's kernel has no IPVS.
kernel_lab=false
$root && [ ! -e /proc/net/ip_vs ] && ! modprobe -q ip_vs 2>/dev/null && tests/lab/packages.sh --check >/dev/null && kernel_lab=true
host_filter=$filter
$kernel_lab && host_filter="${filter:+($filter)&}Needs!=ipvs&Needs!=ipvlan&Needs!=vrf"

# hanode as it is shipped, for the labs' directors: it starts in a fraction of the time that .NET's runtime takes in the kernel lab.
native=$results/native
native_began=$(date +%s)
start_part "$limit" "$results/native.log" bash -c './publish.sh "$0"; code=$?; touch "$0.done"; exit $code' "$native"
native_part=$started

end_native() { # HATOOLS_HANODE names it then
    local began=$native_began code
    end_part "$native_part"
    code=$?
    if [ "$code" -eq 3 ]; then
        skip_part "hanode as machine code" "$(tail -n 1 "$results/native.log")"
    elif [ "$code" -eq 0 ] && "$native/hanode" --version >> "$results/native.log" 2>&1; then
        passed=$((passed + 1))
        show_part "hanode as machine code" 1 0 0 "$results/native.log"
        sed -n 's/^publish.sh: /    /p' "$results/native.log"
        export HATOOLS_HANODE=$native/hanode
    else
        failed=$((failed + 1))
        show_part "hanode as machine code" 0 1 0 "$results/native.log"
        sed 's/^/    /' "$results/native.log"
    fi
}

assembly() { echo "$PWD/$1/bin/Release/net10.0/$(basename "$1").dll"; }

# The kernel lab works beside the host's tests: one kernel for its own interfaces and what is built on them, one for directors with clients, where there are times to keep.
kernel_names=("kernel lab: netlink, data plane" "kernel lab: directors")
kernel_projects=("tests/HaTools.Netlink.Tests tests/HaTools.Engine.Tests" "tests/lab/HaTools.Lab.Tests")
kernel_niceness=(19 0)
kernel_parts=()
with_native='until [ -e "$1.done" ]; do sleep 1; done; [ ! -x "$1/hanode" ] || set -- "$1" "export HATOOLS_HANODE=$1/hanode; $2"; exec "$0" --kernel "$2"'
# It has one processor: tests one after the other, since two that want it would both be late. (And where several network namespaces have services, what the kernel
# shows of one in /proc/net/ip_vs lacks some: it counts all of them from one read(2) to the next.)
without_stock= # what runs on a stock kernel is not counted as skipped here
! $stock_kernel || without_stock='&Needs!=stock-kernel'
assemblies() { # INDEX
    local project
    for project in ${kernel_projects[$1]}; do printf " '%s'" "$(assembly "$project")"; done
}
start_kernel() { # INDEX
    local command="${HATOOLS_LONG:+export HATOOLS_LONG=$HATOOLS_LONG; }exec dotnet test" boot=("$demo" --kernel)
    command+="$(assemblies "$1") --filter '${filter:+($filter)&}(Needs=ipvs|Needs=ipvlan|Needs=vrf)$without_stock' --logger 'trx;LogFilePrefix=kernel-$1' --results-directory '$results' -- xUnit.MaxParallelThreads=1"
    [ "$1" -eq 0 ] || boot=(bash -c "$with_native" "$demo" "$native")
    start_aside "${kernel_niceness[$1]}" "$limit" "$results/kernel-$1.log" "${boot[@]}" "$command"
    kernel_parts+=("$started")
}
demo=tests/lab/HaTools.Demo/bin/Release/net10.0/HaTools.Demo
pester_part=
pwsh_fits=false
pwsh -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' >/dev/null 2>&1 && pwsh_fits=true
kernel_began=$(date +%s)
if $kernel_lab; then
    start_kernel 0
    start_kernel 1
    if $pwsh_fits && [ -z "$filter" ] && [ -f tests/pester/run.ps1 ]; then
        start_aside 19 "$limit" "$results/kernel-pester.log" "$demo" --kernel \
            "exec pwsh -NoProfile -NonInteractive -File tests/pester/run.ps1 -OutputFile '' -FullName 'Services of a running node*'"
        pester_part=$started
    fi
fi

for project in tests/HaTools.*.Tests tests/lab/HaTools.Lab.Tests; do
    name=$(basename "$project")
    waiting=()
    [ "$name" != HaTools.Engine.Tests ] || waiting=(-- xUnit.MaxParallelThreads=4) # they wait most of the time
    [ "$name" != HaTools.Lab.Tests ] || end_native
    began=$(date +%s)
    run_part "$limit" "$results/$name.log" dotnet test "$(assembly "$project")" ${host_filter:+--filter "$host_filter"} \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" "${waiting[@]}"
    add_trx "$name" "$results/$name.log" $? "again_on_host '$(assembly "$project")'" "$results/$name.trx"
done

# The module's tests; those that want IPVS have run in the kernel lab, and are no longer skipped then.
pester_code=
pester_began=$(date +%s)
if [ -z "$filter" ] && $pwsh_fits && [ -f tests/pester/run.ps1 ]; then
    run_part "$limit" "$results/pester.log" pwsh -NoProfile -NonInteractive -File tests/pester/run.ps1
    pester_code=$?
fi

if $kernel_lab; then
    for i in "${!kernel_names[@]}"; do
        began=$kernel_began
        end_part "${kernel_parts[i]}"
        code=$?
        shopt -s nullglob
        add_trx "${kernel_names[i]}" "$results/kernel-$i.log" "$code" "again_in_kernel $(assemblies "$i" | sed 's/.*/"&"/')" "$results/kernel-$i"*.trx
        shopt -u nullglob
    done
elif ! $root; then
    skip_part "kernel lab (needs IPVS)" "not root"
elif [ ! -e /proc/net/ip_vs ]; then
    skip_part "kernel lab (needs IPVS)" "$(tests/lab/packages.sh --check)"
fi

add_pester() { # NAME LOG EXIT-CODE AGAIN [SKIPPED-THAT-RAN]: adds what the log's last line says
    local sum p=0 f=1 s=0
    sum=$(sed 's/\x1b\[[0-9;]*m//g; s/\r//g' "$2" | sed -n 's/^Pester: \([0-9]* passed, [0-9]* failed, [0-9]* skipped\)$/\1/p' | tail -n 1)
    if [ -n "$sum" ]; then
        read -r p _ f _ s _ <<< "$sum"
        if [ "$3" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    fi
    pester_ran=$((p + f))
    s=$((s > ${5-0} ? s - ${5-0} : 0))
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    show_part "$1" "$p" "$f" "$s" "$2"
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$2" | grep -A 12 -e '\[-\]' -e '^ *Pester: '
        remember_failures "$(basename "$2" .log)" "$1" "$f" "$(pester_failures "$2")" "$4"
    elif [ "$s" -ne 0 ]; then
        sed -n 's/^Skipped: /    skipped: /p; s/^\(Pester .* is not installed\)/    skipped: \1/p' "$2" | sort -u
    fi
}

if [ -n "$filter" ]; then
    :
elif [ ! -f tests/pester/run.ps1 ]; then
    skip_part "Pester" "tests/pester/run.ps1 is not there"
elif ! command -v pwsh >/dev/null; then
    skip_part "Pester" "no pwsh on PATH"
elif ! $pwsh_fits; then
    skip_part "Pester" "$(pwsh --version) is older than 7.6, which the module is built for"
else
    pester_ran=0
    if [ -n "$pester_part" ]; then
        began=$kernel_began
        end_part "$pester_part"
        add_pester "kernel lab: Pester" "$results/kernel-pester.log" $? "again_in_pester $demo --kernel"
    fi
    began=$pester_began
    add_pester "Pester" "$results/pester.log" "$pester_code" again_in_pester "$pester_ran"
fi

# A stock kernel, at the end and alone: QEMU, which emulates its processors, would take ours from tests that have a time to keep.
stock_filter='Needs=ipvs&(FullyQualifiedName~HaTools.Netlink'
for tests in Distribution FirewallMark GroupMark DirectRouting Tunnel; do stock_filter+="|FullyQualifiedName~Services.${tests}Tests"; done
stock_filter+=')'
test_stock_kernel() {
    local name="stock kernel" log=$results/stock-kernel.log folder command code
    began=$(date +%s)
    if ! $root; then
        skip_part "$name" "not root"
    elif ! folder=$({ tests/lab/packages.sh --stock-kernel >&2 && tests/lab/stock-kernel.sh $stock_suite; } 2> "$log"); then
        skip_part "$name" "$(tail -n 1 "$log")"
    else
        command="uname -srv; exec dotnet test '$(assembly tests/HaTools.Netlink.Tests)' '$(assembly tests/lab/HaTools.Lab.Tests)'"
        command+=" --filter '${filter:+($filter)&}$stock_filter' --logger 'trx;LogFilePrefix=stock-kernel' --results-directory '$results' -- xUnit.MaxParallelThreads=1"
        run_part 3600 "$log" "$demo" --kernel "$command" --stock "$folder"
        code=$?
        shopt -s nullglob
        add_trx "$name" "$log" "$code" "" "$results"/stock-kernel*.trx # it ran alone
        shopt -u nullglob
        sed -n 's/^\(Linux [^ ]*\).*/    \1/p' "$log"
    fi
}
! $stock_kernel || test_stock_kernel

finish
