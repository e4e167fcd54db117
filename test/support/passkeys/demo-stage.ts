import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  claimInvitation,
  enrolClaimedDevice,
  HttpTransport,
  pollClaim,
  signClaim,
  signClaimedDevice,
  type ClaimKeys,
} from '@enlace/client';
import type { DemoPersona } from '@enlace/contracts';
import { newId, systemClock, systemRandom, toBase64Url, type DeviceId } from '@enlace/kernel';
import { readInvitation } from '@enlace/trust';

import { FoundingCeremony, startRegistryServer, type RegistryServer } from './registry-stage.js';

export const ANA = 'Ana Castro Lobo';
export const INES = 'Inés Rojas Fonseca';

const PLAYERS = {
  registrar: { slug: 'cr-ana', name: ANA, title: { es: 'Registro de personas', en: 'Registrar' } },
  auditor: { slug: 'cr-ines', name: INES, title: { es: 'Auditora', en: 'Auditor' } },
} as const;

/** A server in demo mode that has made nobody yet. */
export async function startDemoServer(webRoot: string): Promise<RegistryServer> {
  return startRegistryServer(webRoot, { ENLACE_DEMO: '1' });
}

/** One person by the ceremony that the demo takes, and the bundle that it leaves for the browser. */
export async function leaveBundle(
  server: RegistryServer,
  role: keyof typeof PLAYERS = 'registrar',
): Promise<DemoPersona> {
  const { slug, name, title } = PLAYERS[role];
  const ceremony = new FoundingCeremony(server, role === 'registrar' ? 0 : role, name);
  const paper = readInvitation(await ceremony.invite());
  const seed = () => systemRandom.bytes(32);
  const deviceId = newId<DeviceId>(systemClock, systemRandom);
  const [identitySeed, signSeed, kemSeed] = [seed(), seed(), seed()];
  const keys: ClaimKeys = { deviceId, identitySeed, signSeed, kemSeed };
  const transport = new HttpTransport(server.url);
  await claimInvitation(transport, paper, keys);
  ceremony.claimed(signClaim(paper, keys));
  await ceremony.certify();
  const ports = { keys, clock: systemClock, random: systemRandom };
  const { personId } = await pollClaim(transport, paper, ports);
  const deviceCert = signClaimedDevice({ state: 'CR', personId }, keys, systemClock);
  await enrolClaimedDevice(transport, paper, deviceCert);
  const bundle: DemoPersona = {
    v: 1,
    slug,
    name,
    title,
    state: 'CR',
    personId,
    deviceId,
    deviceCert,
    trustStore: server.trustStore,
    identitySeed: toBase64Url(identitySeed),
    signSeed: toBase64Url(signSeed),
    kemSeed: toBase64Url(kemSeed),
    rootKey: toBase64Url(seed()),
  };
  const folder = join(server.dataDir, 'demo/personas');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${slug}.web.json`), JSON.stringify(bundle));
  return bundle;
}
