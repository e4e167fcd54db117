import { isIP } from 'node:net';

import { isLoopbackUrl } from './loopback.js';

/** A setting has the wrong form. The message says what is wrong and what to do, and repeats nothing of the value. */
export class SettingRefused extends Error {}

/** Reads one setting: what it parses to, or `absent` where it is empty or was refused. */
export type ReadSetting = <Value>(
  name: string,
  parse: (text: string) => Value,
  absent: Value,
) => Value;

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new SettingRefused('not a port; use a number from 0 to 65535 (0 takes a free one)');
  }
  return port;
}

export function parseHost(text: string): string {
  if (text !== 'localhost' && isIP(text) === 0) {
    throw new SettingRefused('not an IP address; use 127.0.0.1, or the address to listen on');
  }
  return text;
}

export function parseOrigin(text: string): string {
  const url = parseUrl(text, ['https:', 'http:'], 'https://enlace.example.org');
  if (url.origin !== text) {
    throw new SettingRefused(
      'not an origin; use scheme, host and port alone, lower case, without a slash at the end',
    );
  }
  if (url.protocol !== 'https:' && !isLoopbackUrl(text)) {
    throw new SettingRefused('not https; only loopback origins may use http');
  }
  return text;
}

export function parseOrigins(text: string): readonly string[] {
  return splitList(text).map(parseOrigin);
}

/** Addresses and CIDR ranges. A range of everything is refused: it would let every client name its own address. */
export function parseNetworks(text: string): readonly string[] {
  const networks = splitList(text);
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    const wellFormed = isIP(address) !== 0 && rest.length === 0 && isPrefix(prefix, bits);
    if (!wellFormed) {
      throw new SettingRefused(
        'not a list of addresses or ranges; use for example 10.0.0.5, 10.1.0.0/16',
      );
    }
  }
  return networks;
}

function isPrefix(prefix: string | undefined, bits: number): boolean {
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits;
}

export function parseDatabaseUrl(text: string): string {
  const example = 'postgres://enl_app:...@db.example.org:5432/enlace';
  const url = parseUrl(text, ['postgres:', 'postgresql:'], example);
  if (url.username === '') throw new SettingRefused(`without a user; use ${example}`);
  if (url.pathname.length < 2) throw new SettingRefused(`without a database; use ${example}`);
  assertStrongPassword(url);
  return text;
}

/** Characters of a password that crosses a network, and how many different ones: nobody chose it by hand. */
const PASSWORD_CHARACTERS = 32;
const PASSWORD_ALPHABET = 10;

/** A login without a password has a client certificate; on loopback the machine itself is the boundary. */
function assertStrongPassword({ password, hostname, href, searchParams }: URL): void {
  const isLocal = isLoopbackUrl(href) || searchParams.get('host')?.startsWith('/') === true;
  if (password === '' || isLocal || hostname === '') return;
  const isWeak =
    password.length < PASSWORD_CHARACTERS || new Set(password).size < PASSWORD_ALPHABET;
  if (isWeak) {
    throw new SettingRefused(
      `a weak password; use at least ${PASSWORD_CHARACTERS} random characters, or a client certificate`,
    );
  }
}

export function parseBusUrl(text: string): string {
  const url = parseUrl(text, ['redis:', 'rediss:'], 'rediss://bus.example.org:6379');
  if (url.protocol === 'redis:' && !isLoopbackUrl(text)) {
    throw new SettingRefused('not encrypted; use rediss:// unless the bus is on loopback');
  }
  return text;
}

/** `<name>=<url>` of each witness; its key is named by its State, never here. */
export function parseWitnessUrls(text: string): ReadonlyMap<string, string> {
  const example = 'witness.example.org/enlace=https://witness.example.org';
  const urls = new Map<string, string>();
  for (const item of splitList(text)) {
    const at = item.indexOf('=');
    const [name, address] = [item.slice(0, at), item.slice(at + 1)];
    if (at < 1 || urls.has(name)) throw new SettingRefused(`not <name>=<url>; use ${example}`);
    const url = parseUrl(address, ['https:', 'http:'], example);
    if (url.protocol !== 'https:' && !isLoopbackUrl(address)) {
      throw new SettingRefused('not https; only a witness on loopback may use http');
    }
    urls.set(name, address.replace(/\/$/, ''));
  }
  return urls;
}

/** Whole gibibytes, in bytes. */
export const parseGibibytes =
  (least: number, most: number) =>
  (text: string): number => {
    const gibibytes = Number(text);
    if (!/^\d{1,7}$/.test(text) || gibibytes < least || gibibytes > most) {
      throw new SettingRefused(`not a number of gibibytes from ${least} to ${most}`);
    }
    return gibibytes * 1024 ** 3;
  };

export function parseSwitch(text: string): boolean {
  if (text !== '0' && text !== '1') throw new SettingRefused('not a switch; use 1 or 0');
  return text === '1';
}

export function parseOneOf<Choice extends string>(
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new SettingRefused(`unknown; use one of ${choices.join(', ')}`);
  return choice;
}

/** A URL of one of the schemes, with a host. */
export function parseUrl(text: string, schemes: readonly string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !schemes.includes(url.protocol) || url.hostname === '') {
    throw new SettingRefused(`not a URL of its kind; use ${example}`);
  }
  return url;
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
