#!/usr/bin/env python3
"""Reads the C sources and refuses what the house does not allow: arrows that point up, inner headers
included from outside, banned functions, long functions, long files, words that promise later work,
names that say nothing. Prints `file:line: words`; exits 1 when something was found."""
import os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FUNCTION_LINES_MAX, FILE_LINES_MAX, LINE_CHARS_MAX = 70, 800, 140
BANNED = r'\b(strcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|gets|atoi|atol|atof|alloca|setjmp|longjmp|system)\s*\('
NAMES = {'util', 'utils', 'common', 'misc', 'helper', 'helpers', 'manager', 'core'}
LATER = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b')
found = 0


def say(path, line, words):
    global found
    found += 1
    print(f'{os.path.relpath(path, ROOT)}:{line}: {words}')


def layers():
    arrows = {}
    for line in open(os.path.join(ROOT, 'src/LAYERS'), encoding='utf-8'):
        if ':' in line and not line.startswith('#'):
            name, below = line.split(':')
            arrows[name.strip()] = set(below.split())
    return arrows


def check_includes(path, layer, arrows, lines):
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        folder, _, name = match.group(1).partition('/')
        if folder == layer or not name:
            continue
        if folder not in arrows.get(layer, set()):
            say(path, number, f'{layer} may not include {folder} (src/LAYERS)')
        elif name != folder + '.h':
            say(path, number, f'from outside only {folder}/{folder}.h may be included')


def check_functions(path, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith('{') and start is None:
            start = number
        elif line.startswith('}') and start is not None:
            # tables and struct bodies also begin at column 0 in some files; only code counts
            if line.rstrip() == '}' and number - start - 1 > FUNCTION_LINES_MAX:
                say(path, start, f'function of {number - start - 1} lines (at most {FUNCTION_LINES_MAX})')
            start = None


def check_text(path, lines, test):
    if len(lines) > FILE_LINES_MAX:
        say(path, 1, f'file of {len(lines)} lines (at most {FILE_LINES_MAX})')
    for number, line in enumerate(lines, 1):
        code = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        if re.search(BANNED, code) and not test:
            say(path, number, 'banned function: ' + re.search(BANNED, code).group(1))
        if LATER.search(line):
            say(path, number, 'a promise of later work: do it now or write an issue')
        if len(line.rstrip('\n').expandtabs(4)) > LINE_CHARS_MAX:
            say(path, number, f'line longer than {LINE_CHARS_MAX} characters')
        if line.rstrip('\n') != line.rstrip('\n').rstrip():
            say(path, number, 'white space at the end of the line')


def main():
    arrows = layers()
    for folder, _, files in os.walk(os.path.join(ROOT, 'src')):
        for name in sorted(files):
            stem, ending = os.path.splitext(name)
            if ending not in ('.c', '.h'):
                continue
            path = os.path.join(folder, name)
            if stem in NAMES or os.path.basename(folder) in NAMES:
                say(path, 1, 'this name says nothing about what lives here')
            lines = open(path, encoding='utf-8').readlines()
            layer = os.path.relpath(path, os.path.join(ROOT, 'src')).split(os.sep)[0]
            test = stem.endswith('_test') or stem.endswith('_fuzz')
            check_includes(path, layer, arrows, lines)
            check_functions(path, lines)
            check_text(path, lines, test)
    print(f'source check: {found} found', file=sys.stderr)
    return 1 if found else 0


sys.exit(main())
