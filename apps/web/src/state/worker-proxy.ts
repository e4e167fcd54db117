import { workerMessage, type WorkerMessage } from '../protocol/messages.js';
import { OPERATIONS, type ArgsOf, type Operation, type ResultOf } from '../protocol/operations.js';
import { WasmBlocked, WorkerProblem, WorkerSilent } from './worker-errors.js';

/** libsodium waits for ever where WebAssembly is refused. In milliseconds. */
const START_LIMIT_MS = 15_000;
/** The longest that a page waits for one answer. In milliseconds. */
const CALL_LIMIT_MS = 30_000;

interface Waiting {
  readonly op: Operation;
  readonly settle: (data: unknown) => void;
  readonly refuse: (error: Error) => void;
}

/** The page's end of its worker. What comes back is parsed by the form of the operation, so no caller casts. */
export class WorkerProxy {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onTakenOver: () => void;
  #lastId = 0;

  private constructor(worker: Worker, onTakenOver: () => void) {
    this.#worker = worker;
    this.#onTakenOver = onTakenOver;
  }

  /** Resolves when the worker can work. Throws `client.wasm-blocked` when it does not come up in time. */
  static async start(worker: Worker, onTakenOver: () => void): Promise<WorkerProxy> {
    const proxy = new WorkerProxy(worker, onTakenOver);
    await new Promise<void>((resolve, reject) => {
      const blocked = (): void => {
        worker.terminate();
        reject(new WasmBlocked('the worker does not start'));
      };
      const timer = setTimeout(blocked, START_LIMIT_MS);
      worker.addEventListener('error', blocked, { once: true });
      worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (proxy.#hear(data) !== 'ready') return;
        clearTimeout(timer);
        worker.removeEventListener('error', blocked);
        resolve();
      });
    });
    return proxy;
  }

  /** `transfer` leaves the page: secrets that the platform hands to pages alone are not kept here. */
  async call<Op extends Operation>(
    op: Op,
    args: ArgsOf<Op>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ResultOf<Op>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<unknown>((settle, refuse) => {
      const timer = setTimeout(
        () => refuse(new WorkerSilent('no answer in time', { facts: { op } })),
        CALL_LIMIT_MS,
      );
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        op,
        settle: (data) => (done(), settle(data)),
        refuse: (error) => (done(), refuse(error)),
      });
    });
    this.#worker.postMessage({ v: 1, id, op, args }, { transfer: [...transfer] });
    return OPERATIONS[op].result.parse(await answered);
  }

  /** Keys, store and session of this page end here. */
  terminate(): void {
    this.#worker.terminate();
    for (const { refuse } of this.#waiting.values()) refuse(new WorkerSilent('the worker ended'));
  }

  /** Returns the event that the message was, if it was one. */
  #hear(data: unknown): 'ready' | 'taken-over' | null {
    const message: WorkerMessage = workerMessage.parse(data);
    if ('event' in message) {
      if (message.event === 'taken-over') this.#onTakenOver();
      return message.event;
    }
    const waiting = this.#waiting.get(message.id);
    if (message.ok) waiting?.settle(message.data);
    else waiting?.refuse(new WorkerProblem(message.problem.code, message.problem.facts));
    return null;
  }
}
