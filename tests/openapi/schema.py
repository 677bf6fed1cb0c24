"""What an OpenAPI document promises, held against what a server does: a checker of the part of JSON Schema that we write, and
calls made from it. Used by tests/stories/server.py."""
import re, urllib.parse

KNOWN = {'type', 'format', 'pattern', 'maxLength', 'description', 'properties', 'required', 'items', '$ref', 'enum', 'additionalProperties', 'minimum', 'maximum'}
TYPES = {'string': str, 'boolean': bool, 'array': list, 'object': dict, 'null': type(None)}
FORMATS = {'date': r'\d{4}-\d\d-\d\d', 'date-time': r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)'}


def resolve(document, schema):
    while '$ref' in schema:
        node = document
        for name in schema['$ref'].removeprefix('#/').split('/'):
            node = node[name]
        schema = node
    return schema


def is_of(kind, value):
    if kind == 'integer':
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == 'number':
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def faults(document, schema, value, place=''):
    """What about the value is not as the schema says."""
    schema = resolve(document, schema)
    unknown = set(schema) - KNOWN
    found = [f'{place}: the schema uses {unknown}, which this checker does not know'] if unknown else []
    kinds = schema.get('type', [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_of(kind, value) for kind in kinds):
        return found + [f'{place}: {value!r} is no {"/".join(kinds)}']
    if isinstance(value, str):
        if 'pattern' in schema and not re.search(schema['pattern'], value):
            found.append(f'{place}: {value!r} does not fit {schema["pattern"]}')
        if 'format' in schema and not re.fullmatch(FORMATS[schema['format']], value):
            found.append(f'{place}: {value!r} is no {schema["format"]}')
        if len(value) > schema.get('maxLength', 1 << 30):
            found.append(f'{place}: longer than {schema["maxLength"]}')
    if 'enum' in schema and value not in schema['enum']:
        found.append(f'{place}: {value!r} is none of {schema["enum"]}')
    if isinstance(value, list) and 'items' in schema:
        for i, item in enumerate(value):
            found += faults(document, schema['items'], item, f'{place}/{i}')
    if isinstance(value, dict) and 'properties' in schema:
        required = schema.get('required', [])
        found += [f'{place}/{name}: missing' for name in required if name not in value]
        found += [f'{place}/{name}: not declared' for name in value if name not in schema['properties']]
        for name, member in value.items():
            if name in schema['properties']:
                found += faults(document, schema['properties'][name], member, f'{place}/{name}')
    return found


def valid(document, schema, depth=0):
    """A value that the schema allows."""
    schema = resolve(document, schema)
    if 'enum' in schema:
        return schema['enum'][0]
    kind = schema.get('type', 'string')
    if kind == 'object':
        return {name: valid(document, member, depth + 1) for name, member in schema.get('properties', {}).items() if depth < 6}
    if kind == 'array':
        return [valid(document, schema.get('items', {}), depth + 1)]
    if kind in ('integer', 'number'):
        return 1
    if kind == 'boolean':
        return True
    if schema.get('format') == 'date':
        return '2026-11-23'
    if schema.get('format') == 'date-time':
        return '2026-11-23T09:00:00+08:00'
    pattern = schema.get('pattern', '')
    if pattern:
        return next((text for text in ('0123456789ABC', '1.50', '1') if re.search(pattern, text)), '1')
    return '试'[:schema.get('maxLength', 1)]


WRONG = ({}, {'': ''}, {'no such name': 1}, [], 'text', 1, None)


def bodies(document, operation):
    """(body, whether it is valid, what it is)"""
    content = operation.get('requestBody', {}).get('content', {}).get('application/json')
    if not content:
        return [(None, True, 'no body')]
    good = valid(document, content['schema'])
    made = [(good, True, 'valid')] + [(bad, False, repr(bad)) for bad in WRONG]
    for name in good if isinstance(good, dict) else ():
        for bad in (None, [], {}, 'x' * 5000, -1, '<svg onload=alert(1)>', "' or 1=1 --", '{{1+1}}', '\u202e工'):
            made.append(({**good, name: bad}, False, f'{name}={bad!r}'[:60]))
    return made


def paths(document, path):
    names = re.findall(r'\{(.*?)\}', path)
    if not names:
        return [path]
    out = []
    for value in ('0123456789ABC', 'legal-aid', '%2e%2e', 'x' * 300, "'", '%F0%9F%98%80'):
        filled = path
        for name in names:
            filled = filled.replace('{' + name + '}', value)
        out.append(filled)
    return out


def judge(document, operation, answer, what):
    """The answer against the description."""
    found = []
    if answer.status >= 500 and answer.status != 503:
        found.append(f'{what}: {answer.status}')
    declared = operation['responses'].get(str(answer.status))
    kind = (answer.headers['Content-Type'] or '').split(';')[0]
    if answer.status >= 400:
        problem = declared or {'content': {'application/problem+json': {'schema': {'$ref': '#/components/schemas/Problem'}}}}
        if kind != 'application/problem+json':
            found.append(f'{what}: {answer.status} as {kind}')
        else:
            found += [f'{what}: {fault}' for fault in faults(document, problem['content'][kind]['schema'], answer.json)]
        if answer.status in (400, 422) and not answer.json.get('errors'):
            found.append(f'{what}: {answer.status} names no place')
        if declared is None and answer.status not in (405, 409, 413, 415, 422, 429):
            found.append(f'{what}: {answer.status} is not declared')
    elif declared is None:
        found.append(f'{what}: {answer.status} is not declared')
    elif answer.body:
        content = declared.get('content', {}).get(kind)
        found += [f'{what}: {kind} is not declared'] if not content else \
            [f'{what}: {fault}' for fault in faults(document, content['schema'], answer.json)]
    return found


def fuzz(document, ways, call):
    """Each operation by each way in, with valid and invalid bodies. call(method, path, body, headers) gives an answer with
    status, headers, body and json. Returns (calls made, what was wrong)."""
    asked, wrong = 0, []
    for path, operations in document['paths'].items():
        for method, operation in operations.items():
            for who, headers in ways:
                for body, good, words in bodies(document, operation):
                    for filled in paths(document, path) if words in ('valid', 'no body') else paths(document, path)[:1]:
                        what = f'{operation["operationId"]} by {who}, {words}, {filled[:60]}'
                        try:
                            answer = call(method.upper(), filled, body, headers)
                        except Exception as error:
                            wrong.append(f'{what}: {error!r}')
                            continue
                        asked += 1
                        wrong += judge(document, operation, answer, what)
                        if good is False and not isinstance(body, dict) and answer.status < 400:
                            wrong.append(f'{what}: {answer.status} for a body that is no object')
    return asked, wrong
