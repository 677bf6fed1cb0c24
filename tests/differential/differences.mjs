// What the other engines say otherwise, and why ours stays as it is. fits(text, ours, theirs): `text` is the smallest
// expression on which the engines differ, the answers are { value } or { error }. The first that fits explains.
const isNull = (answer) => answer.error === undefined && answer.value === null;
const temporal = (v) => v !== null && typeof v === 'object' && '@temporal' in v;
// A range from a larger to a smaller number, also where the end is the first of a list.
const inverted = (text) => /[[(]\(for q in .*\)\[\d\]\.\.-?\d/.test(text) || /[[(]\d+\.\.\(for q in .*-\d/.test(text) || [...text.matchAll(/[[(](-?[\d.]+)\.\.(-?[\d.]+?)[\])]/g)].some(([, a, b]) => Number(a) > Number(b));
const COMPARES = / (<|<=|>|>=) /;
const EQUATES = / (=|!=) /;
const calls = (name) => (text) => text.startsWith(`${name}(`);
const anyOf = (...names) => (text) => names.some((name) => text.startsWith(`${name}(`));

// kie: Apache KIE (Drools). An error inside an expression makes the whole decision fail there; the standard makes the
// part null and goes on.
export const kie = [
  { name: 'an error in a part fails the whole decision', fits: (text, ours, theirs) => theirs.status === 'FAILED' },
  { name: 'booleans are ordered there', fits: (text, ours, theirs) => isNull(ours) && COMPARES.test(text) && typeof theirs.value === 'boolean' && !/@"|duration|date|time/.test(text) },
  { name: 'times with and without zone are compared there', fits: (text, ours, theirs) => isNull(ours) && (COMPARES.test(text) || EQUATES.test(text) || / between | in /.test(text)) && typeof theirs.value === 'boolean' },
  { name: 'values of different kinds are unequal there, not incomparable', fits: (text, ours, theirs) => isNull(ours) && (EQUATES.test(text) || / in /.test(text) || anyOf('is')(text)) && typeof theirs.value === 'boolean' },
  { name: 'in a loop, values of different kinds are unequal there', fits: (text, ours) => text.startsWith('(for ') && EQUATES.test(text) && Array.isArray(ours.value) && ours.value.every((v) => v === null) },
  { name: 'lists and contexts with parts that cannot be compared are unequal there', fits: (text, ours, theirs) => /^\(?[[{(]/.test(text) && EQUATES.test(text) && typeof theirs.value === 'boolean' },
  { name: 'a range with a null end is a range there', fits: (text, ours, theirs) => isNull(ours) && /\.\./.test(text) && /null \.\.|\.\. null/.test(String(theirs.value)) },
  { name: 'a range from a larger to a smaller value, or of one value with an open end, contains something there', fits: (text, ours, theirs) => (inverted(text) || /\((.+)\.\.\1[\])]|\[(.+)\.\.\2\)|^starts\(/.test(text)) && typeof theirs.value === 'boolean' },
  { name: 'a range is iterated as one item there', fits: (text, ours, theirs) => /^for v\d+ in [[(]-?[\d.]+\.\./.test(text) && Array.isArray(theirs.value) && theirs.value.length === 1 },
  { name: 'parts of a second are lost there when a duration is multiplied', fits: (text, ours, theirs) => text.includes(' * ') && typeof ours.value === 'number' && Math.abs(ours.value - theirs.value) < 1e-4 },
  { name: 'an expression that is true is no passed test behind in there', fits: (text, ours, theirs) => / in (\(|true\)$)/.test(text) && ours.value === true && theirs.value === false },
  { name: 'append() with named arguments forgets the item there', fits: (text) => text.startsWith('append(list: ') },
  { name: 'a scale outside of -6111..6176 is taken there', fits: (text, ours) => isNull(ours) && anyOf('decimal', 'floor', 'ceiling', 'round up', 'round down', 'round half up', 'round half down')(text) },
  { name: 'times with other offsets are compared by their clock there', fits: (text, ours, theirs) => COMPARES.test(text) && typeof ours.value === 'boolean' && typeof theirs.value === 'boolean' && /12:00:00|time\(@/.test(text) },
  { name: 'null is iterated and filtered as [null] there', fits: (text, ours, theirs) => isNull(ours) && (/^\(null\)\[|^\((some|every) v\d+ in null /.test(text) || (/^for /.test(text) && theirs.value?.length === 1)) },
  { name: 'a number that depends on the item is a position here, and keeps nothing there', fits: (text, ours, theirs) => text.endsWith('[item]') && typeof ours.value === 'number' },
  { name: 'a filter that is no boolean keeps nothing there; here it is an error', fits: (text, ours, theirs) => isNull(ours) && /\]\)?$/.test(text) && (Array.isArray(theirs.value) || anyOf('all', 'any', 'count')(text)) },
  { name: 'some and every take what is no boolean for false or true there', fits: (text, ours, theirs) => isNull(ours) && /^\((some|every) /.test(text) && typeof theirs.value === 'boolean' },
  { name: 'a date plus a number counts days there', fits: (text, ours, theirs) => isNull(ours) && / [+-] /.test(text) && typeof theirs.value === 'string' },
  { name: 'long durations overflow there', fits: (text, ours, theirs) => /^seconds /.test(String(ours.value)) && /^seconds /.test(String(theirs.value)) && text.includes(' * ') },
  { name: 'years above 9999 are written with a plus there', fits: (text, ours, theirs) => `+${ours.value}` === theirs.value },
  { name: 'ranges are written with blanks there', fits: (text, ours, theirs) => calls('string')(text) && /\.\./.test(String(ours.value)) },
  { name: 'numbers keep the digits and the exponent that were written there', fits: (text, ours, theirs) => calls('string')(text) && Number(ours.value) === Number(theirs.value) },
  { name: 'lists and contexts are written with blanks and without quotes there', fits: (text, ours, theirs) => calls('string')(text) && /^[[{]/.test(String(ours.value)) },
  { name: 'min and max also order booleans and single ranges there', fits: (text, ours) => isNull(ours) && anyOf('min', 'max')(text) },
  { name: 'date() and time() read the text of a date and time there', fits: (text, ours) => isNull(ours) && anyOf('date', 'time')(text) },
  { name: 'a date and time as second argument gives its time there', fits: (text, ours) => isNull(ours) && anyOf('date and time')(text) },
  { name: 'union keeps a null argument there', fits: (text, ours) => isNull(ours) && anyOf('union')(text) },
];

// Of whole models; `text` is the input and the decision with what it calls.
export const kieModels = [
  { name: 'append() with named arguments forgets the item there', fits: (text) => text.includes('append(list: ') },
  { name: 'an argument of another type than its parameter or its table\'s input is taken there, or makes the call null', fits: (text, ours, theirs) => />e1<|\((.*\b)?e1\b/.test(text) && (isNull(ours) || isNull({ value: ours.value?.e2 ?? null }) || isNull({ value: theirs.value?.e2 ?? null })) },
  { name: 'floor() and ceiling() with a scale are not always found there', fits: (text, ours, theirs) => /(floor|ceiling)\([^()]*, /.test(text) && (isNull({ value: theirs.value?.e1 ?? null }) || isNull({ value: theirs.value?.e2 ?? null })) },
  { name: 'an error in a part fails the whole decision', fits: (text, ours, theirs) => theirs.status === 'FAILED' },
  { name: 'COLLECT COUNT counts equal outputs once there', fits: (text, ours, theirs) => text.includes('aggregation="COUNT"') },
  { name: 'a range of one value with an open end contains it there', fits: (text) => /\\(([^.(]+)\\.\\.\\1\\)/.test(text) },
];

// feelin: npm's feelin, JavaScript. It reckons in binary floating point and counts a part of the TCK as failing.
const nullOrError = (answer) => answer.error !== undefined || answer.value === null || (typeof answer.value === 'object' && '@number' in answer.value);
const roundings = anyOf('decimal', 'floor', 'ceiling', 'round up', 'round down', 'round half up', 'round half down');
const ranges = anyOf('before', 'after', 'meets', 'overlaps', 'overlaps before', 'includes', 'during', 'starts', 'finished by', 'coincides');
const isTruth = (answer) => typeof answer.value === 'boolean';

export const feelin = [
  { name: 'years and months duration() keeps the days there', fits: (text) => calls('years and months duration')(text) },
  { name: 'a date minus hours is a date and time there', fits: (text, ours, theirs) => / [+-] /.test(text) && /T/.test(theirs.value?.['@temporal'] ?? '') && !/T/.test(ours.value?.['@temporal'] ?? 'T') },
  { name: 'min and max know only numbers there', fits: (text, ours, theirs) => anyOf('min', 'max')(text) && nullOrError(theirs) },
  { name: 'durations cannot be multiplied or divided there', fits: (text, ours, theirs) => / [*/] /.test(text) && nullOrError(theirs) },
  { name: 'booleans, nulls and other kinds stop the whole expression or are ordered there', fits: (text, ours, theirs) => (isNull(ours) || theirs.error !== undefined) && (COMPARES.test(text) || / between | in /.test(text)) },
  { name: 'values of different kinds, and moments with and without zone, are unequal there, not incomparable', fits: (text, ours, theirs) => isNull(ours) && EQUATES.test(text) && isTruth(theirs) },
  { name: 'moments with and without zone are subtracted there', fits: (text, ours, theirs) => isNull(ours) && / - /.test(text) && temporal(theirs.value) },
  { name: 'a time plus years and months is itself there', fits: (text, ours, theirs) => isNull(ours) && / [+-] /.test(text) && temporal(theirs.value) },
  { name: 'any value that is not empty is a true condition there', fits: (text) => /^\(?if /.test(text) },
  { name: 'ranges from a larger to a smaller value are refused or turned there', fits: (text) => inverted(text) },
  { name: 'ranges may have ends of different kinds, null or lists there', fits: (text, ours) => isNull(ours) && /^[[(].*\.\..*[\])]$/.test(text) },
  { name: 'relations of ranges take null and other kinds there, or refuse a point', fits: (text, ours, theirs) => ranges(text) && (isNull(ours) || nullOrError(theirs)) },
  { name: 'substring() takes a start of 0 and behind the end, and a length of 0 and less there', fits: (text, ours, theirs) => isNull(ours) && calls('substring')(text) && typeof theirs.value === 'string' },
  { name: 'substring() with a null length is empty there', fits: (text, ours, theirs) => calls('substring')(text) && theirs.value === '' },
  { name: 'a scale with a fraction is not cut there', fits: (text) => roundings(text) && /, (scale: )?.*\.\d/.test(text) },
  { name: 'list replace() outside of the list adds or fills there', fits: (text) => calls('list replace')(text) },
  { name: 'sublist() and remove() take positions outside of the list there', fits: (text, ours) => isNull(ours) && anyOf('sublist', 'remove', 'insert before')(text) },
  { name: 'positions with a fraction are not cut there', fits: (text) => anyOf('sublist', 'remove', 'insert before', 'substring')(text) && /\.5/.test(text) },
  { name: 'number() reads an empty text as 0 there', fits: (text, ours, theirs) => isNull(ours) && calls('number')(text) && theirs.value === 0 },
  { name: 'years are written with a sign and six digits there', fits: (text, ours, theirs) => /^[+-]/.test(theirs.value?.['@temporal'] ?? '') && temporal(ours.value) },
  { name: 'lists of different length cannot be compared there', fits: (text, ours, theirs) => EQUATES.test(text) && isTruth(ours) && isNull(theirs) },
  { name: 'between takes its ends in any order there', fits: (text, ours, theirs) => / between /.test(text) && ours.value === false && theirs.value === true },
  { name: 'is() of different kinds is null there', fits: (text, ours, theirs) => calls('is')(text) && ours.value === false && isNull(theirs) },
  { name: 'a character outside of the basic plane counts twice there', fits: (text) => text.includes('😀') && calls('substring')(text) },
  { name: 'binary floating point', fits: (text, ours, theirs) => calls('modulo')(text) && typeof ours.value === 'number' && typeof theirs.value === 'number' },
  { name: 'mode() keeps the order of the list there', fits: (text, ours, theirs) => calls('mode')(text) && theirs.value?.length === ours.value?.length },
  { name: 'filters drop nulls and falsy items, and keep a single value as it is there', fits: (text) => /\]\)?$/.test(text) && /^\(/.test(text) },
  { name: 'a single value is no list for for, some and every there', fits: (text) => /^\(?(for|some|every) /.test(text) },
  { name: 'what is tested against null or another kind is null there', fits: (text, ours, theirs) => / in /.test(text) && isTruth(ours) && isNull(theirs) },
  { name: 'the offset of a moment is left out of a difference there', fits: (text) => / - /.test(text) && /[Z+]\d*|[+]08:00/.test(text) },
  { name: 'insert before(), remove() and sublist() count from the end in another way there', fits: (text, ours, theirs) => anyOf('insert before', 'remove', 'sublist')(text) && (/-\d/.test(text) || isNull(theirs)) },
  { name: 'all(), any() and mode() of an empty list are null there', fits: (text, ours, theirs) => anyOf('all', 'any', 'mode')(text) && isNull(theirs) },
  { name: 'date and time() takes a moment for the time, and a named date and time make no moment there', fits: (text) => calls('date and time')(text) || text.includes('date and time(date: ') },
  { name: 'split() keeps the groups of the pattern there', fits: (text) => calls('split')(text) && text.includes('(a)(b)') },
  { name: 'concatenate() takes null for an item there', fits: (text, ours) => isNull(ours) && calls('concatenate')(text) },
  { name: 'median() sorts numbers as texts there', fits: (text, ours, theirs) => calls('median')(text) && typeof theirs.value === 'number' },
  { name: 'index of() compares dates by identity there', fits: (text) => calls('index of')(text) && text.includes('@"') },
  { name: 'date() and time() read a moment and its text, whatever else is given, there', fits: (text, ours) => isNull(ours) && anyOf('date', 'time')(text) },
  { name: 'a duration minus a date is not a number there', fits: (text, ours, theirs) => isNull(ours) && nullOrError(theirs) },
  { name: 'number() refuses a number there', fits: (text, ours, theirs) => calls('number')(text) && typeof ours.value === 'number' && isNull(theirs) },
  { name: 'an expression that is true is no passed test behind in there', fits: (text, ours, theirs) => / in (\(|true\)$)/.test(text) && ours.value === true && theirs.value === false },
  { name: 'lists of one are numbers among numbers there', fits: (text, ours, theirs) => isNull(ours) && typeof theirs.value === 'number' && anyOf('sum', 'mean', 'stddev', 'median', 'product')(text) },
  { name: 'lists are ordered there', fits: (text, ours, theirs) => isNull(ours) && anyOf('min', 'max')(text) && Array.isArray(theirs.value) },
  { name: 'a range has no text there', fits: (text, ours, theirs) => calls('string')(text) && theirs.value === '<range>' },
  { name: 'a list of one does not stand for its item in time() there', fits: (text, ours, theirs) => calls('time')(text) && isNull(theirs) },
  { name: 'years of five digits and more are no date there', fits: (text, ours, theirs) => anyOf('date', 'date and time')(text) && /^\d{5}/.test(ours.value?.['@temporal'] ?? '') && isNull(theirs) },
  { name: 'equal values that have no order, as null and null, are not <= and >= there', fits: (text, ours, theirs) => / [<>]= /.test(text) && ours.value === true && nullOrError(theirs) },
];
