#!/usr/bin/env python3
"""Legal aid held against the law: generated applicants decided by the hall and by an oracle that knows only the law page.
usage: tests/stories/legal_aid.py BUILD_FOLDER [COUNT [SEED]]. Each check is a sentence; exits 1 when one does not hold."""
import base64, json, os, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import applicants
import oracle

BUILD = os.path.abspath(sys.argv[1])
HALL = os.path.join(BUILD, 'unionhall')
COUNT, SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 60, int(sys.argv[3]) if len(sys.argv) > 3 else 20260831
WORK = tempfile.mkdtemp(prefix='unionhall-aid-')
PIXEL = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
SIX = ['application', 'authorization', 'agreement', 'risks', 'address', 'decision']
passed, failed = 0, 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'))


def run(*words, **more):
    return subprocess.run([HALL, *words], capture_output=True, text=True, **more)


def path(name):
    return os.path.join(WORK, name)


def write(name, content):
    with open(path(name), 'wb') as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path(name)


def sample():
    with open('demo/applicants.jsonl', encoding='utf-8') as file:
        return json.loads(file.read().splitlines()[1])


def differences(number, one, calendar):
    out = run('case', 'run', f'{path("list.jsonl")}:{number}')
    if out.returncode:
        return [f'exit {out.returncode}: {out.stderr.strip()}']
    case, want = json.loads(out.stdout), oracle.decide(one, calendar)
    found = {'outcome': case['outcome'], 'failedRules': [rule['rule'] for rule in case['failedRules']], 'due': case['due']}
    wrong = [f'{key}: the law says {want[key]}, the hall {found[key]}' for key in want if want[key] != found[key]]
    papers = [paper['id'] for paper in case['papers']]
    if papers != (SIX if want['outcome'] == 'accepted' else []):
        wrong.append(f'papers {papers} {out.stderr.strip()}')
    if case['staffEvents'] or any(len(notice['text']) > 70 for notice in case['notices']):
        wrong.append('a staff event, or a notice of more than 70 characters')
    if any(not rule['article'] or not rule['fact'] for rule in case['failedRules']):
        wrong.append('a failed rule without article or fact')
    return wrong


def generated():
    write('good.png', PIXEL)
    write('bad-cut.png', PIXEL[:40])
    write('bad-empty.pdf', b'')
    write('bad-text.txt', 'not a picture')
    run('case', 'run', 'demo/applicants.jsonl:2', '--out', path('papers'))
    shutil.copy(path('papers/4-risks.pdf'), path('good.pdf'))
    calendar = oracle.Calendar('calendar')
    people = applicants.applicants(COUNT, SEED, calendar)
    write('list.jsonl', ''.join(json.dumps(one, ensure_ascii=False) + '\n' for one in people))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda n: differences(n + 1, people[n], calendar), range(len(people))))
    wanted = [oracle.decide(one, calendar) for one in people]
    rules = {rule for want in wanted for rule in want['failedRules']}
    check('the list exercises every rule, every outcome, and rules that fail together',
          len(rules) == 8 and {w['outcome'] for w in wanted} == {'accepted', 'person', 'notYet'} and any(len(w['failedRules']) > 1 for w in wanted), str(rules))
    bad = [f'\n  {n + 1} {json.dumps(people[n], ensure_ascii=False)}\n    ' + '\n    '.join(wrong) for n, wrong in enumerate(results) if wrong]
    check(f'{COUNT} generated applicants of seed {SEED} come out as the law page says (LA1, LA5, LA8, LA13, LA16)', not bad, f'{len(bad)} differ' + ''.join(bad[:10]))


IMPOSSIBLE = [   # what is changed, the words that must stand on stderr
    ('an unknown key', {'surprise': 1}, ['surprise']),
    ('an unknown key inside', {'employer.colour': 'red'}, ['/employer/colour']),
    ('an unknown file', {'files.unknown': 'sample'}, ['/files/unknown']),
    ('a wrong check digit of the identity number', {'idNumber': '110105194912310021'}, ['idNumber']),
    ('a birthday that never was', {'idNumber': '310113190002290030'}, ['idNumber']),
    ('a region that does not exist', {'idNumber': '999999199001010016'}, ['idNumber']),
    ('a residence permit of no region', {'idNumber': oracle.resident_id('84000019900101001')}, ['idNumber']),
    ('17 digits', {'idNumber': '31011320000229003'}, ['idNumber']),
    ('a card that is called a passport but is a wrong card', {'idNumber': '110105194912310021', 'idType': '居民身份证'}, ['idNumber']),
    ('a wrong check digit of the credit code', {'employer.uscc': '91350100M000100Y44'}, ['/employer/uscc']),
    ('two wrong fields and a third', {'phone': '12345', 'name': '张', 'leftOn': '2022-02-30'}, ['phone', 'name', 'leftOn']),
    ('a date that does not exist', {'arbitration.filedOn': '2022-02-29'}, ['/arbitration/filedOn']),
    ('leaving before coming', {'leftOn': '2018-01-01'}, ['leftOn']),
    ('coming in the future', {'hiredOn': '2030-01-01', 'leftOn': '2031-01-01'}, ['hiredOn']),
    ('words in place of a number', {'monthlyWage': '八千'}, ['monthlyWage']),
    ('a negative amount', {'claims.0.amount': '-1'}, ['claims', 'amount']),
    ('a huge amount', {'claims.0.amount': '99999999999999999999'}, ['amount']),
    ('thirds of a fen', {'claims.0.amount': '0.001'}, ['amount']),
    ('a list in place of a text', {'name': ['张三']}, ['name']),
    ('a text in place of yes or no', {'migrantWorker': 'yes'}, ['migrantWorker']),
    ('no claims', {'claims': []}, ['claims']),
    ('no name', {'name': ''}, ['name']),
    ('an emoji that no paper can print', {'domicile': '友谊路🏠'}, ['domicile']),
    ('a NUL byte', {'domicile': '上海\x00市'}, ['domicile']),
    ('a level that does not exist', {'identityLevel': 9}, ['identityLevel']),
    ('a level as text', {'identityLevel': '2'}, ['identityLevel']),
    ('a moment that does not exist', {'submittedAt': '2022-02-30T01:30:00+08:00'}, ['submittedAt']),
    ('a moment without zone', {'submittedAt': '2022-08-26'}, ['submittedAt']),
    ('a workplace code that does not exist', {'answers.workplace': '999999'}, ['/answers/workplace']),
    ('a file that is not there', {'files.arbitrationApplication': 'nowhere.pdf'}, ['files.arbitrationApplication', 'nowhere.pdf']),
    ('a number in place of a file', {'files.arbitrationApplication': 5}, ['files.arbitrationApplication']),
    ('files that are no group', {'files': 'sample'}, ['files']),
    ('text of 5 MB', {'domicile': '长' * 1700000}, ['domicile']),
]


def changed(changes):
    one = sample()
    for where, value in changes.items():
        inner, *rest = one, *where.split('.')
        for key in rest[:-1]:
            inner = inner[int(key)] if key.isdigit() else inner[key]
        inner[rest[-1]] = value
    return one


def impossible():
    for sentence, changes, words in IMPOSSIBLE:
        out = run('case', 'run', write('bad.json', json.dumps(changed(changes), ensure_ascii=False)))
        missing = [word for word in words if word not in out.stderr]
        check(f'{sentence}: invalid, the field is named, there is no case', out.returncode == 1 and not missing and out.stdout == '',
              f'exit {out.returncode} {out.stderr[-300:]}')
    whole = json.dumps(sample(), ensure_ascii=False)
    texts = {'an empty file': '', 'half an object': whole[:200], 'two objects': whole + whole, 'a list': f'[{whole}]', 'a text': '"x"',
             'a raw NUL byte': whole.replace('吴', '\0', 1), '1e400 as wage': whole.replace('"11250.00"', '1e400', 1), 'NaN': whole.replace('"11250.00"', 'NaN', 1),
             'deep nesting': '[' * 100000, 'a deep object': whole[:-1] + ', "deep": ' + '[' * 5000 + ']' * 5000 + '}',
             'one key twice': whole[:-1] + ', "name": "别人"}', 'bytes that are no UTF-8': b'{"name": "\xff\xfe"}', 'UTF-16': whole.encode('utf-16')}
    for sentence, text in texts.items():
        out = run('case', 'run', write('bad.json', text))
        check(f'{sentence}: unreadable or invalid, said so, no case', out.returncode == 1 and out.stderr.count('\n') >= 2 and out.stdout == '',
              f'exit {out.returncode} {out.stderr[-300:]}')
    for sentence, text in {'line ends of Windows': json.dumps(sample(), ensure_ascii=False, indent=1).replace('\n', '\r\n'),
                           'a wage as text and as number': whole.replace('"11250.00"', '11250', 1)}.items():
        out = run('case', 'run', write('fine.json', text))
        check(f'{sentence} make no difference', out.returncode == 0 and '"accepted"' in out.stdout, out.stderr)
    out = run('case', 'run', write('bom.json', b'\xef\xbb\xbf' + whole.encode()))
    check('a byte order mark is read over or refused in words', out.returncode == 0 or (out.returncode == 1 and 'byte order mark' in out.stderr), out.stderr)


def usage():
    lines = ''.join(json.dumps(sample(), ensure_ascii=False) + '\r\n' for _ in range(3))
    write('three.jsonl', lines)
    check('a line of a list is chosen by its number', run('case', 'run', path('three.jsonl') + ':3').returncode == 0)
    for number, why in ((':4', 'fewer'), (':0', ''), ('', 'which line')):
        out = run('case', 'run', path('three.jsonl') + number)
        check(f'three.jsonl{number} is refused in words', out.returncode == 1 and why in out.stderr and out.stdout == '', out.stderr)
    out = run('case', 'run', path('nothing.json'))
    check('a file that is not there is refused by name', out.returncode == 1 and 'nothing.json' in out.stderr, out.stderr)
    check('a missing word and an unknown option are usage', run('case', 'run').returncode == 2 and run('case', 'run', 'x', '--colour', '1').returncode == 2)
    one = write('one.json', json.dumps(sample(), ensure_ascii=False))
    check('an unreadable --at is usage', run('case', 'run', one, '--at', 'noon').returncode == 2)
    out = run('case', 'run', one, '--region', '999999')
    check('a region that does not exist is refused by name', out.returncode == 1 and '999999' in out.stderr and out.stdout == '', out.stderr)
    folders(one)
    case = json.loads(run('case', 'run', one, '--region', '310115').stdout)
    check('another district hands the case to a person there (LA6)', case['outcome'] == 'person' and case['case'].startswith('（2022）沪浦工援'), case['case'])
    late = json.loads(run('case', 'run', one, '--at', '2022-09-30T09:00:00+08:00').stdout)
    check('--at moves the start, and the clock runs over the national holiday (LA8)', late['due'] == {'review': '2022-10-10', 'whole': '2022-10-10'}, str(late['due']))
    keys = ['case', 'service', 'version', 'outcome', 'failedRules', 'staffEvents', 'receipts', 'timeline', 'papers', 'notices', 'due', 'assumed']
    check('the answer has the promised keys', list(late) == keys, str(list(late)))
    check('every act that was played stands in `assumed`', len(late['assumed']) == 8, str(late['assumed']))


def folders(one):
    person = write('person.json', json.dumps(changed({'answers.ownLawyer': True}), ensure_ascii=False))
    run('case', 'run', one, '--out', path('out'), '--receipts', path('receipts'), '--bundle', path('bundle.zip'))
    check('--out holds the six papers and nothing else', sorted(os.listdir(path('out'))) == [f'{i + 1}-{n}.pdf' for i, n in enumerate(SIX)], str(os.listdir(path('out'))))
    check('--receipts holds the receipt', os.listdir(path('receipts')) == ['1-acceptance.json'])
    run('case', 'run', person, '--out', path('out'), '--receipts', path('receipts'))
    check('a second run into the same folder leaves nothing of the first', os.listdir(path('out')) == [] and len(os.listdir(path('receipts'))) == 1)
    open(path('out/diary.txt'), 'w').write('mine')
    out = run('case', 'run', one, '--out', path('out'))
    check('a folder with something else in it is refused and left alone', out.returncode == 1 and 'diary.txt' in out.stderr and os.listdir(path('out')) == ['diary.txt'], out.stderr)


def trial():
    shutil.copytree('services', path('services'))
    name = path('services/legal-aid/service.json')
    text = open(name, encoding='utf-8').read()
    open(name, 'w', encoding='utf-8').write(text.replace('"mode": "live"', '"mode": "trial"'))
    write('two.jsonl', ''.join(json.dumps(sample(), ensure_ascii=False) + '\n' for _ in range(2)))
    out = run('demo', path('two.jsonl'), '--services', path('services'), '--out', path('trial'))
    check('trial cases are marked and never counted (LA27)', '2 accepted' in out.stdout and 'counted by the hall: 0' in out.stdout and '试沪宝工援' in out.stdout, out.stdout + out.stderr)


def table():
    names = ['张伟', '阿不都热合曼·买买提·伊敏江', '㛃莉', 'Maria José Fernández']
    people = [dict(sample(), name=name) for name in names]
    people[1]['answers'] = dict(people[1]['answers'], ownLawyer=True, hardshipPromise=False)
    people[1]['migrantWorker'] = False
    people[3]['submittedAt'] = '2022-08-25T09:00:00+08:00'   # arrived first, though it stands last
    write('table.jsonl', ''.join(json.dumps(one, ensure_ascii=False) + '\r\n' for one in people))
    lines = run('demo', path('table.jsonl'), '--out', path('table')).stdout.splitlines()
    width = lambda text: sum(2 if ord(c) >= 0x1100 else 1 for c in text)
    columns = [width(line[:re.search(r'accepted|person|outcome', line).start()]) for line in lines if re.search(r'号 +(accepted|person)|^who', line)]
    check('the columns of the table stand below each other whatever the names', len(columns) == 5 and len(set(columns)) == 1, '\n'.join(lines[:6]))
    check('applicants are taken in order of arrival', lines[1].startswith('Maria') and '00001' in lines[1], lines[1])
    check('each failed rule stands with its article', any('hardship' in l and '法律援助法第四十一条' in l for l in lines) and
          any('represented' in l and '法律援助法第四十八条' in l for l in lines), '\n'.join(lines[:8]))


try:
    for part in (usage, impossible, trial, table, generated):
        part()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed or not passed else 0)
