#!/usr/bin/env python3
"""Decides receipts again without any line of unionhall: Python's standard library reads the model files (DMN, FEEL) and
the receipt, recomputes rules and result, the commitment and its Ed25519 signature, and compares to the byte.

usage: verify_receipts.py [--key HEX] BUNDLE.zip ...         receipts, models and key are the bundle's own
       verify_receipts.py --models FOLDER [--key HEX] RECEIPT.json ...      FOLDER is searched for *.dmn
       --key HEX     the hall's public key, known from elsewhere; without it a receipt's signature is not judged
Prints a line a receipt, last `N passed, N failed`. Exit 0 when all agree, 1 when one does not, 2 usage.

What is understood: of DMN, literal expressions, contexts, decision tables (UNIQUE, FIRST, RULE ORDER, COLLECT),
knowledge models and imports; of FEEL, what such decisions are written in. Anything else is said to be not understood:
it is never passed over."""
import base64, datetime, decimal, functools, hashlib, json, pathlib, re, sys, zipfile
import xml.etree.ElementTree as xml

NUMBERS = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN)


class Refused(Exception):
    """What was compared does not agree, or cannot be understood; the words say which."""


# ---- FEEL: text to a tree ------------------------------------------------------------------------------------------

FUNCTION_NAMES = ['list contains', 'string join', 'chinese date', 'region name']
TOKEN = re.compile(r'\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>' +
                   '|'.join(n.replace(' ', r'\s+') for n in FUNCTION_NAMES) +
                   r'|[^\W\d]\w*|\?)|(?P<sign><=|>=|!=|[-+=<>()\[\]{},:.]))')
ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', '"': '"', "'": "'", '\\': '\\'}
LEVELS = [('or',), ('and',), ('=', '!=', '<', '<=', '>', '>='), ('+',)]
LOGIC = ('literalExpression', 'context', 'decisionTable', 'invocation', 'list', 'relation', 'functionDefinition')
CONSTANTS = {'true': True, 'false': False, 'null': None}
WORDS = {'if', 'then', 'else', 'for', 'in', 'return', 'some', 'every', 'satisfies', 'and', 'or', 'between'}


def tokens(text):
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Refused(f'not understood in FEEL: {text[at:at + 30]!r}')
        value = match.group(match.lastgroup)
        found.append((match.lastgroup, re.sub(r'\s+', ' ', value) if match.lastgroup == 'name' else value))
        at = match.end()
    return found + [('end', '')]


def unescaped(text):
    """An escape that FEEL does not know stays as it is written."""
    return re.sub(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))', lambda m: chr(int(m.group(1) or m.group(2), 16))
                  if m.group(1) or m.group(2) else ESCAPES.get(m.group(3), m.group(0)), text)


class Parser:
    """Recursive descent; a node of the tree is a tuple (kind, ...)."""

    def __init__(self, text):
        self.text, self.tokens, self.at = text, tokens(text), 0

    def peek(self, *values):
        kind_of, value = self.tokens[self.at]
        return kind_of != 'string' and value in values

    def take(self, *values):
        taken = self.peek(*values)
        self.at += taken
        return taken

    def need(self, value):
        if not self.take(value):
            raise Refused(f'{value!r} is missing in {self.text!r}')

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self, part):
        tree = getattr(self, part)()
        if self.tokens[self.at][0] != 'end':
            raise Refused(f'not understood in FEEL: {self.text!r}')
        return tree

    def expression(self):
        if self.take('if'):
            return ('if', self.expression(), self.need('then') or self.expression(), self.need('else') or self.expression())
        for word, until in (('for', 'return'), ('some', 'satisfies'), ('every', 'satisfies')):
            if self.take(word):
                return (word, self.iterators(until), self.expression())
        return self.binary(0)

    def iterators(self, until):
        found = []
        while True:
            found.append((self.next()[1], self.need('in') or self.binary(0)))
            if not self.take(','):
                self.need(until)
                return found

    def binary(self, level):
        if level == len(LEVELS):
            return self.steps()
        left = self.binary(level + 1)
        while self.peek(*LEVELS[level]):
            sign = self.next()[1]
            left = (sign, left, self.binary(level + 1))
        return left

    def cell(self):
        """The whole of an input entry: `-`, or tests of which one must hold."""
        if self.take('-'):
            return None
        found = [self.test()]
        while self.take(','):
            found.append(self.test())
        return found

    def test(self):
        sign = self.next()[1] if self.peek(*LEVELS[2]) else None
        return (sign, self.binary(3)) if sign else ('is', self.expression())

    def steps(self):
        tree = self.operand()
        while True:
            if self.take('.'):
                tree = ('path', tree, self.next()[1])
            elif self.take('['):
                tree = ('filter', tree, self.expression())
                self.need(']')
            elif self.take('('):
                tree = ('call', tree, self.until(')', self.expression))
            else:
                return tree

    def until(self, end, part):
        found = []
        while not self.take(end):
            found.append(part())
            if not self.peek(end):
                self.need(',')
        return found

    def operand(self):
        kind_of, value = self.next()
        if kind_of == 'number':
            return ('constant', decimal.Decimal(value))
        if kind_of == 'string':
            return ('constant', unescaped(value[1:-1]))
        if value in CONSTANTS:
            return ('constant', CONSTANTS[value])
        if kind_of == 'name' and value not in WORDS:
            return ('name', value)
        if value == '(':
            return self.until(')', self.expression)[0]
        if value == '[':
            return ('list', self.until(']', self.expression))
        if value == '{':
            return ('context', self.until('}', self.entry))
        raise Refused(f'not understood in FEEL: {self.text!r} at {value!r}')

    def entry(self):
        kind_of, value = self.next()
        self.need(':')
        return unescaped(value[1:-1]) if kind_of == 'string' else value, self.expression()


# ---- FEEL: a tree to a value ---------------------------------------------------------------------------------------
# Values: None, bool, Decimal, str, date, list, dict, and Python functions.

def date_of(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Refused(f'{text!r} is no date that is understood here')


def kind(value):
    return next((k for k in (bool, decimal.Decimal, str, datetime.date, list, dict) if isinstance(value, k)), type(value))


def same(a, b):
    """Equal, by FEEL: null only to null; a list of one item is its item; other kinds are not comparable: null."""
    if a is None or b is None:
        return a is b
    if isinstance(a, list) != isinstance(b, list) and len(a if isinstance(a, list) else b) == 1:
        return same(a[0], b) if isinstance(a, list) else same(a, b[0])
    return a == b if kind(a) is kind(b) else None


def compare(sign, a, b):
    if sign in ('=', '!='):
        equal = same(a, b)
        return equal if sign == '=' or equal is None else not equal
    if kind(a) is not kind(b) or kind(a) not in (decimal.Decimal, str, datetime.date):
        return None
    return {'<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b}[sign]


def both(a, b, weak=False):
    return weak if a is weak or b is weak else not weak if a is b is (not weak) else None


either = functools.partial(both, weak=True)


def joined(a, b):
    return a + b if kind(a) is kind(b) is str else NUMBERS.add(a, b) if kind(a) is kind(b) is decimal.Decimal else None


def items_of(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def path(value, name):
    return [path(item, name) for item in value] if isinstance(value, list) else value.get(name) if isinstance(value, dict) else None


def run(tree, scope):
    return RUN[tree[0]](scope, *tree[1:])


def run_filter(scope, tree, test):
    if test[0] == 'constant':
        raise Refused('an item by its number is not understood')
    inside = lambda item: dict(scope, **(item if isinstance(item, dict) else {}), item=item)
    return [item for item in items_of(run(tree, scope)) if run(test, inside(item)) is True]


def combinations(scope, iterators):
    if not iterators:
        yield scope
    for item in items_of(run(iterators[0][1], scope)) if iterators else []:
        yield from combinations(dict(scope, **{iterators[0][0]: item}), iterators[1:])


def run_context(scope, entries):
    return functools.reduce(lambda found, entry: dict(found, **{entry[0]: run(entry[1], dict(scope, **found))}), entries, {})


def asks(tree):
    return tree == ('name', '?') or (isinstance(tree, (tuple, list)) and any(asks(part) for part in tree))


def holds(test, value, scope):
    """Does one test of an input entry hold for the value?"""
    found = run(test[1], dict(scope, **{'?': value}))
    if test[0] != 'is':
        return compare(test[0], value, found) is True
    if asks(test[1]):
        return found is True
    return same(value, found) is True or (isinstance(found, list) and any(same(value, one) is True for one in found))


RUN = {
    'constant': lambda scope, value: value, 'name': lambda scope, name: scope[name], 'context': run_context,
    'call': lambda scope, called, arguments: run(called, scope)(*[run(tree, scope) for tree in arguments]), 'filter': run_filter,
    'list': lambda scope, trees: [run(tree, scope) for tree in trees],
    'path': lambda scope, tree, name: path(run(tree, scope), name),
    'if': lambda scope, test, yes, no: run(yes if run(test, scope) is True else no, scope),
    'for': lambda scope, iterators, tree: [run(tree, inside) for inside in combinations(scope, iterators)],
    'some': lambda scope, iterators, tree: functools.reduce(either, [run(tree, one) for one in combinations(scope, iterators)], False),
    'every': lambda scope, iterators, tree: functools.reduce(both, [run(tree, one) for one in combinations(scope, iterators)], True),
    'and': lambda scope, a, b: both(run(a, scope), run(b, scope)), 'or': lambda scope, a, b: either(run(a, scope), run(b, scope)),
    **{sign: lambda scope, a, b, sign=sign: compare(sign, run(a, scope), run(b, scope)) for sign in LEVELS[2]},
    '+': lambda scope, a, b: joined(run(a, scope), run(b, scope)),
}


def string(value):
    if kind(value) not in (bool, decimal.Decimal, datetime.date, str, type(None)):
        raise Refused('the text of a list or context is not understood')
    if kind(value) is decimal.Decimal:
        return '0' if value == 0 else format(value.normalize(NUMBERS), 'f')
    return value if value is None or kind(value) is str else str(value).lower()     # a date's text has no letters


xml_spaces = lambda pattern: pattern.replace(r'\s', r'[ \t\n\r]').replace(r'\S', r'[^ \t\n\r]')     # XPath knows no others
BUILT_IN = {
    'not': lambda value: not value if isinstance(value, bool) else None, 'string': string,
    'matches': lambda text, pattern: re.search(xml_spaces(pattern), text) is not None if kind(text) is kind(pattern) is str else None,
    'count': lambda items: decimal.Decimal(len(items_of(items))),
    'list contains': lambda items, item: None if items is None else any(same(one, item) is True for one in items_of(items)),
    'string join': lambda items, between='': between.join(one for one in items_of(items) if one is not None),
}


# ---- the hall's own functions, from what stands in the receipt -----------------------------------------------------

def hall_functions(receipt):
    listed = {date_of(day['date']): day['kind'] for year in receipt['calendar'] for day in year['days']}
    years = {int(year['year']) for year in receipt['calendar']}
    regions = {place['value']['code']: place['value']['name'] for place in receipt['regions']}
    one = datetime.timedelta(days=1)

    def works(day):
        if day.year not in years and day not in listed:     # a year without a notice: the festivals of a fixed date
            return day.weekday() < 5 and (day.month, day.day) not in {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
        return listed[day] == 'work' if day in listed else day.weekday() < 5

    def deadline(start, length, counted):
        """The first day is not counted; a missing date is the month's last; a rest day at the end moves on (Civil Code 201-203)."""
        if kind(start) is not datetime.date:
            return None
        found = re.fullmatch(r'P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?', length)
        if not found or counted != 'natural':
            raise Refused(f'a length {length!r} in {counted} days is not understood')
        years_on, months_on, days_on = (int(n or 0) for n in found.groups())
        month = start.year * 12 + start.month - 1 + years_on * 12 + months_on
        following = datetime.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
        last = datetime.date(month // 12, month % 12 + 1, min(start.day, (following - one).day)) + days_on * one
        while not works(last):
            last += one
        return last

    def region_name(code):
        codes = dict.fromkeys([code[:2] + '0000', code[:4] + '00', code]) if isinstance(code, str) and re.fullmatch(r'\d{6}', code) else []
        return ''.join(regions.get(c, '') for c in codes) or None

    chinese_date = lambda day: day and f'{day.year}年{day.month}月{day.day}日'
    return {'chinese date': chinese_date, 'region name': region_name, 'deadline': deadline}


# ---- DMN -----------------------------------------------------------------------------------------------------------

def tag(element):
    return element.tag.rsplit('}', 1)[-1]


def children(element, *names):
    return [one for one in element if tag(one) in names]


def child(element, *names):
    return next(iter(children(element, *names)), None)


def text_of(element):
    return element.findtext('{*}text') or ''


class Model:
    """The model files of a decision by namespace, and one evaluation of it."""

    def __init__(self, files, main):
        self.roots = {root.get('namespace'): root for root in (xml.fromstring(content) for content in files.values())}
        self.main = xml.fromstring(files[main])
        self.trace, self.done = [], {}

    def find(self, href, at):
        namespace, _, name = href.rpartition('#')
        root = self.roots.get(namespace, ()) if namespace else at
        found = next((one for one in root if one.get('id') == name), None)
        if found is None:
            raise Refused(f'{href} is not in the models')
        return root, found

    def typed(self, value, name, root):
        """JSON knows neither dates nor, in a receipt, numbers: the model's declaration does."""
        defined = next((one for one in children(root, 'itemDefinition') if one.get('name') == name), None)
        if value is None or not name:
            return value
        if defined is None:
            if kind(value) is not {'boolean': bool, 'Any': kind(value)}.get(name, str):      # a receipt holds numbers and dates as text
                raise ValueError
            return decimal.Decimal(value) if name == 'number' else (date_of(value) if value else None) if name == 'date' else value
        if defined.get('isCollection') == 'true':
            return [self.part(item, defined, root) for item in items_of(value)]
        return self.part(value, defined, root)

    def part(self, value, defined, root):
        if child(defined, 'typeRef') is not None:
            return self.typed(value, child(defined, 'typeRef').text.strip(), root)
        parts = {one.get('name'): one for one in children(defined, 'itemComponent')}
        if not isinstance(value, dict) or not set(parts) <= set(value):
            raise ValueError
        return {key: self.part(item, parts[key], root) if key in parts else item for key, item in value.items()}

    def input(self, element, root):
        """DMN: a value that does not conform to its declared type becomes null, as a whole."""
        try:
            return self.typed(self.inputs[element.get('name')], child(element, 'variable').get('typeRef'), root)
        except (ValueError, decimal.InvalidOperation):
            return None

    def scope_of(self, element, root):
        """What the element requires, under the names by which it is called there."""
        scope = dict(self.library)
        imports = {one.get('namespace'): one.get('name') for one in children(root, 'import')}
        for need in children(element, 'informationRequirement', 'knowledgeRequirement'):
            inside, found = self.find(next(iter(need)).get('href'), root)
            place = scope if inside is root else scope.setdefault(imports[inside.get('namespace')], {})
            place[child(found, 'variable').get('name')] = self.value_of(found, inside)
        return scope

    def value_of(self, element, root):
        key = (root.get('namespace'), element.get('id'))
        if key in self.done:
            return self.done[key]
        if tag(element) == 'inputData':
            value = self.input(element, root)
        elif tag(element) == 'businessKnowledgeModel':
            value = self.knowledge(element, root)
        else:
            value = self.evaluate(child(element, *LOGIC), self.scope_of(element, root), element.get('id'))
        self.done[key] = value
        return value

    def knowledge(self, element, root):
        logic = child(element, 'encapsulatedLogic')
        names = [one.get('name') for one in children(logic, 'formalParameter')]

        return lambda *values: None if len(values) != len(names) else self.evaluate(
            child(logic, *LOGIC), dict(self.scope_of(element, root), **dict(zip(names, values))), element.get('id'))

    def evaluate(self, logic, scope, owner):
        kind_of = tag(logic) if logic is not None else 'nothing'
        if kind_of == 'literalExpression':
            return self.expression(logic, scope)
        if kind_of == 'decisionTable':
            return self.table(logic, scope, owner)
        if kind_of != 'context':
            raise Refused(f'{owner}: a boxed {kind_of} is not understood')
        found = {}
        for entry in children(logic, 'contextEntry'):
            value = self.evaluate(child(entry, *LOGIC), dict(scope, **found), owner)
            if child(entry, 'variable') is None:
                return value
            found[child(entry, 'variable').get('name')] = value
        return found

    def expression(self, element, scope):
        return run(Parser(text_of(element)).whole('expression'), scope)

    def table(self, table, scope, owner):
        policy = table.get('hitPolicy', 'UNIQUE').upper()
        columns = children(table, 'input')
        inputs = [self.expression(child(one, 'inputExpression'), scope) for one in columns]
        labels = [one.get('label') or text_of(child(one, 'inputExpression')) for one in columns]
        outputs, notes = children(table, 'output'), [one.get('name') for one in children(table, 'annotation')]
        hits = []
        for rule in children(table, 'rule'):
            cells = [Parser(text_of(one)).whole('cell') for one in children(rule, 'inputEntry')]
            hit = all(cell is None or any(holds(test, value, scope) for test in cell) for cell, value in zip(cells, inputs))
            words = dict(zip(notes, map(text_of, children(rule, 'annotationEntry'))))
            facts = {label: as_json(value) for label, value, cell in zip(labels, inputs, cells) if cell is not None}
            self.trace.append({'decision': owner, 'id': rule.get('id'), 'hit': hit, 'article': words.get('article', ''), 'facts': facts})
            if hit:
                hits.append([self.expression(one, scope) for one in children(rule, 'outputEntry')])
            if hit and policy == 'FIRST':
                break
        if policy not in ('UNIQUE', 'FIRST', 'RULE ORDER', 'COLLECT') or table.get('aggregation'):
            raise Refused(f'{owner}: the hit policy {policy} is not understood')
        results = [hit[0] if len(outputs) == 1 else {one.get('name'): value for one, value in zip(outputs, hit)} for hit in hits]
        several = policy in ('RULE ORDER', 'COLLECT')
        return (results if several else results[0]) if results and (several or policy == 'FIRST' or len(results) == 1) else None

    def decide(self, receipt):
        self.inputs = {one['name']: one['value'] for one in receipt['inputs']}
        self.library = dict(BUILT_IN, **hall_functions(receipt))
        root, decision = self.find('#' + receipt['decision'], self.main)
        return as_json(self.value_of(decision, root)), self.trace


def as_json(value):
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value if isinstance(value, bool) else string(value)


# ---- the receipt: canonical, committed to, signed -------------------------------------------------------------------

def canonical(value):
    """RFC 8785; a receipt holds no JSON numbers, and its keys are sorted by UTF-16."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode('utf-16-be'))
        return '{' + ','.join(canonical(key) + ':' + canonical(value[key]) for key in keys) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(canonical, value)) + ']'
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise Refused('a number in place of a text stands in the receipt')
    return json.dumps(value, ensure_ascii=False)


def commitment(receipt):
    form = {key: value for key, value in receipt.items() if key not in ('commitment', 'signature')}
    for name, secret in (('inputs', 'value'), ('calendar', 'days'), ('regions', 'value'), ('rules', 'facts')):
        form[name] = [dict({key: item for key, item in row.items() if key not in (secret, 'salt')}, hash=hashlib.sha256(
            bytes.fromhex(row['salt']) + canonical(row[secret]).encode()).hexdigest()) for row in receipt[name]]
    return hashlib.sha256(canonical(form).encode()).hexdigest()


# Ed25519 (RFC 8032), for verifying only: nothing here is secret, so nothing needs constant time.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add_points(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    p, q, r, s = f - e, h - g, h + g, f + e
    return p * q % P, r * s % P, q * r % P, p * s % P


def times(point, number):
    half = times(add_points(point, point), number >> 1) if number > 1 else (0, 1, 1, 0)
    return add_points(half, point) if number & 1 else half


def point_of(data):
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or y >= P or (x == 0 and sign):
        raise Refused('the key or the signature is no point of Ed25519')
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64 or int.from_bytes(signature[32:], 'little') >= L:
        return False
    s = int.from_bytes(signature[32:], 'little')
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    (x1, y1, z1, _), (x2, y2, z2, _) = times(BASE, s), add_points(point_of(signature[:32]), times(point_of(key), challenge))
    return (x1 * z2 - x2 * z1) % P == 0 and (y1 * z2 - y2 * z1) % P == 0


def verify(text, models, key):
    """text: the receipt's bytes; models: {name: bytes}; key: 32 bytes, or None. Returns words; Refused says what differs."""
    receipt = json.loads(text)
    if canonical(receipt).encode() != text.strip():
        raise Refused('the text is not canonical: it was changed')
    if commitment(receipt) != receipt['commitment']:
        raise Refused('the content is not what was committed to')
    if key and not signed(key, b'unionhall receipt 1\n' + receipt['commitment'].encode(), base64.b64decode(receipt['signature'])):
        raise Refused('this hall did not sign the content')
    main = next((name for name, model in models.items() if hashlib.sha256(model).hexdigest() == receipt['model']['sha256']), None)
    if main is None:
        raise Refused(f'no model of that hash: {receipt["model"]["file"]}')
    result, trace = Model(models, main).decide(receipt)
    stands = [{k: rule[k] for k in ('decision', 'id', 'hit', 'article', 'facts')} for rule in receipt['rules']]
    for mine, theirs in zip(trace, stands):
        if canonical(mine) != canonical(theirs):
            raise Refused(f'rule {theirs["id"]}: the receipt says {canonical(theirs)}, the model {canonical(mine)}')
    if len(trace) != len(stands):
        raise Refused(f'{len(stands)} rules stand there, {len(trace)} were tried')
    if canonical(result) != canonical(receipt['result']):
        raise Refused(f'the receipt says {canonical(receipt["result"])}, the model {canonical(result)}')
    return f'{len(trace)} rules, {canonical(result)}' + (', signed' if key else '')


# ---- the command ----------------------------------------------------------------------------------------------------

def of_bundle(name, key):
    """(name, receipt, models, key) of each receipt in the bundle; every file must have the hash of the manifest."""
    with zipfile.ZipFile(name) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    manifest = json.loads(files['manifest.json'])
    for one in manifest['files']:
        if hashlib.sha256(files.get(one['path'], b'')).hexdigest() != one['sha256']:
            raise Refused(f'{one["path"]} is not the file of the manifest')
    if key and manifest['publicKey'] != key.hex():
        raise Refused('the bundle is of another hall: its key is not the one given')
    models = {one: text for one, text in files.items() if one.endswith('.dmn')}
    own = bytes.fromhex(manifest['publicKey'])
    return [(f'{name}:{one}', files[one], models, own) for one in sorted(files) if re.fullmatch(r'receipts/.*\.json', one)]


def main(words):
    folder = key = None
    while words and words[0] in ('--models', '--key') and len(words) > 1:
        option, value, *words = words
        folder, key = (value, key) if option == '--models' else (folder, bytes.fromhex(value))
    if not words or words[0].startswith('--'):
        print(__doc__, file=sys.stderr)
        return 2
    models = {one: one.read_bytes() for one in pathlib.Path(folder).rglob('*.dmn')} if folder else {}
    passed = failed = 0
    for name in words:
        try:
            for title, *work in of_bundle(name, key) if name.endswith('.zip') else [(name, pathlib.Path(name).read_bytes(), models, key)]:
                print(f'{title}: agrees: {verify(*work)}')
                passed += 1
        except (Refused, KeyError, ValueError, TypeError, OSError, AttributeError, IndexError, zipfile.BadZipFile, xml.ParseError) as why:
            print(f'{name}: REFUSED: {why if isinstance(why, Refused) else type(why).__name__ + ": " + str(why)}')
            failed += 1
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
