import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the MLA library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'CATALOGUE',
    'DOCUMENT_FORMATS',
    'ENGINE_ERROR',
    'EXIT_CODES',
    'LANGUAGES',
    'NOT_CHECKED',
    'PROBLEM_CODES',
    'PacksInvalid',
    'SCHEMA_VERSION',
    'SHOWABLE',
    'TREATIES',
    'check',
    'checkText',
    'describe',
    'describeVerdict',
    'governing',
    'isIsoDate',
    'labelOf',
    'mlaRequestJsonSchema',
    'parseDay',
    'parsePacks',
    'parseRequest',
    'printReport',
    'printText',
    'project',
    'readRequest',
    'render',
    'shippedPacks',
    'status',
    'writeDocument',
  ]);
});
