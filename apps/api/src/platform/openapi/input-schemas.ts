import type { Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { WsParamtype } from '@nestjs/websockets/enums/ws-paramtype.enum.js';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/constants.js';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';

import type { Declaration } from '../access/inventory.js';

/** What a handler reads of a request, by the classes it validates with. */
export interface Inputs {
  /** Class of the body. */
  readonly body: string | null;
  /** OpenAPI parameters, of path and query. */
  readonly parameters: readonly Readonly<Record<string, unknown>>[];
  /** All classes. */
  readonly classes: readonly Type[];
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/**
 * JSON schemas of the classes that handlers validate with and of those inside them, from the same rules that refuse.
 */
export function inputSchemas(
  declarations: readonly Declaration[],
): Readonly<Record<string, ObjectSchema>> {
  const known = allSchemas();
  const named = new Map<string, ObjectSchema>();
  const take = (name: string): void => {
    const schema = known[name];
    if (schema === undefined || named.has(name)) return;
    named.set(name, { ...schema, additionalProperties: false });
    for (const inner of referencesIn(schema)) take(inner);
  };
  for (const handler of declarations) {
    for (const { name } of inputsOf(handler).classes) take(name);
  }
  return Object.fromEntries(named);
}

function referencesIn(schema: ObjectSchema): readonly string[] {
  const references = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return [...references].map(([, name]) => name ?? '');
}

export function inputsOf(handler: Declaration): Inputs {
  const found = parametersOf(handler);
  const parameters = found.flatMap(({ place, type }) =>
    place === 'body' ? [] : describeParameters(place, type),
  );
  return {
    body: found.find(({ place }) => place === 'body')?.type.name ?? null,
    parameters,
    classes: found.map(({ type }) => type),
  };
}

function describeParameters(place: 'path' | 'query', type: Type) {
  const { properties = {}, required = [] } = allSchemas()[type.name] ?? {};
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

interface Parameter {
  readonly place: 'body' | 'path' | 'query';
  readonly type: Type;
}

/** Nest keeps the parameters of a handler by `<kind>:<position>`, and TypeScript their classes by position. */
function parametersOf({ controller, method, transport }: Declaration): readonly Parameter[] {
  const key = transport === 'http' ? ROUTE_ARGS_METADATA : PARAM_ARGS_METADATA;
  const kinds: unknown = Reflect.getMetadata(key, controller, method);
  const types: unknown = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype, method);
  if (typeof kinds !== 'object' || kinds === null || !Array.isArray(types)) return [];
  return Object.keys(kinds).flatMap((kind) => {
    const [code, position] = kind.split(':').map(Number);
    const place = placeOf(transport, code ?? -1);
    const type: unknown = types[position ?? -1];
    return place === null || !isInputClass(type) ? [] : [{ place, type }];
  });
}

function placeOf(transport: Declaration['transport'], code: number): Parameter['place'] | null {
  if (transport === 'socket') return code === WsParamtype.PAYLOAD.valueOf() ? 'body' : null;
  if (code === RouteParamtypes.BODY.valueOf()) return 'body';
  if (code === RouteParamtypes.PARAM.valueOf()) return 'path';
  return code === RouteParamtypes.QUERY.valueOf() ? 'query' : null;
}

/** Plain strings and numbers of the framework have no rules of their own. */
function isInputClass(type: unknown): type is Type {
  return (
    typeof type === 'function' &&
    ![String, Number, Boolean, Object, Array].some((plain) => plain === type)
  );
}

function allSchemas(): Readonly<Record<string, ObjectSchema>> {
  return validationMetadatasToSchemas({
    refPointerPrefix: '#/components/schemas/',
    // What lists hold is known from `@Type` alone.
    classTransformerMetadataStorage: defaultMetadataStorage,
  });
}
