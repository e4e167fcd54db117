import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { VERBS } from './command-line/read-arguments.js';
import { EXIT } from './exit-codes.js';
import { main } from './main.js';

async function enlace(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const output = new PassThrough();
  const errors = new PassThrough();
  const code = await main(args, { input: Readable.from([]), output, errors, environment });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, output: text(output), errors: text(errors) };
}

describe('enlace', () => {
  it('shows its help in Spanish when nothing says otherwise', async () => {
    const { code, output, errors } = await enlace([]);
    expect(code).toBe(EXIT.done);
    expect(output).toContain('Uso: enlace <verbo>');
    expect(errors).toBe('');
  });

  it('takes the language of the locale, and --lang before it', async () => {
    expect((await enlace(['--help'], { LANG: 'en_BZ.UTF-8' })).output).toContain('Usage:');
    expect((await enlace(['--help'], { LANG: 'en', LC_ALL: 'es_MX' })).output).toContain('Uso:');
    expect((await enlace(['--help', '--lang', 'en'])).output).toContain('Usage:');
    expect((await enlace(['--lang=es'], { LANG: 'en_US' })).output).toContain('Uso:');
  });

  it('lists every verb, each of which can do something, and has no title above nothing', async () => {
    const { output } = await enlace(['--help', '--lang', 'en']);
    for (const { name, commands } of VERBS) {
      expect(output).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
      expect([name, commands.some(({ load }) => load !== null)]).toEqual([name, true]);
    }
    for (const part of output.trim().split('\n\n').slice(2)) expect(part).toMatch(/^\S.*\n {2}\S/);
  });

  it.each(VERBS.map(({ name }) => name))('has help for %s in both languages', async (name) => {
    for (const language of ['es', 'en']) {
      const { code, output } = await enlace([name, '--help', '--lang', language]);
      expect(code).toBe(EXIT.done);
      expect(output).toContain(`enlace ${name}`);
      expect(output).not.toContain('undefined');
    }
  });

  it('describes its verbs to a script', async () => {
    const { output } = await enlace(['--help', '--json']);
    const { verbs } = JSON.parse(output) as { verbs: { verb: string; commands: unknown[] }[] };
    expect(verbs.map(({ verb }) => verb)).toEqual([
      'serve',
      'demo',
      'authority',
      'person',
      'directory',
      'whoami',
      'device',
      'case',
      'thread',
      'info',
      'request',
      'precheck',
      'audit',
      'witness',
    ]);
    expect(verbs).toHaveLength(VERBS.length);
  });

  it('tells its version', async () => {
    expect((await enlace(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['frob'], 'verb "frob"'],
    [['serve', '--frob'], '"--frob"'],
    [['serve', '-x'], '"-x"'],
    [['--port', '3', 'serve'], '"--port"'],
    [['serve', 'extra'], '"extra"'],
    [['serve', '--', '--help'], '"--help"'],
    [['serve', '--port'], '"--port"'],
    [['serve', '--port='], '"--port"'],
    [['serve', '--data', '--migrate'], '"--data"'],
    [['serve', '--migrate=yes'], '"--migrate"'],
    [['serve', '--port', '1', '--port', '2'], '"--port"'],
    [['serve', '--port', '65536'], '0..65535'],
    [['serve', '--port', '3e3'], '0..65535'],
    [['serve', '--lang', 'fr'], 'es, en'],
    [['demo', 'restart'], '"restart"'],
    [['demo', 'reset', '--port', '3'], '"--port"'],
    [['thread'], '"thread"'],
    [['thread', 'frob'], '"frob"'],
    [['__proto__'], 'verb "__proto__"'],
    [['serve', '--__proto__'], '"--__proto__"'],
  ])('refuses %j with the usage on standard error and code 4', async (args, detail) => {
    const { code, output, errors } = await enlace(args, { LANG: 'en_US' });
    expect(code).toBe(EXIT.cannotRun);
    expect(output).toBe('');
    expect(errors).toContain(detail);
    expect(errors).toContain('Usage: enlace');
  });

  it('takes an id that begins with a hyphen for what it is', async () => {
    const id = `-h${'A'.repeat(41)}`;
    const home = ['--home', '/nowhere/at/all'];
    for (const args of [
      ['directory', 'show', id, ...home],
      ['directory', 'show', ...home, id],
    ]) {
      const { code, output, errors } = await enlace([...args, '--lang', 'en']);
      expect([code, output]).toEqual([EXIT.cannotRun, '']);
      expect(errors).not.toContain('Usage:');
      expect(errors).toContain('The passphrase is missing');
    }
  });

  it('answers a script with one JSON object on standard output', async () => {
    const { code, output, errors } = await enlace(['serve', '--frob', '--json', '--lang', 'en']);
    expect(code).toBe(EXIT.cannotRun);
    expect(JSON.parse(output)).toEqual({
      event: 'error',
      code: 'usage.unknown-option',
      message: 'There is no option "--frob" here.',
      facts: { option: '--frob' },
    });
    expect(errors).toBe('');
  });

  it('lets no argument drive the terminal', async () => {
    const { errors } = await enlace(['\u001B[31mred\u202E'], { LANG: 'en_US' });
    expect(errors).toContain('\\u001b[31mred\\u202e');
    expect(errors).not.toContain('\u001B');
  });
});
