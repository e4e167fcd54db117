import { readFileSync } from 'node:fs';

/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings whose value holds a password. Each may come as `<name>_FILE` instead: the path of the file that holds it.
 */
const SECRET_SETTINGS = [
  'DATABASE_URL',
  'DATABASE_SEQUENCER_URL',
  'DATABASE_AUDITOR_URL',
  'DATABASE_DELIVERY_URL',
  'DATABASE_MIGRATION_URL',
  'BUS_URL',
  'ATTACHMENTS_S3_ACCESS_KEY',
  'ATTACHMENTS_S3_SECRET_KEY',
] as const;

/**
 * The environment with the content of secret files in the place of their names: containers get secrets as files,
 * because an environment is shown by inspection tools and inherited by every child. `refuse` gets a line for each
 * file that does not do; no line repeats anything of its content.
 */
export function withSecretFiles(env: Environment, refuse: (reason: string) => void): Environment {
  const found: Record<string, string> = {};
  for (const name of SECRET_SETTINGS) {
    const path = env[`${name}_FILE`] ?? '';
    if (path === '') continue;
    if ((env[name] ?? '') !== '') {
      refuse(`${name}_FILE: set beside ${name}; set one of the two`);
      continue;
    }
    try {
      found[name] = readFileSync(path, 'utf8').trim();
      if (found[name] === '') refuse(`${name}_FILE: the file is empty`);
    } catch (error) {
      const hasCode = typeof error === 'object' && error !== null && 'code' in error;
      const code = hasCode ? String(error.code) : 'unknown';
      refuse(`${name}_FILE: the file cannot be read (${code})`);
    }
  }
  return { ...env, ...found };
}
