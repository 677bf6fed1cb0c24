#!/bin/bash
# make bench: figures of whole processes on this machine; bench/README.md keeps them with machine and date.
cd "$(dirname "$0")/.." || exit 2
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(date -u +%F)"
echo -n "start-up, unionhall version, ms (median of 11): "
for _ in $(seq 11); do s=$(date +%s%N); build/unionhall version >/dev/null; e=$(date +%s%N); echo $(((e - s) / 1000000)); done | median
rm -rf build/bench-papers
/usr/bin/env time -f "whole demo: %e s wall, %U s user, %M KB peak" build/unionhall demo demo/applicants.jsonl --out build/bench-papers >build/bench.txt
tail -4 build/bench.txt
echo -n "one accepted application, submit to six signed papers (temporary hall's own seconds, median): "
awk '$0 ~ / accepted / { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+\.[0-9][0-9][0-9]$/) print $i }' build/bench.txt | median
paper=$(find build/bench-papers -name '1-*.pdf' | head -1)
if [ -n "$paper" ] && command -v chromium >/dev/null; then
	printf '<meta charset=utf-8><h1>%s</h1><p>%s</p>' 标题 正文 >build/bench.html
	echo -n "one page by Chromium, whole process, ms (median of 5): "
	for _ in $(seq 5); do s=$(date +%s%N); chromium --headless --no-sandbox --disable-gpu --disable-background-networking --print-to-pdf=build/bench.pdf build/bench.html >/dev/null 2>&1; e=$(date +%s%N); echo $(((e - s) / 1000000)); done | median
fi
