// expressions.mjs FILE RESULTS: the same expressions by feelin, which reads each of them whenever it is asked. "different"
// counts those that gave something else than RESULTS; numbers are compared to twelve digits, for feelin's are doubles.
import { readFileSync } from 'node:fs';
import { evaluate } from 'feelin';

const [file, resultsFile] = process.argv.slice(2);
const list = JSON.parse(readFileSync(file, 'utf8'));
const expected = readFileSync(resultsFile, 'utf8').trim().split('\n');
const value = answer => answer && typeof answer === 'object' && 'value' in answer ? answer.value : answer;
const text = one => typeof one === 'number' ? one.toPrecision(12) : Array.isArray(one) ? one.map(text).join('|') : String(one);
const theirs = one => (one.startsWith('[') ? one.slice(1, -1).split(', ') : [one]).map(part => /^-?[0-9.]+$/.test(part) ? Number(part).toPrecision(12) : part).join('|');
const run = one => value(evaluate(one.expression, one.context));

let different = 0;
list.forEach((one, i) => {
  const result = text(run(one));
  if (result !== theirs(expected[i])) { different++; console.error(`${one.expression}: ${result} and ${expected[i]}`); }
});
let done = 0;
const began = process.cpuUsage();
const spent = () => { const used = process.cpuUsage(began); return (used.user + used.system) / 1e6; };
while (spent() < 2) for (const one of list) { run(one); done++; }
console.log(`feelin.both\t${(done / spent()).toPrecision(6)}\texpressions/CPU-s`);
console.log(`feelin.both.different\t${different}\tof ${list.length} expressions`);
process.exit(0);
