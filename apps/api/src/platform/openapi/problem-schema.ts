import { isProblemCode, PROBLEMS } from '@enlace/contracts';

import { statusOf } from '../problem/status.js';

const text = (description: string) => ({ type: 'string', description });

/** RFC 9457 with our extensions. Each code of the catalogue stands with its status and its title. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'instance', 'code', 'facts', 'errors'],
  properties: {
    type: text('Path of a page about the problem, in Spanish and English'),
    title: text('Fixed for each code'),
    status: { type: 'integer' },
    detail: text('The facts as one line'),
    instance: text('urn:uuid: and the id of the request'),
    code: {
      oneOf: Object.entries(PROBLEMS).map(([code, { title }]) => ({
        const: code,
        title: title.en,
        description: isProblemCode(code) ? `HTTP ${statusOf(code)}` : '',
      })),
    },
    facts: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: text('JSON pointer (RFC 6901) into the input'),
          code: text('The rule that was broken'),
          detail: text('The same in words'),
        },
      },
    },
  },
} as const;
