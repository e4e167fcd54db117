import { describe, expect, it } from '@jest/globals';

import { isAuditEventType } from './event-types.js';
import { expectedRecord, isRefusalTarget, REFUSAL_EVENTS } from './expected-record.js';
import { ROUTE_EVENTS } from './route-events.js';

describe('what a granted request is on record as', () => {
  it('is said by the route with the fewest names in its path', () => {
    expect(expectedRecord('DELETE', '/sessions/current')).toEqual({
      types: ['session.closed'],
      objectId: null,
    });
    expect(expectedRecord('DELETE', '/sessions/s1')).toEqual({
      types: ['session.closed'],
      objectId: 's1',
    });
    expect(expectedRecord('SOCKET', '/socket')?.types).toEqual(['session.connected']);
  });

  it('names the object where the path does, as it was before it was escaped', () => {
    const path = '/witnesses/witness.cr.example%2Fenlace/tokens';
    expect(expectedRecord('POST', path)?.objectId).toBe('witness.cr.example/enlace');
    expect(expectedRecord('POST', '/witnesses/%/tokens')?.objectId).toBeNull();
    expect(expectedRecord('POST', '/people/invitations/i1/approval')?.objectId).toBeNull();
  });

  it('is not known of other routes and other methods', () => {
    for (const [method, path] of [
      ['GET', '/from/the/future'],
      ['PUT', '/people'],
      ['POST', '/socket'],
      ['SOCKET', '/people'],
    ] as const) {
      expect(expectedRecord(method, path)).toBeNull();
    }
  });

  it('is known of every route that has an event, with a value for every name', () => {
    for (const [route, types] of Object.entries(ROUTE_EVENTS)) {
      const [method = '', path = ''] = route.split(' ');
      const asked = path.replaceAll(/:\w+/g, 'x1');
      const found = expectedRecord(method, asked);
      expect(found?.types).toEqual(types);
      expect(['x1', null]).toContain(found?.objectId);
    }
  });
});

describe('a refusal', () => {
  it('names the route or the socket event that was asked for', () => {
    expect(isRefusalTarget('GET /directory/people/:id', 'GET', '/directory/people/p1')).toBe(true);
    expect(isRefusalTarget('GET /directory/people/:id', 'POST', '/directory/people/p1')).toBe(
      false,
    );
    expect(isRefusalTarget('GET /people', 'GET', '/people/p1')).toBe(false);
    expect(isRefusalTarget('session.prove', 'SOCKET', '/socket')).toBe(true);
    expect(isRefusalTarget('entry.send', 'entry.send', '/socket')).toBe(true);
    expect(isRefusalTarget('entry.send', 'entry.read', '/socket')).toBe(false);
    expect(REFUSAL_EVENTS.every(isAuditEventType)).toBe(true);
  });
});
