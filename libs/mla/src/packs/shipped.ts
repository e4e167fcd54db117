import { parsePacks, type PackSet } from './pack-set.js';

/**
 * The packs that ship with the product: eleven States, their treaties and pairs, most facts secondary or unknown.
 * Loaded on demand, so that a web client fetches them apart from the engine; works offline, because they are part of
 * the build.
 */
export async function shippedPacks(): Promise<PackSet> {
  const { default: packs } = await import('../data/packs.json', { with: { type: 'json' } });
  return parsePacks([JSON.stringify(packs)]);
}
