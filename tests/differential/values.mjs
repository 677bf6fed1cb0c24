// Values of all engines in one form: JSON, { "@temporal": text }, { "@range": [start, end, start open, end open] }.

// Numbers of engines that reckon in binary differ behind the fifteenth digit; the order of keys is nobody's promise.
export function same(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

export function sameAnswer(a, b) {
  if (a.error !== undefined || b.error !== undefined) return (a.error !== undefined) === (b.error !== undefined);
  return same(a.value, b.value);
}

export const show = (answer) => (answer.error !== undefined ? `error ${answer.error}` : JSON.stringify(answer.value));
