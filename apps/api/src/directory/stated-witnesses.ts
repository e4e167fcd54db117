import { isDomainError } from '@enlace/kernel';
import { parseVkey } from '@enlace/tlog';
import { currentOf, memberStates, type Directory } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { Database } from '../platform/database/database.js';
import { nodeTlogCrypto } from '../platform/tlog/node-tlog-crypto.js';
import type { KnownWitness, WitnessList } from '../platform/witnesses/witness-list.js';
import { DirectoryLog } from './directory-log.js';

/** The witnesses as the roots of the States named them, by the newest `witness-key` statement of each. */
@Injectable()
export class StatedWitnesses implements WitnessList {
  constructor(
    private readonly directory: DirectoryLog,
    private readonly database: Database,
  ) {}

  async list(): Promise<readonly KnownWitness[]> {
    try {
      return witnessesOf(await this.database.beforeSignIn((tx) => this.directory.current(tx)));
    } catch (error) {
      // A deployment without a trust store has no States yet.
      if (isDomainError(error, 'statement.refused')) return [];
      throw error;
    }
  }
}

/** A key that is no cosignature key, or has the name of another State's witness, witnesses nothing. */
function witnessesOf(directory: Directory): readonly KnownWitness[] {
  const found = new Map<string, KnownWitness>();
  for (const state of memberStates(directory)) {
    const stated = currentOf(directory, { type: 'witness-key', state, subject: '' });
    const key = stated === null ? null : readKey(stated.statement.body.vkey);
    if (key?.type === 'cosignature' && !found.has(key.name)) {
      found.set(key.name, { name: key.name, state, key });
    }
  }
  return [...found.values()];
}

function readKey(vkey: string): KnownWitness['key'] | null {
  try {
    return parseVkey(nodeTlogCrypto, vkey);
  } catch (error) {
    if (isDomainError(error, 'tlog.vkey-malformed')) return null;
    throw error;
  }
}
