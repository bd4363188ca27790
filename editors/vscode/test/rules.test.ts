// What `massdriver-ls explain` prints.

import assert from 'node:assert/strict';
import test from 'node:test';
import { parseList, toMarkdown } from '../src/rules';

test('the list', () => {
  const printed = 'yaml-syntax   error    The text is not valid YAML\nname-case     hint     Odd (off by default)\n';
  assert.deepEqual(parseList(printed), [
    { id: 'yaml-syntax', severity: 'error', title: 'The text is not valid YAML' },
    { id: 'name-case', severity: 'hint', title: 'Odd (off by default)' },
  ]);
});

test('a page', () => {
  const page = `name-invalid (error)
The name is not allowed

Names are lower-case.

Reported:

    name: VPC

    params:
      x: y

Correct:

    name: vpc

To turn it off:

  for the next line    # massdriver-ls: ignore name-invalid
`;
  assert.equal(
    toMarkdown(page),
    `# name-invalid (error)

The name is not allowed

Names are lower-case.

**Reported:**

\`\`\`yaml
name: VPC

params:
  x: y
\`\`\`

**Correct:**

\`\`\`yaml
name: vpc
\`\`\`

**To turn it off:**

    for the next line    # massdriver-ls: ignore name-invalid
`,
  );
});
