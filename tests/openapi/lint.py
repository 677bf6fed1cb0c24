#!/usr/bin/env python3
"""/openapi.json as a linter of others reads it, without an error or a warning: of `unionhall serve`, and of the stand, which has
a command, an input and a token. usage: tests/openapi/lint.py BUILD_FOLDER. Exit 77 (ctest: not run) without Node or its packages."""
import json, os, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.request

BUILD, HERE = os.path.abspath(sys.argv[1]), os.path.dirname(os.path.abspath(__file__))
REDOCLY = os.path.join(HERE, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js')
WORK = tempfile.mkdtemp(prefix='unionhall-openapi-')
if not shutil.which('node') or not os.path.exists(REDOCLY):
    print(f'NOT RUN: {REDOCLY} is not here: npm ci --ignore-scripts in tests/openapi')
    sys.exit(77)


def document(command):
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    process = subprocess.Popen([word.replace('PORT', str(port)) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for _ in range(500):
            try:
                return opener.open(f'http://127.0.0.1:{port}/openapi.json').read()
            except OSError:
                time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    raise SystemExit('no document came')


failed = 0
try:
    hall = os.path.join(WORK, 'hall')
    subprocess.run([os.path.join(BUILD, 'unionhall'), 'init', '--hall', hall, '--demo'], check=True, capture_output=True)
    for name, command in (('serve', [os.path.join(BUILD, 'unionhall'), 'serve', '--hall', hall, '--port', 'PORT']),
                          ('stand', [os.path.join(BUILD, 'tests', 'stand'), 'serve', hall, 'PORT'])):
        text = document(command)
        path = os.path.join(WORK, name + '.json')
        with open(path, 'wb') as file:
            file.write(text)
        out = subprocess.run(['node', REDOCLY, 'lint', path, '--config', os.path.join(HERE, 'redocly.yaml'), '--format=stylish'], capture_output=True,
                             text=True, env={**os.environ, 'REDOCLY_TELEMETRY': 'off', 'REDOCLY_SUPPRESS_UPDATE_NOTICE': 'true'})
        operations = sum(len(item) for item in json.loads(text)['paths'].values())
        good = out.returncode == 0 and operations > 0 and 'warning' not in out.stdout
        failed += not good
        print(f'{"ok     " if good else "FAILED "} {name}: {operations} operations are described as OpenAPI wants it' + ('' if good else '\n' + out.stdout + out.stderr))
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{2 - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
