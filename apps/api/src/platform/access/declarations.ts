import { isAuditEventType, type AuditEventType } from '@enlace/contracts';
import { SetMetadata } from '@nestjs/common';

/** What a handler says of itself, read back by the inventory. */
export const DECLARED = {
  access: 'enlace:access',
  audited: 'enlace:audited',
  notAudited: 'enlace:not-audited',
  forWitnesses: 'enlace:for-witnesses',
} as const;

/** A reason shorter than this explains nothing. */
export const REASON_MIN_CHARACTERS = 20;

/** Stands for a handler that anybody may call, without a session. */
export const PUBLIC = 'public';

/** The action of the policy table that the handler's act is decided by. */
export const Access = (action: string): MethodDecorator => SetMetadata(DECLARED.access, action);

/** Anybody may call it: said explicitly, because forgetting looks the same as deciding. */
export const Public = (): MethodDecorator => SetMetadata(DECLARED.access, PUBLIC);

/** Besides sessions, the witness of a State may call it, by the token that a registrar gave it. */
export const ForWitnesses = (): MethodDecorator => SetMetadata(DECLARED.forWitnesses, true);

/** The act records at least one event of these types in its own transaction. */
export function Audited(...types: readonly [AuditEventType, ...AuditEventType[]]): MethodDecorator {
  for (const type of types) {
    if (!isAuditEventType(type)) throw new TypeError(`${String(type)} is no audit event`);
  }
  return SetMetadata(DECLARED.audited, types);
}

/** The act is not recorded, with the reason that a reviewer agreed to. */
export const NotAudited = (reason: string): MethodDecorator =>
  SetMetadata(DECLARED.notAudited, reason);
