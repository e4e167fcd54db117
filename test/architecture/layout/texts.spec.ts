import { describe, expect, it } from '@jest/globals';

import { filesBelow, readText } from '../house.js';

const TEXT =
  /\.(?:tsx?|mjs|css|html|md|json|ya?ml|sql|sh)$|(?:^|\/)(?:Dockerfile|Caddyfile)[^/]*$/u;
const GENERATED = /(?:^|\/)package-lock\.json$|\/vectors\//u;

interface TextRule {
  readonly name: string;
  readonly appliesTo: RegExp;
  readonly breaks: (line: string) => boolean;
  readonly planted: string;
  readonly innocent: string;
}

const CODE = /\.(?:tsx?|mjs)$/u;
const LONGEST_LINE = 120;

const RULES: readonly TextRule[] = [
  {
    name: 'no open end without the number of its issue',
    appliesTo: TEXT,
    breaks: (line) => /\b(?:TODO|FIXME|HACK|XXX)\b(?!\(#\d+\))/u.test(line),
    planted: '// TODO: later',
    innocent: '// TODO(#12): later',
  },
  {
    name: 'no path of a machine',
    appliesTo: TEXT,
    breaks: (line) =>
      /(?:^|[\s'"`(=])\/(?:home|Users|work|root)\/[A-Za-z.]|\b[A-Z]:\\\\?[A-Z]/u.test(line),
    planted: "const folder = '/home/rosa/enlace';",
    innocent: "const folder = '/var/lib/enlace';",
  },
  {
    // The secret scanner takes an Ed25519 key, which is short, for a placeholder.
    name: 'no private key, however short',
    appliesTo: TEXT,
    breaks: (line) => /-----BEGIN [A-Z ]*PRIVATE KEY-----|"d":\s*"[\w-]{43}"/u.test(line),
    planted: '-----BEGIN PRIVATE KEY-----',
    innocent: '-----BEGIN PUBLIC KEY-----',
  },
  {
    name: 'no switched-off check without a reason',
    appliesTo: CODE,
    breaks: (line) => /(?:ox|es)lint-disable(?!.* -- \S)/u.test(line),
    planted: '// oxlint-disable-next-line no-eval',
    innocent: '// oxlint-disable-next-line no-eval -- the sandbox itself',
  },
  {
    name: 'no silenced compiler',
    appliesTo: CODE,
    breaks: (line) => /@ts-(?:no)?(?:check|ignore)\b/u.test(line),
    planted: '// @ts-ignore',
    innocent: '// @ts-expect-error: the type is wrong on purpose',
  },
  {
    name: `no line over ${LONGEST_LINE} characters`,
    appliesTo: CODE,
    // A line that is one literal or one address cannot be broken.
    breaks: (line) =>
      line.length > LONGEST_LINE &&
      /\s\S+\s+\S+\s+\S/u.test(line.trim()) &&
      !/^\s*['"`]|https?:/u.test(line),
    planted: `// ${'word '.repeat(30)}`,
    innocent: `  'a${' literal'.repeat(20)}',`,
  },
];

/** Holds the planted lines. */
const THIS_FILE = 'test/architecture/layout/texts.spec.ts';

const files = filesBelow('').filter(
  (path) => TEXT.test(path) && !GENERATED.test(path) && path !== THIS_FILE,
);

describe.each(RULES)('$name', ({ appliesTo, breaks, planted, innocent }) => {
  it('finds the planted line and leaves its neighbour alone', () => {
    expect([breaks(planted), breaks(innocent)]).toEqual([true, false]);
  });

  it('is kept by every text of the house', () => {
    const found = files
      .filter((path) => appliesTo.test(path))
      .flatMap((path) =>
        readText(path)
          .split('\n')
          .flatMap((line, index) => (breaks(line) ? [`${path}:${index + 1}`] : [])),
      );
    expect(found).toEqual([]);
  });
});

it('every text of the house was read', () => {
  expect(files.length).toBeGreaterThan(80);
});
