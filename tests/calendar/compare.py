#!/usr/bin/env python3
"""calendar/*.csv, as the hall reads them, against an outside judge: npm's chinese-days, every day from 2020 to 2026 (LA8).
usage: tests/calendar/compare.py BUILD_FOLDER. Skipped (exit 77) only where there is no npm."""
import json, os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
HALL = os.path.join(os.path.abspath(sys.argv[1]), 'unionhall')
FIRST, LAST = 2020, 2026

if not shutil.which('npm') or not shutil.which('node'):
    print('skipped: npm is not installed here (Debian: nodejs npm); the working days were not compared with chinese-days')
    sys.exit(77)
if not os.path.exists(os.path.join(HERE, 'node_modules/chinese-days/package.json')):
    got = subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=HERE, capture_output=True, text=True)
    if got.returncode != 0:
        print('FAILED  npm ci in tests/calendar: ' + got.stderr[-600:])
        sys.exit(1)

judged = subprocess.run(['node', 'days.js', str(FIRST), str(LAST)], cwd=HERE, capture_output=True, text=True, check=True,
                        env={**os.environ, 'TZ': 'Asia/Shanghai'})
theirs = dict(line.split() for line in judged.stdout.splitlines())
days = sorted(theirs)
ours = {}
for year in range(FIRST, LAST + 1):
    expression = f'for d in date("{year}-01-01")..date("{year}-12-31") return is working day(d)'
    out = subprocess.run([HALL, 'feel', expression], capture_output=True, text=True)
    if out.returncode != 0:
        print('FAILED  ' + expression + ': ' + out.stderr)
        sys.exit(1)
    ours.update(zip([day for day in days if day.startswith(str(year))], json.loads(out.stdout)))
differing = [day for day in days if ours.get(day) is not (theirs[day] == 'working')]
for day in differing:
    print(f'FAILED  {day}: ours {"working" if ours.get(day) else "off"}, chinese-days {theirs[day]}')
print(f'{len(days) - len(differing)} passed, {len(differing)} failed')
sys.exit(1 if differing or len(days) != 2557 else 0)
