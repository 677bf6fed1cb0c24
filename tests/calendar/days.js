// Every day of the years given on the command line, as chinese-days knows it: `2022-10-08 working`.
const days = require('chinese-days');
const [first, last] = process.argv.slice(2).map(Number);
for (let at = Date.UTC(first, 0, 1); at < Date.UTC(last + 1, 0, 1); at += 86400000) {
  const day = new Date(at).toISOString().slice(0, 10);
  console.log(day, days.isWorkday(day) ? 'working' : 'off');
}
