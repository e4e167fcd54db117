import type { JsonObject } from '@enlace/kernel';
import type { Finding } from '@enlace/mla';
import { createContext, useContext } from 'react';

import type { Ground } from '../law/basis-texts.js';
import type { OpenedRequest } from './use-request.js';

/** What every field of the form rests on. */
export interface Editing {
  readonly document: JsonObject;
  readonly set: OpenedRequest['set'];
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  /** What the findings rest on; `null` before the first check. */
  readonly ground: Ground | null;
  readonly isReadOnly: boolean;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new RangeError('a field stands in a form');
  return editing;
}
