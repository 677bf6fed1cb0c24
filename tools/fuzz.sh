#!/bin/bash
# tools/fuzz.sh SECONDS: builds every fuzz target with clang and runs each for that long, seeded from the golden
# files. A crash is kept in build-fuzz/ and named. Ends with `N passed, N failed`.
cd "$(dirname "$0")/.." || exit 2
seconds=${1:-60} passed=0 failed=0
CC=clang cmake -S . -B build-fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DUNIONHALL_FUZZ=ON >/dev/null || exit 3
cmake --build build-fuzz --target $(find src -name "*_fuzz.c" -exec basename {} .c \;) || exit 3
for target in build-fuzz/fuzz/*_fuzz; do
	name=$(basename "$target"); corpus=build-fuzz/corpus/$name; seeds=tests/fuzz/$name
	mkdir -p "$corpus"; [ -d "$seeds" ] || seeds=
	if ASAN_OPTIONS=detect_leaks=0 "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="build-fuzz/$name-" \
		"$corpus" $seeds >"build-fuzz/$name.log" 2>&1; then passed=$((passed + 1))
	else failed=$((failed + 1)); echo "FAILED $name: $(grep -m1 -E 'ERROR|SUMMARY|Assertion' "build-fuzz/$name.log")"; tail -5 "build-fuzz/$name.log"; fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
