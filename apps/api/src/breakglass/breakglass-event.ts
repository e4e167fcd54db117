import {
  REGIONAL_AUTHORITY,
  STATES,
  type AuditEvent,
  type BreakGlassAction,
  type StateCode,
} from '@enlace/contracts';

interface SignedAct {
  readonly nonce: string;
  readonly action: BreakGlassAction;
  readonly effectiveAfter: string;
  readonly expiresAt: string;
}

type BreakGlassType =
  'breakglass.invoked' | 'breakglass.approved' | 'breakglass.expired' | 'breakglass.reviewed';

/** Everybody sees every step of such an act. */
export function breakGlassEvent(
  type: BreakGlassType,
  { nonce, action, effectiveAfter, expiresAt }: SignedAct,
  verdict?: string,
): AuditEvent<BreakGlassType> {
  const states: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
  const judged = verdict === undefined ? {} : { verdict };
  return {
    type,
    outcome: type === 'breakglass.expired' ? 'failed' : 'success',
    object: { type: 'breakglass', id: nonce },
    states,
    fields: { action, effectiveAfter, expiresAt, ...judged },
  };
}
