#!/usr/bin/env python3
"""Receipts of the legal aid's acceptance, decided again by tools/verify_receipts.py, which shares nothing with the hall
but the model files (X2, idea 1; LA28). usage: second_opinion.py BUILD [COUNT] [SEED]"""
import base64, json, os, subprocess, sys, tempfile, zipfile
from concurrent.futures import ThreadPoolExecutor
import applicants, oracle

BUILD, COUNT, SEED = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000, int(sys.argv[3]) if len(sys.argv) > 3 else 11
HALL, VERIFIER = os.path.join(BUILD, 'unionhall'), [sys.executable, 'tools/verify_receipts.py']
FOLDER = tempfile.TemporaryDirectory(prefix='unionhall-second-')
passed = failed = 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f'{"ok     " if holds else "FAILED "} {sentence}' + ('' if holds else f': {why}'), flush=True)


def path(name):
    return os.path.join(FOLDER.name, name)


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


def inputs_of(one):
    """What the decision asks of an application, as the hall hands it over."""
    files = {name: ('09QF9PHR4001F' if value else value) for name, value in (one.get('files') or {}).items()}
    bad = [name for name, value in (one.get('files') or {}).items() if str(value).startswith('bad')]
    checks = [{'id': '09QF9PHR4001F', 'field': 'files.' + name, 'sound': name not in bad, 'words': '看不清' if name in bad else '',
               'mediaType': 'application/pdf'} for name, value in (one.get('files') or {}).items() if value]
    kept = ('arbitration', 'identityLevel', 'answers', 'employer', 'claims', 'leftOn', 'migrantWorker')
    return dict({name: one.get(name) for name in kept}, submittedOn=oracle.submitted_on(one).isoformat(), files=files, fileChecks=checks,
                region='310113')


def decide(number, one):
    receipt = path(f'{number}.json')
    done = run(HALL, 'decide', 'legal-aid', 'acceptance', '--context', json.dumps(inputs_of(one), ensure_ascii=False),
               '--on', oracle.submitted_on(one).isoformat(), '--region', '310113', '--receipt', receipt)
    return receipt if done.returncode == 0 else f'exit {done.returncode}: {done.stderr[:200]}'


def agree():
    people = applicants.applicants(COUNT, SEED, oracle.Calendar('calendar'))
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda n: decide(n, people[n]), range(COUNT)))
    lost = [one for one in receipts if not one.endswith('.json')]
    check(f'{COUNT} generated applications of seed {SEED} are decided', not lost, str(lost[:3]))
    models = path('models')
    os.makedirs(models, exist_ok=True)
    subprocess.run(['cp', '-r', 'services/legal-aid/decisions', 'law', models], check=True)
    done = run(*VERIFIER, '--models', models, *[one for one in receipts if one.endswith('.json')])
    check(f'a second implementation agrees on {COUNT} of {COUNT} receipts, rule by rule (X2)',
          done.returncode == 0 and done.stdout.splitlines()[-1] == f'{COUNT} passed, 0 failed', str([one for one in done.stdout.splitlines() if 'agrees' not in one][:5]))
    outcomes = [json.load(open(one))['result']['outcome'] for one in receipts if one.endswith('.json')]
    check('every outcome is among them', {'accepted', 'person', 'notYet'} == set(outcomes), str(set(outcomes)))
    return models, receipts


def changed(models, receipts):
    with open(receipts[0], encoding='utf-8') as file:
        text = file.read()
    receipt = json.loads(text)
    for sentence, old, new in (
            ('the outcome', f'"outcome":"{receipt["result"]["outcome"]}"', '"outcome":"accepte"'),
            ('a fact', '"holds":true', '"holds":null'), ('a hit', '"hit":false', '"hit":true'),
            ('an article', '法律援助法', '法律援助去'),
            ('a salt', receipt['inputs'][0]['salt'], receipt['inputs'][0]['salt'][::-1]), ('a space between', '":', '": ')):
        with open(path('changed.json'), 'w', encoding='utf-8') as file:
            file.write(text.replace(old, new, 1))
        done = run(*VERIFIER, '--models', models, path('changed.json'))
        check(f'{sentence} changed in a receipt is refused', old in text and done.returncode == 1 and 'REFUSED' in done.stdout, done.stdout)
    with open(os.path.join(models, 'decisions', 'acceptance.dmn'), encoding='utf-8') as file:
        model = file.read()
    with open(os.path.join(models, 'decisions', 'acceptance.dmn'), 'w', encoding='utf-8') as file:
        file.write(model.replace('identityLevel &gt;= 2', 'identityLevel &gt;= 1'))
    done = run(*VERIFIER, '--models', models, receipts[0])
    check('a changed model is not the model of the receipt', done.returncode == 1 and 'no model of that hash' in done.stdout, done.stdout)


def bundles():
    names = []
    for number in (2, 1, 30):
        names.append(path(f'{number}.zip'))
        run(HALL, 'case', 'run', f'demo/applicants.jsonl:{number}', '--bundle', names[-1])
    done = run(*VERIFIER, *names)
    check('receipts of whole cases agree, and the hall signed them (LA28)',
          done.returncode == 0 and done.stdout.count(', signed') == 3, done.stdout)
    done = run(*VERIFIER, '--key', '00' * 32, names[0])
    check('the bundle of another hall is refused by the key', done.returncode == 1 and 'another hall' in done.stdout, done.stdout)


def signature():
    with zipfile.ZipFile(path('2.zip')) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    key = json.loads(files['manifest.json'])['publicKey']
    name = next(one for one in files if one.startswith('receipts/'))
    models = path('bundle-models')
    os.makedirs(models, exist_ok=True)
    for one in files:
        if one.endswith('.dmn'):
            with open(os.path.join(models, os.path.basename(one)), 'wb') as file:
                file.write(files[one])
    receipt = json.loads(files[name])
    raw = bytearray(base64.b64decode(receipt['signature']))
    for at in (0, 31, 32, 63):
        forged = bytearray(raw)
        forged[at] ^= 1
        with open(path('forged.json'), 'wb') as file:
            file.write(files[name].replace(receipt['signature'].encode(), base64.b64encode(forged)))
        done = run(*VERIFIER, '--models', models, '--key', key, path('forged.json'))
        check(f'byte {at} of the signature changed is refused', done.returncode == 1 and 'REFUSED' in done.stdout, done.stdout)


changed(*agree())
bundles()
signature()
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
