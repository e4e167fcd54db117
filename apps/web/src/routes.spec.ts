import { describe, expect, it } from '@jest/globals';

import { hrefOf, parseRoute } from './routes.js';

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
  });
});
