"""What the stories of the server share: a hall, servers, bytes over a socket, and what must hold. (tests/stories/server.py,
tests/stories/server_life.py)"""
import http.client, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time
from urllib.parse import urlencode

BUILD = os.path.abspath(sys.argv[1])
UNIONHALL, STAND = os.path.join(BUILD, 'unionhall'), os.path.join(BUILD, 'tests', 'stand')
WORK = tempfile.mkdtemp(prefix='unionhall-server-')
SANITIZED = 'UNIONHALL_SANITIZED' in os.environ   # a build with a sanitizer: times and memory are not judged
FORM = 'application/x-www-form-urlencoded'
H, GET, POST = b'Host: a\r\n', b'GET /healthz HTTP/1.1\r\n', b'POST /services HTTP/1.1\r\n'
counts = {True: 0, False: 0}


def check(sentence, holds, why=''):
    counts[bool(holds)] += 1
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'), flush=True)


def path(name):
    return os.path.join(WORK, name)


class Server:
    """`unionhall serve`, or the stand: the same server with routes of its own."""
    running = []

    def __init__(self, *words, port=0, stand=False, env=None, **more):
        self.port = port or free_port()
        command = [STAND, 'serve', path('hall'), str(self.port)] if stand else \
            [UNIONHALL, 'serve', '--hall', path('hall'), '--port', str(self.port), *words]
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(path('serve.log'), 'a'),
                                        env={**os.environ, **(env or {})}, **more)
        Server.running.append(self)
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit('the server did not start: ' + open(path('serve.log')).read()[-2000:])
                time.sleep(0.002)

    def memory_without_database_mb(self):
        """Without the pages of the mapped database: they grow with the hall and are the kernel's to take back."""
        kilobytes, of_database = 0, False
        with open(f'/proc/{self.process.pid}/smaps') as file:
            for line in file:
                if re.match(r'[0-9a-f]+-[0-9a-f]+ ', line):
                    of_database = '/hall.db' in line
                elif line.startswith('Rss:') and not of_database:
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024

    def memory_mb(self):
        with open(f'/proc/{self.process.pid}/status') as file:
            return int(re.search(r'VmRSS:\s+(\d+)', file.read())[1]) / 1024

    def sockets(self):
        return sum(os.readlink(f'/proc/{self.process.pid}/fd/{fd}').startswith('socket:') for fd in os.listdir(f'/proc/{self.process.pid}/fd'))

    def stop(self, how=signal.SIGTERM):
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(30)
        Server.running.remove(self)
        return time.monotonic() - began


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def raw(port, data, wait=5.0):
    """Sends bytes, reads until the other side closes or is silent."""
    out = b''
    with socket.create_connection(('127.0.0.1', port)) as s:
        s.settimeout(wait)
        try:
            s.sendall(data)
        except OSError:
            pass
        try:
            while piece := s.recv(65536):
                out += piece
        except OSError:
            pass
    return out


def statuses(answer):
    return [int(status) for status in re.findall(rb'(?:^|\r\n\r\n|\n)HTTP/1\.1 (\d+)', answer)]


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = response.headers

    def cookie(self, name):
        for line in self.headers.get_all('Set-Cookie') or []:
            if line.startswith(name + '='):
                return line.split(';')[0].split('=', 1)[1]
        return None


def ask(server, method, where, body=None, tls=None, **headers):
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    connection = kind('127.0.0.1', server.port, timeout=30, **({'context': tls} if tls else {}))
    try:
        connection.request(method, where, body, {name.replace('_', '-'): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def api(server, method, where, body=None, **headers):
    if body is not None:
        headers.setdefault('Content_Type', 'application/json')
    answer = ask(server, method, '/api/v1' + where, json.dumps(body) if body is not None else None, **headers)
    plain = (answer.headers['Content-Type'] or '').startswith('text/plain')   # what the description calls a string
    answer.json = None if not answer.body else str(answer.body) if plain else json.loads(answer.body)
    return answer


def form(fields):
    return urlencode(fields)


def multipart(parts, boundary='x' * 30):
    out = b''
    for name, file_name, content in parts:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        out += (f'; filename="{file_name}"\r\nContent-Type: image/jpeg' if file_name is not None else '').encode() + b'\r\n\r\n' + content + b'\r\n'
    return out + f'--{boundary}--\r\n'.encode(), f'multipart/form-data; boundary={boundary}'


def token_of(server, session):
    return ask(server, 'GET', '/stand/form', Cookie='hall=' + session).body.decode()


def slowly(server, begin, more, count, pause, seconds, small_window=False):
    """Opens count connections, sends begin, then `more` now and then; how many are still open at the end."""
    open_ones = []
    for _ in range(count):
        s = socket.socket()
        if small_window:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.connect(('127.0.0.1', server.port))
        s.sendall(begin)
        s.setblocking(False)
        open_ones.append(s)
    end = time.monotonic() + seconds
    while open_ones and time.monotonic() < end:
        time.sleep(pause)
        for s in list(open_ones):
            try:
                if more:
                    s.send(more)
                    if s.recv(1, socket.MSG_PEEK) == b'':
                        raise OSError
                elif s.recv(1) == b'':          # a reader who takes one byte
                    raise OSError
            except BlockingIOError:
                pass
            except OSError:
                s.close()
                open_ones.remove(s)
    left = len(open_ones)
    for s in open_ones:
        s.close()
    return left


def people():
    """A hall with a worker, another one, a clerk, and a program of each of two unions: their cookies and tokens."""
    made = subprocess.run([UNIONHALL, 'init', '--hall', path('hall'), '--demo'], capture_output=True, text=True)
    check('a hall is made', made.returncode == 0, made.stderr)
    return json.loads(subprocess.run([STAND, 'make', path('hall')], capture_output=True, text=True, check=True).stdout)


def story(main):
    try:
        main()
    finally:
        for server in Server.running:
            server.process.kill()
        shutil.rmtree(WORK, ignore_errors=True)
    print(f'{counts[True]} passed, {counts[False]} failed')
    sys.exit(1 if counts[False] or not counts[True] else 0)
