import { describe, expect, it } from '@jest/globals';

import {
  hrefOf,
  hrefOfAsk,
  hrefOfDetail,
  hrefOfEntry,
  hrefOfRequest,
  idOf,
  parseRoute,
  placeOf,
} from './routes.js';

describe('a fragment', () => {
  it.each([
    ['', 'sign-in'],
    ['#', 'sign-in'],
    ['#/', 'sign-in'],
    ['#/sign-in', 'sign-in'],
    ['#/enrol', 'enrol'],
    ['#/sessions', 'sessions'],
    ['#/about', 'about'],
    ['#about', 'about'],
    ['#/about/', 'not-found'],
    ['#/ABOUT', 'not-found'],
    ['#/cases', 'cases'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3', 'case'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3/ask', 'case-ask'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3/ask/x', 'not-found'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3/ask', 'not-found'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3', 'thread'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3/41', 'thread'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3/0', 'not-found'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3/4e1', 'not-found'],
    ['#/threads/01a2185c-a5f3-7490-9204-127318c04ae3/41/', 'not-found'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3/41', 'not-found'],
    ['#/search', 'search'],
    ['#/settings', 'settings'],
    ['#/requests', 'requests'],
    ['#/requests-board', 'requests-board'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/edit', 'request-edit'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/share', 'request-share'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/opinion', 'request-opinion'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/formal', 'request-formal'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3', 'not-found'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/constructor', 'not-found'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3/show', 'not-found'],
    ['#/requests/01a2185c-a5f3-7490-9204-127318c04ae3/edit/x', 'not-found'],
    ['#/threads', 'not-found'],
    ['#/cases/', 'not-found'],
    ['#/cases/01a2185c-a5f3-7490-9204-127318c04ae3/x', 'not-found'],
    ['#/about/01a2185c-a5f3-7490-9204-127318c04ae3', 'not-found'],
    ['#/cases/01A2185C-A5F3-7490-9204-127318C04AE3', 'not-found'],
    ['#/constructor', 'not-found'],
    ['#/__proto__', 'not-found'],
    ['#//about', 'not-found'],
    ['#/%61bout', 'not-found'],
  ])('%p names the route %p', (fragment, route) => {
    expect(parseRoute(fragment)).toBe(route);
  });

  it('is what hrefOf writes', () => {
    expect(parseRoute(hrefOf('about'))).toBe('about');
    expect(parseRoute(hrefOf('sign-in'))).toBe('sign-in');
    const id = '01a2185c-a5f3-7490-9204-127318c04ae3';
    expect(parseRoute(hrefOfDetail('threads', id))).toBe('thread');
    expect(idOf(hrefOfDetail('threads', id))).toBe(id);
    expect(parseRoute(hrefOfRequest(id, 'edit'))).toBe('request-edit');
    expect(idOf(hrefOfRequest(id, 'share'))).toBe(id);
    expect(parseRoute(hrefOfEntry(id, 41))).toBe('thread');
    expect(idOf(hrefOfEntry(id, 41))).toBe(id);
    expect(placeOf(hrefOfEntry(id, 41))).toBe(41);
    expect(placeOf(hrefOfDetail('threads', id))).toBeNull();
    expect(placeOf(`#/cases/${id}/41`)).toBeNull();
    expect(parseRoute(hrefOfAsk(id))).toBe('case-ask');
    expect(idOf(hrefOfAsk(id))).toBe(id);
  });
});
