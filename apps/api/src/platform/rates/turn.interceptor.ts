import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';

import { carrierOf } from '../access/act-guard.js';
import { Admission } from './admission.js';

/** Ends the turn that the guard took for an act, however the act ended; around everything else that is done for it. */
@Injectable()
export class TurnInterceptor implements NestInterceptor {
  constructor(private readonly admission: Admission) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(
      finalize(() => {
        this.admission.endTurn(carrierOf(context));
      }),
    );
  }
}
