import { isAuditEventType } from '@enlace/contracts';
import { RequestMethod, type Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
} from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import {
  GATEWAY_METADATA,
  GATEWAY_OPTIONS,
  MESSAGE_METADATA,
  PORT_METADATA,
} from '@nestjs/websockets/constants.js';

import { StartupRefusal } from '../config/startup-refusal.js';
import { ProblemFilter } from '../problem/problem.filter.js';
import { DECLARED, REASON_MIN_CHARACTERS } from './declarations.js';

/** One handler of the server with what it declares of itself; `null` and empty: it does not. */
export interface Declaration {
  readonly transport: 'http' | 'socket';
  /** `GET /health/live`, or the name of a socket event. */
  readonly name: string;
  /** `HealthController.live`: where to correct it. */
  readonly handler: string;
  readonly controller: Type;
  readonly method: string;
  readonly access: string | null;
  readonly audited: readonly string[];
  readonly notAudited: string | null;
}

interface Wrapper {
  readonly metatype: unknown;
  readonly instance: unknown;
}

/** Every HTTP route and socket event of the modules that were built, sorted by transport and name. */
export function listDeclarations(discovery: DiscoveryService): readonly Declaration[] {
  const found = [
    ...discovery.getControllers().flatMap((wrapper) => handlersOf(wrapper, httpName)),
    ...discovery
      .getProviders()
      .filter(({ metatype }) => isClass(metatype) && read(GATEWAY_METADATA, metatype) === true)
      .flatMap((wrapper) => handlersOf(wrapper, socketName)),
  ];
  const key = ({ transport, name }: Declaration): string => `${transport} ${name}`;
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * The declarations of a server that may start. Throws `StartupRefusal` with every handler that does not say who may
 * call it or what is recorded of it.
 */
export function assertDeclared(discovery: DiscoveryService): readonly Declaration[] {
  const declarations = listDeclarations(discovery);
  const [fault, ...faults] = [...inventoryFaults(declarations), ...gatewayFaults(discovery)];
  if (fault !== undefined) throw new StartupRefusal([fault, ...faults]);
  return declarations;
}

/** Gateways that no handshake guards (a namespace or port of their own) or whose refusals nobody would hear. */
export function gatewayFaults(discovery: DiscoveryService): readonly string[] {
  return discovery.getProviders().flatMap(({ metatype }) => {
    if (!isClass(metatype) || read(GATEWAY_METADATA, metatype) !== true) return [];
    const options = Object.keys(asObject(read(GATEWAY_OPTIONS, metatype)));
    const filters = [read(EXCEPTION_FILTERS_METADATA, metatype)].flat();
    const sound =
      options.length === 0 &&
      isOnHttpPort(read(PORT_METADATA, metatype)) &&
      filters.length === 1 &&
      filters[0] === ProblemFilter;
    return sound ? [] : [`${metatype.name} is a gateway without @SocketDoor(), or with options`];
  });
}

function isOnHttpPort(port: unknown): boolean {
  return port === undefined || port === 0;
}

/**
 * What is wrong with the declarations, one line each; empty when every handler says who may call and what is
 * recorded.
 */
export function inventoryFaults(declarations: readonly Declaration[]): readonly string[] {
  return declarations.flatMap((declaration) =>
    faultsOf(declaration).map(
      (fault) => `${declaration.handler} (${declaration.name}) declares ${fault}`,
    ),
  );
}

function faultsOf({ access, audited, notAudited }: Declaration): string[] {
  const faults: string[] = [];
  if (access === null) faults.push('neither @Access(action) nor @Public()');
  if (audited.length === 0 && notAudited === null) {
    faults.push('neither @Audited(...types) nor @NotAudited(reason)');
  }
  if (audited.length > 0 && notAudited !== null) faults.push('both @Audited and @NotAudited');
  if (notAudited !== null && notAudited.trim().length < REASON_MIN_CHARACTERS) {
    faults.push(`a @NotAudited reason shorter than ${REASON_MIN_CHARACTERS} characters`);
  }
  for (const type of audited.filter((name) => !isAuditEventType(name))) {
    faults.push(`@Audited('${type}'), which is no audit event`);
  }
  return faults;
}

type NameHandler = (controller: Type, handler: object) => readonly string[];

function handlersOf({ metatype, instance }: Wrapper, nameHandler: NameHandler): Declaration[] {
  if (!isClass(metatype) || typeof instance !== 'object' || instance === null) return [];
  const prototype: unknown = Object.getPrototypeOf(instance);
  const scanner = new MetadataScanner();
  return scanner.getAllMethodNames(asObject(prototype)).flatMap((method) => {
    const handler: unknown = Reflect.get(instance, method);
    if (typeof handler !== 'function') return [];
    return nameHandler(metatype, handler).map((name) => ({
      transport: nameHandler === socketName ? ('socket' as const) : ('http' as const),
      name,
      handler: `${metatype.name}.${method}`,
      controller: metatype,
      method,
      ...declaredBy(handler),
    }));
  });
}

function declaredBy(handler: object): Pick<Declaration, 'access' | 'audited' | 'notAudited'> {
  const access = read(DECLARED.access, handler);
  const audited = read(DECLARED.audited, handler);
  const notAudited = read(DECLARED.notAudited, handler);
  return {
    access: typeof access === 'string' && access !== '' ? access : null,
    audited: Array.isArray(audited) ? audited.map(String) : [],
    notAudited: typeof notAudited === 'string' ? notAudited : null,
  };
}

const httpName: NameHandler = (controller, handler) => {
  const verb = read(METHOD_METADATA, handler);
  if (typeof verb !== 'number') return [];
  const prefixes = paths(read(PATH_METADATA, controller));
  return prefixes.flatMap((prefix) =>
    paths(read(PATH_METADATA, handler)).map(
      (path) => `${RequestMethod[verb] ?? verb} ${join(prefix, path)}`,
    ),
  );
};

const socketName: NameHandler = (_gateway, handler) => {
  const event = read(MESSAGE_METADATA, handler);
  return typeof event === 'string' ? [event] : [];
};

function paths(metadata: unknown): readonly string[] {
  return [metadata].flat().map((path) => (typeof path === 'string' ? path : ''));
}

function join(...parts: readonly string[]): string {
  return `/${parts.flatMap((part) => part.split('/').filter((name) => name !== '')).join('/')}`;
}

function read(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target);
}

function isClass(value: unknown): value is Type {
  return typeof value === 'function';
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
