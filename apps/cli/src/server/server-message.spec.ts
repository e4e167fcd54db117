import { describe, expect, it } from '@jest/globals';
import { readServerMessage } from './server-message.js';

describe('readServerMessage', () => {
  it('reads the address of a server that is ready', () => {
    const logs = [{ stream: 'directory', origin: 'directory.localhost', vkey: 'directory+0+AA' }];
    const message = { event: 'ready', url: 'http://localhost:3000', logs };
    expect(readServerMessage(message)).toEqual(message);
  });

  it('reads the reasons of a server that refuses', () => {
    const message = { event: 'refused', reasons: ['PORT: 3000 is in use'] };
    expect(readServerMessage(message)).toEqual(message);
  });

  it.each([
    null,
    'ready',
    {},
    { event: 'ready' },
    { event: 'ready', url: 'http://localhost:3000' },
    { event: 'ready', url: 'http://localhost:3000', logs: [{ stream: 'directory' }] },
    { event: 'ready', url: 3000 },
    { event: 'ready', url: 'localhost' },
    { event: 'ready', url: 'file:///etc' },
    { event: 'refused', reasons: 'one' },
    { event: 'refused', reasons: [1] },
    { event: 'other', url: 'http://localhost:3000' },
  ])('ignores %j', (message) => {
    expect(readServerMessage(message)).toBeNull();
  });
});
