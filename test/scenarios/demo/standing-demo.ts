import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { freePortBelow } from '../../support/free-port.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from '../first-run/accounts.js';
import type { EnlaceCommand } from '../first-run/enlace-command.js';
import { DemoStage } from './demo-stage.js';

/** Ports from here on are given to whoever asks for any: a demo that is stopped would lose its own. */
const EPHEMERAL_PORTS = 32_768;

/** A demo whose first start is over, on a data folder of the test's own. */
export interface StandingDemo {
  readonly url: string;
  readonly stage: DemoStage;
  /** The command that serves it; a test may end it and start another. */
  readonly demo: EnlaceCommand;
  /** A folder for what the test writes; gone with the demo. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Starts a demo for the tests of one file. The first start makes the keys of everybody and takes a minute; it happens
 * once for each worker of the run, and every file gets a copy of what it left. A demo serves one origin, so that
 * copies for different workers have different ports.
 */
export async function startStandingDemo(): Promise<StandingDemo> {
  assertBuilt();
  const [self] = ACCOUNTS;
  if (self === undefined) throw new Error('nobody to run it as');
  const first = await firstStart(self);
  const folder = privateFolder(self);
  const stage = new DemoStage(join(folder, 'data'), self);
  copyWithOwners(first, stage.data.path);
  const demo = stage.start();
  const url = await stage.ready(demo);
  const close = async (): Promise<void> => {
    await demo.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, stage, demo, folder, close };
}

/** The folder that a first start of this worker left, in the folder that goes with the cluster of the run. */
async function firstStart(self: Account): Promise<string> {
  const { folder }: { folder: string } = JSON.parse(process.env['ENLACE_TEST_CLUSTER'] ?? '{}');
  const made = join(folder, `demo-${process.env['JEST_WORKER_ID']}`);
  if (existsSync(made)) return made;
  const unfinished = `${made}-unfinished`; // by a test that was given up
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o711 });
  const stage = new DemoStage(join(unfinished, 'data'), self);
  const demo = stage.start('--port', String(await freePortBelow(EPHEMERAL_PORTS)));
  try {
    await stage.ready(demo);
  } finally {
    await demo.destroy();
  }
  renameSync(stage.data.path, made);
  return made;
}

/** As root the folder has two owners, and the copy must have the same. */
function copyWithOwners(from: string, to: string): void {
  execFileSync('cp', ['-Rp', from, to]);
}
