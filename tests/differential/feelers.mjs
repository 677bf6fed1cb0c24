// node tests/differential/feelers.mjs: records what npm's feelers makes of templates, as tests/feel/feelers.jsonl, which
// src/feel/template_test.c holds us against. The first line holds the data {"c"}, the others {"t": template, "r": result} or, where feelers
// throws, {"t", "refused": true}. Templates that we refuse though feelers lets them through carry "why".
import { writeFileSync } from 'node:fs';
import { evaluate } from 'feelers';
import { Random } from './random.mjs';

const DATA = { name: '王建国', n: 3, zero: 0, yes: true, no: false, empty: '', items: [{ name: 'a', sub: [1, 2] }, { name: 'b', sub: [] }],
  words: ['x', 'y'], one: [7], firm: { name: '东方厂', 'legal name': '东方厂有限公司' }, html: '<b>&', list: [] };

// One of each thing that the language has, and its edges.
const TEMPLATES = [
  '', 'plain', 'with { one } brace', '} } {', '=', '= 1 + 1', '=name', ' = 1', '=if yes then "a" else "b"', '=firm.legal name', '=nobody',
  '{{name}}', 'a{{name}}b{{n}}c', '{{ name }}', '{{=name}}', '{{}}', '{{  }}', '{{nobody}}', '{{nobody.x}}', '{{firm.name}}', '{{firm.legal name}}',
  '{{n + 1}}', '{{n / 2}}', '{{"a" + "b"}}', '{{"a" + 1}}', '{{1 / 0}}', '{{null}}', '{{yes}}', '{{words}}', '{{firm}}', '{{html}}', '{{words[1]}}',
  '{{if n > 2 then "many" else "few"}}', '{{string join(words, "、")}}', '{{count(items)}}', '{{items.name}}', '{{for w in words return w + "!"}}',
  '{{date("2024-02-29")}}', '{{date("2024-02-29") + duration("P1M")}}', '{{duration("P1DT2H")}}', '{{time("10:30:00")}}', '{{@"2024-02-29".year}}',
  '{{#if yes}}A{{/if}}', '{{#if no}}A{{/if}}', '{{#if nobody}}A{{/if}}', '{{#if n}}A{{/if}}', '{{#if zero}}A{{/if}}', '{{#if empty}}A{{/if}}',
  '{{#if name}}A{{/if}}', '{{#if list}}A{{/if}}', '{{#if n > 2 and yes}}A{{/if}}', '{{#if yes}}{{#if no}}A{{/if}}B{{/if}}C', '{{#if yes}}{{/if}}',
  '{{#if yes}}\nA\n{{/if}}\nB', 'x\n{{#if yes}}\nA\n{{/if}}\ny', 'x\n{{#if no}}\nA\n{{/if}}\ny', '{{#if yes}}A{{/if}}\nB', '{{#if yes}}A\n\n{{/if}}\n\nB',
  '{{#if yes}} \nA{{/if}} \nB', '{{#if yes}}\n{{/if}}\nB', '{{#if no}}A{{/if}}\n{{#if yes}}B{{/if}}\n',
  '{{#loop words}}{{this}}{{/loop}}', '{{#loop words}}{{this}},\n{{/loop}}', '{{#loop words}}\n- {{this}}\n{{/loop}}\nend', '{{#loop list}}A{{/loop}}B',
  '{{#loop nobody}}A{{/loop}}B', '{{#loop n}}{{this}}{{/loop}}', '{{#loop name}}{{this}}{{/loop}}', '{{#loop items}}{{name}};{{/loop}}', '{{#loop items}}{{this.name}}{{/loop}}',
  '{{#loop items}}{{n}}{{/loop}}', '{{#loop items}}{{parent.n}}{{/loop}}', '{{#loop items}}{{#loop sub}}{{this}}{{/loop}}|{{/loop}}',
  '{{#loop items}}{{#loop sub}}{{parent.name}}{{this}} {{/loop}}{{/loop}}', '{{#loop items}}{{#loop sub}}{{parent.parent.n}}{{/loop}}{{/loop}}',
  '{{#loop items}}{{#if count(sub) > 0}}{{name}}{{/if}}{{/loop}}', '{{#loop words}}{{_this_}}{{_parent_.n}}{{/loop}}', '{{#loop one}}\n{{this}}\n{{/loop}}\n\nx',
  '{{#loop for i in 1..3 return i * i}}{{this}} {{/loop}}', '{{#loop items[name = "b"]}}{{name}}{{/loop}}', '{{#loop words}}{{#if this = "x"}}first{{/if}}{{/loop}}',
  '{{#loop list}}\nA\n{{/loop}}\nend', 'a\n\n{{#loop words}}{{this}}\n{{/loop}}\n\nb', '{{#loop items}}{{#loop words}}A{{/loop}}{{/loop}}', '{{this.n}}', '{{parent.n}}',
  '{{1 +}}', '=1 +', '{{else}}', '{{! note }}', '{{{name}}}', '{{#loop [1}}x{{/loop}}', '{{#unless a}}x{{/unless}}', '{{#if}}x{{/if}}',
];

// What feelers prints or closes silently and we refuse: the author meant something else (profile of this project).
const STRICTER = [
  ['{{#if yes}}open', 'a block that is not closed'], ['{{#loop words}}open', 'a block that is not closed'], ['x{{/if}}', 'a closing tag without its opening tag'],
  ['{{"}}"}}', '}} inside a string ends the expression'], ['{{nothing known(1)}}', 'an unknown function'],
];

// Random ones out of the same pieces.
function randomTemplate(random, depth, inLoop) {
  const parts = Array.from({ length: 1 + random.below(4) }, () => random.weighted([
    [3, () => random.pick(['a', 'b\n', '\n', ' ', 'x = y', '职工\n', '{', '}\n\n'])],
    [3, () => random.pick(inLoop ? ['{{this}}', '{{parent.n}}', '{{name}}', '{{nobody}}', '{{_parent_.n}}'] : ['{{name}}', '{{n}}', '{{n + 1}}', '{{firm.name}}', '{{nobody}}', '{{words[2]}}'])],
    [depth > 0 ? 2 : 0, () => `{{#if ${random.pick(inLoop ? ['true', 'this != null', 'parent.n > 2', 'false'] : ['yes', 'no', 'n > 2', 'nobody', 'words'])}}}${randomTemplate(random, depth - 1, inLoop)}{{/if}}`],
    [depth > 0 ? 2 : 0, () => `{{#loop ${random.pick(inLoop ? ['sub', '[1, 2]', 'parent.words', '[]'] : ['words', 'items', 'list', 'one', 'n', 'nobody'])}}}${randomTemplate(random, depth - 1, true)}{{/loop}}`],
    [1, () => '\n'],
  ])());
  // "{" before a tag would begin another one
  return parts.join('').replace(/\{(?=\{)/g, (_, at, all) => (all.startsWith('{{{', at) ? '{ ' : '{')).replace(/\{\{(?![#/=_a-z])/g, '{ {').replace(/\}\}\}/g, '}} }');
}

function answer(t) {
  try {
    return { t, r: evaluate(t, DATA) };
  } catch {
    return { t, refused: true };
  }
}

const random = new Random(1);
const lines = [{ c: DATA }, ...TEMPLATES.map(answer), ...STRICTER.map(([t, why]) => ({ t, refused: true, why })),
  ...Array.from({ length: 300 }, () => answer(randomTemplate(random, 3, false)))];
writeFileSync(new URL('../feel/feelers.jsonl', import.meta.url), lines.map((line) => JSON.stringify(line) + '\n').join(''));
console.log(`${lines.length - 1} templates, ${lines.filter((line) => line.refused).length} of them refused`);
