import type { LoggedStatement, PersonCard } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { DirectoryRepository } from './directory.repository.js';

/** Reading the directory: what every client replicates. */
@Injectable()
export class DirectoryReading {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: DirectoryRepository,
  ) {}

  /** A stretch of the log, in its order; shorter than asked for only where the log ends. */
  async statements(
    act: ActContext,
    stretch: { readonly from: number; readonly limit: number },
  ): Promise<readonly LoggedStatement[]> {
    return this.acts.run(act, async (at) => {
      if (act.witness === undefined) {
        this.permissions.assert(at, 'directory.read', { about: DIRECTORY });
      }
      return this.repository.findStatements(at.tx, stretch);
    });
  }

  /** Names behind certificates, of the hashes that are known; an erased card is there without body and salt. */
  async cards(act: ActContext, ids: readonly string[]): Promise<readonly PersonCard[]> {
    return this.acts.run(act, async (at) => {
      this.permissions.assert(at, 'directory.cards', { about: DIRECTORY });
      return this.repository.findPersonCards(at.tx, ids);
    });
  }
}

/** The directory as a whole belongs to the region. */
const DIRECTORY = { type: 'directory', id: 'directory', ownerState: 'XR' } as const;
