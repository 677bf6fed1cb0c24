#!/bin/bash
# make soak: the kill rounds for a long time, then every fuzz target for a twentieth of it. HOURS (1), or MINUTES for a try.
cd "$(dirname "$0")/.." || exit 2
seconds=$((${MINUTES:-$((${HOURS:-1} * 60))} * 60)) end=$((SECONDS + seconds)) passed=0 failed=0
while [ "$SECONDS" -lt "$end" ]; do
	if build/tests/store_crash_test >build/soak.log 2>&1 && UNIONHALL_KILL_ROUNDS=20 build/tests/kill build >>build/soak.log 2>&1; then
		passed=$((passed + 1))
	else failed=$((failed + 1)); cp build/soak.log "build/soak-$failed.log"; echo "FAILED: build/soak-$failed.log"; fi
	[ $(((passed + failed) % 20)) = 0 ] && echo "$passed rounds passed, $failed failed"
done
tools/fuzz.sh $((seconds / 20 + 1)) || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
