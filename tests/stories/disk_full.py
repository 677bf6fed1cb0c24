#!/usr/bin/env python3
"""A hall on a disk that fills up: what cannot be stored is said (507), reading goes on, nothing that was acknowledged is lost,
and it recovers by itself when there is room again. On a tmpfs of 40 MB in a mount namespace of its own; exits 77 (skipped)
where no such namespace may be made. usage: tests/stories/disk_full.py BUILD_FOLDER"""
import base64, hashlib, hmac, http.client, json, os, re, shutil, struct, subprocess, sys, tempfile, time, urllib.parse

BUILD = os.path.abspath(sys.argv[1])
HALL = os.path.join(BUILD, 'unionhall')
if os.environ.get('DISK_FULL_INSIDE') != '1':
    if subprocess.run(['unshare', '-Urm', 'true'], capture_output=True).returncode != 0:
        print('skipped: no mount namespace of our own may be made here')
        sys.exit(77)
    os.execvpe('unshare', ['unshare', '-Urm', sys.executable, *sys.argv], {**os.environ, 'DISK_FULL_INSIDE': '1'})

WORK = tempfile.mkdtemp(prefix='unionhall-full-')
DISK = os.path.join(WORK, 'disk')
PASSWORD, SECRET = 'demo-hall-2022', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
passed, failed = 0, 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'), flush=True)


def totp():
    mac = hmac.new(base64.b32decode(SECRET), struct.pack('>Q', int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[19] & 15
    return f'{(struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}'


class Visitor:
    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, fields=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        headers = {'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())}
        body = urllib.parse.urlencode(fields) if fields is not None else None
        if body is not None:
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == 'set-cookie':
                key, _, rest = value.partition('=')
                self.cookies[key] = rest.split(';')[0]
        return answer.status, text, answer.getheader('Location') or ''

    def post(self, page, path, **fields):
        token = re.search(r'name="token" value="([^"]*)"', self.ask('GET', page)[1])
        return self.ask('POST', path, {'token': token.group(1) if token else '', **fields})

    def sign_in(self, role):
        staff = json.load(open('demo/organisations.json', encoding='utf-8'))['staff']
        phone = next(person['phone'] for person in staff if role in person['roles'])
        self.post('/staff/sign-in', '/staff/sign-in', phone=phone, password=PASSWORD)
        return self.post('/staff/code', '/staff/code', code=totp())


def serve():
    process = subprocess.Popen([HALL, 'serve', '--hall', os.path.join(DISK, 'hall'), '--port', '0'], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r'open at http://[^:]+:(\d+)/', line)
        if found:
            break
    import threading
    threading.Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
    return process, int(found.group(1))


def fill():
    with open(os.path.join(DISK, 'filler'), 'ab', buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b'\0' * size)
            except OSError:
                pass


def story():
    os.mkdir(DISK)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', DISK], check=True)
    subprocess.run([HALL, 'init', '--hall', os.path.join(DISK, 'hall'), '--demo'], check=True, capture_output=True)
    process, port = serve()
    administrator, operator = Visitor(port), Visitor(port)
    check('the administrator signs in', administrator.sign_in('administrator')[2] == '/admin')
    check('the operator signs in', operator.sign_in('operator')[2] == '/operator')

    def make(name):
        return administrator.post('/admin/organisations', '/admin/organisations', name='满盘测试工会', kind='union', code=name, region='310113')

    acknowledged = ['before']
    check('with room, an organisation is added', make('before')[0] == 303)
    time.sleep(6)   # the nightly backup of a new hall
    fill()
    status, text = 0, ''
    for number in range(3000):
        status, text, _ = make(f'full-{number}')
        if status != 303:
            break
        acknowledged.append(f'full-{number}')
        fill()
    check('without room it is said with 507 and in words', status == 507 and '机器存满了' in text and '以前的都在' in text, f'{status} after {number}')
    check('reading goes on for strangers', Visitor(port).ask('GET', '/')[0] == 200)
    status, text, _ = administrator.ask('GET', '/admin/organisations')
    check('and for who is signed in: nobody is signed out', status == 200 and all(name in text for name in acknowledged), status)
    status, text, _ = operator.ask('GET', '/operator')
    check('the operator\'s page is red and says what to do', status == 200 and '磁盘剩余不到5%' in text and '先腾地方' in text)
    status, text, _ = operator.ask('GET', '/readyz')
    check('/readyz says 503 and why', status == 503 and 'stops: diskFull' in text, text)
    check('a backup cannot be asked for, and that is said', operator.post('/operator/backups', '/operator/backups')[0] == 507)
    check('a hall that is full does not stop for good', 'stops: stopped' not in operator.ask('GET', '/readyz')[1])
    os.remove(os.path.join(DISK, 'filler'))
    check('with room again it goes on by itself, without a restart', make('after')[0] == 303)
    check('and is ready again', operator.ask('GET', '/readyz')[0] == 200, operator.ask('GET', '/readyz')[1])
    text = administrator.ask('GET', '/admin/organisations')[1]
    check('all that was acknowledged is there, nothing that was refused', all(name in text for name in [*acknowledged, 'after'])
          and f'full-{number}' not in re.findall(r'full-\d+', text), number)
    process.terminate()
    check('it stops cleanly', process.wait(30) == 0)
    out = subprocess.run([HALL, 'verify', '--hall', os.path.join(DISK, 'hall')], capture_output=True, text=True)
    check('everything fits the log', out.returncode == 0, out.stdout + out.stderr)


try:
    story()
finally:
    subprocess.run(['umount', DISK], capture_output=True)
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
