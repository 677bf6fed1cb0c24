#!/usr/bin/env python3
"""Writes regions/CODE.csv and calendar/YEAR.csv from collected tables (one folder of CSV files with the
columns region_code, region, parameter, value, unit, valid_from, valid_to, source, confidence).

usage: tools/import_parameters.py FOLDER

Minimum wages are published by tier; a county's rows are the tier's values in the county's tier periods, so
that nobody who reads a county's file needs to know tiers. A city's tier goes to its urban districts only
(codes ..01 to ..20 named 区): counties of the same city may be in a lower tier. Average wages are published
for a year and used in the next: the row of 2021 is valid in 2022. The union's own rules stand in
regions/policy.csv, are written by hand, and are added to each region's file."""
import csv, os, re, sys
from collections import defaultdict
from datetime import date, timedelta

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = ['name', 'from', 'until', 'value', 'unit', 'source', 'confidence']
FOREVER = date(9999, 12, 31)


def camel(parameter):
    words = re.split(r'[._]', parameter)
    return words[0] + ''.join(word[:1].upper() + word[1:] for word in words[1:])


def read(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8-sig', newline='') as file:
        return list(csv.DictReader(file))


def day(text):
    return date.fromisoformat(text) if text else FOREVER


def text(value):
    return '' if value == FOREVER else value.isoformat()


def weaker(a, b):
    return 'verified' if a == b == 'verified' else 'unverified'


def simple_rows(folder, rows):
    for name in ('heat_subsidy.csv', 'injury_oneoff.csv', 'urban_income.csv', 'statutory_days.csv'):
        for row in read(folder, name):
            if row['parameter'] != 'statutory_holiday':
                rows[row['region_code']].append([camel(row['parameter']), day(row['valid_from']), day(row['valid_to']), row['value'],
                                                 row['unit'], row['source'], row['confidence']])
    for row in read(folder, 'average_wage.csv'):
        year = int(row['valid_from'][:4]) + 1
        name = {'average_wage_month.full_caliber': 'averageWageMonth'}.get(row['parameter'], camel(row['parameter']))
        if any(r[0] == name and r[1].year == year for r in rows[row['region_code']]):
            continue
        rows[row['region_code']].append([name, date(year, 1, 1), date(year, 12, 31), row['value'], row['unit'],
                                         row['source'] + f' (statistics of {year - 1})', row['confidence']])


def minimum_wages(folder, rows):
    wages, regions = defaultdict(list), read(folder, 'regions.csv')
    for row in read(folder, 'minimum_wage.csv'):
        name, tier = row['parameter'].rsplit('.tier', 1)
        wages[row['region_code'], tier].append((camel(name), row))
    tiers_of = defaultdict(set)
    for code, tier in wages:
        tiers_of[code].add(tier)
    for code, tiers in tiers_of.items():
        if tiers == {'1'}:      # one value for the whole region
            for name, row in wages[code, '1']:
                rows[code].append([name, day(row['valid_from']), day(row['valid_to']), row['value'], row['unit'], row['source'], row['confidence']])
    for row in read(folder, 'minimum_wage_tiers.csv'):
        code, province = row['region_code'], row['region_code'][:2] + '0000'
        counties = [code]
        if code.endswith('00'):
            counties = [r['code'] for r in regions if r['parent'] == code and 1 <= int(r['code'][4:]) <= 20 and r['name'].endswith('区')]
        for name, wage in wages.get((code, row['value'])) or wages.get((province, row['value'])) or []:
            begin, end = max(day(row['valid_from']), day(wage['valid_from'])), min(day(row['valid_to']), day(wage['valid_to']))
            for county in counties if begin <= end else []:
                if not any(r[0] == name and r[1] <= end and begin <= r[2] for r in rows[county]):
                    rows[county].append([name, begin, end, wage['value'], wage['unit'], f"{wage['source']}; tier {row['value']}: {row['source']}",
                                         weaker(wage['confidence'], row['confidence'])])


def write_regions(folder):
    rows = defaultdict(list)
    simple_rows(folder, rows)
    minimum_wages(folder, rows)
    policy = os.path.join(ROOT, 'regions/policy.csv')
    for row in csv.DictReader(open(policy, encoding='utf-8', newline='')):
        rows[row['region']].append([row['name'], day(row['from']), day(row['until']), row['value'], row['unit'], row['source'], row['confidence']])
    for code, lines in rows.items():
        with open(os.path.join(ROOT, f'regions/{code}.csv'), 'w', encoding='utf-8', newline='') as file:
            out = csv.writer(file, lineterminator='\n')
            out.writerow(HEADER)
            for line in sorted(lines, key=lambda r: (r[0], r[1])):
                out.writerow([line[0], text(line[1]), text(line[2])] + line[3:])
    with open(os.path.join(ROOT, 'regions/codes.csv'), 'w', encoding='utf-8', newline='') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(['code', 'name', 'parent'])
        for row in read(folder, 'regions.csv'):
            out.writerow([row['code'], row['name'], row['parent']])
    return len(rows)


def write_calendar(folder):
    days = {}
    for row in read(folder, 'holidays.csv'):
        days[row['date']] = [row['date'], row['kind'], row['name'], row['source']]
    for row in read(folder, 'statutory_days.csv'):
        if row['parameter'] != 'statutory_holiday':
            continue
        current = day(row['valid_from'])
        while current <= day(row['valid_to']):
            if row['confidence'] == 'verified' and current.isoformat() in days:
                days[current.isoformat()] = [current.isoformat(), 'statutory', row['value'], row['source']]
            elif row['confidence'] == 'verified' and '2020' <= row['valid_from'][:4] <= '2026':
                days[current.isoformat()] = [current.isoformat(), 'statutory', row['value'], row['source']]
            current += timedelta(days=1)
    years = defaultdict(list)
    for row in days.values():
        years[row[0][:4]].append(row)
    for year, lines in years.items():
        with open(os.path.join(ROOT, f'calendar/{year}.csv'), 'w', encoding='utf-8', newline='') as file:
            out = csv.writer(file, lineterminator='\n')
            out.writerow(['date', 'kind', 'name', 'source'])
            out.writerows(sorted(lines))
    return len(years)


if len(sys.argv) != 2:
    sys.exit(__doc__)
os.makedirs(os.path.join(ROOT, 'calendar'), exist_ok=True)
print(f'{write_regions(sys.argv[1])} regions, {write_calendar(sys.argv[1])} years')
