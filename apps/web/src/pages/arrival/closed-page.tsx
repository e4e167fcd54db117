import type { Workspace } from '../../state/workspace.js';
import { LeavingPage } from '../leaving/leaving-page.js';
import { LockedPage } from './locked-page.js';

/** Stands in the place of every page once the worker has ended for good or for now. */
export function ClosedPage({
  workspace,
}: {
  readonly workspace: Workspace & { readonly kind: 'locked' | 'leaving' };
}) {
  return workspace.kind === 'locked' ? (
    <LockedPage {...workspace} />
  ) : (
    <LeavingPage {...workspace} />
  );
}
