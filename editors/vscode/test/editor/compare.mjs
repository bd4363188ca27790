// node compare.mjs TIMES: what cold.mjs printed, as a table; exits with 1 if the first one named in it is slower than another.
import { readFileSync } from 'node:fs';

const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => line.split(' '));
const names = [...new Set(lines.map(([name]) => name))];

function summary(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return { min: sorted[0], median: (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2, max: sorted.at(-1) };
}

const results = names.map((name) => {
  const times = lines.filter(([of]) => of === name).map(([, ...numbers]) => numbers.map(Number));
  return {
    name,
    windows: times.length,
    text: summary(times.map(([text]) => text)),
    between: summary(times.map(([text, squiggle]) => squiggle - text)),
    squiggle: summary(times.map(([, squiggle]) => squiggle)),
  };
});

const cell = ({ min, median, max }) => `${Math.round(median)} (${min}–${max})`;
console.log(`| ${results[0].windows} windows each, ms: median (range) | window to text | text to squiggle | window to squiggle |\n|---|---|---|---|`);
for (const { name, text, between, squiggle } of results) console.log(`| ${name} | ${cell(text)} | ${cell(between)} | ${cell(squiggle)} |`);

const [ours, ...others] = results;
for (const other of others) {
  // Most of the whole is the browser's and VS Code's, and differs more from window to window than the servers do.
  const slower = ours.between.median >= other.between.median || ours.squiggle.median > other.squiggle.max;
  if (!slower) continue;
  console.error(`${ours.name} is slower than ${other.name}`);
  process.exitCode = 1;
}
