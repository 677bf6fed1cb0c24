#!/usr/bin/env python3
"""A hall of mode `locked` as the union and its operator meet it: restart, unlock, backup, restore, a lost passphrase.
usage: tests/stories/locked.py BUILD_FOLDER. Each check is a sentence; exits 1 when one does not hold. (LA4)"""
import glob, json, os, re, shutil, subprocess, sys, tempfile, zipfile

BUILD = os.path.abspath(sys.argv[1])
HALL = os.path.join(BUILD, 'unionhall')
WORK = tempfile.mkdtemp(prefix='unionhall-locked-')
PASSPHRASE = '正确的马电池订书钉一二三四'
NAME, PHONE = '欧阳锁得住', '19912345670'   # of nobody else, not of a golden case either: these are deployed in plain
passed, failed = 0, 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'))


def path(name):
    return os.path.join(WORK, name)


def put(name, text):
    with open(path(name), 'w', encoding='utf-8') as file:
        file.write(text)
    return path(name)


def run(*words, passphrase=None, recovery=None):
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith('UNIONHALL_')}
    if passphrase:
        surroundings['UNIONHALL_PASSPHRASE_FILE'] = passphrase
    if recovery:
        surroundings['UNIONHALL_RECOVERY_KEY_FILE'] = recovery
    return subprocess.run([HALL, *words], capture_output=True, text=True, env=surroundings)


def applicant():
    with open('demo/applicants.jsonl', encoding='utf-8') as file:
        answers = json.loads(file.readlines()[1])
    answers.update(name=NAME, phone=PHONE)
    return put('applicant.json', json.dumps(answers, ensure_ascii=False))


def members(archive):
    with zipfile.ZipFile(archive) as file:
        return {name: file.read(name) for name in file.namelist()}


def locked(hall, good, number):
    for words in (('case', 'bundle', number, '--out', path('no.zip')), ('verify',), ('service', 'deploy', 'services/legal-aid'),
                  ('case', 'run', 'demo/applicants.jsonl:3')):
        out = run(*words, '--hall', hall)
        check(f'`{" ".join(words[:2])}` on a locked hall says so and does not fall over', out.returncode == 1 and 'locked' in out.stderr
              and out.stdout == '', f'{out.returncode} {out.stdout} {out.stderr}')
    check('nothing was written for the refused bundle', not os.path.exists(path('no.zip')))
    out = run('case', 'bundle', 'nobody', '--hall', hall, '--out', path('no.zip'))
    check('a number that was never given is answered as on an open hall', out.returncode == 1 and 'no such thing' in out.stderr, out.stderr)
    wrong = put('wrong', '完全不对的口令一二三四五六')
    out = run('verify', '--hall', hall, passphrase=wrong)
    check('a wrong passphrase opens nothing and is named', out.returncode == 1 and 'passphrase' in out.stderr, out.stderr)
    out = run('verify', '--hall', hall, passphrase=path('missing'))
    check('an unreadable passphrase file leaves the hall locked, with words', out.returncode == 1 and 'cannot be read' in out.stderr, out.stderr)
    out = run('verify', '--hall', hall, passphrase=good)
    check('the right passphrase opens it and everything verifies', out.returncode == 0 and 'verified: 1 cases' in out.stdout, out.stderr)


def recovered(hall, recovery, number):
    key = put('recovery', recovery)
    out = run('case', 'bundle', number, '--hall', hall, '--out', path('r.zip'), recovery=key)
    check('the recovery key opens a hall whose passphrase is lost', out.returncode == 0, out.stderr)
    slip = put('slip', ('1' if recovery[0] != '1' else '2') + recovery[1:])
    out = run('verify', '--hall', hall, recovery=slip)
    check('a slip in the recovery key is found and its group named', out.returncode == 1 and '1' in out.stderr, out.stderr)
    return key


def backed_up(hall, key, good, secrets, mode):
    archive = path(f'{mode}.zip')
    out = run('backup', archive, '--hall', hall)
    check(f'a backup of a {mode} hall needs no key', out.returncode == 0, out.stderr)
    found = [(name, secret[:8]) for name, content in members(archive).items() for secret in secrets if secret in content]
    check(f'no byte of the backup ({mode}) tells the key, the passphrase or the recovery key', not found, str(found))
    plain = [(name, word) for name, content in members(archive).items() for word in (NAME, PHONE) if word.encode() in content]
    check(f'no byte of the backup ({mode}) tells the applicant\'s name or phone', not plain, str(plain))
    other = path(f'other-{mode}')
    out = run('restore', archive, '--hall', other, '--recovery-key-file', key)
    check(f'it is restored into another folder with the recovery key and verified ({mode})', out.returncode == 0
          and 'restored and verified: 1 cases' in out.stdout, out.stdout + out.stderr)
    if mode == 'locked':
        out = run('verify', '--hall', other)
        check('a restored hall of mode locked is locked again', out.returncode == 1 and 'locked' in out.stderr, out.stderr)
        check('and opens with the old passphrase', run('verify', '--hall', other, passphrase=good).returncode == 0)
    else:
        check('a restored hall of mode kept works on', run('verify', '--hall', other).returncode == 0)
    bare = path(f'bare-{mode}')
    out = run('restore', archive, '--hall', bare)
    check(f'restored without a key it stays locked ({mode})', out.returncode == 0 and 'locked' in out.stdout
          and run('verify', '--hall', bare).returncode == 1, out.stdout + out.stderr)
    check(f'until the recovery key is given ({mode})', run('verify', '--hall', bare, recovery=key).returncode == 0)


def one_hall(mode):
    hall, good = path(mode), put('passphrase', PASSPHRASE + '\n')
    words = ('--mode', 'locked', '--passphrase-file', good) if mode == 'locked' else ()
    made = run('init', '--hall', hall, '--demo', *words)
    check(f'a hall of mode {mode} is made and prints its recovery key once', made.returncode == 0
          and re.fullmatch(r'([0-9A-Z]{5}-){7}[0-9A-Z]{5}\n', made.stdout), made.stdout + made.stderr)
    recovery = made.stdout.strip()
    out = run('case', 'run', applicant(), '--hall', hall, '--at', '2026-11-23T09:00:00+08:00', passphrase=good)
    check(f'a case runs in it ({mode})', out.returncode == 0, out.stderr)
    number = json.loads(out.stdout)['case']
    secrets = [recovery.encode(), recovery.replace('-', '').encode(), PASSPHRASE.encode()]
    if mode == 'locked':
        check('mode locked leaves no key beside the hall', set(os.listdir(hall)) - {'demo.json'} == {'ca.pem', 'hall.db', 'keys.json'}, str(os.listdir(hall)))
        locked(hall, good, number)
    else:
        master = open(os.path.join(hall, 'master.key'), 'rb').read().strip()
        secrets += [master, master.upper(), bytes.fromhex(master.decode())]
    key = recovered(hall, recovery, number)
    backed_up(hall, key, good, secrets, mode)
    check(f'no secret lies in the database itself ({mode})', not any(
        secret in open(name, 'rb').read() for name in glob.glob(hall + '/hall.db*') + [hall + '/keys.json'] for secret in secrets))


try:
    out = run('init', '--hall', path('short'), '--mode', 'locked', '--passphrase-file', put('short-passphrase', '12345'))
    check('a short passphrase is refused and leaves no hall', out.returncode == 1 and not os.path.exists(path('short/keys.json')), out.stderr)
    for mode in ('locked', 'kept'):
        one_hall(mode)
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed or not passed else 0)
