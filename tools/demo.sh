#!/bin/bash
# make demo: the 102 applicants of demo/applicants.jsonl through a temporary hall; the papers stay in build/demo-papers.
cd "$(dirname "$0")/.." || exit 2
out=build/demo-papers
rm -rf "$out"
exec build/unionhall demo demo/applicants.jsonl --out "$out"
