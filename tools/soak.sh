#!/bin/bash
# make soak: the kill rounds and the fuzz targets for a long time (HOURS, 1 when not said).
cd "$(dirname "$0")/.." || exit 2
seconds=$((${HOURS:-1} * 3600)) end=$((SECONDS + ${HOURS:-1} * 3600)) passed=0 failed=0
while [ "$SECONDS" -lt "$end" ]; do
	if build/tests/store_crash_test >build/soak.log 2>&1 && UNIONHALL_KILL_ROUNDS=20 build/tests/kill build >>build/soak.log 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); cp build/soak.log "build/soak-$failed.log"; fi
	[ $((passed % 20)) = 0 ] && echo "$passed rounds passed, $failed failed"
done
tools/fuzz.sh $((seconds / 20 + 10)) || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
