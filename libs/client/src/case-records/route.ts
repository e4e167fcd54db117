import { isDateOrNull, isId, isOneOf, isTextOf, itemList, ITEM_LIST_LIMITS } from './item-list.js';

/** What a place is on the way of those who were smuggled. */
export const STAGE_ROLES = ['origin', 'transit', 'destination'] as const;

const COUNTRY = /^[A-Z]{2}$/;

/** A stage of the route that a case is about. */
export type Stage = {
  readonly id: string;
  readonly role: (typeof STAGE_ROLES)[number];
  /** ISO 3166-1 alpha-2, of any country. */
  readonly country: string;
  readonly place: string;
  readonly date: string | null;
  readonly note: string;
};

/** The route of a case, in its order, as record `route/1` (protocol.md, section 6.1; web.md, section 7.2). */
export const ROUTE = itemList<Stage>('route/1', {
  list: 'stages',
  members: {
    id: isId,
    role: isOneOf(STAGE_ROLES),
    country: (value) => typeof value === 'string' && COUNTRY.test(value),
    place: isTextOf(ITEM_LIST_LIMITS.name),
    date: isDateOrNull,
    note: isTextOf(ITEM_LIST_LIMITS.text),
  },
  texts: ['note'],
});
