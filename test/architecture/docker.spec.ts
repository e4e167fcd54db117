import { describe, expect, it } from '@jest/globals';

import { parse } from 'yaml';

import { ROLES_SQL } from '../../apps/api/src/platform/database/roles.js';
import { brokenComposeRules, COMPOSE_RULES, type Compose } from './docker/compose-rules.js';
import { brokenDockerfileRules, DOCKERFILE_RULES } from './docker/dockerfile-rules.js';
import { readText } from './house.js';

/** For each rule: a piece of the file, and what a careless change would make of it. */
type Planted = readonly (readonly [rule: string, found: string, changed: string])[];

const NODE = 'node:24.21.0-bookworm-slim AS server';

const DOCKERFILE_FAULTS: Planted = [
  ['every base image has an exact version', NODE, 'node:latest AS server'],
  ['every base image has an exact version', NODE, 'node:24 AS server'],
  ['every base image has an exact version', NODE, 'node AS server'],
  ['every stage runs the pinned Node', NODE, 'node:22.13.0-bookworm-slim AS server'],
  ['the image runs as a numbered user that is not root', 'USER 10001:10001', 'USER root'],
  ['the image runs as a numbered user that is not root', 'USER 10001:10001', 'USER 0:0'],
  ['the image runs as a numbered user that is not root', 'USER 10001:10001\n', ''],
  ['the image checks its own health without a shell or curl', 'HEALTHCHECK', '# HEALTHCHECK'],
  [
    'the image checks its own health without a shell or curl',
    'CMD ["node", "docker/health-check.mjs"]',
    'CMD curl -f http://localhost:3000/health/ready',
  ],
  [
    'the program is the first process and gets the signals',
    'CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]',
    'CMD node apps/api/dist/main.js',
  ],
  [
    'packages come from the lock file and run no script',
    'npm ci --omit=dev --ignore-scripts',
    'npm ci --omit=dev',
  ],
  ['packages come from the lock file and run no script', 'npm ci --ignore-scripts', 'npm install'],
  ['the image has no development dependency', 'npm ci --omit=dev', 'npm ci'],
  ['the image has no development dependency', '--from=dependencies', '--from=build'],
  ['the image takes nothing but what the stages made', 'COPY --from=build /out .', 'COPY . .'],
  ['the image takes nothing but what the stages made', 'EXPOSE 3000', 'ADD key.pem /enlace/'],
  [
    'no secret is in the environment or an argument',
    'ENV NODE_ENV=production',
    'ENV DATABASE_URL=postgres://enl_app:secret@db/enlace',
  ],
  ['no secret is in the environment or an argument', 'EXPOSE 3000', 'ARG REGISTRY_TOKEN'],
];

const COMPOSE_FAULTS: Planted = [
  ['every image has an exact version', 'caddy:2.11.4-alpine', 'caddy:latest'],
  ['every image has an exact version', 'postgres:18.6-trixie', 'postgres:18'],
  ['every image has an exact version', 'chrislusf/seaweedfs:4.47', 'chrislusf/seaweedfs'],
  ['the server image bears the version of the product', 'enlace/api:0.1.0', 'enlace/api:9.9.9'],
  ['no container can write to its own file system', 'read_only: true', 'read_only: false'],
  ['no container runs as root', "user: '999:999'", "user: '0:0'"],
  ['no container runs as root', "    user: '999:999'\n", ''],
  [
    'every capability is dropped, and only the proxy keeps the one in its file',
    'cap_drop: [ALL]',
    'cap_drop: [NET_RAW]',
  ],
  [
    'every capability is dropped, and only the proxy keeps the one in its file',
    'cap_add: [NET_BIND_SERVICE]',
    'cap_add: [SYS_ADMIN]',
  ],
  [
    'no process can gain privileges',
    "security_opt: ['no-new-privileges:true']",
    'security_opt: []',
  ],
  ['no container shares anything of the host', 'shm_size: 256m', 'privileged: true'],
  ['no container shares anything of the host', 'shm_size: 256m', 'network_mode: host'],
  [
    'no container shares anything of the host',
    'api-2:/data',
    '/var/run/docker.sock:/var/run/docker.sock',
  ],
  [
    'every container has a health check',
    'test: [CMD, pg_isready, --username=postgres, --dbname=enlace]',
    'disable: true',
  ],
  ['every container has limits for memory, processes and log', 'mem_limit: 2g', 'cpus: 2'],
  [
    'no secret is in the environment',
    'DATABASE_URL_FILE: /run/secrets/database_url',
    'DATABASE_URL: postgres://enl_app:secret@postgres/enlace',
  ],
  [
    'no secret is in the environment',
    'POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password',
    'POSTGRES_PASSWORD: postgres',
  ],
  ['no secret is in the environment', 'shm_size: 256m', 'env_file: .env'],
  [
    'every secret is a file whose folder must be named',
    "tls_key: { file: '${ENLACE_SECRETS:?the folder with the secrets}/tls_key' }",
    'tls_key: { environment: TLS_KEY }',
  ],
  [
    'no variable has a default',
    '${ENLACE_SECRETS:?the folder with the secrets}/tls_key',
    '${ENLACE_SECRETS:-./secrets}/tls_key',
  ],
  [
    'only the proxy is reachable, and only it has a way out',
    'shm_size: 256m',
    "ports: ['5432:5432']",
  ],
  [
    'only the proxy is reachable, and only it has a way out',
    'database: { internal: true }',
    'database: {}',
  ],
  ['the proxy shares no network with the stores', 'networks: [database]', 'networks: [front]'],
  ['two nodes run with the same settings', "PORT: '3000'", "PORT: '3001'"],
  ['two nodes run with the same settings', '  api-2:\n    <<', '  node-2:\n    <<'],
  [
    'two nodes have one set of log keys and one store of files',
    "'api-2:/data', 'log-keys:/data/log-keys', ",
    "'api-2:/data', ",
  ],
  [
    'two nodes have one set of log keys and one store of files',
    'attachments:/data/attachments',
    'api-1-files:/data/attachments',
  ],
  [
    'a node waits for the database, and the proxy for the nodes',
    'api-2: { condition: service_healthy }',
    'api-2: { condition: service_started }',
  ],
  [
    'there is a database, a bus and an object storage, none of them under the AGPL',
    'chrislusf/seaweedfs:4.47',
    'minio/minio:4.47',
  ],
];

describe.each([
  {
    path: 'docker/Dockerfile',
    rules: DOCKERFILE_RULES,
    brokenRules: brokenDockerfileRules,
    faults: DOCKERFILE_FAULTS,
  },
  {
    path: 'docker/compose.yaml',
    rules: COMPOSE_RULES,
    brokenRules: brokenComposeRules,
    faults: COMPOSE_FAULTS,
  },
])('$path', ({ path, rules, brokenRules, faults }) => {
  const text = readText(path);

  it('keeps every rule', () => {
    expect(brokenRules(text)).toEqual([]);
  });

  it('has a planted fault for every rule', () => {
    expect([...new Set(faults.map(([rule]) => rule))]).toEqual(Object.keys(rules));
  });

  it.each(faults)('is caught when "%s" is broken by turning %j into %j', (rule, found, changed) => {
    expect(text).toContain(found);
    expect(brokenRules(text.replace(found, () => changed))).toContain(rule);
  });
});

describe('what the containers are configured with', () => {
  it('creates the database roles from the one source of the server', () => {
    expect(readText('docker/postgres/10-roles.sql')).toBe(ROLES_SQL.trimStart());
  });

  it('lets nobody reach PostgreSQL without TLS or without a password', () => {
    const entries = readText('docker/postgres/pg_hba.conf')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/\s+/u));
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      expect(['local', 'hostssl']).toContain(entry[0]);
      expect(entry.at(-1)).toBe('scram-sha-256');
      expect(entry[0] === 'local' || !entry[2]?.split(',').includes('postgres')).toBe(true);
    }
  });

  it.each([
    ['docker/proxy/Caddyfile', /^\t\tprotocols tls1\.3$/mu, /tls1\.[0-2]/u],
    [
      'docker/valkey/valkey.conf',
      /^tls-protocols TLSv1\.3$/mu,
      /^(?:port [^0]|requirepass|user )/mu,
    ],
    ['docker/compose.yaml', /ssl_min_protocol_version=TLSv1\.3/u, /synchronous_commit|fsync/u],
  ])('%s asks for TLS 1.3 and weakens nothing', (path, wanted, forbidden) => {
    expect(readText(path)).toMatch(wanted);
    expect(readText(path)).not.toMatch(forbidden);
  });

  it('mounts volumes of a node over folders that its user owns', () => {
    const made = /install -d -m 0700 -o 10001 -g 10001 (.*)$/mu.exec(readText('docker/Dockerfile'));
    const { services } = parse(readText('docker/compose.yaml'), { merge: true }) as Compose;
    const mounted = (services['api-1']?.volumes ?? []).map((volume) => volume.split(':').at(1));
    expect(mounted).toHaveLength(3);
    expect(made?.[1]?.split(' ')).toEqual(mounted);
  });

  it('names the bus to both nodes alike, by a secret', () => {
    const { services, secrets } = parse(readText('docker/compose.bus.yaml')) as Compose;
    const node = { environment: { BUS_URL_FILE: '/run/secrets/bus_url' }, secrets: ['bus_url'] };
    expect(services).toEqual({ 'api-1': node, 'api-2': node });
    expect(secrets).toEqual({
      bus_url: { file: '${ENLACE_SECRETS:?the folder with the secrets}/bus_url' },
    });
  });

  it('names the bucket to both nodes alike, and its keys by secrets', () => {
    const { services, secrets } = parse(readText('docker/compose.objects.yaml')) as Compose;
    const keys = ['objects_access_key', 'objects_secret_key'];
    const node = {
      environment: {
        ATTACHMENTS_S3_URL: 'https://objects:8333/enlace',
        ATTACHMENTS_S3_ACCESS_KEY_FILE: '/run/secrets/objects_access_key',
        ATTACHMENTS_S3_SECRET_KEY_FILE: '/run/secrets/objects_secret_key',
      },
      secrets: keys,
    };
    expect(services).toEqual({ 'api-1': node, 'api-2': node });
    const file = (name: string) => `\${ENLACE_SECRETS:?the folder with the secrets}/${name}`;
    expect(secrets).toEqual(Object.fromEntries(keys.map((key) => [key, { file: file(key) }])));
  });

  it('sends neither secrets nor history to the image builder', () => {
    const ignored = readText('.dockerignore').split('\n');
    for (const pattern of ['**/.*', '**/node_modules', 'docker', 'test']) {
      expect(ignored).toContain(pattern);
    }
  });
});
