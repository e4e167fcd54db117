import { parse } from 'yaml';

import { readJson } from '../house.js';
import { EXACT_VERSION, SECRET_NAME } from './dockerfile-rules.js';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly devices?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: unknown;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

/** Says of a compose file, parsed and as text, whether the rule holds. */
type Rule = (compose: Compose, text: string) => boolean;

const services = ({ services: found }: Compose): readonly Service[] => Object.values(found);

const networksOf = ({ networks = [] }: Service): readonly string[] =>
  Array.isArray(networks) ? (networks as readonly string[]) : Object.keys(networks);

const environments = (compose: Compose): readonly (readonly [string, string])[] =>
  services(compose).flatMap(({ environment = {} }) => Object.entries(environment));

const apiNodes = ({ services: found }: Compose): readonly Service[] =>
  Object.entries(found).flatMap(([name, service]) => (name.startsWith('api-') ? [service] : []));

const version = (): string => readJson<{ version: string }>('package.json').version;

export const COMPOSE_RULES: Readonly<Record<string, Rule>> = {
  'every image has an exact version': (compose) =>
    services(compose).every(({ image }) => {
      const tag = image.split(':').at(1) ?? '';
      // PostgreSQL counts its releases with two numbers.
      return image.startsWith('postgres:') ? /^\d+\.\d+-/u.test(tag) : isExact(image, tag);
    }),

  'the server image bears the version of the product': (compose) =>
    apiNodes(compose).every(({ image }) => image === `enlace/api:${version()}`),

  'no container can write to its own file system': (compose) =>
    services(compose).every((service) => service.read_only === true),

  'no container runs as root': (compose) =>
    services(compose).every(({ user }) => /^[1-9]\d*:[1-9]\d*$/u.test(user ?? '')),

  'every capability is dropped, and only the proxy keeps the one in its file': ({
    services: all,
  }) =>
    Object.entries(all).every(
      ([name, { cap_drop: dropped = [], cap_add: added = [] }]) =>
        dropped.includes('ALL') &&
        added.every((one) => name === 'proxy' && one === 'NET_BIND_SERVICE'),
    ),

  'no process can gain privileges': (compose) =>
    services(compose).every((service) =>
      (service.security_opt ?? []).includes('no-new-privileges:true'),
    ),

  'no container shares anything of the host': (compose) =>
    services(compose).every(
      (service) =>
        service.privileged !== true &&
        [service.network_mode, service.pid, service.ipc, service.devices].every(
          (shared) => shared === undefined,
        ) &&
        (service.volumes ?? []).every((volume) =>
          /^(?:[a-z][\w-]*:|\.\/[\w./-]+:[^:]+:ro$)/u.test(volume),
        ),
    ),

  'every container has a health check': (compose) =>
    services(compose).every(
      ({ healthcheck: check }) =>
        check?.disable !== true && (check?.test?.length ?? 0) > 1 && check?.test?.[0] !== 'NONE',
    ),

  'every container has limits for memory, processes and log': (compose) =>
    services(compose).every(
      (service) =>
        service.mem_limit !== undefined &&
        (service.pids_limit ?? 0) > 0 &&
        service.logging?.options?.['max-size'] !== undefined,
    ),

  'no secret is in the environment': (compose) =>
    services(compose).every((service) => service.env_file === undefined) &&
    environments(compose).every(
      ([name, value]) =>
        !SECRET_NAME.test(name) || (name.endsWith('_FILE') && value.startsWith('/run/secrets/')),
    ),

  'every secret is a file whose folder must be named': (compose) =>
    Object.entries(compose.secrets).every(
      ([name, { file = '' }]) =>
        file.startsWith('${ENLACE_SECRETS:?') && file.endsWith(`}/${name}`),
    ),

  'no variable has a default': (_compose, text) =>
    (text.match(/\$\{?[A-Z_]+[^}]*\}?/gu) ?? []).every((use) =>
      /^\$\{[A-Z_]+:\?[^}]+\}$/u.test(use),
    ),

  'only the proxy is reachable, and only it has a way out': ({ services: all, networks }) =>
    Object.entries(all).every(
      ([name, service]) =>
        name === 'proxy' ||
        (service.ports === undefined &&
          networksOf(service).length > 0 &&
          networksOf(service).every((network) => networks[network]?.internal === true)),
    ),

  'the proxy shares no network with the stores': ({ services: all }) => {
    const proxied = new Set(all['proxy'] === undefined ? [] : networksOf(all['proxy']));
    return ['postgres', 'valkey', 'objects'].every((name) => {
      const store = all[name];
      return store !== undefined && networksOf(store).every((network) => !proxied.has(network));
    });
  },

  'two nodes run with the same settings': (compose) => {
    const [first, second, ...others] = apiNodes(compose).map(({ environment = {} }) => {
      const { DATABASE_MIGRATION_URL_FILE: _ofTheFirst, ...settings } = environment;
      return JSON.stringify(settings);
    });
    return first !== undefined && first === second && others.length === 0;
  },

  'two nodes have one set of log keys and one store of files': (compose) =>
    apiNodes(compose).every(({ volumes = [] }) =>
      ['log-keys:/data/log-keys', 'attachments:/data/attachments'].every((one) =>
        volumes.includes(one),
      ),
    ),

  'a node waits for the database, and the proxy for the nodes': ({ services: all }) =>
    waitsFor(all['proxy'], 'api-1', 'api-2') &&
    waitsFor(all['api-1'], 'postgres') &&
    waitsFor(all['api-2'], 'postgres', 'api-1'),

  'there is a database, a bus and an object storage, none of them under the AGPL': (compose) =>
    ['postgres', 'valkey/valkey', 'chrislusf/seaweedfs'].every((name) =>
      services(compose).some(({ image }) => image.startsWith(`${name}:`)),
    ) && services(compose).every(({ image }) => !/minio|garage/u.test(image)),
};

/** The names of the rules that the compose file breaks. */
export function brokenComposeRules(text: string): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own committed file, read by its test
  const compose = parse(text, { merge: true }) as Compose;
  return Object.entries(COMPOSE_RULES).flatMap(([name, holds]) =>
    holds(compose, text) ? [] : [name],
  );
}

function isExact(image: string, tag: string): boolean {
  return image.startsWith('chrislusf/seaweedfs:')
    ? /^\d+\.\d+$/u.test(tag) // SeaweedFS, too, counts with two.
    : EXACT_VERSION.test(`:${tag}`);
}

function waitsFor(service: Service | undefined, ...names: readonly string[]): boolean {
  return names.every((name) => service?.depends_on?.[name]?.condition === 'service_healthy');
}
