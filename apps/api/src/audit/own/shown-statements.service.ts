import type { ClientEventForm, SignedClientEventInput } from '@enlace/contracts/dto';
import { isDomainError, parseBase64Url, toBase64Url, type Clock } from '@enlace/kernel';
import { hashLeaf, parseVkey, verifyReceipt, type VerifierKey } from '@enlace/tlog';
import { verifyDevice, type Directory, type VerifiedDevice } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import type { OpenedLogs } from '../../platform/sequencer/open-logs.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { CLOCK, OPENED_LOGS } from '../../platform/tokens.js';
import { readClientStatement } from './client-statement.js';

/** Whether what somebody shows was signed: a statement by the device of the session, a receipt by this deployment. */
@Injectable()
export class ShownStatements {
  constructor(
    private readonly directory: DirectoryLog,
    @Inject(OPENED_LOGS) private readonly opened: Pick<OpenedLogs, 'receipts'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the certificates of devices and the keys of receipts are found in. */
  async currentDirectory({ tx }: ActTransaction): Promise<Directory> {
    return this.directory.current(tx);
  }

  /** `null` for what the device of the session did not sign in this form. */
  read(
    at: ActTransaction,
    directory: Directory,
    signed: SignedClientEventInput,
  ): ClientEventForm | null {
    const device = this.#findDevice(directory, getSession(at).deviceId);
    return device === null ? null : readClientStatement(signed, device);
  }

  // Attacker-controlled: 174 characters that somebody calls a receipt.
  /** The hash of the leaf that was promised; `null` where neither this node nor an announced key promised anything. */
  readPromised(directory: Directory, receipt: string): string | null {
    for (const key of [this.opened.receipts.key, ...announcedKeys(directory)]) {
      try {
        const { leafBytes } = verifyReceipt(nodeTlogCrypto, parseBase64Url(receipt), key);
        return toBase64Url(hashLeaf(nodeTlogCrypto, leafBytes));
      } catch (error) {
        if (!isDomainError(error)) throw error;
      }
    }
    return null;
  }

  /** `null` for a device without a chain: a session of recovery has one that is not certified yet. */
  #findDevice(directory: Directory, deviceId: string): VerifiedDevice | null {
    try {
      return verifyDevice(directory, deviceId, { nowMs: this.clock.nowMs() });
    } catch (error) {
      if (isDomainError(error, 'chain.refused')) return null;
      throw error;
    }
  }
}

function announcedKeys({ statements }: Directory): readonly VerifierKey[] {
  return [...statements.values()].flatMap(({ statement: { body } }) =>
    body.type === 'log-key' && body.use === 'receipts'
      ? [parseVkey(nodeTlogCrypto, body.vkey)]
      : [],
  );
}
