import request from 'supertest';

/** A JSON Schema of an input, as far as a forger reads it. */
export interface InputSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly security: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: InputSchema } };
  };
}

/** One route of the description of the interface, with its path filled in. */
export interface DescribedRoute {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly template: string;
  readonly isPublic: boolean;
  readonly query: readonly string[];
  readonly body: InputSchema | null;
}

/** An id that nothing has. */
const ANY_ID = '01943b10-7000-7000-8000-000000000001';

const METHODS: Readonly<Record<string, DescribedRoute['method']>> = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

function methodOf(method: string): DescribedRoute['method'] {
  const found = METHODS[method];
  if (found === undefined) throw new RangeError(`nobody here sends a ${method}`);
  return found;
}

/** Every route that the server describes, and the schemas that its bodies name. */
export async function everyRoute(url: string): Promise<readonly DescribedRoute[]> {
  const { body: document } = await request(url).get('/api/openapi.json');
  const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = document.paths;
  const schemas: Readonly<Record<string, InputSchema>> = document.components.schemas;
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: methodOf(method),
      template,
      path: template.replace('{year}', '2027').replaceAll(/\{\w+\}/g, ANY_ID),
      isPublic: operation.security.length === 0,
      query: (operation.parameters ?? [])
        .filter(({ in: at }) => at === 'query')
        .map(({ name }) => name),
      body: resolve(operation.requestBody?.content['application/json'].schema, schemas),
    })),
  );
}

function resolve(
  schema: InputSchema | undefined,
  schemas: Readonly<Record<string, InputSchema>>,
): InputSchema | null {
  const found = schema?.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) return null;
  const { properties = {} } = found;
  const inner = Object.entries(properties).map(([name, member]) => [
    name,
    resolve(member, schemas) ?? member,
  ]);
  return { ...found, properties: Object.fromEntries(inner) };
}
