import { RECEIPT_HEADER } from '@enlace/contracts';
import type { ArgumentsHost } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Receipts by the arguments of the socket event that they answer. */
const given = new WeakMap<object, string>();

/** Puts a receipt beside the answer, which may be a refusal: into its header, or into the acknowledgement. */
export function giveReceipt(host: ArgumentsHost, receipt: string): void {
  if (host.getType() === 'http') {
    void host.switchToHttp().getResponse<FastifyReply>().header(RECEIPT_HEADER, receipt);
  } else {
    given.set(host.switchToWs().getData<object>(), receipt);
  }
}

/** What the acknowledgement of a socket event says besides its answer. */
export function receiptOf(host: ArgumentsHost): { readonly receipt?: string } {
  const receipt = given.get(host.switchToWs().getData<object>());
  return receipt === undefined ? {} : { receipt };
}
