// Apache KIE's DMN engine (npm @kie-tools/jitexecutor-native), a native program that answers over HTTP on this machine.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { once } from 'node:events';

const PROGRAM = new URL('kie/node_modules/@kie-tools/jitexecutor-native/dist/linux/jitexecutor', import.meta.url).pathname;
export const installed = () => existsSync(PROGRAM);

export class Kie {
  static async start(port = 8199) {
    chmodSync(PROGRAM, 0o755);
    const kie = new Kie();
    kie.base = `http://127.0.0.1:${port}`;
    kie.process = spawn(PROGRAM, ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`], { stdio: 'ignore' });
    for (let tries = 0; tries < 100; tries++) {
      try {
        await fetch(`${kie.base}/q/health`);
        return kie;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    kie.process.kill();
    throw new Error('jitexecutor does not answer');
  }

  async stop() {
    this.process.kill();
    await once(this.process, 'exit');
  }

  // All decisions of the model: name -> { value } or { error }.
  async decide(xml, context) {
    const body = JSON.stringify({ mainURI: 'm.dmn', resources: [{ URI: 'm.dmn', content: xml }], context });
    const answer = await fetch(`${this.base}/jitdmn/dmnresult`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    const text = await answer.text();
    if (!answer.ok) return { refused: text.slice(0, 500) };
    const results = JSON.parse(text).decisionResults;
    return Object.fromEntries(results.map((r) => [r.decisionName, { value: plain(r.result), status: r.evaluationStatus }]));
  }
}

// Java writes 10:30 for 10:30:00, P18M for P1Y6M, P0D for P0M and a zone with its offset.
function plain(v) {
  if (Array.isArray(v)) return v.map(plain);
  if (v !== null && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([key, value]) => [key, plain(value)]));
  if (typeof v !== 'string') return v;
  return text(v);
}

export function text(v) {
  const clock = v.match(/^((?:-?\d{4,9}-\d\d-\d\dT)?)(\d\d:\d\d)((?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d(?::\d\d)?)?(\[.*\])?$/);
  if (clock) return clock[1] + clock[2] + (clock[3] || ':00').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') + (clock[4] ?? '');
  const days = v.match(/^(-?)P(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/);
  if (days && v !== 'P' && v !== '-P' && v !== 'P0D') {
    const [d, h, m, s] = days.slice(2).map((part) => Number(part ?? 0));
    return `seconds ${Math.round(((((days[1] ? -1 : 1) * (((d * 24 + h) * 60 + m) * 60 + s)) || 0)) * 1e6) / 1e6}`;
  }
  const months = v.match(/^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:0D)?$/);
  if (months && v !== 'P' && v !== '-P') return `months ${(months[1] ? -1 : 1) * (Number(months[2] ?? 0) * 12 + Number(months[3] ?? 0))}`.replace('-0', '0');
  return v;
}

// Our value as it would look in their JSON: null for a function, text for a date, time, duration or range.
export function theirForm(v) {
  if (Array.isArray(v)) return v.map(theirForm);
  if (typeof v === 'string') return text(v);
  if (v === null || typeof v !== 'object') return v;
  if ('@temporal' in v) return text(v['@temporal']);
  if ('@range' in v) return range(v['@range']);
  return Object.fromEntries(Object.entries(v).map(([key, value]) => [key, theirForm(value)]));
}

function range([start, end, startOpen, endOpen]) {
  const part = (x) => (x === null ? 'null' : typeof x === 'object' ? theirForm(x) : String(x));
  return `${startOpen ? '(' : '['} ${part(start)} .. ${part(end)} ${endOpen ? ')' : ']'}`;
}
