import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.js';

const YES = /^\s*(s[ií]|yes)\s*$/i;

/**
 * What a command asks the person, one line an answer. Questions go to standard error. One instance a command: lines
 * that arrive together (a script's input) are answered in their order. Close it when the command ends.
 */
export class Questions {
  readonly #terminal: Terminal;
  #open: { readonly lines: Interface; readonly answers: AsyncIterator<string> } | null = null;
  #isHidden = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether a person sits at the keyboard, who may mistype what he does not see. */
  get isAtKeyboard(): boolean {
    return 'isTTY' in this.#terminal.input && this.#terminal.input.isTTY === true;
  }

  /** True for "yes" or "sí" alone. */
  async confirm(question: string): Promise<boolean> {
    return YES.test((await this.#ask(question)) ?? '');
  }

  /** A line as it is typed; `null` when the input has ended. */
  async line(question: string): Promise<string | null> {
    return this.#ask(question);
  }

  /** A line that is not shown while it is typed; `null` when the input has ended. */
  async secret(question: string): Promise<string | null> {
    const answer = this.#ask(question);
    this.#isHidden = true;
    try {
      return await answer;
    } finally {
      this.#isHidden = false;
      if (this.isAtKeyboard) this.#terminal.errors.write('\n');
    }
  }

  close(): void {
    this.#open?.lines.close();
    this.#open = null;
  }

  async #ask(question: string): Promise<string | null> {
    this.#terminal.errors.write(question);
    this.#open ??= this.#read();
    const { done, value } = await this.#open.answers.next();
    return done === true ? null : value;
  }

  #read() {
    const shown = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) this.#terminal.errors.write(chunk);
        done();
      },
    });
    const lines = createInterface({
      input: this.#terminal.input,
      output: shown,
      terminal: this.isAtKeyboard,
    });
    // In raw mode the terminal passes Ctrl-C on as a character: it ends the answers, as the end of the input does.
    lines.on('SIGINT', () => lines.close());
    return { lines, answers: lines[Symbol.asyncIterator]() };
  }
}
