import type { WayOperation } from '../../protocol/operations.js';
import type { Handlers } from '../dispatch.js';
import { OwnWays, type WayGround } from './own-ways.js';

/** The acts behind every operation on the ways into the own vault; a script of its own. */
export function wayHandlers(ground: WayGround): Pick<Handlers, WayOperation> {
  const ways = new OwnWays(ground);
  return {
    'ways.list': async () => ways.list(),
    'ways.try': async (secret) => ways.try(secret),
    'ways.new-kit': async () => ways.newKit(),
    'ways.check-kit': async ({ typed }) => (ways.checkKit(typed), {}),
    'ways.add-passkey': async (shown) => ways.addPasskey(shown),
    'ways.renew': async (asked) => ways.renew(asked),
    'ways.adopt': async (secret) => ways.adopt(secret),
  };
}
