import { DomainError, type ErrorFacts } from '@enlace/kernel';

/** The worker did not come up: WebAssembly is refused by a policy of this browser, or switched off. */
export class WasmBlocked extends DomainError {
  override readonly code = 'client.wasm-blocked';
  override readonly kind = 'unavailable';
}

/** The script of the worker could not be loaded, or is not the one that this build names. */
export class WorkerRefused extends DomainError {
  override readonly code = 'client.worker-refused';
  override readonly kind = 'integrity';
}

/** The worker gave no answer in time, or ended. Whether the act took effect is not known. */
export class WorkerSilent extends DomainError {
  override readonly code = 'client.worker-silent';
  override readonly kind = 'unavailable';
}

/** A refusal of the worker, or of the server through it; the text people read comes from the catalogue by `code`. */
export class WorkerProblem extends DomainError {
  override readonly kind = 'fault';

  constructor(
    override readonly code: string,
    facts: ErrorFacts,
  ) {
    super(`the worker answered ${code}`, { facts });
  }
}
