// Our engine's answers, from build/tests/differential.
import { spawnSync } from 'node:child_process';

export function ours(build, requests) {
  const run = spawnSync(`${build}/tests/differential`, { input: requests.map((r) => JSON.stringify(r) + '\n').join(''), maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`build/tests/differential ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return run.stdout.toString().trimEnd().split('\n').map((line) => readAnswer(JSON.parse(line)));
}

function readAnswer(answer) { return 'error' in answer ? { error: answer.error } : { value: read(answer.v) }; }

// From the tagged style to what values.mjs compares.
function read(v) {
  if (Array.isArray(v)) return v.map(read);
  if (v === null || typeof v !== 'object') return v;
  const keys = Object.keys(v);
  if (keys.length !== 1 || !keys[0].startsWith('@')) return Object.fromEntries(keys.map((key) => [key, read(v[key])]));
  const inner = v[keys[0]];
  if (keys[0] === '@context') return Object.fromEntries(Object.keys(inner).map((key) => [key, read(inner[key])]));
  if (keys[0] === '@range') return { '@range': [read(inner.start ?? null), read(inner.end ?? null), inner.start_open, inner.end_open] };
  return { '@temporal': inner };
}
