// decisions.mjs zen|feelin RULES INPUTS RESULTS [NAME]: the same table and inputs by a peer. Lines as the C drivers print them;
// "different" counts the inputs that were decided otherwise than in RESULTS.
import { readFileSync } from 'node:fs';

const [peer, rulesFile, inputsFile, resultsFile, title = peer] = process.argv.slice(2);
const table = JSON.parse(readFileSync(rulesFile, 'utf8'));
const inputs = JSON.parse(readFileSync(inputsFile, 'utf8'));
const expected = readFileSync(resultsFile, 'utf8').trim().split('\n');
const width = table.inputs.length;

async function zen() {
  const { ZenEngine } = await import('@gorules/zen-engine');
  const cell = text => text === '-' ? '' : text.startsWith('not(') ? `not($ in [${text.slice(4, -1)}])` : text;
  const content = {
    inputs: table.inputs.map(field => ({ id: field, name: field, field })),
    outputs: table.outputs.map(field => ({ id: `out-${field}`, name: field, field })),
    rules: table.rules.map((rule, i) => ({
      _id: `r${i}`,
      ...Object.fromEntries(table.inputs.map((id, k) => [id, cell(rule[k])])),
      ...Object.fromEntries(table.outputs.map((id, k) => [`out-${id}`, JSON.stringify(rule[width + k])]))
    })),
    hitPolicy: 'first'
  };
  const graph = {
    nodes: [{ id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
      { id: 't', name: 't', type: 'decisionTableNode', position: { x: 0, y: 0 }, content },
      { id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } }],
    edges: [{ id: 'a', type: 'edge', sourceId: 'in', targetId: 't' }, { id: 'b', type: 'edge', sourceId: 't', targetId: 'out' }]
  };
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(graph)));
  return async context => (await decision.evaluate(context)).result;
}

async function feelin() {
  const { evaluate, unaryTest } = await import('feelin');
  const value = answer => answer && typeof answer === 'object' && 'value' in answer ? answer.value : answer;
  return async context => {
    const values = table.inputs.map(name => value(evaluate(name, context)));
    const hit = table.rules.find(rule => values.every((v, k) => rule[k] === '-' || value(unaryTest(rule[k], { ...context, '?': v })) === true));
    return Object.fromEntries(table.outputs.map((name, k) => [name, value(evaluate(JSON.stringify(hit[width + k]), context))]));
  };
}

const decide = await { zen, feelin }[peer]();
let different = 0;
for (let i = 0; i < inputs.length; i++) {
  const result = await decide(inputs[i]);
  if (table.outputs.map(name => result[name]).join('|') !== expected[i]) different++;
}
let done = 0;
const began = process.cpuUsage();
const spent = () => { const used = process.cpuUsage(began); return (used.user + used.system) / 1e6; };
while (spent() < 2) for (let i = 0; i < 10; i++, done++) await decide(inputs[done % inputs.length]);
console.log(`${title}\t${(done / spent()).toPrecision(6)}\tdecisions/CPU-s`);
console.log(`${title}.different\t${different}\tof ${inputs.length} inputs`);
console.log(`${title}.memory\t${(process.memoryUsage().rss / 1048576).toPrecision(4)}\tMB`);
process.exit(0);
