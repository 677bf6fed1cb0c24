#!/usr/bin/env python3
"""The main job as its users see it: the binary, real files, the outside judges pdfsig, qpdf and pdftotext.
usage: tests/stories/main_job.py BUILD_FOLDER. Each check is a sentence; exits 1 when one does not hold."""
import glob, json, os, re, shutil, sqlite3, subprocess, sys, tempfile

BUILD = os.path.abspath(sys.argv[1])
HALL = os.path.join(BUILD, 'unionhall')
WORK = tempfile.mkdtemp(prefix='unionhall-story-')
passed, failed = 0, 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'))


def run(*words, **more):
    return subprocess.run([HALL, *words], capture_output=True, text=True, **more)


def path(name):
    return os.path.join(WORK, name)


def applicants():
    return [json.loads(line) for line in open('demo/applicants.jsonl', encoding='utf-8')]


def demo():
    out = run('demo', 'demo/applicants.jsonl', '--out', path('papers'))
    check('the 102 applicants come out as expected (LA1, LA18)', out.returncode == 0 and 'NOT AS EXPECTED' not in out.stdout, out.stdout[-400:])
    check('88 are accepted, 12 go to a person, 2 are not yet, with zero staff events (LA1)',
          re.search(r'88 accepted', out.stdout) and re.search(r'12 person', out.stdout) and re.search(r'2 notYet', out.stdout)
          and '528 papers; 0 staff events; counted by the hall: 102' in out.stdout, out.stdout[-300:])
    rare = [a for a in applicants() if a['expect']['outcome'] == 'accepted' and (re.search('[䶮㛃𬭚𠅤]', a['name']) or len(a['name']) >= 14)]
    check('the list has rare names among the accepted', len(rare) >= 3, str(len(rare)))
    for applicant in rare:
        papers = glob.glob(os.path.join(glob.escape(path('papers')), '* ' + glob.escape(applicant['name']), '*.pdf'))
        texts = [subprocess.run(['pdftotext', p, '-'], capture_output=True, text=True).stdout.replace('\n', '') for p in papers]
        check(f'the name {applicant["name"]} stands on every paper that names the applicant (LA17)',
              len(texts) == 6 and all(applicant['name'] in text for text in texts), f'{len(texts)} papers')


def one_case():
    out = run('case', 'run', 'demo/applicants.jsonl:2', '--out', path('one'), '--bundle', path('one.zip'), '--receipts', path('receipts'))
    case = json.loads(out.stdout)
    check('an accepted case leaves all six papers signed, each 签字 or 签收 (LA16)', case['outcome'] == 'accepted' and len(case['papers']) == 6
          and sorted({p['act'] for p in case['papers']}) == ['acknowledge', 'sign'] and len(os.listdir(path('one'))) == 6, out.stderr)
    for name in sorted(os.listdir(path('one'))):
        judged = subprocess.run(['pdfsig', os.path.join(path('one'), name)], capture_output=True, text=True).stdout
        qpdf = subprocess.run(['qpdf', '--check', os.path.join(path('one'), name)], capture_output=True, text=True)
        check(f'pdfsig and qpdf accept {name}', 'Signature is Valid' in judged and 'Digest Mismatch' not in judged and qpdf.returncode == 0, judged + qpdf.stderr)
    check('every notice has at most 70 characters (LA14)', all(len(n['text']) <= 70 for n in case['notices']))
    check('a second run from the same answers gives the same decision', json.loads(run('case', 'run', 'demo/applicants.jsonl:2').stdout)['outcome'] == 'accepted')


def changed_bytes():
    check('an untouched bundle verifies', run('bundle', 'verify', path('one.zip')).returncode == 0)
    whole = open(path('one.zip'), 'rb').read()
    missed = []
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        with open(path('bad.zip'), 'wb') as file:
            file.write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        if run('bundle', 'verify', path('bad.zip')).returncode == 0:
            missed.append(at)
    check('one byte changed in a bundle is found, wherever it is', not missed, str(missed))


def impossible():
    applicant = applicants()[1]
    applicant.update(idNumber='110105194912310021', phone='123', surprise=1)
    json.dump(applicant, open(path('bad.json'), 'w', encoding='utf-8'))
    out = run('case', 'run', path('bad.json'))
    check('impossible input names every field and makes no case', out.returncode == 1 and 'idNumber' in out.stderr and 'phone' in out.stderr
          and 'surprise' in out.stderr and out.stdout == '', out.stderr)
    open(path('cut.json'), 'w').write('{"name": ')
    check('unreadable JSON is refused with its place', run('case', 'run', path('cut.json')).returncode == 1)


def a_hall():
    hall = path('hall')
    made = run('init', '--hall', hall, '--demo')
    check('init prints a recovery key once', made.returncode == 0 and re.fullmatch(r'([0-9A-Z]{5}-){7}[0-9A-Z]{5}\n', made.stdout), made.stdout + made.stderr)
    out = run('case', 'run', 'demo/applicants.jsonl:2', '--hall', hall, '--at', '2026-11-23T09:00:00+08:00', '--receipts', path('kept'))
    check('a case runs in a given hall', out.returncode == 0, out.stderr)
    check('the hall verifies against its log', run('verify', '--hall', hall).returncode == 0, run('verify', '--hall', hall).stderr)
    receipt = glob.glob(os.path.join(path('kept'), '*.json'))[0]
    replayed = run('replay', receipt, '--hall', hall)
    check('a receipt replays with the rules of its day', replayed.returncode == 0, replayed.stderr)
    text = open(receipt, encoding='utf-8').read()
    changed = 0
    for at in range(5, len(text), max(1, len(text) // 40)):
        open(path('r.json'), 'w', encoding='utf-8').write(text[:at] + ('x' if text[at] != 'x' else 'y') + text[at + 1:])
        changed += run('replay', path('r.json'), '--hall', hall).returncode == 0
    check('one character changed in a receipt is refused', changed == 0, str(changed))
    backup(hall, made.stdout)
    for table, column, words in (('event', 'who', "'nobody'"), ('paper', 'sha256', "x'00'"), ('receipt', 'commitment', "'{}'")):
        copy = path('hall-' + table)
        shutil.copytree(hall, copy)
        base = sqlite3.connect(os.path.join(copy, 'hall.db'))
        base.execute(f'update {table} set {column} = {words} where rowid = (select max(rowid) from {table})')
        base.commit()
        base.close()
        out = run('verify', '--hall', copy)
        check(f'a changed {table} row is found and named', out.returncode == 1 and table in out.stderr, out.stderr)
    copy = path('hall-gone')
    shutil.copytree(hall, copy)
    base = sqlite3.connect(os.path.join(copy, 'hall.db'))
    base.execute('delete from event where event_id = (select max(event_id) from event)')
    base.commit()
    base.close()
    check('a deleted event is found', run('verify', '--hall', copy).returncode == 1)


def backup(hall, recovery):
    out = run('backup', path('hall.zip'), '--hall', hall)
    listed = subprocess.run(['unzip', '-l', path('hall.zip')], capture_output=True, text=True).stdout
    check('a backup holds the wrapped keys and never the master key', out.returncode == 0 and 'keys.json' in listed and 'master' not in listed, out.stderr)
    open(path('recovery'), 'w').write(recovery)
    out = run('restore', path('hall.zip'), '--hall', path('restored'), '--recovery-key-file', path('recovery'))
    check('a backup is restored with the recovery key and verified', out.returncode == 0 and 'verified' in out.stdout, out.stdout + out.stderr)
    open(path('wrong'), 'w').write('00000-' * 7 + '00000')
    check('a wrong recovery key opens nothing', run('restore', path('hall.zip'), '--hall', path('no'), '--recovery-key-file', path('wrong')).returncode == 1)


try:
    for part in (demo, one_case, changed_bytes, impossible, a_hall):
        part()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed or not passed else 0)
