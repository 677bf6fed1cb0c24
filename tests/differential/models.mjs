// Random DMN models: tables of every hit policy, boxed expressions of every kind, a knowledge model, a decision service.
// Left out, because KIE is known to have its own way there: inputs that are missing (it skips the decision), outputs that
// are not among the output values, a default for only some outputs, values that do not conform to their type.
import { Expressions } from './expressions.mjs';

const TYPES = { number: 'number', string: 'string', boolean: 'boolean' };
const VALUES = { string: ['a', 'b', 'c'], number: [-1, 0, 1, 2, 5, 10], boolean: [true, false] };
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

export class Models {
  constructor(random) {
    this.random = random;
    this.expressions = new Expressions(random, { simple: true });
  }

  literal(text, type) { return `<literalExpression${type ? ` typeRef="${TYPES[type]}"` : ''}><text>${escaped(text)}</text></literalExpression>`; }
  expression(type, scope, depth = 1) { return this.expressions.any(type, depth, scope).text; }
  boxed(type, scope) { return this.literal(this.expression(type, scope, 1 + this.random.below(2))); }
  constant(type) { const v = this.random.pick(VALUES[type]); return typeof v === 'string' ? `"${v}"` : String(v); }

  cell(type) {
    const random = this.random, a = () => this.constant(type);
    if (random.chance(0.35)) return '-';
    if (type === 'boolean') return a();
    if (type === 'string') return random.pick([a(), `${a()}, ${a()}`, `not(${a()})`, `not(${a()}, ${a()})`, 'null', `? = ${a()}`]);
    return random.pick([a(), `> ${a()}`, `<= ${a()}`, `< ${a()}, > ${a()}`, `[${a()}..${a()}]`, `(${a()}..${a()})`, `not(${a()})`, `not(> ${a()})`,
      `${a()}, [3..5]`, `? > ${a()} and ? < 5`, `? + 1 = ${a()}`, 'null', `[1, 2]`, `= ${a()}`, `!= ${a()}`]);
  }

  table(type, scope) {
    const random = this.random, policy = random.pick(['UNIQUE', 'FIRST', 'ANY', 'PRIORITY', 'OUTPUT ORDER', 'RULE ORDER', 'COLLECT', 'COLLECT SUM', 'COLLECT MIN', 'COLLECT MAX', 'COLLECT COUNT']);
    const [name, aggregation] = policy.split(/ (?=SUM|MIN|MAX|COUNT)/), outputs = aggregation || random.chance(0.7) ? 1 : 2;
    const inputs = Array.from({ length: 1 + random.below(3) }, () => random.pick(scope));
    const kind = aggregation ? 'number' : type, ordered = ['PRIORITY', 'OUTPUT ORDER'].includes(policy);
    const head = inputs.map((v) => `<input><inputExpression typeRef="${TYPES[v.type]}"><text>${v.name}</text></inputExpression></input>`).join('');
    const fallback = !name.startsWith('COLLECT') && random.chance(0.2);
    const columns = Array.from({ length: outputs }, (_, i) => this.output(outputs > 1 ? `o${i}` : '', kind, ordered, fallback)).join('');
    const rules = Array.from({ length: 1 + random.below(5) }, () => '<rule>' + inputs.map((v) => `<inputEntry><text>${escaped(this.cell(v.type))}</text></inputEntry>`).join('')
      + Array.from({ length: outputs }, () => `<outputEntry><text>${escaped(ordered || random.chance(0.8) ? this.constant(kind) : this.expression(kind, scope))}</text></outputEntry>`).join('') + '</rule>');
    return `<decisionTable hitPolicy="${name}"${aggregation ? ` aggregation="${aggregation}"` : ''}>${head}${columns}${rules.join('')}</decisionTable>`;
  }

  output(name, type, ordered, withDefault) {
    const values = ordered ? `<outputValues><text>${[...new Set(VALUES[type])].map((v) => JSON.stringify(v)).sort(() => this.random.next() - 0.5).join(', ')}</text></outputValues>` : '';
    const fallback = !withDefault ? '' : `<defaultOutputEntry><text>${this.constant(type)}</text></defaultOutputEntry>`;
    return `<output${name ? ` name="${name}"` : ''} typeRef="${TYPES[type]}">${values}${fallback}</output>`;
  }

  context(type, scope) {
    const entries = [['e1', 'number'], ['e2', 'string']].map(([name, kind]) => {
      const entry = `<contextEntry><variable name="${name}"/>${this.logic(kind, scope, 1)}</contextEntry>`;
      scope = [...scope, { name, type: kind }];
      return entry;
    });
    const result = this.random.chance(0.5) ? `<contextEntry>${this.boxed(type, scope)}</contextEntry>` : '';
    return `<context>${entries.join('')}${result}</context>`;
  }

  iteration(scope) {
    const random = this.random, kind = random.pick(['for', 'some', 'every', 'filter']);
    const list = this.boxed('numbers', scope), inner = [...scope, { name: kind === 'filter' ? 'item' : 'x', type: 'number' }];
    const body = this.boxed(kind === 'for' ? 'number' : 'boolean', inner), part = { for: 'return', some: 'satisfies', every: 'satisfies', filter: 'match' }[kind];
    return `<${kind}${kind === 'filter' ? '' : ' iteratorVariable="x"'}><in>${list}</in><${part}>${body}</${part}></${kind}>`;
  }

  logic(type, scope, depth = 0) {
    const boxed = () => this.boxed(type, scope);
    return this.random.weighted([
      [3, () => this.table(type, scope)],
      [2, boxed],
      [depth > 0 ? 0 : 2, () => this.context(type, scope)],
      [1, () => `<conditional><if>${this.boxed('boolean', scope)}</if><then>${boxed()}</then><else>${boxed()}</else></conditional>`],
      [depth > 0 ? 0 : 2, () => this.iteration(scope)],
      [depth > 0 ? 0 : 1, () => `<list>${boxed()}${boxed()}</list>`],
      [depth > 0 ? 0 : 1, () => `<relation><column name="p"/><column name="q"/><row>${boxed()}${this.boxed('number', scope)}</row><row>${boxed()}${boxed()}</row></relation>`],
      [1, () => `<invocation><literalExpression><text>f</text></literalExpression>${[['a', 'number'], ['s', 'string']].map(([name, kind]) =>
        `<binding><parameter name="${name}"/>${this.boxed(kind, scope)}</binding>`).join('')}</invocation>`],
      [1, () => this.literal(`f(${this.expression('number', scope)}, ${this.expression('string', scope)})`)],
      [1, () => this.literal(`svc(${this.expression('number', scope)}, ${this.expression('string', scope)})`)],
    ])();
  }

  knowledge(scope) {
    const parameters = [{ name: 'a', type: 'number' }, { name: 's', type: 'string' }];
    const typed = this.random.chance(0.7);
    return `<businessKnowledgeModel name="f" id="f"><variable name="f"/><encapsulatedLogic>${parameters.map((p) =>
      `<formalParameter name="${p.name}"${typed ? ` typeRef="${p.type}"` : ''}/>`).join('')}${this.random.chance(0.5) ? this.table('string', parameters) : this.boxed('string', parameters)}</encapsulatedLogic></businessKnowledgeModel>`;
  }

  // One model with its inputs: { xml, names, context }.
  model() {
    const inputs = [{ name: 'n', type: 'number' }, { name: 't', type: 'string' }, { name: 'b', type: 'boolean' }];
    const needs = inputs.map((i) => `<informationRequirement><requiredInput href="#${i.name}"/></informationRequirement>`).join('');
    const knows = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>';
    let body = inputs.map((i) => `<inputData name="${i.name}" id="${i.name}"><variable name="${i.name}" typeRef="${TYPES[i.type]}"/></inputData>`).join('') + this.knowledge();
    const inner = [['n', 'number'], ['t', 'string']].map(([name, type]) => ({ name, type }));
    body += `<decision name="inside" id="inside"><variable name="inside"/>${needs.replace(/<informationRequirement><requiredInput href="#b".*$/, '')}${this.table('string', inner)}</decision>`
      + '<decisionService name="svc" id="svc"><variable name="svc"/><outputDecision href="#inside"/><inputData href="#n"/><inputData href="#t"/></decisionService>';
    const names = [];
    for (let i = 0; i < 6; i++) {
      const type = this.random.pick(['number', 'string', 'boolean']);
      const logic = this.logic(type, inputs), services = logic.includes('svc(') ? '<knowledgeRequirement><requiredKnowledge href="#svc"/></knowledgeRequirement>' : '';
      body += `<decision name="d${i}" id="d${i}"><variable name="d${i}"/>${needs}${knows}${services}${logic}</decision>`;
      names.push(`d${i}`);
    }
    const context = {};
    for (const i of inputs) context[i.name] = this.random.pick(VALUES[i.type]);
    // What a reader needs of the model to understand one decision.
    const parts = body.match(/<(decision|businessKnowledgeModel) .*?<\/\1>/g).map((x) => x.replace(/<(information|knowledge)Requirement>.*?<\/\1Requirement>/g, ''));
    const part = (name) => { const own = parts.find((x) => x.includes(`name="${name}"`)); return [own, ...(/f\(|>f</.test(own) ? [parts.find((x) => x.startsWith('<bus'))] : []), ...(own.includes('svc(') ? [parts.find((x) => x.includes('"inside"'))] : [])].join(' '); };
    return { part, xml: `<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/" namespace="n" name="m" id="m">${body}</definitions>`, names, context };
  }
}
