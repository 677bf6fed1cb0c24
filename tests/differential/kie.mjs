// node tests/differential/kie.mjs BUILD [SEED [EXPRESSIONS [MODELS]]]: our FEEL and DMN against Apache KIE's on random
// expressions and models. Each difference must be one that differences.mjs explains. Exit 77: it is not installed.
import { Random } from './random.mjs';
import { Expressions } from './expressions.mjs';
import { ours } from './ours.mjs';
import { closed } from './narrow.mjs';
import { same } from './values.mjs';
import { Kie, installed, theirForm } from './kie_client.mjs';
import { Models } from './models.mjs';
import { kie as explanations, kieModels } from './differences.mjs';

const [build, seed = '1', count = '5000', modelCount = '300'] = process.argv.slice(2);
const BATCH = 100;

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function model(texts) {
  const decisions = texts.map((text, i) => `<decision name="d${i}" id="d${i}"><variable name="d${i}"/><literalExpression><text>${escaped(text)}</text></literalExpression></decision>`);
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/" namespace="n" name="m" id="m">${decisions.join('')}</definitions>`;
}

// A text that its compiler cannot take spoils the whole model: then each stands alone.
async function theirs(kie, texts) {
  const out = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH);
    const all = await kie.decide(model(batch), {});
    if (all.refused === undefined) {
      for (let i = 0; i < batch.length; i++) out.push(all[`d${i}`] ?? { error: 'missing' });
      continue;
    }
    for (const text of batch) {
      const one = await kie.decide(model([text]), {});
      out.push(one.refused === undefined ? one.d0 : { error: one.refused });
    }
  }
  return out;
}

// As narrow.mjs, but waiting for answers.
async function narrowed(kie, nodes) {
  const pairs = async (list) => {
    const mine = list.length > 0 ? ours(build, list.map((node) => ({ e: node.text }))) : [], other = await theirs(kie, list.map((node) => node.text));
    return list.map((_, i) => [mine[i].error !== undefined ? { value: null, error: mine[i].error } : { value: theirForm(mine[i].value) }, other[i]]);
  };
  const differ = ([a, b]) => !same(a.value ?? null, b.value ?? null);
  let found = (await pairs(nodes)).map((pair, i) => ({ node: nodes[i], pair })).filter((f) => differ(f.pair));
  for (let left = found; left.length > 0; left = left.filter((f) => !f.done)) {
    const kids = left.flatMap((f) => closed(f.node)), answers = await pairs(kids);
    let at = 0;
    for (const f of left) {
      const inner = closed(f.node).map((kid) => ({ kid, pair: answers[at++] })).find(({ pair }) => differ(pair));
      f.done = inner === undefined;
      if (inner) Object.assign(f, { node: inner.kid, pair: inner.pair });
    }
  }
  return found;
}

// Counts what is explained and prints what is not; true when all is.
function told(what, total, differing, table) {
  const counts = new Map(), unexplained = [];
  for (const { text, pair } of differing) {
    const why = table.find((e) => e.fits(text, pair[0], pair[1]));
    if (why) counts.set(why.name, (counts.get(why.name) ?? 0) + 1);
    else unexplained.push(`${text}\n    ours ${JSON.stringify(pair[0])}\n    kie  ${JSON.stringify(pair[1])}`);
  }
  console.log(`seed ${seed}: ${total} ${what}, ${total - differing.length} the same, ${differing.length - unexplained.length} explained, ${unexplained.length} not`);
  for (const [name, times] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${String(times).padStart(6)}  ${name}`);
  for (const text of [...new Set(unexplained)].slice(0, Number(process.env.SHOW ?? 40))) console.log(text);
  return unexplained.length === 0;
}

async function compareExpressions(kie) {
  const expressions = new Expressions(new Random(Number(seed)));
  const nodes = Array.from({ length: Number(count) }, () => expressions.expression());
  const found = await narrowed(kie, nodes);
  return told('expressions', nodes.length, found.map(({ node, pair }) => ({ text: node.text, pair })), explanations);
}

async function compareModels(kie) {
  const models = new Models(new Random(Number(seed))), differing = [];
  let total = 0;
  for (let i = 0; i < Number(modelCount); i++) {
    const model = models.model(), mine = ours(build, model.names.map((decision) => ({ dmn: model.xml, decision, c: model.context })));
    const other = await kie.decide(model.xml, model.context);
    if (other.refused !== undefined) throw new Error(`the model is refused: ${other.refused}\n${model.xml}`);
    model.names.forEach((name, k) => {
      const pair = [mine[k].error !== undefined ? mine[k] : { value: theirForm(mine[k].value) }, other[name]];
      total++;
      if (!same(pair[0].value ?? null, pair[1].value ?? null)) differing.push({ text: `${JSON.stringify(model.context)} ${model.part(name)}`, pair });
    });
  }
  return told(`decisions of ${modelCount} models`, total, differing, kieModels);
}

if (!installed()) {
  console.log('npm ci in tests/differential/kie first (318 MB)');
  process.exit(77);
}
const kie = await Kie.start();
try {
  const expressionsFit = await compareExpressions(kie), modelsFit = await compareModels(kie);
  process.exitCode = expressionsFit && modelsFit ? 0 : 1;
} finally {
  await kie.stop();
}
