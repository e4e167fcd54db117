import { describe, expect, it } from '@jest/globals';

import { errorFields } from './error-fields.js';
import { FrameworkLog } from './framework-log.js';
import { createLog, type LogFields } from './log.js';

const CANARY = 'canary-7f3a';

function recordingLog() {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  return { log, lines };
}

describe('the log', () => {
  it('drops every member that has no place in a line, and values that are objects', () => {
    const { log, lines } = recordingLog();
    const hostile = {
      route: '/x',
      body: CANARY,
      headers: { cookie: CANARY },
      code: { toJSON: () => CANARY },
      err: new Error(CANARY),
      req: { ip: CANARY },
    };
    log.error('a.event', hostile as unknown as LogFields);
    expect(lines.join('')).not.toContain(CANARY);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      event: 'a.event',
      level: 'error',
      route: '/x',
    });
  });

  it('keeps class, code and places of an error and of its causes, never a message', () => {
    const { log, lines } = recordingLog();
    const cause = new TypeError(`${CANARY}\n    at ${CANARY} (/x.js:1:1)`);
    const error = Object.assign(new RangeError(`value ${CANARY}`, { cause }), { code: '23505' });
    log.error('server.fault', errorFields(error));
    expect(lines.join('')).not.toContain(CANARY);
    const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(line).toMatchObject({ error: 'RangeError', errorCode: '23505' });
    expect(line['stack']).toMatch(/^at .*log\.spec\.ts.*\n(.*\n)*caused by TypeError/);
  });

  it('keeps of the messages of the framework who wrote them', () => {
    const { log, lines } = recordingLog();
    const framework = new FrameworkLog(log);
    framework.error(`failed on ${CANARY}`, CANARY, 'RouterExplorer');
    framework.warn(new Error(CANARY), `${CANARY}!`);
    framework.log();
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines[0]).toContain('RouterExplorer');
  });
});
