import { describe, expect, it } from '@jest/globals';

import { readConfig } from './config.js';
import type { Environment } from './secret-files.js';
import { StartupRefusal } from './startup-refusal.js';

/** As long as the smallest password that is taken over a network. */
const STRONG = '0123456789abcdef'.repeat(2);

/** A bucket that is set right. */
const S3 = {
  ATTACHMENTS_S3_URL: 'https://objects.example.org/enlace',
  ATTACHMENTS_S3_ACCESS_KEY: 'enlace',
  ATTACHMENTS_S3_SECRET_KEY: STRONG,
};

function refusals(env: Environment, argv: readonly string[] = []): readonly string[] {
  try {
    readConfig(env, argv);
  } catch (error) {
    if (error instanceof StartupRefusal) return error.reasons;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs no setting at all and then serves loopback alone, with the embedded database', () => {
    const config = readConfig({}, []);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicOrigin: null,
      databaseUrl: null,
      metricsPort: null,
      demo: false,
      migrate: false,
      trustFile: null,
      refillFile: null,
      backupDir: null,
      restoreDir: null,
    });
    expect(config.dataDir).toMatch(/^\/.*enlace$/);
  });

  it('takes every setting that is sound', () => {
    const config = readConfig(
      {
        HOST: '0.0.0.0',
        PORT: '8080',
        PUBLIC_ORIGIN: 'https://api.example.org',
        CLIENT_ORIGINS: 'https://app.example.org, https://api.example.org',
        TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16,fd00::/8',
        ENLACE_DATA: '/srv/enlace',
        DATABASE_URL: `postgres://enl_app:${STRONG}@db.example.org/enlace`,
        DATABASE_SEQUENCER_URL: `postgres://enl_sequencer:${STRONG}@db.example.org/enlace`,
        DATABASE_AUDITOR_URL: `postgres://enl_auditor:${STRONG}@db.example.org/enlace`,
        DATABASE_DELIVERY_URL: `postgres://enl_delivery:${STRONG}@db.example.org/enlace`,
        DATABASE_MIGRATION_URL: `postgres://enl_migrate:${STRONG}@db.example.org/enlace`,
        BUS_URL: 'rediss://bus.example.org:6379',
        ATTACHMENTS_DIR: '/srv/files',
        ATTACHMENT_GIB: '8',
        CASE_ATTACHMENTS_GIB: '50',
        STATE_ATTACHMENTS_GIB: '500',
        WITNESS_URLS: 'w.example.org/enlace=https://w.example.org/, v=http://localhost:7',
        METRICS_PORT: '9464',
        LOG_LEVEL: 'warn',
        ENLACE_DEMO: '0',
      },
      ['--migrate', '--refill', '/srv/copy.jsonl', '--trust', '/srv/roots.json'],
    );
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      publicOrigin: 'https://api.example.org',
      clientOrigins: ['https://app.example.org', 'https://api.example.org'],
      trustedProxies: ['10.0.0.5', '10.1.0.0/16', 'fd00::/8'],
      dataDir: '/srv/enlace',
      attachments: {
        folder: '/srv/files',
        s3: null,
        most: { file: 8 * 1024 ** 3, case: 50 * 1024 ** 3, state: 500 * 1024 ** 3 },
      },
      witnessUrls: new Map([
        ['w.example.org/enlace', 'https://w.example.org'],
        ['v', 'http://localhost:7'],
      ]),
      metricsPort: 9464,
      logLevel: 'warn',
      migrate: true,
      trustFile: '/srv/roots.json',
      refillFile: '/srv/copy.jsonl',
    });
  });

  it.each<[string, Environment]>([
    ['PORT: not a port', { PORT: '99999' }],
    ['PORT: not a port', { PORT: '3000x' }],
    ['PORT: not a port', { PORT: '-1' }],
    ['ATTACHMENT_GIB: not a number of gibibytes', { ATTACHMENT_GIB: '9' }],
    ['ATTACHMENT_GIB: not a number of gibibytes', { ATTACHMENT_GIB: '0' }],
    ['CASE_ATTACHMENTS_GIB: not a number of gibibytes', { CASE_ATTACHMENTS_GIB: '1.5' }],
    ['STATE_ATTACHMENTS_GIB: not a number of gibibytes', { STATE_ATTACHMENTS_GIB: '-1' }],
    ['HOST: not an IP address', { HOST: 'example.org' }],
    ['PUBLIC_ORIGIN: not a URL', { PUBLIC_ORIGIN: 'example.org' }],
    ['PUBLIC_ORIGIN: not a URL', { PUBLIC_ORIGIN: 'ftp://example.org' }],
    ['PUBLIC_ORIGIN: not https', { PUBLIC_ORIGIN: 'http://api.example.org' }],
    ['PUBLIC_ORIGIN: not https', { PUBLIC_ORIGIN: 'http://localhost.example.org' }],
    ['PUBLIC_ORIGIN: not https', { PUBLIC_ORIGIN: 'http://127.example.org' }],
    ['PUBLIC_ORIGIN: not an origin', { PUBLIC_ORIGIN: 'https://api.example.org/' }],
    ['PUBLIC_ORIGIN: not an origin', { PUBLIC_ORIGIN: 'https://a@api.example.org' }],
    ['PUBLIC_ORIGIN: required', { HOST: '0.0.0.0' }],
    ['CLIENT_ORIGINS: not a URL', { CLIENT_ORIGINS: 'https://a.example.org,*' }],
    ['CLIENT_ORIGINS: not https', { CLIENT_ORIGINS: 'http://a.example.org' }],
    ['TRUSTED_PROXIES: not a list', { TRUSTED_PROXIES: 'proxy.example.org' }],
    ['TRUSTED_PROXIES: not a list', { TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['TRUSTED_PROXIES: not a list', { TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['TRUSTED_PROXIES: not a list', { TRUSTED_PROXIES: '10.0.0.0/8/8' }],
    ['DATABASE_URL: not a URL', { DATABASE_URL: 'mysql://db.example.org/enlace' }],
    ['DATABASE_URL: without a user', { DATABASE_URL: 'postgres://db.example.org/enlace' }],
    ['DATABASE_URL: without a database', { DATABASE_URL: 'postgres://a@db.example.org' }],
    ['DATABASE_URL: a weak password', { DATABASE_URL: `postgres://a:${STRONG.slice(1)}@c/d` }],
    ['DATABASE_URL: a weak password', { DATABASE_URL: `postgres://a:${'changeme'.repeat(5)}@c/d` }],
    ['DATABASE_SEQUENCER_URL: set without', { DATABASE_SEQUENCER_URL: 'postgres://a@c/d' }],
    [
      'DATABASE_SEQUENCER_URL: required',
      {
        DATABASE_URL: 'postgres://a@c/d',
        DATABASE_AUDITOR_URL: 'postgres://a@c/d',
        DATABASE_DELIVERY_URL: 'postgres://a@c/d',
      },
    ],
    ['DATABASE_AUDITOR_URL: set without', { DATABASE_AUDITOR_URL: 'postgres://a@c/d' }],
    [
      'DATABASE_AUDITOR_URL: required',
      {
        DATABASE_URL: 'postgres://a@c/d',
        DATABASE_SEQUENCER_URL: 'postgres://a@c/d',
        DATABASE_DELIVERY_URL: 'postgres://a@c/d',
      },
    ],
    ['DATABASE_DELIVERY_URL: set without', { DATABASE_DELIVERY_URL: 'postgres://a@c/d' }],
    [
      'DATABASE_DELIVERY_URL: required',
      {
        DATABASE_URL: 'postgres://a@c/d',
        DATABASE_SEQUENCER_URL: 'postgres://a@c/d',
        DATABASE_AUDITOR_URL: 'postgres://a@c/d',
      },
    ],
    ['DATABASE_MIGRATION_URL: set without', { DATABASE_MIGRATION_URL: 'postgres://a@c/d' }],
    ['BUS_URL: not a URL', { BUS_URL: 'amqp://bus.example.org' }],
    ['BUS_URL: not encrypted', { BUS_URL: 'redis://bus.example.org' }],
    ['ATTACHMENTS_S3_URL: not a URL', { ...S3, ATTACHMENTS_S3_URL: 's3://enlace' }],
    ['ATTACHMENTS_S3_URL: no bucket', { ...S3, ATTACHMENTS_S3_URL: 'https://objects.example.org' }],
    ['ATTACHMENTS_S3_URL: keys', { ...S3, ATTACHMENTS_S3_URL: 'https://a:b@c.example.org/enlace' }],
    ['ATTACHMENTS_S3_URL: not https', { ...S3, ATTACHMENTS_S3_URL: 'http://c.example.org/enlace' }],
    ['ATTACHMENTS_S3_URL: required', { ...S3, ATTACHMENTS_S3_URL: '' }],
    ['ATTACHMENTS_S3_ACCESS_KEY, ATT', { ...S3, ATTACHMENTS_S3_SECRET_KEY: '' }],
    ['ATTACHMENTS_DIR: set beside', { ...S3, ATTACHMENTS_DIR: '/srv/files' }],
    ['WITNESS_URLS: not <name>=<url>', { WITNESS_URLS: 'https://witness.example.org' }],
    ['WITNESS_URLS: not a URL', { WITNESS_URLS: 'w.example.org=w' }],
    ['WITNESS_URLS: not https', { WITNESS_URLS: 'w.example.org=http://w.example.org' }],
    ['METRICS_PORT: not a port', { METRICS_PORT: 'yes' }],
    ['METRICS_PORT: equals PORT', { METRICS_PORT: '3000' }],
    ['LOG_LEVEL: unknown', { LOG_LEVEL: 'loud' }],
    ['ENLACE_DEMO: not a switch', { ENLACE_DEMO: 'true' }],
    ['ENLACE_DEMO: the demo', { ENLACE_DEMO: '1', PUBLIC_ORIGIN: 'https://api.example.org' }],
    ['ENLACE_DATE: no such setting', { ENLACE_DATE: '/srv' }],
  ])('is refused with "%s"', (start, env) => {
    const reasons = refusals(env);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.startsWith(start)).toBe(true);
    expect(reasons[0]).toMatch(/^[\x20-\x7e]{1,160}$/);
  });

  it('takes a bucket of an S3-compatible store in the place of a folder', () => {
    expect(readConfig(S3, []).attachments).toMatchObject({
      folder: null,
      s3: {
        endpoint: 'https://objects.example.org',
        bucket: 'enlace',
        region: 'us-east-1',
        accessKeyId: 'enlace',
        secretAccessKey: STRONG,
      },
    });
    const local = { ...S3, ATTACHMENTS_S3_URL: 'http://127.0.0.1:8333/files/' };
    expect(
      readConfig({ ...local, ATTACHMENTS_S3_REGION: 'eu-1' }, []).attachments.s3,
    ).toMatchObject({ endpoint: 'http://127.0.0.1:8333', bucket: 'files', region: 'eu-1' });
  });

  it.each([
    ['--backup: the folder', '--backup', { ENLACE_DATA: '/srv/enlace' }],
    ['--restore: the folder', '--restore', { ENLACE_DATA: '/srv/enlace/data/new' }],
    [
      '--backup: for the embedded',
      '--backup',
      {
        DATABASE_URL: 'postgres://a@c/d',
        DATABASE_SEQUENCER_URL: 'postgres://a@c/d',
        DATABASE_AUDITOR_URL: 'postgres://a@c/d',
        DATABASE_DELIVERY_URL: 'postgres://a@c/d',
      },
    ],
  ])('refuses a backup with "%s"', (start, name, env) => {
    const reasons = refusals(env, [name, '/srv/enlace/data']);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.startsWith(start)).toBe(true);
    const beside = readConfig({ ENLACE_DATA: '/srv/a' }, [name, '/srv/a-2']);
    expect([beside.backupDir, beside.restoreDir]).toContain('/srv/a-2');
  });

  it('names every wrong setting at once and an argument it does not know', () => {
    expect(refusals({ PORT: 'x', LOG_LEVEL: 'y', ENLACE_Z: '1' }, ['--port'])).toHaveLength(4);
  });

  it('leaves alone what belongs to the command line', () => {
    const names = ['ENLACE_PASSPHRASE', 'ENLACE_PASSPHRASE_2', 'ENLACE_PASSPHRASE_3'];
    const env = Object.fromEntries(names.map((name) => [name, 'demo']));
    expect(() => readConfig(env, [])).not.toThrow();
  });

  it('repeats no value, because a value may be a secret', () => {
    const secret = 'correct-horse-battery';
    const env = Object.fromEntries(
      [
        'PORT',
        'HOST',
        'PUBLIC_ORIGIN',
        'CLIENT_ORIGINS',
        'TRUSTED_PROXIES',
        'DATABASE_URL',
        'DATABASE_SEQUENCER_URL',
        'DATABASE_AUDITOR_URL',
        'DATABASE_DELIVERY_URL',
        'DATABASE_MIGRATION_URL',
        'BUS_URL',
        'ATTACHMENTS_S3_URL',
        'WITNESS_URLS',
        'METRICS_PORT',
        'LOG_LEVEL',
        'ENLACE_DEMO',
        'ENLACE_SECRET',
      ].map((name) => [name, secret]),
    );
    const reasons = refusals(env, [secret]);
    expect(reasons).toHaveLength(18);
    expect(reasons.join('\n')).not.toContain(secret);
  });
});
