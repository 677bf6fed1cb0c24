// Random FEEL expressions, mostly well typed. A node is { text, kids, free }: `kids` are the expressions inside it, so that
// a difference can be narrowed down; `free` are the variables it reads. The body of a loop stands among the loop's kids
// with the variable replaced by the first items of the list.
const LITERALS = {
  number: ['0', '1', '2', '3', '-1', '10', '2.5', '-0.5', '100', '0.1', '1000'],
  string: ['""', '"a"', '"abc"', '"foobar"', '"职工"', '"a b"', '"1"', '"12.5"', '"\\"q\\""', '"2024-02-29"', '"x😀y"'],
  boolean: ['true', 'false'],
  date: ['@"2024-02-29"', '@"2023-12-31"', '@"2024-01-01"', 'date("2021-06-15")', '@"1999-03-31"'],
  time: ['@"10:30:00"', '@"23:59:59"', '@"00:00:00"', 'time("08:15:30")', '@"12:00:00Z"', '@"12:00:00+08:00"'],
  moment: ['@"2024-02-29T10:30:00"', '@"2023-12-31T23:59:59"', '@"2024-03-01T00:00:00Z"', '@"2024-03-01T08:00:00+08:00"'],
  days: ['@"P1D"', '@"PT36H"', '@"-P2D"', '@"PT0S"', '@"P1DT2H3M4S"', 'duration("PT90M")'],
  months: ['@"P1Y"', '@"P18M"', '@"-P1M"', '@"P0M"', 'duration("P2Y3M")'],
  regex: ['"a"', '"[a-c]+"', '"o+"', '"(a)(b)"', '"\\\\s"', '"^f"', '"r$"', '"b|c"', '"[0-9]"'],
};
const TEMPORAL = ['date', 'time', 'moment', 'days', 'months'];
const SIMPLE = ['number', 'string', 'boolean', ...TEMPORAL];

// name, parameters (type and name), result; an optional parameter ends in "?"
const FUNCTIONS = [
  ['abs', 'number n', 'number'], ['floor', 'number n', 'number'], ['ceiling', 'number n', 'number'],
  ['floor', 'number n, scale scale', 'number'], ['ceiling', 'number n, scale scale', 'number'],
  ['decimal', 'number n, scale scale', 'number'], ['round up', 'number n, scale scale', 'number'],
  ['round down', 'number n, scale scale', 'number'], ['round half up', 'number n, scale scale', 'number'],
  ['round half down', 'number n, scale scale', 'number'], ['modulo', 'number dividend, number divisor', 'number'],
  ['sqrt', 'number number', 'number'], ['odd', 'number number', 'boolean'], ['even', 'number number', 'boolean'],
  ['string length', 'string string', 'number'], ['upper case', 'string string', 'string'], ['lower case', 'string string', 'string'],
  ['substring', 'string string, position start position', 'string'],
  ['substring', 'string string, position start position, position length', 'string'],
  ['substring before', 'string string, string match', 'string'], ['substring after', 'string string, string match', 'string'],
  ['contains', 'string string, string match', 'boolean'], ['starts with', 'string string, string match', 'boolean'],
  ['ends with', 'string string, string match', 'boolean'], ['matches', 'string input, regex pattern', 'boolean'],
  ['replace', 'string input, regex pattern, string replacement', 'string'], ['split', 'string string, regex delimiter', 'strings'],
  ['string join', 'strings list, string delimiter', 'string'], ['string join', 'strings list', 'string'],
  ['string', 'simple from', 'string'], ['number', 'string from', 'number'], ['date', 'string from', 'date'],
  ['date', 'moment from', 'date'], ['time', 'moment from', 'time'], ['date and time', 'date date, time time', 'moment'],
  ['date', 'year year, small month, small day', 'date'], ['time', 'small hour, small minute, small second', 'time'],
  ['years and months duration', 'date from, date to', 'months'], ['day of week', 'date date', 'string'],
  ['day of year', 'date date', 'number'], ['week of year', 'date date', 'number'], ['month of year', 'date date', 'string'],
  ['not', 'boolean negand', 'boolean'], ['all', 'booleans list', 'boolean'], ['any', 'booleans list', 'boolean'],
  ['count', 'list list', 'number'], ['sum', 'numbers list', 'number'], ['mean', 'numbers list', 'number'],
  ['min', 'numbers list', 'number'], ['max', 'numbers list', 'number'], ['min', 'dates list', 'date'], ['max', 'strings list', 'string'],
  ['median', 'numbers list', 'number'], ['mode', 'numbers list', 'numbers'], ['product', 'numbers list', 'number'],
  ['stddev', 'numbers list', 'number'], ['list contains', 'list list, simple element', 'boolean'],
  ['append', 'numbers list, number item', 'numbers'], ['concatenate', 'numbers, numbers', 'numbers'], ['union', 'list, list', 'list'],
  ['distinct values', 'list list', 'list'], ['flatten', 'nested list', 'list'], ['reverse', 'numbers list', 'numbers'],
  ['index of', 'list list, simple match', 'numbers'], ['insert before', 'numbers list, position position, number newItem', 'numbers'],
  ['remove', 'numbers list, position position', 'numbers'], ['sublist', 'numbers list, position start position', 'numbers'],
  ['sublist', 'numbers list, position start position, position length', 'numbers'],
  ['list replace', 'numbers list, position position, number newItem', 'numbers'],
  ['get value', 'context m, key key', 'number'], ['get entries', 'context m', 'list'], ['context put', 'context context, key key, number value', 'context'],
  ['context merge', 'contexts contexts', 'context'], ['is', 'simple value1, simple value2', 'boolean'],
  ['before', 'number, number', 'boolean'], ['before', 'range, number', 'boolean'], ['after', 'number, range', 'boolean'],
  ['meets', 'range range1, range range2', 'boolean'], ['overlaps', 'range range1, range range2', 'boolean'],
  ['overlaps before', 'range range1, range range2', 'boolean'], ['includes', 'range range, number point', 'boolean'],
  ['during', 'number point, range range', 'boolean'], ['starts', 'number point, range range', 'boolean'],
  ['finished by', 'range range, number point', 'boolean'], ['coincides', 'range range1, range range2', 'boolean'],
].map(([name, parameters, result]) => ({
  name, result, parameters: parameters.split(', ').map((text) => {
    const [type, ...words] = text.split(' ');
    return { type, name: words.join(' ') };
  }),
}));

// Of numbers, strings and booleans alone, where every engine says the same: for models, whose matter is something else.
const PLAIN = ['abs', 'floor', 'ceiling', 'string length', 'upper case', 'lower case', 'substring before', 'substring after', 'contains',
  'starts with', 'count', 'sum', 'min', 'max', 'not', 'append', 'concatenate', 'reverse', 'list contains'];

const TEXT_MAX = 3000;      // what grows longer by replacing is not narrowed down further

class Node {
  constructor(text, free, parts) { Object.assign(this, { text, free, parts }); }
  get kids() { return this.text.length > TEXT_MAX ? [] : this.parts(); }

  replaced(name, by) {
    const text = this.text.replace(new RegExp(`(?<!new |")\\b${name}\\b(?!:)`, 'g'), () => by);
    return new Node(text, new Set([...this.free].filter((n) => n !== name)), () => this.kids.map((kid) => kid.replaced(name, by)));
  }
}

export class Expressions {
  constructor(random, { simple = false } = {}) {
    this.random = random;
    this.simple = simple;
    this.functions = FUNCTIONS.filter((f) => !simple || (PLAIN.includes(f.name) && f.parameters.length < 3 && !/dates|strings|list/.test(f.parameters[0].type)));
    this.kinds = simple ? ['number', 'string', 'boolean'] : SIMPLE;
    this.names = 0;
  }

  node(text, kids = [], free = []) { return new Node(text, new Set([...free, ...kids.flatMap((kid) => [...kid.free])]), () => kids); }
  leaf(text) { return this.node(text); }

  // The body reads `name`, which means nothing outside of the loop.
  looping(text, list, body, name) {
    const alone = /^-?\d+\.\./.test(list.text) ? [] : [list], item = (i) => `(for q in ${list.text} return q)[${i}]`;
    const free = new Set([...list.free, ...[...body.free].filter((n) => n !== name)]);
    return new Node(text, free, () => [...alone, ...[1, 2, 3].map((i) => body.replaced(name, item(i)))]);
  }


  // Now and then another type than wanted, or null: what the functions make of it belongs to the language.
  any(type, depth, scope) {
    if (!this.simple && this.random.chance(0.02)) return this.leaf('null');
    // No range where a list is wanted: feelin iterates some of them without end.
    if (!this.simple && this.random.chance(0.03)) return this.typed(this.random.pick([...SIMPLE, 'numbers', 'context', ...(SIMPLE.includes(type) ? ['range'] : [])]), depth, scope);
    return this.typed(type, depth, scope);
  }

  typed(type, depth, scope) {
    const known = scope.filter((variable) => variable.type === type);
    if (known.length > 0 && this.random.chance(0.4)) {
      const { name } = this.random.pick(known);
      return this.node(name, [], [name]);
    }
    switch (type) {
      case 'simple': return this.any(this.random.pick(this.kinds), depth, scope);
      case 'scale': case 'position': return this.leaf(this.random.pick(['0', '1', '2', '-1', '3', '-2', '1.5', '7']));
      case 'small': return this.leaf(this.random.pick(['0', '1', '5', '12', '23', '29', '59', '60', '-1']));
      case 'year': return this.leaf(this.random.pick(['2024', '2023', '1999', '0', '9999']));
      case 'key': return this.leaf(this.random.pick(['"a"', '"b"', '"c d"', '"z"']));
      case 'regex': return this.leaf(this.random.pick(LITERALS.regex));
      case 'list': return this.any(this.random.pick(this.simple ? ['numbers', 'strings'] : ['numbers', 'strings', 'booleans', 'dates']), depth, scope);
      case 'nested': return this.list('numbers', depth, scope);
      case 'contexts': return this.list('context', depth, scope);
      case 'numbers': case 'strings': case 'booleans': case 'dates': return this.elements(type, depth, scope);
      case 'context': return this.context(depth, scope);
      case 'range': return this.range('number', depth, scope);
      default: return depth <= 0 ? this.leaf(this.random.pick(LITERALS[type])) : this.compound(type, depth - 1, scope);
    }
  }

  list(item, depth, scope) {
    const items = Array.from({ length: this.simple ? 1 + this.random.below(3) : this.random.below(4) }, () => this.any(item, depth - 1, scope));
    return this.node(`[${items.map((i) => i.text).join(', ')}]`, items);
  }

  elements(type, depth, scope) {
    const item = type.slice(0, -1), random = this.random;
    if (depth <= 0 || random.chance(0.5)) return this.list(item, depth, scope);
    return random.weighted([
      [2, () => this.filter(type, item, depth - 1, scope)],
      [2, () => this.loop(item, depth - 1, scope)],
      [2, () => this.call(type, depth - 1, scope)],
      [1, () => this.list(item, depth, scope)],
    ])();
  }

  filter(type, item, depth, scope) {
    const list = this.any(type, depth, scope);
    const test = this.any('boolean', depth - 1, [...scope, { name: 'item', type: item }]);
    return this.looping(`(${list.text})[${test.text}]`, list, test, 'item');
  }

  loop(item, depth, scope) {
    const name = `v${++this.names}`, from = this.random.pick(['number', 'string', 'number']);
    const list = from === 'number' && this.random.chance(0.4) ? this.leaf(this.random.pick(['1..3', '3..1', '0..2', '-1..1']))
      : this.any(`${from}s`, depth, scope);
    const body = this.any(item, depth, [...scope, { name, type: from }]);
    return this.looping(`for ${name} in ${list.text} return ${body.text}`, list, body, name);
  }

  context(depth, scope) {
    const keys = ['a', 'b', '"c d"'].filter(() => this.random.chance(0.7));
    const values = keys.map(() => this.any(this.random.pick(['number', 'number', 'simple']), depth - 1, scope));
    return this.node(`{${keys.map((key, i) => `${key}: ${values[i].text}`).join(', ')}}`, values);
  }

  range(item, depth, scope) {
    const low = this.any(item, 0, scope), high = this.any(item, 0, scope);
    return this.node(`${this.random.pick(['[', '(', '['])}${low.text}..${high.text}${this.random.pick([']', ')', ']'])}`, [low, high]);
  }

  call(type, depth, scope) {
    const fits = this.functions.filter((f) => f.result === type);
    if (fits.length === 0) return this.typed(type, 0, scope);
    const f = this.random.pick(fits), args = f.parameters.map((p) => this.any(p.type, depth, scope));
    const named = f.parameters[0].name !== '' && this.random.chance(0.15);
    const texts = args.map((arg, i) => (named ? `${f.parameters[i].name}: ${arg.text}` : arg.text));
    return this.node(`${f.name}(${texts.join(', ')})`, args);
  }

  two(form, a, b) { return this.node(form.replace('A', () => a.text).replace('B', () => b.text), [a, b]); }

  compound(type, depth, scope) {
    const random = this.random, one = (t) => this.any(t, depth, scope);
    const choice = [[4, () => this.call(type, depth, scope)], [1, () => this.condition(type, depth, scope)], [1, () => this.leaf(random.pick(LITERALS[type]))]];
    const add = (weight, form, a, b) => choice.push([weight, () => this.two(form, one(a), one(b))]);
    switch (type) {
      case 'number':
        for (const sign of ['+', '-', '*', '/'].slice(0, this.simple ? 3 : 4)) add(1, `(A ${sign} B)`, 'number', 'number');
        if (this.simple) break;
        choice.push([1, () => { const a = one('numbers'); return this.node(`(${a.text})[${random.pick(['1', '-1', '2', '9'])}]`, [a]); }]);
        choice.push([1, () => { const a = one('date'); return this.node(`(${a.text}).${random.pick(['year', 'month', 'day', 'weekday'])}`, [a]); }]);
        choice.push([0.5, () => { const a = one('context'); return this.node(`(${a.text}).${random.pick(['a', 'b', 'z'])}`, [a]); }]);
        add(0.5, '(A / B)', 'days', 'days');
        break;
      case 'string': add(2, '(A + B)', 'string', 'string'); break;
      case 'boolean': this.booleans(choice, add, depth, scope); break;
      case 'date': add(2, '(A + B)', 'date', 'months'); add(2, '(A - B)', 'date', 'days'); break;
      case 'time': add(1, '(A + B)', 'time', 'days'); add(1, '(A - B)', 'time', 'days'); break;
      case 'moment': add(1, '(A + B)', 'moment', 'months'); add(1, '(A - B)', 'moment', 'days'); break;
      case 'days':
        add(1, '(A - B)', 'date', 'date'); add(1, '(A + B)', 'days', 'days'); add(1, '(A * B)', 'days', 'number'); add(0.5, '(A - B)', 'moment', 'moment');
        break;
      case 'months': add(1, '(A + B)', 'months', 'months'); add(1, '(A * B)', 'months', 'number'); break;
    }
    return random.weighted(choice)();
  }

  booleans(choice, add, depth, scope) {
    const random = this.random;
    for (const sign of ['=', '!=', '<', '<=', '>', '>=']) add(0.7, `(A ${sign} B)`, ...Array(2).fill(random.pick(this.simple ? ['number', 'string'] : SIMPLE)));
    if (this.simple) return;
    for (const sign of ['=', '!=']) add(0.5, `(A ${sign} B)`, ...Array(2).fill(random.pick(['numbers', 'strings', 'context', 'range'])));
    add(1.5, '(A and B)', 'boolean', 'boolean');
    add(1.5, '(A or B)', 'boolean', 'boolean');
    add(1, '(A in B)', 'number', 'range');
    add(0.5, '(A in B)', 'number', 'numbers');
    add(0.5, '(A in (> 1, B))', 'number', 'number');
    choice.push([1, () => {
      const [a, b, c] = [0, 0, 0].map(() => this.any('number', depth, scope));
      return this.node(`(${a.text} between ${b.text} and ${c.text})`, [a, b, c]);
    }]);
    choice.push([1, () => {
      const name = `v${++this.names}`, list = this.any('numbers', depth, scope);
      const body = this.any('boolean', depth, [...scope, { name, type: 'number' }]);
      return this.looping(`(${random.pick(['some', 'every'])} ${name} in ${list.text} satisfies ${body.text})`, list, body, name);
    }]);
    choice.push([1, () => {
      const a = this.any('simple', depth, scope);
      return this.node(`(${a.text} instance of ${random.pick(['number', 'string', 'boolean', 'date', 'time', 'date and time'])})`, [a]);
    }]);
  }

  condition(type, depth, scope) {
    const test = this.any('boolean', depth, scope), yes = this.any(type, depth, scope), no = this.any(type, depth, scope);
    return this.node(`(if ${test.text} then ${yes.text} else ${no.text})`, [test, yes, no]);
  }

  expression() {
    this.names = 0;
    return this.typed(this.random.pick([...SIMPLE, 'boolean', 'boolean', 'number', 'numbers', 'strings', 'context', 'list']), 1 + this.random.below(3), []);
  }
}
