import {
  DEVICE_LINK_LIMITS,
  type DeviceLinkHeard,
  type DeviceLinkOffered,
  type DeviceLinkShown,
  type DeviceLinkTaken,
} from '@enlace/contracts';
import type { DeviceLinkPartRequest } from '@enlace/contracts/dto';
import { formatInstant, isDomainError, parseBase64Url, type Clock } from '@enlace/kernel';
import {
  parseDevicePoll,
  StatementRefused,
  verifyDeviceAcceptance,
  verifyDeviceOffer,
  verifyDevicePoll,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { CLOCK } from '../../platform/tokens.js';
import { DeviceLinkNotFound, DeviceLinkStep } from './device-links.errors.js';
import { DeviceLinksRepository } from './device-links.repository.js';

const NONCE_BYTES = 32;

/**
 * Carries what two devices of one person say to each other. Nothing of it is believed by either because it came from
 * here: keys are compared with a text that a person carried, numbers with commitments, and all of it by six digits.
 */
@Injectable()
export class DeviceLinks {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly database: Database,
    private readonly repository: DeviceLinksRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A new device offers its keys. Throws `statement.refused`, `device-link.step` for an id that is taken. */
  async offer(wire: string): Promise<DeviceLinkOffered> {
    const { linkId } = verifyDeviceOffer(wire).body;
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + DEVICE_LINK_LIMITS.lifeMs;
    const isOffered = await this.database.beforeSignIn((tx) =>
      this.repository.offer(tx, { linkId, nowMs }, { wire, expiresAtMs }),
    );
    if (!isOffered) throw new DeviceLinkStep('the id is taken');
    return { linkId, expiresAt: formatInstant(expiresAtMs) };
  }

  /** What there is for the new device, which tells its number in the same question. Throws `device-link.not-found`. */
  async hear(wire: string): Promise<DeviceLinkHeard> {
    const { linkId } = readPoll(() => parseDevicePoll(wire));
    const key = { linkId, nowMs: this.clock.nowMs() };
    return this.database.beforeSignIn(async (tx) => {
      const found = await this.repository.findOffered(tx, key);
      if (found === null) throw new DeviceLinkNotFound('no such link');
      const { signKey } = verifyDeviceOffer(found.offer).body;
      const { reveal: told } = readPoll(() => verifyDevicePoll(wire, signKey, key.nowMs));
      if (told !== null) await this.repository.tell(tx, key, told);
      const { acceptance, reveal, box } = found;
      return { acceptance, reveal, box };
    });
  }

  /** An offer that nobody has taken up, or that the device of the session has. Throws `device-link.not-found`. */
  async show(act: ActContext, linkId: string): Promise<DeviceLinkShown> {
    return this.acts.run(act, async (at) => {
      this.#permit(at);
      const found = await this.repository.findMine(at.tx, { linkId, nowMs: this.clock.nowMs() });
      if (found === null) throw new DeviceLinkNotFound('no such link');
      return { offer: found.offer, reveal: found.told };
    });
  }

  /** The next thing that the certified device says. Throws `statement.refused`, `device-link.step`, `.not-found`. */
  async say(
    act: ActContext,
    linkId: string,
    { part, content }: DeviceLinkPartRequest,
  ): Promise<DeviceLinkTaken> {
    return this.acts.run(act, async (at) => {
      this.#permit(at);
      const key = { linkId, nowMs: this.clock.nowMs() };
      if ((await this.repository.findMine(at.tx, key)) === null) {
        throw new DeviceLinkNotFound('no such link');
      }
      assertPart(at, linkId, { part, content });
      if (!(await this.repository.say(at.tx, key, { part, content }))) {
        throw new DeviceLinkStep('not what comes next');
      }
      return { part };
    });
  }

  // A session of recovery is of a device without certificate: it adds nobody.
  #permit(at: ActTransaction): void {
    const { personId, state } = getSession(at);
    const about = { type: 'person', id: personId, ownerState: state, personId };
    this.permissions.assert(at, 'device.renew', { about });
  }
}

/** Rubbish and words of another device are kept for nobody. */
function assertPart(
  at: ActTransaction,
  linkId: string,
  { part, content }: DeviceLinkPartRequest,
): void {
  if (part === 'acceptance') {
    const { personId, deviceId, state } = getSession(at);
    const { body } = verifyDeviceAcceptance(content);
    const isOwn =
      body.linkId === linkId &&
      body.personId === personId &&
      body.deviceId === deviceId &&
      body.state === state;
    if (!isOwn) throw new StatementRefused('acceptance-of-another');
  } else if (part === 'reveal' && lengthOf(content) !== NONCE_BYTES) {
    throw new StatementRefused('not-a-number');
  } else if (lengthOf(content) === null) {
    throw new StatementRefused('not-a-box');
  }
}

function lengthOf(content: string): number | null {
  try {
    return parseBase64Url(content).length;
  } catch {
    return null;
  }
}

// Whoever cannot prove to be the device of a link is told what is told of none.
function readPoll<Poll>(read: () => Poll): Poll {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause, 'statement.refused')) throw cause;
    throw new DeviceLinkNotFound('no such link', { cause });
  }
}
