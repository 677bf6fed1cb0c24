#!/usr/bin/env python3
"""Runs a kit of cases written by others, which lies outside of the repository, and holds the count against the recorded one.
usage: tests/kit.py RUNNER FOLDER RECORDED_PASSED. Exit 77 (ctest: not run) when the folder is not there."""
import os, re, subprocess, sys

runner, folder, recorded = sys.argv[1], sys.argv[2], int(sys.argv[3])
if not os.path.isdir(folder):
    print(f'NOT RUN: {folder} is not here')
    sys.exit(77)
lines = subprocess.run([runner, folder], capture_output=True, text=True).stdout.splitlines()
summed = re.fullmatch(r'(\d+) passed, (\d+) failed', lines[-1]) if lines else None
for line in lines:
    if ',ERROR,' in line:
        print(line)
print(lines[-1] if lines else 'the runner said nothing')
if not summed or int(summed[1]) < recorded:
    print(f'fewer than the recorded {recorded} passed')
    sys.exit(1)
if int(summed[1]) > recorded:
    print(f'more than the recorded {recorded} passed: raise the number in tests/CMakeLists.txt')
