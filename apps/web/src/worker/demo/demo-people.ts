import {
  AnswerMalformed,
  DeviceCounter,
  grantedBody,
  HttpTransport,
  NO_SESSION_YET,
  platformProofKey,
  Session,
  signIn,
  softwarePresence,
  wireRequest,
  type LocalStore,
} from '@enlace/client';
import { ROUTES, STATES, REGIONAL_AUTHORITY } from '@enlace/contracts';
import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  utf8,
  type DeviceId,
} from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';

import { z } from '../../protocol/messages.js';
import type { Account, ResultOf } from '../../protocol/operations.js';
import { saveProfile, type DeviceProfile } from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import { readBuild } from '../server-files.js';
import type { OwnAccount } from '../session/account.js';
import { unconnected } from '../session/unconnected.js';
import { NotTheDemo } from './demo-errors.js';

/** A demo serves the machine that it runs on, and no other (RFC 6761, section 6.3; RFC 5735). */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const bundle = z.strictObject({
  v: z.literal(1),
  slug: z.string().check(z.regex(/^[a-z]{2}-[a-z]+$/)),
  name: z.string(),
  title: z.strictObject({ es: z.string(), en: z.string() }),
  state: z.enum([...STATES, REGIONAL_AUTHORITY]),
  personId: z.uuid(),
  deviceId: z.uuid(),
  deviceCert: z.string(),
  trustStore: z.string(),
  identitySeed: z.string(),
  signSeed: z.string(),
  kemSeed: z.string(),
  rootKey: z.string(),
});

type Bundle = z.infer<typeof bundle>;
const KEPT = ['demo', 'people'] as const;

/**
 * The invented people of a demo on this machine. Whoever is chosen works in a store of the own, so that neither the
 * next one nor the device of a real person in this browser is touched. Their keys come from the server in clear, which
 * is what makes it a demo.
 */
export class DemoPeople {
  readonly #keeper: Keeper;
  readonly #account: OwnAccount;

  constructor(keeper: Keeper, account: OwnAccount) {
    this.#keeper = keeper;
    this.#account = account;
  }

  /** Null where there is no demo: a server elsewhere is not even asked. */
  async list(): Promise<ResultOf<'demo.people'>> {
    if (!LOOPBACK.test(location.hostname)) return null;
    const people = await this.#people();
    if (people === null) return null;
    return people.map(({ slug, name, title, state }) => ({ slug, name, title, state }));
  }

  /** Signs in with the key of the device, as programs do. Throws `demo.none`, and the refusal of the server. */
  async enter(slug: string): Promise<Account> {
    if (!LOOPBACK.test(location.hostname)) throw new NotTheDemo('not this machine');
    const chosen = (await this.#people())?.find((each) => each.slug === slug);
    if (chosen === undefined) throw new NotTheDemo('nobody of that name');
    const profile = profileOf(chosen);
    const keys = {
      identitySeed: parseBase64Url(chosen.identitySeed),
      rootKey: parseBase64Url(chosen.rootKey),
    };
    // Whoever is not let in leaves this page with the store that it had.
    const signedIn = await this.#keeper.changeStore(`demo-${chosen.deviceId}`, async (store) => {
      await saveProfile(store, profile);
      try {
        return await this.#signIn(chosen, store);
      } catch (error) {
        // What is held is shown without a server, as to everybody else.
        if (!isDomainError(error, 'client.unreachable')) throw error;
        const show = softwarePresence(parseBase64Url(chosen.signSeed));
        const session = await unconnected(this.#keeper, { store, ...profile });
        return { session, opened: null, wasSetBack: false, show };
      }
    });
    return this.#account.take({ ...signedIn, profile, demo: slug }, keys);
  }

  async #signIn({ deviceId: id, signSeed, deviceCert: wire }: Bundle, store: LocalStore) {
    const key = await platformProofKey();
    const counter = await DeviceCounter.open(store);
    const deviceId = parseId<DeviceId>(id);
    const seed = parseBase64Url(signSeed);
    const device = {
      deviceId,
      deviceCert: parseStatement(wire).id,
      seed,
      build: await readBuild(),
    };
    const transport = await this.#transport();
    const { session: opened, wasSetBack } = await signIn(transport, device, { key, counter });
    const ports = { clock: systemClock, random: systemRandom, keepRotated: async () => {} };
    const session = new Session(transport, { ...opened, deviceId, key, counter, ...ports });
    return { session, opened, wasSetBack, show: softwarePresence(seed) };
  }

  /** Null where there is no demo; those of before where no server answers. */
  async #people(): Promise<readonly Bundle[] | null> {
    try {
      const deployment = await this.#ask(ROUTES.deployment);
      if (!isJsonObject(deployment) || deployment['isDemo'] !== true) return null;
      const people = readBundles(await this.#ask(ROUTES.demoPersonas));
      await this.#keeper.store.put(
        ...KEPT,
        utf8(canonicalJson(people.map((each) => ({ ...each })))),
      );
      return people;
    } catch (error) {
      const kept = isDomainError(error, 'client.unreachable')
        ? await this.#keeper.store.get(...KEPT)
        : null;
      if (kept === null) throw error;
      return readBundles(parseStrictJson(parseUtf8(kept)));
    }
  }

  async #ask(path: string) {
    const transport = await this.#transport();
    return grantedBody(await transport.send(wireRequest({ method: 'GET', path }), NO_SESSION_YET));
  }

  /** As a program: without the cookie of whoever else works in this browser. */
  async #transport(): Promise<HttpTransport> {
    return new HttpTransport((await this.#keeper.place()).apiOrigin);
  }
}

function readBundles(value: unknown): readonly Bundle[] {
  const read = z.array(bundle).safeParse(value);
  if (!read.success) throw new AnswerMalformed('personas');
  return read.data;
}

function profileOf({ state: _state, rootKey: _rootKey, ...chosen }: Bundle): DeviceProfile {
  const { trustStore, deviceId, signSeed, kemSeed, identitySeed, personId, deviceCert } = chosen;
  return {
    v: 1,
    step: 'active',
    trustStore,
    invitation: '',
    deviceId,
    signSeed,
    kemSeed,
    identitySeed,
    rootKey: null,
    prfSalt: '',
    asked: null,
    passkeys: [],
    personId,
    wraps: [],
    personKey: null,
    deviceCert,
  };
}
