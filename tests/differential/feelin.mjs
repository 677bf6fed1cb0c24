// node tests/differential/feelin.mjs BUILD [SEED [COUNT]]: our FEEL against npm's feelin on random expressions. Each
// difference is narrowed down and must be one that differences.mjs explains. Exit 77 (ctest: not run) without the packages.
import { existsSync } from 'node:fs';
import { Random } from './random.mjs';
import { Expressions } from './expressions.mjs';
import { ours } from './ours.mjs';
import { narrow } from './narrow.mjs';
import { show } from './values.mjs';
import { feelin as explanations } from './differences.mjs';

if (!existsSync(new URL('node_modules/feelin', import.meta.url))) {
  console.log('NOT RUN: npm ci --ignore-scripts in tests/differential first');
  process.exit(77);
}
const { evaluate, FeelDate, FeelTime, FeelDateTime, FeelDuration, FeelRange, isFunction } = await import('feelin');
const [build, seed = '1', count = '5000'] = process.argv.slice(2);

function read(v) {
  if (v === undefined || v === null) return null;
  if (typeof v === 'number') return Number.isFinite(v) ? v : { '@number': String(v) };
  if (v instanceof FeelDate || v instanceof FeelTime || v instanceof FeelDateTime || v instanceof FeelDuration) return { '@temporal': String(v) };
  if (v instanceof FeelRange) return { '@range': [read(v.start), read(v.end), !v['start included'], !v['end included']] };
  if (Array.isArray(v)) return v.map(read);
  if (isFunction(v)) return null;
  return typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([key, value]) => [key, read(value)])) : v;
}

function theirs(text) {
  try {
    return { value: read(evaluate(text, {}).value) };
  } catch (error) {
    return { error: error.constructor.name };
  }
}

function answers(texts) {
  const mine = ours(build, texts.map((e) => ({ e })));
  return texts.map((text, i) => [mine[i], theirs(text)]);
}

const random = new Random(Number(seed)), expressions = new Expressions(random);
const nodes = Array.from({ length: Number(count) }, () => expressions.expression());
const found = narrow(nodes, answers);
const counts = new Map(), unexplained = [];
for (const { node, pair } of found) {
  const why = explanations.find((e) => e.fits(node.text, pair[0], pair[1]));
  if (why) counts.set(why.name, (counts.get(why.name) ?? 0) + 1);
  else unexplained.push(`${node.text}\n    ours   ${show(pair[0])}\n    feelin ${show(pair[1])}`);
}
console.log(`seed ${seed}: ${nodes.length} expressions, ${nodes.length - found.length} the same, ${found.length - unexplained.length} explained, ${unexplained.length} not`);
for (const [name, times] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${String(times).padStart(6)}  ${name}`);
for (const text of [...new Set(unexplained)].slice(0, Number(process.env.SHOW ?? 40))) console.log(text);
process.exit(unexplained.length > 0 ? 1 : 0);
