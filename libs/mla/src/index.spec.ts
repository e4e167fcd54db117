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
    'catalogueTable',
    'check',
    'checkText',
    'describe',
    'describeVerdict',
    'governing',
    'isIsoDate',
    'labelOf',
    'mlaRequestJsonSchema',
    'offenceTable',
    'packDifference',
    'parseDay',
    'parsePacks',
    'parseRequest',
    'printCsv',
    'printMarkdown',
    'printReport',
    'printText',
    'project',
    'readRequest',
    'render',
    'shippedPacks',
    'status',
    'treatyMatrix',
    'writeDocument',
  ]);
});
