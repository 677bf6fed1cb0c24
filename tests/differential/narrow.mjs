// From an expression on which two engines differ to the smallest part of it on which they still do.
import { sameAnswer } from './values.mjs';

export const closed = (node) => node.kids.filter((kid) => kid.free.size === 0);

// `answers(texts)` gives the pairs [ours, theirs] of many expressions at once.
export function narrow(nodes, answers) {
  let found = nodes.map((node) => ({ node, pair: null, done: false }));
  answers(found.map((f) => f.node.text)).forEach((pair, i) => { found[i].pair = pair; });
  found = found.filter((f) => !sameAnswer(...f.pair));
  for (let left = found; left.length > 0; left = left.filter((f) => !f.done)) {
    const kids = left.flatMap((f) => closed(f.node));
    const pairs = kids.length > 0 ? answers(kids.map((kid) => kid.text)) : [];
    let at = 0;
    for (const f of left) {
      const differing = closed(f.node).map((kid) => ({ kid, pair: pairs[at++] })).find(({ pair }) => !sameAnswer(...pair));
      f.done = differing === undefined;
      if (differing) Object.assign(f, { node: differing.kid, pair: differing.pair });
    }
  }
  return found;
}
