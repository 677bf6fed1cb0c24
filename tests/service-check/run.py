#!/usr/bin/env python3
"""Breaks the sound service in one place at a time and expects `service check` to say just that, with file and place.
usage: tests/service-check/run.py BUILD_FOLDER. defects/NAME.json: {says, change [{file, from, to} | {file, text} | {file,
gone: true}], expect [whole lines of standard output but the last], fit: true when only warnings are expected}."""
import glob, json, os, re, shutil, subprocess, sys, tempfile

HALL = os.path.join(os.path.abspath(sys.argv[1]), 'unionhall')
HERE = os.path.dirname(os.path.abspath(__file__))
passed = failed = 0


def check(name, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + name + ('' if holds else f':\n{why}'))


def change(folder, step):
    path = os.path.join(folder, step['file'])
    if step.get('gone'):
        os.remove(path)
        return
    if 'text' in step:
        text = step['text']
    else:
        text = open(path, encoding='utf-8').read()
        assert step['from'] in text, f'{step["file"]} has no {step["from"]}'
        text = text.replace(step['from'], step['to'], 1)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def run(folder):
    return subprocess.run([HALL, 'service', 'check', folder], capture_output=True, text=True)


def defect(path):
    case = json.load(open(path, encoding='utf-8'))
    with tempfile.TemporaryDirectory(prefix='unionhall-check-') as work:
        folder = os.path.join(work, 'suggestion')
        shutil.copytree(os.path.join(HERE, 'sound'), folder)
        for step in case['change']:
            change(folder, step)
        out = run(folder)
    lines = out.stdout.replace(work, '').splitlines()
    fit = case.get('fit', False)
    summed = re.fullmatch(r'\d+ passed, (\d+) failed', lines[-1]) if lines else None
    check(f'{os.path.basename(path)}: {case["says"]}', lines[:-1] == case['expect'] and summed and (summed[1] == '0') == fit
          and out.returncode == (0 if fit else 1), out.stdout + out.stderr)


out = run(os.path.join(HERE, 'sound'))
check('the sound service is fit, without a word', out.returncode == 0 and re.fullmatch(r'\d+ passed, 0 failed\n', out.stdout), out.stdout + out.stderr)
for path in sorted(glob.glob(os.path.join(HERE, 'defects', '*.json'))):
    defect(path)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed or passed < 20 else 0)
