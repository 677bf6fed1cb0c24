#!/usr/bin/env python3
"""The server as somebody who means it ill meets it, and as everybody else meets it meanwhile: framing, slow clients, bombs,
forgery, the API by its own description. (design §4, web.md §7.2; X1, LA4)
usage: tests/stories/server.py BUILD_FOLDER [crowd]: all of it, or the crowd alone (for a build that looks at threads).
Each check is a sentence; exits 1 when one does not hold."""
import concurrent.futures, hashlib, json, multiprocessing, os, re, socket, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'openapi'))
import schema
from serving import FORM, GET, H, POST, SANITIZED, Server, api, ask, check, form, multipart, path, people, raw, slowly, statuses, story, token_of

# ---- calm: what everybody else feels -------------------------------------------------------------------------------------


def calm(port, end, times):
    """Asks for a page 50 times a second, on a connection of its own each time, from a process of its own."""
    while not end.is_set():
        began = time.monotonic()
        try:
            answer = raw(port, b'GET /services HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
            good = answer.startswith(b'HTTP/1.1 200')
        except OSError:
            good = False
        times.put((time.monotonic() - began) * 1000 if good else 1e9)
        time.sleep(0.02)


def under(server, what, attack, memory=True):
    """Runs the attack while somebody else uses the server; checks their time and the server's memory."""
    end, times = multiprocessing.Event(), multiprocessing.Queue()
    other = multiprocessing.Process(target=calm, args=(server.port, end, times))
    before = server.memory_mb()
    other.start()
    highest, watching = [before], threading.Event()

    def watch():
        while not watching.wait(0.05):
            highest[0] = max(highest[0], server.memory_mb())
    watcher = threading.Thread(target=watch)
    watcher.start()
    result = attack()
    time.sleep(0.5)
    watching.set()
    end.set()
    spent = []
    while other.is_alive() or not times.empty():
        try:
            spent.append(times.get(timeout=0.2))
        except Exception:
            pass
    watcher.join()
    spent.sort()
    p99 = spent[min(len(spent) - 1, int(len(spent) * 0.99))] if spent else 1e9
    if not SANITIZED:
        check(f'{what}: others have their page within 500 ms (p99 {p99:.0f} ms of {len(spent)})', p99 < 500)
        if memory:
            check(f'{what}: memory stays flat ({highest[0] - before:+.1f} MB)', highest[0] - before < 20)
    return result


# ---- framing: what is not plain HTTP/1.1 is refused and the connection closed --------------------------------------------

NEXT = b'GET /healthz HTTP/1.1\r\n' + H + b'\r\n'
REFUSED = [
    ('Content-Length with chunked', POST + H + b'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('two equal Content-Lengths', POST + H + b'Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc' + NEXT, 400),
    ('two different Content-Lengths', POST + H + b'Content-Length: 3\r\nContent-Length: 40\r\n\r\nabc' + NEXT, 400),
    ('a list of Content-Lengths', POST + H + b'Content-Length: 3, 3\r\n\r\nabc' + NEXT, 400),
    ('a signed Content-Length', POST + H + b'Content-Length: +3\r\n\r\nabc' + NEXT, 400),
    ('a negative Content-Length', POST + H + b'Content-Length: -3\r\n\r\nabc' + NEXT, 400),
    ('a Content-Length past 64 bits', POST + H + b'Content-Length: 99999999999999999999\r\n\r\nabc' + NEXT, 413),
    ('an unknown transfer coding', POST + H + b'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('chunked and then another coding', POST + H + b'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('two Transfer-Encodings', POST + H + b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('chunked in HTTP/1.0', b'POST /services HTTP/1.0\r\n' + H + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('white space before the colon', POST + H + b'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('a folded Transfer-Encoding', POST + H + b'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n' + NEXT, 400),
    ('a folded Content-Length', POST + H + b'Content-Length: 1\r\n 0\r\n\r\n0123456789' + NEXT, 400),
    ('a folded header', GET + H + b'X-A: b\r\n\tc\r\n\r\n' + NEXT, 400),
    ('lines that end in LF alone', b'GET /healthz HTTP/1.1\nHost: a\n\n' + NEXT, 400),
    ('one line that ends in LF alone', GET + H + b'X-A: b\nX-C: d\r\n\r\n' + NEXT, 400),
    ('LF alone made up for by a blank', GET + H + b'X-A:  b\nX-C: d\r\n\r\n' + NEXT, 400),
    ('a head that ends in LF alone', GET + H + b'\n' + NEXT, 400),
    ('a bare CR in a value', GET + H + b'X-A: b\rc\r\n\r\n' + NEXT, 400),
    ('NUL in a value', GET + H + b'X-A: b\0c\r\n\r\n' + NEXT, 400),
    ('NUL in the address', b'GET /healthz\0x HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('two blanks in the first line', b'GET  /healthz HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('HTTP/1.1 without Host', GET + b'\r\n' + NEXT, 400),
    ('two Hosts', GET + H + b'Host: b\r\n\r\n' + NEXT, 400),
    ('a header without colon', GET + H + b'nothing\r\n\r\n' + NEXT, 400),
    ('a name that is no token', GET + H + b'X(A): b\r\n\r\n' + NEXT, 400),
    ('a blank before the first header', GET + b' X: a\r\n' + H + b'\r\n' + NEXT, 400),
    ('HTTP/0.9', b'GET /healthz\r\n\r\n', 400),
    ('HTTP/1.9', b'GET /healthz HTTP/1.9\r\n' + H + b'\r\n' + NEXT, 400),
    ('the preface of HTTP/2', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
    ('a head of 200 KB', GET + H + b'X-A: ' + b'a' * 200000 + b'\r\n\r\n', 431),
    ('101 headers', GET + H + b''.join(b'X-%d: a\r\n' % i for i in range(100)) + b'\r\n' + NEXT, 400),
    ('a chunk size that is none', POST + H + b'Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n' + NEXT, 400),
    ('a negative chunk size', POST + H + b'Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n' + NEXT, 400),
    ('a chunk size past 64 bits', POST + H + b'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n' + NEXT, 413),
    ('10 GB announced', POST + H + b'Content-Length: 10000000000\r\n\r\n' + b'a' * 1000, 413),
    ('10 GB announced, asking first', POST + H + b'Expect: 100-continue\r\nContent-Length: 10000000000\r\n\r\n', 413),
    ('a body where none is taken', GET + H + b'Content-Length: 5\r\n\r\nabcde' + NEXT, 413),
    ('%00 in the path', b'GET /a%00b HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('%00 in the query', b'GET /?a=%00 HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('an overlong dot', b'GET /%c0%ae%c0%ae/ HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('half a character', b'GET /%e5%b7 HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
    ('a broken escape', b'GET /%zz HTTP/1.1\r\n' + H + b'\r\n' + NEXT, 400),
]
ELSEWHERE = [b'/look/%2e%2e/%2e%2e/etc/passwd', b'/look/..%2f..%2fetc%2fpasswd', b'/look/..\\..\\etc\\passwd', b'/../../../etc/passwd',
             b'//etc/passwd', b'/look/hall.css%2f..', b'/look//hall.css', b'/api/v1/../../healthz', b'/look/%252e%252e', b'*', b'healthz']


def framing(server):
    for what, data, status in REFUSED:
        answer = raw(server.port, data, 1.5)
        # of its own refusals libmicrohttpd 0.9.75 sends some heads twice; either way nothing of NEXT may be answered
        got = statuses(answer)
        check(f'{what} is refused with {status} and nothing after it is read as a request', got and set(got) == {status}, f'{got} {answer[:300]}')
    for where in ELSEWHERE:
        answer = raw(server.port, b'GET ' + where + b' HTTP/1.1\r\n' + H + b'Connection: close\r\n\r\n')
        check(f'{where.decode()} is no page and no file', statuses(answer) in ([404], [400]) and b'root:' not in answer, answer[:200])
    # what the library's reader of chunks lets through, and no switch of it forbids: one reading only, so nothing can hide in it
    for what, body in (('LF alone after chunk sizes', b'3\nabc\n0\n\n'), ('a chunk extension', b'3;a="b"\r\nabc\r\n0\r\n\r\n')):
        answer = raw(server.port, POST + H + b'Transfer-Encoding: chunked\r\n\r\n' + body + NEXT, 1.5)
        check(f'{what}: either refused, or one request and then the next one', statuses(answer) in ([400], [405, 200], [413]), statuses(answer))
    one = b'GET /healthz HTTP/1.1\r\nHost: a\r\nCookie: a=b; c="d"\r\nX-Empty:\r\nX-Blanks:   b  \r\nAccept: */*\r\n\r\n'
    check('two plain requests in one go are answered in order', statuses(raw(server.port, one + NEXT, 1)) == [200, 200])
    check('blank lines before a request are passed over', statuses(raw(server.port, b'\r\n' + one, 1)) == [200])
    with socket.create_connection(('127.0.0.1', server.port)) as s:
        for byte in one:
            s.send(bytes([byte]))
        check('a request that comes byte by byte is answered', s.recv(100).startswith(b'HTTP/1.1 200'))
    for size in (8000, 16000, 24000):
        with socket.create_connection(('127.0.0.1', server.port)) as s:
            head = b'GET /healthz?a=b HTTP/1.1\r\nHost: a\r\nX-Long: ' + b'a' * size + b'\r\nUser-Agent: b\r\n\r\n'
            for at in range(0, len(head), 1460):
                s.send(head[at:at + 1460])
                time.sleep(0.001)
            check(f'a head of {size} bytes in packets is answered', s.recv(100).startswith(b'HTTP/1.1 200'))
    answer = ask(server, 'PUT', '/services')
    check('another method gets 405 and is told which are allowed', answer.status == 405 and answer.headers['Allow'] == 'GET, HEAD', answer.headers)
    head = raw(server.port, b'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    check('HEAD tells the length and sends nothing', head.endswith(b'\r\n\r\n') and int(re.search(rb'Content-Length: (\d+)', head)[1]) > 500, head)


# ---- slow clients ------------------------------------------------------------------------------------------------------------

def slow_clients(server, stand, who):
    cookie = b'Cookie: hall=' + who['worker'].encode() + b'\r\n'
    slow_body = b'POST /stand/notes HTTP/1.1\r\n' + H + cookie + b'Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n{'
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        heads = pool.submit(lambda: under(server, '300 slow heads', lambda: slowly(server, GET + b'X-', b'a', 300, 1, 16)))
        reads = pool.submit(lambda: slowly(server, b'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n' * 1000, b"", 50, 1, 40, True))
        bodies = pool.submit(lambda: under(stand, '150 slow bodies', lambda: slowly(stand, slow_body, b" ", 150, 2, 45)))
        left = heads.result()
        check('slow heads are cut off after 10 seconds', left == 0, f'{left} of 300 are still open')
        reads.result()
        check('readers of one byte a second are cut off, and what they did not read is thrown away', server.sockets() < 10,
              f'{server.sockets()} sockets are still open')
        left = bodies.result()
        check('bodies that trickle are cut off', left == 0, f'{left} of 150 are still open')


def abandoned(server, who):
    """Connections that their owners broke off, at every stage, while nobody waits."""
    cookie = b'Cookie: hall=' + who['worker'].encode() + b'\r\n'
    large = b'POST /stand/papers HTTP/1.1\r\n' + H + cookie + b'Content-Length: 100000\r\nContent-Type: text/plain\r\n\r\nabc'

    def leave(data):
        for i in range(40):
            with socket.create_connection(('127.0.0.1', server.port)) as s:
                s.sendall(data)
                if i % 2:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        for future in [pool.submit(leave, data) for data in (GET, GET + H + b'\r\n', b'GET / HTTP/1.1\r\n' + H + b'\r\n', large, large[:-3]) * 4]:
            future.result()
    time.sleep(2.5)
    for _ in range(20):
        ask(server, 'GET', '/healthz')   # each event thread cleans up at its next event
    check('eight hundred connections that were broken off are gone two seconds later', server.sockets() < 10, f'{server.sockets()} sockets are open')


# ---- bombs --------------------------------------------------------------------------------------------------------------------

def pour(server, head, piece, most):
    """Sends pieces until the server has had enough; how many bytes it took, and what it said."""
    sent, said = 0, b''
    with socket.create_connection(('127.0.0.1', server.port)) as s:
        s.settimeout(10)
        s.sendall(head)
        try:
            while sent < most:
                s.sendall(piece)
                sent += len(piece)
            said = s.recv(4096)
        except OSError:
            pass
    return sent, said


def bombs(server, who):
    session = 'hall=' + who['worker']
    chunk = b'10000\r\n' + b'a' * 65536 + b'\r\n'
    head = b'POST /stand/%s HTTP/1.1\r\n' + H + b'%sContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'

    def endless():
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return [f.result()[0] for f in [pool.submit(pour, server, head % (b'notes', b'Cookie: ' + session.encode() + b'\r\n'), chunk,
                                                        200 << 20) for _ in range(8)]]
    sent = under(server, '8 endless chunked bodies', endless)
    check('a chunked body without end is cut off', max(sent) < 20 << 20, sent)

    def strangers():
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            big = [pool.submit(pour, server, b'POST /stand/papers HTTP/1.1\r\n' + H + b'Cookie: hall=' + b'0' * 52 +
                               b'\r\nContent-Type: multipart/form-data; boundary=a\r\nContent-Length: 40000000\r\n\r\n', b'a' * 100000,
                               40000000) for _ in range(20)]
            return [f.result() for f in big]
    sent = under(server, '20 uploads of 40 MB with a session that is none', strangers)
    check('they are read to their end and not kept', all(size == 40000000 for size, _ in sent), [s for s, _ in sent])
    answer = raw(server.port, b'POST /stand/papers HTTP/1.1\r\n' + H + b'Content-Length: 40000000\r\n\r\n', 2)
    check('a large upload by nobody at all is refused at its head', statuses(answer) == [401], answer[:100])
    answer = ask(server, 'POST', '/stand/papers', b'a' * 100000, Cookie='hall=' + '0' * 52, Content_Type='multipart/form-data; boundary=a')
    check('and by a session that is none it is sent to the door', answer.status == 303 and 'sign-in' in answer.headers['Location'], answer.status)

    def parts(count, **more):
        body, kind = multipart([('a%d' % i, None, b'b') for i in range(count)], **more)
        return ask(server, 'POST', '/stand/papers', body, Cookie=session, Content_Type=kind)
    check('10,000 parts are too many', under(server, '10,000 parts', lambda: parts(10000)).status == 413)
    body, kind = multipart([('f', 'a' * 1000000, b'content')])
    answer = ask(server, 'POST', '/stand/papers', body, Cookie=session, Content_Type=kind)
    check('a file name of 1 MB is refused', answer.status == 400, answer.status)
    for kind in ('text/plain', 'application/xml', '', 'application/json+x', 'multipart/mixed; boundary=a'):
        answer = ask(server, 'POST', '/api/v1/stand/notes', b'{}', Cookie=session, Content_Type=kind)
        check(f'content of type {kind or "none"} gets 415', answer.status == 415 and answer.headers['Content-Type'] == 'application/problem+json', answer.body)
    for what, body in (('100,000 brackets', b'[' * 100000), ('100,000 braces', b'{"a":' * 40000), ('a key that stands twice', b'{"text":"a","text":"b"}'),
                       ('half a surrogate', b'{"text":"\\ud800"}'), ('NUL in a text', b'{"text":"\\u0000"}'), ('bytes that are no UTF-8', b'{"text":"\xff"}'),
                       ('a list', b'[1]'), ('a long name in deep objects', b'{"' + b'k' * 50000 + b'":{"a":1,"b":2}}'),
                       ('2,001 leaves', json.dumps({'a': list(range(2001))}).encode())):
        answer = under(server, what, lambda: ask(server, 'POST', '/api/v1/stand/notes', body, Cookie=session, Content_Type='application/json')) \
            if len(body) > 100000 else ask(server, 'POST', '/api/v1/stand/notes', body, Cookie=session, Content_Type='application/json')
        problem = json.loads(answer.body)
        check(f'JSON with {what} is refused and the place named', answer.status in (400, 413) and problem['errors'], f'{answer.status} {problem}')


def uploads(server, who):
    """What browsers send arrives as it was; and what nobody should send is named or refused."""
    session, token = 'hall=' + who['worker'], token_of(server, who['worker'])
    files = [os.urandom(size) for size in (0, 1, 65535, 65536, 70000, 3 << 20)]
    files.append(b'\r\n--' + b'x' * 29 + b'\r\n--x' * 1000)    # nearly the boundary, again and again
    parts = [('token', None, token.encode()), ('empty', None, b''), ('long', None, b'a' * 65533)]
    parts += [('f', f'照片 {i}.jpg', content) for i, content in enumerate(files)] + [('none', '', b'')]
    body, kind = multipart(parts)
    answer = ask(server, 'POST', '/stand/papers', body, Cookie=session, Content_Type=kind)
    wanted = [f'field token {len(token)}', 'field empty 0', 'field long 65533']
    wanted += [f'file f 照片 {i}.jpg {len(c)} {hashlib.sha256(c).hexdigest()}' for i, c in enumerate(files)]
    check('every file of a form arrives byte by byte, and an empty file field is none', answer.body.decode().splitlines() == wanted,
          answer.body[:600].decode(errors='replace'))
    for given, kept in (('../../etc/passwd', 'passwd'), ('C:\\\\Users\\\\a.jpg', 'a.jpg'), ('..', '..'), ('/', 'file'), ('a\tb', 'file'), ('x' * 256, 'file'),
                        ('say \\"hi\\".jpg', 'say "hi".jpg')):
        body, kind = multipart([('token', None, token.encode()), ('f', given, b'a')])
        answer = ask(server, 'POST', '/stand/papers', body, Cookie=session, Content_Type=kind)
        check(f'the file name {given[:20]!r} becomes {kept!r}', f'file f {kept} 1 ' in answer.body.decode(), answer.body[:200])
    body, kind = multipart([('token', None, token.encode()), ('f', 'a', b'a')])
    for what, bad in (('is cut short', body[:-10]), ('never begins', body.replace(b'x' * 30, b'y' * 30)), ('has a part without a name', body.replace(b'name="f"', b'nome="f"')),
                      ('has a part without head', body.replace(b'\r\n\r\na\r\n', b'\r\na\r\n')), ('has 21 files', multipart(
                          [('token', None, token.encode())] + [('f', 'a', b'a')] * 21)[0])):
        answer = ask(server, 'POST', '/stand/papers', bad, Cookie=session, Content_Type=kind)
        check(f'a form that {what} is refused in words', answer.status in (400, 413) and b'<!doctype html>' in answer.body, answer.status)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        one = b'POST /stand/papers HTTP/1.1\r\n' + H + b'Cookie: ' + session.encode() + b'\r\nConnection: close\r\nContent-Type: ' + kind.encode()
        big, _ = multipart([('token', None, token.encode()), ('f', 'a', b'a' * (8 << 20))])
        got = [f.result() for f in [pool.submit(raw, server.port, one + b'\r\nContent-Length: %d\r\n\r\n' % len(big) + big, 20) for _ in range(8)]]
    got = [statuses(answer) for answer in got]
    check('eight large uploads of one person at once: some are taken, the others are asked to wait', [200] in got and
          all(g in ([200], [429], []) for g in got), got)


# ---- forgery ----------------------------------------------------------------------------------------------------------------------

def forgery(server, who):
    mine, others = token_of(server, who['worker']), token_of(server, who['other'])
    visit = ask(server, 'GET', '/stand/form')
    visit_cookie, visit_token = 'visit=' + visit.cookie('visit'), visit.body.decode()
    count = int(ask(server, 'GET', '/stand/count').body)

    def note(fields, **headers):
        headers.setdefault('Cookie', 'hall=' + who['worker'])
        headers.setdefault('Content_Type', FORM)
        return ask(server, 'POST', '/stand/notes', form({'text': 'a', **fields}), **headers).status
    here = f'http://127.0.0.1:{server.port}'
    for what, status in (
            ('without a form token', note({})), ('with an empty one', note({'token': ''})), ('with the token of another person', note({'token': others})),
            ('with the token of a visitor', note({'token': visit_token}, Cookie='hall=' + who['worker'] + '; ' + visit_cookie)),
            ('from a page of nowhere (Origin: null)', note({'token': mine}, Origin='null')),
            ('from another site', note({'token': mine}, Origin='https://evil.example')),
            ('from our name at another port', note({'token': mine}, Origin='http://127.0.0.1:1')),
            ('from a name that begins like ours', note({'token': mine}, Origin=here + '.evil.example')),
            ('from another site by the browser\'s word', note({'token': mine}, Sec_Fetch_Site='cross-site')),
            ('from another host of our domain', note({'token': mine}, Sec_Fetch_Site='same-site')),
            ('as plain text that looks like JSON', note({}, Content_Type='text/plain'))):
        check(f'a command {what} is refused', status in (403, 415), status)
    check('nothing of it was carried out', int(ask(server, 'GET', '/stand/count').body) == count)
    check('the same command from our own page is', note({'token': mine}, Origin=here, Sec_Fetch_Site='same-origin') == 303)
    check('and from a browser that tells no origin', note({'token': mine}) == 303)
    for where in ('/stand/notes?text=a&token=' + mine, '/stand/sign-out', '/stand/sign-in'):
        status = ask(server, 'GET', where, Cookie='hall=' + who['worker']).status
        check(f'GET {where.split("?")[0]} writes nothing: there is no such page', status == 405, status)

    # login CSRF: the attacker's own credentials, sent by the victim's browser
    def sign_in(cookie, token, **headers):
        return ask(server, 'POST', '/stand/sign-in', form({'token': token}), Cookie=cookie, Content_Type=FORM, **headers)
    check('signing somebody in from another site is refused', sign_in(visit_cookie, visit_token, Origin='https://evil.example').status == 403)
    check('so it is without the visitor\'s cookie', sign_in('a=b', visit_token).status == 403)
    # session fixation
    fixed = '1' * 52
    answer = sign_in(f'hall={fixed}; {visit_cookie}', visit_token)
    new = answer.cookie('hall')
    check('a session cookie that an attacker set is replaced at sign-in', answer.status == 303 and new and new != fixed and len(new) == 52, answer.status)
    check('the attacker\'s value stays nobody', ask(server, 'POST', '/stand/notes', b'', Cookie='hall=' + fixed).headers['Location'].startswith('/sign-in'))
    lines = [line for line in answer.headers.get_all('Set-Cookie') if line.startswith('hall=')]
    check('the cookie is for us alone: HttpOnly, SameSite, whole path', lines and all(word in lines[0] for word in ('HttpOnly', 'SameSite=Lax', 'Path=/'))
          and 'Secure' not in lines[0] and 'Domain' not in lines[0], lines)
    token = token_of(server, new)
    check('signing out needs the form\'s token too', ask(server, 'POST', '/stand/sign-out', form({}), Cookie='hall=' + new, Content_Type=FORM).status == 403)
    ask(server, 'POST', '/stand/sign-out', form({'token': token}), Cookie='hall=' + new, Content_Type=FORM)
    answer = ask(server, 'POST', '/stand/notes', form({'token': token, 'text': 'a'}), Cookie='hall=' + new, Content_Type=FORM)
    check('after signing out the old cookie opens nothing', answer.status == 303 and answer.headers['Location'].startswith('/sign-in'), answer.status)


# ---- commands sent twice, and programs ---------------------------------------------------------------------------------------------

def twice(server, who):
    key = {'Authorization': 'Bearer ' + who['token'], 'Idempotency_Key': 'note-1'}
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = [f.result() for f in [pool.submit(api, server, 'POST', '/stand/notes', {'text': 'once'}, **key) for _ in range(10)]]
    got = sorted(answer.status for answer in answers)
    check('ten times the same key at once: carried out once', int(ask(server, 'GET', '/stand/count').body) == 1, got)
    check('the others are told its answer or that it is under way', set(got) <= {201, 409} and 201 in got, got)
    answer = api(server, 'POST', '/stand/notes', {'text': 'once'}, **key)
    check('later the same key gets the first answer again', answer.status == 201 and answer.json == {'text': 'once', 'count': 1}
          and answer.headers['Idempotency-Replayed'] == 'true', answer.body)
    answer = api(server, 'POST', '/stand/notes', {'text': 'other'}, **key)
    check('the same key with another command is refused', answer.status == 409, answer.status)
    answer = api(server, 'POST', '/stand/notes', {'text': 'once'}, Authorization='Bearer ' + who['otherToken'], Idempotency_Key='note-1')
    check('another program\'s key of the same name is its own', answer.status == 201 and answer.json['count'] == 2, answer.body)
    answer = api(server, 'POST', '/stand/notes', {}, Authorization='Bearer ' + who['token'], Idempotency_Key='note-2')
    check('a command that failed may be sent again', answer.status == 422 and api(server, 'POST', '/stand/notes', {'text': 'b'},
          Authorization='Bearer ' + who['token'], Idempotency_Key='note-2').status == 201, answer.body)
    check('a key of 1 KB is refused', api(server, 'POST', '/stand/notes', {'text': 'b'}, Authorization='Bearer ' + who['token'],
                                          Idempotency_Key='k' * 1000).status == 413)


def programs(server, who):
    answer = api(server, 'GET', '/stand/who', Authorization='Bearer ' + who['token'])
    check('a token speaks for its organisation in its role', answer.json == {'role': 'legalClerk', 'organisation': who['own']}, answer.body)
    answer = api(server, 'GET', '/stand/who', Authorization='Bearer ' + who['otherToken'])
    check('another one for the other organisation', answer.json['organisation'] == who['elsewhere'], answer.body)
    for what, value in (('made up', 'Bearer uh_' + '0' * 52), ('without its word', who['token']), ('as password', 'Basic ' + who['token']), ('a session', 'Bearer ' + who['clerk'])):
        answer = api(server, 'GET', '/stand/who', Authorization=value)
        check(f'a token that is {what} gets 401 in the API\'s words', answer.status == 401 and answer.headers['Content-Type'] == 'application/problem+json', answer.status)
    answer = api(server, 'GET', '/stand/who', Authorization='Bearer uh_nobody', Cookie='hall=' + who['clerk'])
    check('with a token no cookie counts', answer.status == 401, answer.status)
    answer = ask(server, 'POST', '/stand/notes', form({'text': 'a'}), Authorization='Bearer ' + who['token'], Content_Type=FORM)
    check('a token opens no page', answer.status == 303 and 'sign-in' in answer.headers['Location'], answer.status)
    answer = api(server, 'POST', '/stand/notes', {}, Authorization='Bearer ' + who['token'])
    problem = answer.json
    check('what is missing is named in problem+json', answer.status == 422 and answer.headers['Content-Type'] == 'application/problem+json'
          and problem['errors'] == [{'pointer': 'text', 'detail': 'this is needed'}] and problem['status'] == 422 and problem['instance'] ==
          answer.headers['X-Request-Id'], problem)


# ---- the API by its own description --------------------------------------------------------------------------------------------------

def described(server, who, name):
    document = json.loads(ask(server, 'GET', '/openapi.json').body)
    ways = [('nobody', {}), ('worker', {'Cookie': 'hall=' + who['worker']}), ('clerk', {'Cookie': 'hall=' + who['clerk']}),
            ('program', {'Authorization': 'Bearer ' + who['token']})]
    asked, wrong = schema.fuzz(document, ways, lambda method, where, body, headers: api(server, method, where, body, **headers))
    check(f'{asked} calls made from the description of {name}: never 5xx, only declared answers of their declared shape, refusals with pointers',
          asked and not wrong, '\n        '.join([''] + wrong[:12]))


def headers(server):
    for where in ('/', '/nothing', '/look/hall.css', '/openapi.json', '/api/v1/services', '/api/v1/nothing'):
        h = ask(server, 'GET', where).headers
        check(f'{where} carries the strict headers', h['X-Content-Type-Options'] == 'nosniff' and "default-src 'none'" in h['Content-Security-Policy']
              and "frame-ancestors 'none'" in h['Content-Security-Policy'] and h['Referrer-Policy'] == 'same-origin' and h['Cache-Control'] and
              'unsafe' not in h['Content-Security-Policy'] and re.fullmatch('[0-9a-f]{16}', h['X-Request-Id']) and not h['Server'], h)


# ---- a crowd ------------------------------------------------------------------------------------------------------------------------------------

def crowd(server, stand, who):
    """Twenty people at once for some seconds, each doing everything, while connections break off in the middle."""
    end, odd, counts = time.monotonic() + 5, [], []
    files, kind = multipart([('token', None, token_of(stand, who['worker']).encode()), ('f', 'a', b'a' * 100000)])
    token = token_of(stand, who['worker'])
    cookie = {'Cookie': 'hall=' + who['worker']}

    def person(number):
        done = 0
        while time.monotonic() < end:
            for status, wanted in (
                    (ask(server, 'GET', '/').status, {200}), (ask(server, 'GET', '/look/hall.css').status, {200}), (ask(server, 'GET', '/nothing').status, {404}),
                    (ask(server, 'GET', '/my', **cookie).status, {200}), (ask(stand, 'POST', '/stand/notes', form({'text': 'a', 'token': token}),
                                                                             Content_Type=FORM, **cookie).status, {303, 429}),
                    (ask(stand, 'POST', '/stand/papers', files, Content_Type=kind, **cookie).status, {200, 429}),
                    (api(stand, 'GET', '/stand/who', Authorization='Bearer ' + who['token']).status, {200})):
                done += 1
                if status not in wanted:
                    odd.append((status, wanted))
            for data in (GET, GET + H + b'\r\n', b'POST /stand/papers HTTP/1.1\r\n' + H + b'Cookie: hall=' + who['worker'].encode() +
                         b'\r\nContent-Length: 100000\r\nContent-Type: text/plain\r\n\r\nabc'):
                with socket.create_connection(('127.0.0.1', stand.port)) as s:
                    s.sendall(data)
                    if number % 2:
                        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        counts.append(done)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        for future in [pool.submit(person, i) for i in range(20)]:
            future.result()
    check(f'a crowd of twenty ({sum(counts)} answers): everybody gets what they should', not odd, odd[:5])


def ended(server, stand):
    for one in (server, stand):
        check('it still answers after all this, and never failed by itself', ask(one, 'GET', '/services').status == 200)
        one.stop()
        check('it ends well', one.process.returncode == 0, one.process.returncode)
    faults = [line for line in open(path('serve.log'), errors='replace') if 'http.fault' in line or 'Sanitizer' in line or 'runtime error' in line]
    check('no fault stands in its log', not faults, ''.join(faults[:5]) + open(path('serve.log'), errors='replace').read()[:6000])


def main():
    who = people()
    server, stand = Server('--demo'), Server(stand=True)
    if sys.argv[2:] == ['crowd']:
        crowd(server, stand, who)
        ended(server, stand)
        return
    under(server, 'requests that are none', lambda: framing(server))
    headers(server)
    twice(stand, who)
    programs(stand, who)
    forgery(stand, who)
    abandoned(stand, who)
    bombs(stand, who)
    uploads(stand, who)
    described(server, who, '`unionhall serve`')
    described(stand, who, 'the stand')
    slow_clients(server, stand, who)
    crowd(server, stand, who)
    ended(server, stand)


if __name__ == '__main__':
    story(main)
