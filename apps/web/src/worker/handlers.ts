import type { Handlers } from './dispatch.js';
import { Keeper } from './keeper.js';

/** The acts behind every operation; each is a line here and a method of what it works on. */
export function createHandlers({ onTakenOver }: { readonly onTakenOver: () => void }): Handlers {
  const keeper = new Keeper(onTakenOver);
  return {
    'session.open-store': async ({ takeOver }) => keeper.open(takeOver),
  };
}
