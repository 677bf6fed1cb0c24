// instances.mjs MODEL: the ten-step process by bpmn-engine, in memory, each call answered at once. Twice: from a model that
// was parsed once, as we do it ("bpmn-engine"), and from its XML each time, as its manual shows it ("bpmn-engine.parsing").
import { readFileSync } from 'node:fs';
import { Engine } from 'bpmn-engine';
import * as elements from 'bpmn-elements';
import * as moddle from 'bpmn-moddle';
import { Serializer, TypeResolver } from 'moddle-context-serializer';

const source = readFileSync(process.argv[2], 'utf8')
  .replaceAll('<serviceTask ', '<serviceTask implementation="${environment.services.noop}" ')
  .replaceAll('=claim &gt; 100000', '${environment.variables.never}');
const BpmnModdle = moddle.BpmnModdle ?? moddle.default;
const sourceContext = Serializer(await new BpmnModdle().fromXML(source), TypeResolver(elements));
let calls = 0;
const noop = (scope, callback) => { calls++; callback(); };

async function rate(name, options) {
  const one = async () => {
    const execution = await new Engine({ name: 'ten', ...options }).execute({ services: { noop }, variables: { never: false } });
    if (execution.state !== 'idle') throw new Error(`not finished: ${execution.state}`);
  };
  calls = 0;
  await one();
  if (calls !== 9) throw new Error(`${calls} calls instead of nine`);
  let done = 0;
  const began = process.cpuUsage();
  const spent = () => { const used = process.cpuUsage(began); return (used.user + used.system) / 1e6; };
  while (spent() < 3) { await one(); done++; }
  console.log(`${name}\t${(done / spent()).toPrecision(6)}\tinstances/CPU-s`);
}

await rate('bpmn-engine', { sourceContext });
await rate('bpmn-engine.parsing', { source });
console.log(`bpmn-engine.memory\t${(process.memoryUsage().rss / 1048576).toPrecision(4)}\tMB`);
process.exit(0);
