import {
  workerMessage,
  type LiveNews,
  type PresenceAsked,
  type WorkerMessage,
} from '../../protocol/messages.js';
import { formsOf, type ArgsOf, type Operation, type ResultOf } from '../../protocol/operations.js';
import { inParts } from './in-parts.js';
import { WasmBlocked, WorkerProblem, WorkerSilent } from './worker-errors.js';
import type { ScriptsOnDemand } from './worker-script.js';

/** libsodium waits for ever where WebAssembly is refused. In milliseconds. */
const START_LIMIT_MS = 15_000;
/** The longest that a page waits for one answer while nothing is heard of work. In milliseconds. */
const CALL_LIMIT_MS = 30_000;

interface Waiting {
  readonly op: Operation;
  readonly settle: (data: unknown) => void;
  readonly refuse: (error: Error) => void;
}

/** What the page does for its worker when the worker asks. */
export interface PageDuties {
  readonly onTakenOver: () => void;
  readonly onNews: (news: LiveNews) => void;
  /** Has a person show a passkey. Rejects when that does not come about. */
  readonly showPresence: (asked: PresenceAsked) => Promise<ArgsOf<'presence.show'>>;
  /** Looks at the scripts that the worker fetches for some operations only, before the first of them. */
  readonly checkScriptsOnDemand: (which: ScriptsOnDemand) => Promise<void>;
}

/**
 * Gigabytes take the time that they take; the page shows how far they are, and can pause them. Evidence waits for
 * witnesses, who come by each minute.
 */
const UNHURRIED = /^(?:thread\.(?:attach|resume|save)|record\.take-export)$/;

/** Operations behind which stands a script that the worker does not start with. */
const ON_DEMAND =
  /^(?:case|contact|demo|directory|enrol|information|record|recover|registrar|request|thread)\./;

/** The page's end of its worker. What comes back is parsed by the form of the operation, so no caller casts. */
export class WorkerProxy {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #duties: PageDuties;
  #lastId = 0;
  /** A person is being asked for a passkey; nobody is hurried then. */
  #isAsking = false;
  /** How often the wait for every answer began anew: somebody has answered, or the worker has kept something. */
  #begun = 0;

  private constructor(worker: Worker, duties: PageDuties) {
    this.#worker = worker;
    this.#duties = duties;
  }

  /** Resolves when the worker can work. Throws `client.wasm-blocked` when it does not come up in time. */
  static async start(worker: Worker, duties: PageDuties): Promise<WorkerProxy> {
    const proxy = new WorkerProxy(worker, duties);
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
    if (ON_DEMAND.test(op)) await this.#duties.checkScriptsOnDemand('onDemand');
    if (printsPdf(op, args)) await this.#duties.checkScriptsOnDemand('printing');
    const { result } = await formsOf(op);
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<unknown>((settle, refuse) => {
      let begun = this.#begun;
      const give = (): void => {
        // The time that a person took is not the worker's: an answer given up here would be lost, with what it holds.
        if (UNHURRIED.test(op) || this.#isAsking || this.#begun !== begun)
          timer = setTimeout(give, CALL_LIMIT_MS);
        else refuse(new WorkerSilent('no answer in time', { facts: { op } }));
        begun = this.#begun;
      };
      let timer = setTimeout(give, CALL_LIMIT_MS);
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
    return inParts(await answered, (data) => result.parse(data));
  }

  /** Keys, store and session of this page end here. */
  terminate(): void {
    this.#worker.terminate();
    for (const { refuse } of this.#waiting.values()) refuse(new WorkerSilent('the worker ended'));
  }

  /** Returns the event that the message was, if it was one. */
  #hear(data: unknown): Extract<WorkerMessage, { event: string }>['event'] | null {
    const message: WorkerMessage = workerMessage.parse(data);
    if ('event' in message) {
      if (message.event === 'busy') this.#begun += 1;
      if (message.event === 'taken-over') this.#duties.onTakenOver();
      if (message.event === 'presence') void this.#answer(message);
      if (message.event === 'news') this.#duties.onNews(message.news);
      return message.event;
    }
    const waiting = this.#waiting.get(message.id);
    if (message.ok) waiting?.settle(message.data);
    else waiting?.refuse(new WorkerProblem(message.problem.code, message.problem.facts));
    return null;
  }

  /** The act that asked goes on, or is refused; both ways the worker is told. */
  async #answer(asked: PresenceAsked): Promise<void> {
    this.#isAsking = true;
    try {
      await this.call('presence.show', await this.#duties.showPresence(asked));
    } catch {
      // What went wrong is told where the act was begun.
      await this.call('presence.refuse', {}).catch(() => {});
    } finally {
      this.#isAsking = false;
      this.#begun += 1;
    }
  }
}

function printsPdf(op: Operation, args: object): boolean {
  return op === 'request.export' && 'format' in args && args.format === 'pdf';
}
