#!/usr/bin/env python3
"""make bench: measures every bar that exists, in one run on this machine, beside its peers, and prints one
table. Changes nothing outside of build/bench; bench/README.md is kept by hand. usage: bench/run.py [BUILD_FOLDER]"""
import json, os, shutil, statistics, subprocess, sys, time

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build')
WORK = os.path.join(BUILD, 'bench', 'work')
FONTS = os.path.join(BUILD, 'share', 'unionhall', 'fonts')
MODEL, RULES = 'bench/data/ten-steps.bpmn', 'bench/data/twelve-rules.json'
figures, reasons = {}, {}


def path(*names):
    return os.path.join(WORK, *names)


def measure(*command, what=None):
    """Runs a driver and keeps its lines. A driver that cannot run costs its rows, not the table."""
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        reasons[what or command[0]] = str(error)
        return
    if out.returncode != 0:
        reasons[what or os.path.basename(command[0])] = (out.stderr.strip().splitlines() or ['exit ' + str(out.returncode)])[-1][:160]
        return
    for line in out.stdout.splitlines():
        name, value, unit = line.split('\t')
        figures[name] = (float(value), unit)


def driver(name, *words):
    measure(os.path.join(BUILD, 'bench', name), *words)


def peer(what, script, *words):
    if not shutil.which('node'):
        reasons[what] = 'no node here'
    else:
        measure('node', os.path.join('bench', 'peers', script), *words, what=what)


def inputs():
    """A thousand disputes from a linear congruence, so that every engine gets the same ones."""
    state = 7

    def chance():
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7fffffff
        return state / 0x80000000
    kinds = ('wage', 'injury', 'dismissal', 'contract')
    return [{'disputeType': kinds[int(chance() * 4)], 'filed': chance() < .4, 'member': chance() < .8, 'migrant': chance() < .4,
             'claim': int(chance() * 150000), 'days': int(chance() * 200) - 10} for _ in range(1000)]


def large_table():
    """10,000 rules over the same six inputs: a kind of dispute has five rules, by the amount claimed; and who falls in them."""
    with open(RULES, encoding='utf-8') as file:
        table = json.load(file)
    table['rules'] = [[f'"kind {n // 5}"', '-', '-' if n % 2 else 'true', '-', f'[{n % 5 * 1000}..{n % 5 * 1000 + 1000})', '>= 0',
                       'accept', f'rule {n}', 'standard'] for n in range(9999)] + [['-'] * 6 + ['review', 'no rule', 'window']]
    asked = [dict(one, disputeType=f'kind {n * 7919 % 2100}', claim=one['claim'] % 5500) for n, one in enumerate(inputs())]
    return table, asked


def whole_process(name, unit, rounds, command, **more):
    """Milliseconds of whole processes, the median."""
    if not shutil.which(command[0]) and not os.path.exists(command[0]):
        reasons[name] = 'not installed'
        return
    spent = []
    for _ in range(rounds):
        began = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, **more)
        spent.append((time.monotonic() - began) * 1000)
        if done.returncode != 0:
            reasons[name] = f'exit {done.returncode}'
            return
    figures[name] = (statistics.median(spent), unit)


def page_by_others():
    with open(path('page.html'), 'w', encoding='utf-8') as file:
        file.write('<!doctype html><meta charset=utf-8><title>申请表</title><h1>职工法律援助申请表</h1><table border=1>' +
                   '<tr><td>姓名<td>王小明<td>性别<td>男<tr><td>用人单位<td>上海某某装饰有限公司<td>岗位<td>仓管</table>' +
                   '<p>请求：支付拖欠工资一万一千二百五十元，并支付解除劳动合同经济补偿，以仲裁机构核定为准。</p>' * 3)
    whole_process('chromium', 'ms', 5, ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
                                        '--user-data-dir=' + path('chromium'), '--print-to-pdf=' + path('chromium.pdf'), path('page.html')])
    whole_process('libreoffice', 'ms', 3, ['soffice', '-env:UserInstallation=file://' + path('office'), '--headless', '--convert-to', 'pdf',
                                           '--outdir', WORK, path('page.html')])


def first_answers():
    hall, binary = path('opened'), os.path.join(BUILD, 'unionhall')
    whole_process('version', 'ms', 21, [binary, 'version'])
    if subprocess.run([binary, 'init', '--hall', hall, '--demo'], capture_output=True).returncode == 0:
        whole_process('opened.process', 'ms', 11, [os.path.join(BUILD, 'bench', 'opened'), hall, FONTS])
        driver('opened', hall, FONTS)
    else:
        reasons['opened'] = 'no hall could be made'


def number(value):
    return f'{value:,.0f}' if value >= 1000 else f'{value:.3g}' if value < 10 else f'{value:.1f}' if value < 100 else f'{value:.0f}'


# question, our figure, bar as (sign, value), others in the same run
ROWS = [
    ('decisions, 12-rule table, one core', 'decisions', ('>=', 300000), ['zen', 'feelin']),
    ('the same with the trace of a receipt', 'decisions.traced', ('>=', 300000), []),
    ('memory of that process', 'decisions.memory', ('<', 10), ['zen.memory', 'feelin.memory']),
    ('decisions, table of 10,000 rules, by its index', 'large', None, ['zen.large']),
    ('the same with a trace, which tries every rule', 'large.traced', None, []),
    ('loading it', 'large.load', None, []),
    ('memory of that process', 'large.memory', None, ['zen.large.memory']),
    ('FEEL: an expression compiled', 'feel.compile', None, []),
    ('FEEL: an expression evaluated, compiled before', 'feel.run', None, []),
    ('FEEL: both each time', 'feel.both', None, ['feelin.both']),
    ('ten-step instances in memory, one core', 'instances', ('>=', 20000), ['bpmn-engine', 'bpmn-engine.parsing']),
    ('the same, encoded and decoded at each call', 'instances.encoded', None, []),
    ('durable, 64 clients, one commit a wait state', 'durable.wait', ('>=', 5000), ['commits.64']),
    ('durable, 64 clients, one commit a call', 'durable.call', None, ['commits.64']),
    ('commands of two rows, 1 thread', 'commits.1', None, ['commits.1.alone']),
    ('commands of two rows, 8 threads, group commit', 'commits.8', None, ['commits.8.alone']),
    ('commands of two rows, 64 threads, group commit', 'commits.64', ('>=', 40000), ['commits.64.alone']),
    ('submit to six papers, one worker waiting, median', 'application.ready', ('<', 150), []),
    ('the slowest of a hundred', 'application.ready.p99', None, []),
    ('whole applications, 64 threads, printed and signed', 'applications', ('>=', 15), []),
    ('CPU of one whole application', 'applications.cpu', None, []),
    ('memory of that process', 'applications.memory', None, []),
    ('paper: Markdown to signed PDF, one page', 'paper', ('<=', 12), ['chromium', 'libreoffice']),
    ('of it laying out and writing', 'paper.render', None, []),
    ('of it certificate, picture, signature', 'paper.sign', None, []),
    ('first paper of a process, fonts included', 'paper.first', None, []),
    ('start-up: `unionhall version`', 'version', ('<', 100), []),
    ('start-up: process that opens a hall and answers', 'opened.process', ('<', 100), []),
    ('`serve`: start to first answer over HTTP', 'http.start', ('<', 100), []),
    ('idle memory of `serve`, before the first paper', 'http.memory', ('<', 30), []),
    ('the home page, 64 connections kept', 'http.home', ('>=', 20000), ['http.bare', 'http.file']),
    ('its p99', 'http.home.p99', ('<', 10), ['http.bare.p99']),
    ("a service's page", 'http.service', ('>=', 20000), ['http.bare']),
    ('its p99', 'http.service.p99', ('<', 10), []),
    ('the page of a finished case, signed in', 'http.case', None, ['http.bare']),
    ('its p99', 'http.case.p99', None, []),
    ('whole applications over HTTP, 64 people, all papers there', 'http.applications', ('>=', 15), []),
    ('of them submitted (34 requests each)', 'http.applications.submitted', None, []),
    ('CPU of one, all its requests and papers', 'http.applications.cpu', None, []),
    ('idle memory of an opened hall, before the first paper', 'opened.memory', ('<', 30), []),
]


def verdict(value, bar):
    if bar is None:
        return '-', ''
    sign, limit = bar
    met = value >= limit if sign == '>=' else value <= limit if sign == '<=' else value < limit
    return f'{sign} {number(limit)}', 'met' if met else 'MISSED'


def print_table():
    print('| question | here | bar | | peer or floor in the same run | ratio |\n|---|---|---|---|---|---|')
    missed = 0
    for question, name, bar, others in ROWS:
        if name not in figures:
            print(f'| {question} | not measured | {verdict(0, bar)[0]} | | | |')
            continue
        value, unit = figures[name]
        bound, word = verdict(value, bar)
        missed += word == 'MISSED'
        beside = [(other, figures[other]) for other in others if other in figures]
        peers = ', '.join(f'{other} {number(v)}' + ('' if u == unit else ' ' + u) for other, (v, u) in beside)
        ratios = ', '.join(f'{number(max(value, v) / min(value, v))}x' + ('' if (value > v) == (bar is None or bar[0] == '>=') else ' behind')
                           for _, (v, _) in beside if v and value)
        print(f'| {question} | {number(value)} {unit} | {bound} | {word} | {peers} | {ratios} |')
    for what, why in reasons.items():
        print(f'not run: {what}: {why}')
    for name in ('zen', 'feelin', 'zen.large', 'feelin.both'):
        if name + '.different' in figures:
            count, of = figures[name + '.different']
            print(f'{name} gave {count:.0f} {of} otherwise than we')
    return missed


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(path('disk'))
    with open('/proc/cpuinfo', encoding='utf-8') as info:
        model = next((line.split(':')[1].strip() for line in info if line.startswith('model name')), 'unknown')
    print(f'machine: {os.cpu_count()} cores, {model}; {time.strftime("%F %R", time.gmtime())} UTC; load before: {os.getloadavg()[0]:.2f}'
          ' (more than 0.5: others work here too, read times as upper bounds)', flush=True)
    if shutil.which('npm') and subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd='bench', capture_output=True).returncode:
        reasons['peers'] = 'npm ci did not work'
    with open(path('inputs.json'), 'w', encoding='utf-8') as file:
        json.dump(inputs(), file)
    driver('decisions', RULES, path('inputs.json'), path('results.txt'), 'decisions')
    for name in ('zen', 'feelin'):
        peer(name, 'decisions.mjs', name, RULES, path('inputs.json'), path('results.txt'))
    for name, content in zip(('large.json', 'large-inputs.json'), large_table()):
        with open(path(name), 'w', encoding='utf-8') as file:
            json.dump(content, file)
    driver('decisions', path('large.json'), path('large-inputs.json'), path('large-results.txt'), 'large')
    peer('zen.large', 'decisions.mjs', 'zen', path('large.json'), path('large-inputs.json'), path('large-results.txt'), 'zen.large')
    driver('expressions', 'bench/data/expressions.json', path('expressions.txt'))
    peer('feelin.both', 'expressions.mjs', 'bench/data/expressions.json', path('expressions.txt'))
    driver('instances', MODEL)
    peer('bpmn-engine', 'instances.mjs', MODEL)
    driver('commits', path('disk'))
    driver('durable', MODEL, path('disk'))
    driver('paper', FONTS)
    page_by_others()
    driver('applications', FONTS, path('hall'))
    first_answers()
    measure('/usr/bin/python3', os.path.join('bench', 'over_http.py'), BUILD, WORK, what='http')
    missed = print_table()
    shutil.rmtree(WORK, ignore_errors=True)
    print(f'{missed} bars missed, {len(reasons)} drivers not run; load after: {os.getloadavg()[0]:.2f}')


if __name__ == '__main__':
    main()
