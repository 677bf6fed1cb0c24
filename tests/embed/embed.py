#!/usr/bin/env python3
"""The engines as a stranger's program uses them: installed into an empty folder, found by pkg-config, built with examples/ by
plain cc, and run. usage: tests/embed/embed.py BUILD_FOLDER."""
import os, shutil, subprocess, sys, tempfile

BUILD = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix='unionhall-embed-')
POLICIES = os.path.abspath('tests/dmn/golden/policies.dmn')
failed = 0


def check(sentence, got, wanted):
    global failed
    failed += got != wanted
    print(('ok      ' if got == wanted else 'FAILED  ') + sentence + ('' if got == wanted else f': {got!r}, not {wanted!r}'))


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, cwd=WORK)
    return done.returncode, done.stdout, done.stderr


def must(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(words)}: {done.stdout}{done.stderr}')
    return done.stdout


def build(example, package):
    pkg = {**os.environ, 'PKG_CONFIG_PATH': ':'.join(os.path.join(root, 'pkgconfig') for root, folders, _ in os.walk(WORK) if 'pkgconfig' in folders)}
    flags = must('pkg-config', '--cflags', '--libs', package, env=pkg).split()
    source = shutil.copy(os.path.join('examples', example + '.c'), WORK)
    must('cc', '-std=c17', '-Wall', '-Wextra', '-Werror', source, *flags, '-o', os.path.join(WORK, example), cwd=WORK)


try:
    must('cmake', '--install', BUILD, '--component', 'engines', '--prefix', os.path.join(WORK, 'prefix'))
    shutil.move(os.path.join(WORK, 'prefix'), os.path.join(WORK, 'elsewhere'))      # what is installed may be moved
    build('evaluate', 'unionhall-feel')
    check('an expression is evaluated', run('./evaluate', 'for x in [1, 2] return x * y', '{y: 0.1}'), (0, '[0.1, 0.2]\n', ''))
    code, out, words = run('./evaluate', '1 +')
    check('a broken expression is refused', (code, out), (1, ''))
    check('with its place', '1:4' in words, True)
    code, out, words = run('./evaluate', 'substring("abc", 9)')
    check('a failing one is null with words', (code, out, words != ''), (0, 'null\n', True))
    build('decide', 'unionhall-dmn')
    code, out, words = run('./decide', POLICIES, 'first', '{days late: 40, claim: "wage"}')
    check('a decision is taken', (code, out.split('\n')[0]), (0, '{channel: "person", reason: "look again"}'))
    check('and its rule is told', 'first: rule ' in out, True)
    check('without arguments it says what it wants', run('./decide')[2], 'usage: decide MODEL.dmn DECISION INPUTS\n')
finally:
    shutil.rmtree(WORK)
sys.exit(1 if failed else 0)
