import type { SocketAnswer } from '@enlace/contracts';
import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';

import { receiptOf } from '../tlog/given-receipts.js';

/**
 * Wraps what the handler of a socket event returns into the acknowledgement `{ ok: true, data, receipt? }`; leaves
 * HTTP alone.
 */
@Injectable()
export class AcknowledgeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (context.getType() !== 'ws') return next.handle();
    return next.handle().pipe(
      map((data): SocketAnswer<unknown> => ({
        ok: true,
        data: data ?? null,
        ...receiptOf(context),
      })),
    );
  }
}
