import { isProblemCode } from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';
import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, from, switchMap, throwError, type Observable } from 'rxjs';

import { AuditRecorder } from '../tlog/audit-recorder.js';
import { findAct } from './act-guard.js';

/**
 * What is refused between the guard and the act, a body of the wrong shape for example, has used up the number of its
 * proof like any other refusal. What the act itself refuses is recorded by the act.
 */
@Injectable()
export class DenialInterceptor implements NestInterceptor {
  constructor(private readonly audit: AuditRecorder) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const act = findAct(context);
        const refused = () => throwError(() => error);
        if (!isDomainError(error) || act === null || act.proof === null) return refused();
        const reasonCode = isProblemCode(error.code) ? error.code : 'server.fault';
        const denial = { type: 'access.denied' as const, reasonCode, fields: {} };
        return from(this.audit.recordDenied(act, denial)).pipe(switchMap(refused));
      }),
    );
  }
}
