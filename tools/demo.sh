#!/bin/bash
# make demo: a hall with a week behind it in build/demo-hall, open on HOST:PORT until Ctrl-C; the next time it goes on.
# tools/demo.sh reset: begins anew. tools/demo.sh table: the 102 applicants as a table, their papers in build/demo-papers.
cd "$(dirname "$0")/.." || exit 2
hall=build/demo-hall
case "${1:-}" in
table)
	rm -rf build/demo-papers
	exec build/unionhall demo demo/applicants.jsonl --out build/demo-papers
	;;
reset) build/unionhall demo-hall --hall "$hall" --reset || exit ;;
*) build/unionhall demo-hall --hall "$hall" || exit ;;
esac
exec build/unionhall serve --demo --hall "$hall" --host "${HOST:-127.0.0.1}" --port "${PORT:-8080}"
