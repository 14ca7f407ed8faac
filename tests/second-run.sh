# What test.sh does with tests that failed; sourced by it.
#
# All parts run beside each other on what may be two processors, and a test that waited too long for one has shown no fault: a master that
# had none for half a second must listen first, and its test counts that. So what failed is run once more, alone, when everything else has
# ended. What passes then is counted as passed, and named, with what was wrong the first time. When one of a part's fails again, or when as
# many failed as is no chance, all of them have.
second_limit=10 # failed tests of a part

declare -A first_parts=() first_failures=() second_runs=()

failures() { # TRX…: a line for each failed test: its name, a tab, what was wrong and where
    cat "$@" 2>/dev/null | tr '\r\n' '  ' | sed 's/<UnitTestResult /\n&/g' |
        sed -nE 's/^[^>]*testName="([^"]*)"[^>]*outcome="Failed".*<Message>(.*)<\/Message>( *<StackTrace>([^<]{0,600}))?.*/\1\t\2 \4/p' |
        sed 's/&#xD;//g; s/&#xA;/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g; s/  */ /g; s/ at \(System.Reflection\.\|InvokeStub_\).*//' | sort
}

pester_failures() { # LOG: the same, of what tests/pester/run.ps1 printed
    sed 's/\x1b\[[0-9;]*m//g; s/\r//g' "$1" | sed -n 's/^Failed: //p' | sort
}

remember_failures() { # KEY PART FAILED FAILURES AGAIN: AGAIN is the function, with what else it takes, that runs them again
    first_parts[$1]=$2 first_failures[$1]=$4
    if [ "$(grep -c . <<< "$4")" -eq "$3" ] && [ "$3" -le "$second_limit" ]; then second_runs[$1]=$5; fi
}

# A test with a display name is known by that alone, as far as it has no signs that mean something in a filter.
selection() { # FAILURES: a filter of `dotnet test`; a theory's cases are run together
    cut -f 1 <<< "$1" | sed 's/(.*//' | sed -E '/ /!s/^/FullyQualifiedName=/; / /s/^([A-Za-z0-9 ,.:;-]*).*/DisplayName~\1/' | sort -u | paste -s -d '|'
}

all_passed() { # FAILED TRX…: whether the run ended well, and had as many tests as failed
    local failed=$1 executed=0 file
    shift
    for file; do [ ! -f "$file" ] || executed=$((executed + $(counter "$file" passed))); done
    [ "$executed" -ge "$failed" ]
}

again_on_host() { # KEY FAILURES FAILED ASSEMBLY
    run_part "$limit" "$results/$1.again.log" dotnet test "$4" --filter "$(selection "$2")" \
        --logger "trx;LogFileName=again-$1.trx" --results-directory "$results" &&
        all_passed "$3" "$results/again-$1.trx"
}

again_in_kernel() { # KEY FAILURES FAILED ASSEMBLIES
    local command="${HATOOLS_HANODE:+export HATOOLS_HANODE=$HATOOLS_HANODE; }exec dotnet test $4 --filter '$(selection "$2")'"
    command+=" --logger 'trx;LogFilePrefix=again-$1' --results-directory '$results' -- xUnit.MaxParallelThreads=1"
    run_part "$limit" "$results/$1.again.log" "$demo" --kernel "$command" && all_passed "$3" "$results/again-$1"*.trx
}

again_in_pester() { # KEY FAILURES FAILED WRAPPER…: the whole blocks, whose tests build on each other
    local key=$1 failed=$3 blocks script ran
    blocks=$(cut -f 1 <<< "$2" | sed "s/ › .*//; s/[][*?]/?/g; s/'/''/g; s/.*/'&*'/" | sort -u | paste -s -d ,)
    shift 3
    script=$results/$key.again.ps1
    echo "& tests/pester/run.ps1 -OutputFile '' -FullName $blocks; exit \$LASTEXITCODE" > "$script"
    [ $# -ne 0 ] || set -- bash -c
    set -- "$@" "exec pwsh -NoProfile -NonInteractive -File '$script'"
    run_part 600 "$results/$key.again.log" "$@" || return
    ran=$(sed 's/\x1b\[[0-9;]*m//g; s/\r//g' "$results/$key.again.log" | sed -n 's/^Pester: \([0-9]*\) passed.*/\1/p' | tail -n 1)
    [ "${ran:-0}" -ge "$failed" ]
}

run_again() { # corrects the sums; every failure is told once more, where the eye falls
    local key list count run=()
    for key in "${!first_failures[@]}"; do
        list=${first_failures[$key]}
        count=$(grep -c . <<< "$list")
        echo
        if [ -n "${second_runs[$key]-}" ] && eval "run=(${second_runs[$key]})" && "${run[0]}" "$key" "$list" "$count" "${run[@]:1}"; then
            passed=$((passed + count)) failed=$((failed - count))
            echo "late beside others, passed when run alone (${first_parts[$key]}):"
        else
            [ ! -f "$results/$key.again.log" ] || tail -n 60 "$results/$key.again.log" | cut -c 1-300 | sed 's/^/    /'
            echo "failed${second_runs[$key]:+ twice} (${first_parts[$key]}):"
            # What broke without a failed test says why in its last lines.
            [ -n "$list" ] || list=$(tail -n 20 "$results/$key.log" | cut -c 1-300)
        fi
        sed 's/^/    /; s/\t/: /' <<< "${list:-what is told above}"
    done
}
