#!/bin/bash
# make check: the style as a test. Each part prints what it found; the last line counts the parts.
cd "$(dirname "$0")/../.." || exit 2
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
part() {
	local name=$1; shift
	if "$@" >"$log" 2>&1; then passed=$((passed + 1)); echo "ok      $name"
	else failed=$((failed + 1)); echo "FAILED  $name"; head -40 "$log"; fi
}
headers_alone() {
	local ok=0 header
	for header in $(find src -name '*.h'); do
		printf '#include "%s"\n' "${header#src/}" | gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -Isrc $(pkg-config --cflags pangocairo libsodium sqlite3 libcrypto) -x c -fsyntax-only - || ok=1
	done
	return $ok
}
clang_build() {
	CC=clang cmake -S . -B build-clang -G Ninja "-DUNIONHALL_FONTS_FROM=$PWD/build/share/unionhall/fonts" >/dev/null && cmake --build build-clang
}
part "sources: layers, names, lengths, banned functions" /usr/bin/python3 tools/check/source.py
part "headers compile alone" headers_alone
part "clang builds without a warning" clang_build
if command -v cppcheck >/dev/null; then
	part "cppcheck" cppcheck -q --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 -Isrc --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --suppressions-list=tools/check/cppcheck.txt -j2 src
fi
part "no conflict marker, no large blob" bash -c '! git grep -nE "^(<<<<<<<|>>>>>>>) " -- . && ! git ls-files -z | xargs -0 -I{} find {} -size +2000k | grep .'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
