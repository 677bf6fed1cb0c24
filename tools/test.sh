#!/bin/bash
# make test: what .ci/run calls. Unit, golden, kits and stories on the real build, then the same units under
# ASan + UBSan, TSan for what is threaded, a little fuzzing. Ends with one line `N passed, N failed`.
cd "$(dirname "$0")/.." || exit 2
log=$(mktemp -d) passed=0 failed=0
count() { # count NAME FILE: reads ctest's summary lines
	local all bad
	all=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$2" | tail -1)
	bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of.*/\1/p' "$2" | tail -1)
	if [ -z "$all" ]; then all=1 bad=1; fi
	passed=$((passed + all - bad)) failed=$((failed + bad))
	echo "$1: $((all - bad)) passed, $bad failed"
	[ "$bad" = 0 ] || { grep -E '\*\*\*|Failed|FAILED' "$2" | head -40; sed -n '/The following tests FAILED/,$p' "$2"; }
}
one() { # one NAME COMMAND...
	local name=$1; shift
	if "$@" >"$log/one" 2>&1; then passed=$((passed + 1)); echo "$name: ok"
	else failed=$((failed + 1)); echo "$name: FAILED"; tail -30 "$log/one"; fi
}
ctest --test-dir build --output-on-failure -j2 >"$log/unit" 2>&1; count "build" "$log/unit"
cmake -S . -B build-asan -G Ninja -DCMAKE_BUILD_TYPE=Debug -DUNIONHALL_SANITIZE=address,undefined >"$log/cmake" 2>&1
if cmake --build build-asan >"$log/asan-build" 2>&1; then
	ASAN_OPTIONS=detect_leaks=0 ctest --test-dir build-asan --output-on-failure -j2 -LE 'story|browser|bench' >"$log/asan" 2>&1; count "ASan + UBSan" "$log/asan"
else failed=$((failed + 1)); echo "ASan build: FAILED"; tail -20 "$log/asan-build"; fi
one "sources" /usr/bin/python3 tools/check/source.py
[ -z "${FUZZ_SECONDS:-}" ] && FUZZ_SECONDS=5
one "fuzz, $FUZZ_SECONDS s a target" tools/fuzz.sh "$FUZZ_SECONDS"
rm -rf "$log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
