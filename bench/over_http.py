#!/usr/bin/env python3
"""The hall over HTTP, measured from outside: pages a second (wrk), whole applications by 64 people at once through the very
pages that a phone is shown, start-up, idle memory. Prints `name TAB value TAB unit` as the drivers do; bench/run.py runs it.
usage: bench/over_http.py BUILD_FOLDER WORK_FOLDER"""
import http.client, html.parser, os, re, shutil, signal, socket, subprocess, sys, threading, time, urllib.parse

BUILD, WORK = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
UNIONHALL, HALL = os.path.join(BUILD, 'unionhall'), os.path.join(WORK, 'http-hall')
PEOPLE, CLIENTS, SECONDS = 192, 64, 4


def figure(name, value, unit):
    print(f'{name}\t{value:.6g}\t{unit}', flush=True)


# ---- servers -------------------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, *command):
        self.port = free_port()
        self.began = time.monotonic()
        self.process = subprocess.Popen([*command, str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
                connection.request('GET', '/')
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.001)
        self.first_answer_ms = (time.monotonic() - self.began) * 1000

    def status(self, what):
        with open(f'/proc/{self.process.pid}/status') as file:
            return int(re.search(what + r':\s+(\d+)', file.read())[1]) / 1024

    def cpu_seconds(self):
        with open(f'/proc/{self.process.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def serve():
    return Server(UNIONHALL, 'serve', '--hall', HALL, '--port')


# ---- pages a second --------------------------------------------------------------------------------------------------------

def milliseconds(text):
    value, unit = re.fullmatch(r'([\d.]+)(us|ms|s)', text).groups()
    return float(value) * {'us': 0.001, 'ms': 1, 's': 1000}[unit]


def pages(server, name, path, cookie=None):
    words = ['wrk', '-t1', '-c64', f'-d{SECONDS}s', '--latency', *(['-H', f'Cookie: hall={cookie}'] if cookie else []), f'http://127.0.0.1:{server.port}{path}']
    subprocess.run([*words[:3], '-d1s', *words[4:]], capture_output=True)
    before = server.cpu_seconds()
    out = subprocess.run(words, capture_output=True, text=True).stdout
    spent = server.cpu_seconds() - before
    if 'Non-2xx' in out or 'Socket errors' in out:
        raise SystemExit(f'{path}: {out}')
    count = int(re.search(r'(\d+) requests in', out)[1])
    figure(f'http.{name}', float(re.search(r'Requests/sec:\s+([\d.]+)', out)[1]), 'pages/s')
    figure(f'http.{name}.p99', milliseconds(re.search(r'99%\s+(\S+)', out)[1]), 'ms')
    figure(f'http.{name}.cpu', spent / count * 1e6, 'us')


# ---- a whole application, as a browser without script sends it -----------------------------------------------------------------

class Form(html.parser.HTMLParser):
    """The page's form that posts: where to, and what a browser would send with it."""
    def __init__(self, page):
        super().__init__()
        self.inside, self.action, self.kind, self.fields, self.choices, self.files, self.select, self.area, self.option = False, None, None, [], {}, [], None, None, ''
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == 'form' and a.get('method') == 'post' and self.action is None:
            self.inside, self.action, self.kind = True, a.get('action'), a.get('enctype')
        if not self.inside or ('name' not in a and tag != 'option'):
            return
        if tag == 'input' and a.get('type') == 'file':
            self.files.append(a['name'])
        elif tag == 'input' and a.get('type') in ('radio', 'checkbox'):
            self.choices.setdefault(a['name'], []).append(a.get('value', 'on'))
            if 'checked' in a:
                self.fields.append((a['name'], a.get('value', 'on')))
        elif tag == 'input':
            self.fields.append((a['name'], a.get('value') or ''))
        elif tag == 'select':
            self.select = a['name']
        elif tag == 'textarea':
            self.area = (a['name'], '')
        elif tag == 'option' and self.select:
            self.option = a.get('value', '')
            if 'selected' in a:
                self.fields.append((self.select, a.get('value', '')))

    def handle_data(self, text):
        if self.area:
            self.area = (self.area[0], self.area[1] + text)
        if self.select and text.strip() == '宝山区':
            self.fields.append((self.select, self.option))

    def handle_endtag(self, tag):
        if tag == 'form':
            self.inside = False
        elif tag == 'select':
            self.select = None
        elif tag == 'textarea' and self.area:
            self.fields.append(self.area)
            self.area = None


def days_ago(days):
    return time.strftime('%Y-%m-%d', time.gmtime(time.time() - days * 86400))


ANSWERS = {'domicile': '上海市宝山区牡丹江路2224弄11号643室', 'employer.name': '上海淘鲜达电子商务有限公司', 'job': '仓管',
           'arbitration.caseNumber': '宝劳人仲（2026）办字第1610号', 'arbitration.filedOn': days_ago(9), 'hiredOn': days_ago(1200), 'leftOn': days_ago(30),
           'monthlyWage': '11250', 'claims.0.months': '1', 'claims.0.amount': '11250'}
TICKED = {'agree', 'agreeSensitive', 'arbitration.filed', 'unknown', 'claims.type', 'answers.hardshipPromise', 'answers.ownLawyer'}   # the first choice


class Person:
    def __init__(self, port, cookie, photo):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.cookie, self.photo, self.requests = cookie, photo, 0

    def ask(self, method, path, body=None, kind=None):
        headers = {'Cookie': 'hall=' + self.cookie, **({'Content-Type': kind} if kind else {})}
        for _ in range(6):
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            page = response.read().decode()
            self.requests += 1
            if response.status != 303:
                return path, response.status, page
            path, method, body = urllib.parse.urljoin(path, response.headers['Location']), 'GET', None
            headers.pop('Content-Type', None)
        raise SystemExit('redirected in circles')

    def answers(self, form):
        fields = [(name, value or ANSWERS.get(name) or '') for name, value in form.fields]
        for name, choices in form.choices.items():
            if name in TICKED and (name != 'unknown' or choices == ['employer.uscc']) and not any(field == name for field, _ in fields):
                fields.append((name, choices[0]))
        return fields

    def send(self, path, form, again):
        fields = self.answers(form)
        if form.kind != 'multipart/form-data':
            return self.ask('POST', form.action or path, urllib.parse.urlencode(fields), 'application/x-www-form-urlencoded')
        mark, body = 'unionhall-bench-boundary', b''
        for name, value in fields:
            body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name in form.files:
            content, file = (self.photo, 'photo.jpg') if name == 'files.arbitrationApplication' and not again else (b'', '')
            body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + content + b'\r\n'
        return self.ask('POST', form.action or path, body + f'--{mark}--\r\n'.encode(), 'multipart/form-data; boundary=' + mark)

    def apply(self):
        path, status, page = self.ask('GET', '/services/legal-aid/begin')
        seen = {}
        while '/cases/' not in path:
            seen[path] = seen.get(path, 0) + 1
            if status != 200 or seen[path] > 2:
                raise SystemExit(f'{path}: {status}: {re.sub("<[^>]*>", " ", page)[:900]}')
            path, status, page = self.send(path, Form(page), seen[path] > 1)
        return path


def applications(server, cookies, photo):
    waiting, made, lock, failures = list(cookies), [], threading.Lock(), []

    def person():
        while True:
            with lock:
                if not waiting or failures:
                    return
                cookie = waiting.pop()
            try:
                one = Person(server.port, cookie, photo)
                made.append((one.apply(), one.requests))
            except (SystemExit, OSError, http.client.HTTPException) as error:
                failures.append(error)
    began, cpu = time.monotonic(), server.cpu_seconds()
    threads = [threading.Thread(target=person) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    submitted = time.monotonic() - began
    if failures:
        raise SystemExit(f'an application failed: {failures[0]}')
    all_ready = wait_for_papers(len(made) + 1)   # one was made before
    figure('http.applications', len(made) / (all_ready - began), 'applications/s')
    figure('http.applications.submitted', len(made) / submitted, 'applications/s')
    figure('http.applications.requests', sum(count for _, count in made) / submitted, 'requests/s')
    figure('http.applications.cpu', (server.cpu_seconds() - cpu) / len(made) * 1000, 'ms')
    figure('http.applications.memory', server.status('VmHWM'), 'MB')


def wait_for_papers(count):
    """Until every application of this run has its papers: the demo's hall has no others."""
    import sqlite3
    database = sqlite3.connect(f'file:{HALL}/hall.db?mode=ro', uri=True)
    while database.execute("select count(distinct case_id) from paper").fetchone()[0] < count:
        time.sleep(0.02)
    return time.monotonic()


def main():
    shutil.rmtree(HALL, ignore_errors=True)
    subprocess.run([UNIONHALL, 'init', '--hall', HALL, '--demo'], check=True, capture_output=True)
    subprocess.run([UNIONHALL, 'service', 'deploy', 'services/legal-aid', '--hall', HALL], check=True, capture_output=True)
    cookies = subprocess.run([os.path.join(BUILD, 'bench', 'sessions'), HALL, str(PEOPLE)], check=True, capture_output=True, text=True).stdout.split()
    starts = []
    for _ in range(7):
        server = serve()
        starts.append(server.first_answer_ms)
        memory = server.status('VmRSS')
        server.stop()
    figure('http.start', sorted(starts)[3], 'ms')
    figure('http.memory', memory, 'MB')
    bare = Server(os.path.join(BUILD, 'bench', 'bare'))
    pages(bare, 'bare', '/')
    bare.stop()
    photo = subprocess.run(['vips', 'gaussnoise', os.path.join(WORK, 'photo.jpg[Q=60]'), '1200', '1600', '--mean', '200', '--sigma', '12'], capture_output=True)
    photo = open(os.path.join(WORK, 'photo.jpg'), 'rb').read()
    server = serve()
    case = Person(server.port, cookies[0], photo).apply()
    wait_for_papers(1)
    for name, path, cookie in (('file', '/look/hall.css', None), ('home', '/', None), ('service', '/services/legal-aid', None), ('case', case, cookies[0])):
        pages(server, name, path, cookie)
    applications(server, cookies[1:], photo)
    server.stop()


main()
