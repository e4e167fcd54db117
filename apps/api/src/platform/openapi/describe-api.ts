import { PROBLEM_MEDIA_TYPE } from '@enlace/contracts';

import { PUBLIC } from '../access/declarations.js';
import type { Declaration } from '../access/inventory.js';
import { inputsOf, inputSchemas } from './input-schemas.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

/** A JSON document, or a part of one. */
export type Description = Readonly<Record<string, unknown>>;

const SCHEMAS = '#/components/schemas';

/** OpenAPI 3.1 of all routes; socket events, for which OpenAPI has no place, stand in `x-enlace-socket-events`. */
export function describeApi(declarations: readonly Declaration[]): Description {
  const routes = declarations.filter(({ transport }) => transport === 'http');
  const events = declarations.filter(({ transport }) => transport === 'socket');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Enlace API',
      version: '1',
      description:
        'Bodies are strict JSON: unknown or duplicate members, numbers beyond 2^53 and more than 12 levels are refused. ' +
        'Every refusal is problem details (RFC 9457); branch on its code, never on its text.',
    },
    paths: pathsOf(routes),
    'x-enlace-socket-events': Object.fromEntries(
      events.map((event) => [event.name, declaredBy(event)]),
    ),
    components: {
      schemas: { ...inputSchemas(declarations), Problem: PROBLEM_SCHEMA },
      responses: {
        Problem: {
          description: 'The request was refused',
          content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: `${SCHEMAS}/Problem` } } },
        },
      },
      securitySchemes: {
        proof: {
          type: 'apiKey',
          in: 'header',
          name: 'DPoP',
          description:
            'A session, and for each request one signature over method, URL, query, body and the session (RFC 9449)',
        },
      },
    },
  };
}

function pathsOf(routes: readonly Declaration[]): Description {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const [method = '', template = ''] = route.name.split(' ');
    const path = template.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: Declaration): Description {
  const { body, parameters } = inputsOf(route);
  return {
    operationId: route.handler,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: `${SCHEMAS}/${body}` } } },
          },
        }),
    responses: {
      '2XX': { description: 'Done' },
      default: { $ref: '#/components/responses/Problem' },
    },
    security: route.access === PUBLIC ? [] : [{ proof: [] }],
    ...declaredBy(route),
  };
}

function declaredBy({ access, audited, notAudited }: Declaration): Description {
  return {
    'x-enlace-access': access,
    ...(audited.length > 0 ? { 'x-enlace-audited': audited } : {}),
    ...(notAudited === null ? {} : { 'x-enlace-not-audited': notAudited }),
  };
}
