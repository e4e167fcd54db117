import { cryptoReady } from '@enlace/trust';

import { CliError } from './command-line/cli-error.js';
import type { Text } from './command-line/language.js';
import { writeLine } from './command-line/terminal.js';
import type { Invocation } from './command-line/verb.js';
import { createDemo } from './demo/create-demo.js';
import {
  DemoServer,
  otherOrigin,
  STOPPED_BEFORE_READY,
  type ServerEnd,
} from './demo/demo-server.js';
import { DemoLayout } from './demo/layout.js';
import { makeReleaseKey, releaseFirstBuild, releaseOwnBuild } from './demo/own-release.js';
import { progressOf } from './demo/progress.js';
import { findRecord, type DemoRecord } from './demo/record.js';
import { makeRoots, trustStoreOf } from './demo/people/roots.js';
import { SealingPool } from './demo/sealing/sealing-pool.js';
import { sheetOf } from './demo/sheet.js';
import { clearUnfinished, isUnfinished } from './demo/unfinished.js';
import { DemoWitnesses } from './demo/witnesses.js';
import { START_REFUSED } from './exit-codes.js';
import { writeNewFiles } from './files/new-files.js';
import { claimForDemo, lockDemo } from './server/demo-folder.js';
import { readListening, tellReady } from './server/listening.js';

const BANNER: Text = {
  es: 'DEMOSTRACIÓN: solo para esta máquina, sin datos reales.',
  en: 'DEMO: for this machine only, no real data.',
};

/** `enlace demo`: the server in demo mode, loopback only, in a folder that holds nothing but a demo. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const settings = readListening(invocation);
  const layout = new DemoLayout(settings.ENLACE_DATA);
  const claim = claimForDemo(layout.data);
  const lock = lockDemo(layout.data, { exitCode: START_REFUSED });
  let wasReady = false;
  const onReady = (url: string): void => {
    wasReady = true;
    present(invocation, layout);
    tellReady(invocation, url);
  };
  try {
    const server = new DemoServer(invocation, settings);
    const record = findRecord(layout);
    const start = { invocation, layout, server, onReady };
    const { exitCode } =
      record === null ? await firstStart(start) : await laterStart(start, record);
    return exitCode;
  } finally {
    lock.release();
    if (!wasReady) claim.withdraw();
  }
}

interface Start {
  readonly invocation: Invocation;
  readonly layout: DemoLayout;
  readonly server: DemoServer;
  readonly onReady: (url: string) => void;
}

/**
 * The server is asked for the keys of its logs, the trust store is written from them and from the roots, and the server
 * starts again with it: then everybody else can speak.
 */
async function firstStart({ invocation, layout, server, onReady }: Start): Promise<ServerEnd> {
  const tell = progressOf(invocation);
  if (isUnfinished(layout)) {
    tell('anew', { es: layout.data, en: layout.data });
    await clearUnfinished(layout, async () => void (await server.ask()));
  }
  const asked = await server.ask();
  if (asked === null) return STOPPED_BEFORE_READY;
  tell('begins');
  const { url: origin, logs } = asked;
  const roots = makeRoots();
  const witnesses = await openWitnesses(invocation, layout);
  witnesses.trust(logs);
  const policy = witnesses.policyFor(logs);
  const releaseKey = makeReleaseKey();
  const trustStore = trustStoreOf(roots, { origin, logs, policy, releaseVkey: releaseKey.vkey });
  writeNewFiles([{ path: layout.trustStore, text: trustStore, isSecret: false }]);
  const pool = new SealingPool();
  try {
    return await server.run(
      async ({ url }) => {
        const released = releaseFirstBuild({ layout, origin: url, key: releaseKey, pool });
        await createDemo({ origin, trustStore, roots, released, layout, pool, witnesses, tell });
        onReady(url);
      },
      { port: server.askedPort ?? new URL(origin).port, witnessUrls: witnesses.urls },
    );
  } finally {
    await pool.close();
    await witnesses.close();
  }
}

async function laterStart(
  { invocation, layout, server, onReady }: Start,
  { origin }: DemoRecord,
): Promise<ServerEnd> {
  const { port } = new URL(origin);
  if (server.askedPort !== null && server.askedPort !== port) throw otherOrigin(origin);
  const witnesses = await openWitnesses(invocation, layout);
  try {
    return await server.run(
      async ({ url, logs }) => {
        if (url !== origin) throw otherOrigin(origin);
        // The audit log of another year has another key.
        witnesses.trust(logs);
        await releaseOwnBuild(layout, url);
        onReady(url);
      },
      { port, witnessUrls: witnesses.urls },
    );
  } finally {
    await witnesses.close();
  }
}

async function openWitnesses(
  { terminal, language }: Invocation,
  layout: DemoLayout,
): Promise<DemoWitnesses> {
  return DemoWitnesses.open(layout, ({ origin, file }) => {
    writeLine(terminal.errors, new CliError('log.split-view', { origin, file }).text(language));
  });
}

function present({ json, language, terminal }: Invocation, layout: DemoLayout): void {
  if (json) return;
  writeLine(terminal.output, `${BANNER[language]}\n`);
  writeLine(terminal.output, `${sheetOf(layout.folder, language)}\n`);
}
