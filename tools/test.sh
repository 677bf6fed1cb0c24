#!/bin/bash
# make test: what .ci/run calls. Unit, golden, kits and stories on the real build; the same without stories under ASan +
# UBSan; what is threaded under TSan; the sources; a little fuzzing (FUZZ_SECONDS a target, 5). Each part tells its
# seconds. Ends with one line `N passed, N failed`.
cd "$(dirname "$0")/.." || exit 2
log=$(mktemp -d) passed=0 failed=0 began=$SECONDS part=$SECONDS
fonts=$PWD/build/share/unionhall/fonts
trap 'rm -rf "$log"' EXIT
took() { printf '  %d s\n' $((SECONDS - part)); part=$SECONDS; }
count() { # count NAME FILE: reads ctest's summary lines; what was skipped is neither passed nor failed
	local all bad not_run
	not_run=$(grep -c '\*\*\*Skipped' "$2")
	all=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$2" | tail -1)
	bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of.*/\1/p' "$2" | tail -1)
	if [ -z "$all" ]; then all=1 bad=1; fi
	passed=$((passed + all - bad - not_run)) failed=$((failed + bad))
	printf '%s: %d passed, %d failed, %d not run' "$1" $((all - bad - not_run)) "$bad" "$not_run"; took
	[ "$not_run" = 0 ] || grep '\*\*\*Skipped' "$2"
	[ "$bad" = 0 ] || { grep -E '\*\*\*|Failed|FAILED|ERROR|SUMMARY' "$2" | head -40; sed -n '/The following tests FAILED/,$p' "$2"; }
}
one() { # one NAME COMMAND...
	local name=$1; shift
	if "$@" >"$log/one" 2>&1; then passed=$((passed + 1)); printf '%s: ok' "$name"; took
	else failed=$((failed + 1)); printf '%s: FAILED' "$name"; took; tail -30 "$log/one"; fi
}
sanitized_build() { # a second build of the same sources, with the fonts of the first
	cmake -S . -B "$1" -G Ninja -DCMAKE_BUILD_TYPE=Debug "-DUNIONHALL_SANITIZE=$2" "-DUNIONHALL_FONTS_FROM=$fonts" && cmake --build "$1"
}
sanitized() { # sanitized NAME FOLDER SANITIZERS ctest-options...
	local name=$1 folder=$2 kinds=$3; shift 3
	if sanitized_build "$folder" "$kinds" >"$log/build" 2>&1; then
		printf '%s builds' "$name"; took
		ctest --test-dir "$folder" --output-on-failure -j2 "$@" >"$log/run" 2>&1; count "$name" "$log/run"
	else failed=$((failed + 1)); printf '%s build: FAILED' "$name"; took; tail -20 "$log/build"; fi
}
for folder in tests/browser tests/openapi tests/differential; do
	[ -d $folder/node_modules ] && continue
	(cd $folder && npm ci --ignore-scripts --no-audit --no-fund) >"$log/npm" 2>&1 || { echo "npm ci in $folder: FAILED"; tail -5 "$log/npm"; }
done
ctest --test-dir build --output-on-failure -j2 >"$log/unit" 2>&1; count "build" "$log/unit"
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
sanitized "ASan + UBSan" build-asan address,undefined -LE 'story|browser|bench'
# pango, fontconfig and GLib are not built with TSan: what they do among themselves (locks by futex) it cannot see.
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=0
export UNIONHALL_KILL_ROUNDS=3
sanitized "TSan" build-tsan thread -L threads
unset UNIONHALL_KILL_ROUNDS
one "sources" /usr/bin/python3 tools/check/source.py
seconds=${FUZZ_SECONDS:-5}
one "fuzz, $seconds s a target" tools/fuzz.sh "$seconds"
echo "all: $((SECONDS - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
