import type { LiveNews, Session } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { ThreadReader } from './thread-reader.js';

const TEXTS = {
  connected: {
    es: 'En línea: lo nuevo llega por sí solo.',
    en: 'Connected: what is new comes by itself.',
  },
  disconnected: {
    es: 'Sin conexión: se intenta de nuevo; nada se pierde.',
    en: 'Disconnected: it is tried again; nothing is lost.',
  },
  'put-off': {
    es: 'Aún no ({problem}): se intenta de nuevo.',
    en: 'Not yet ({problem}): it is tried again.',
  },
  freed: { es: 'Lo que detenía el hilo terminó.', en: 'What stopped the thread is over.' },
  gone: {
    es: 'El servidor ya no le muestra este hilo.',
    en: 'The server shows you this thread no more.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What is new in a thread, a line of JSON each, or as a person reads it; what is beside the thread goes to errors. */
export class NewsLines {
  readonly #reader: ThreadReader;
  readonly #threadId: ThreadId;
  /** Said last of the connection: it is not repeated at every try. */
  #said = '';

  constructor(
    private readonly invocation: Pick<Invocation, 'terminal' | 'json' | 'language'>,
    {
      threadId,
      ...reading
    }: {
      readonly threadId: ThreadId;
      readonly session: Session;
      readonly directory: () => Directory;
    },
  ) {
    this.#threadId = threadId;
    this.#reader = new ThreadReader({ language: invocation.language, ...reading });
  }

  /** Throws `statement.refused` for a name that nobody signed for. */
  async tell(news: LiveNews): Promise<void> {
    switch (news.kind) {
      case 'entries':
        return this.#shown(
          news.entries.map((entry) => ({ event: 'entry', ...entry })),
          async () => this.#reader.lines(news.entries, []),
        );
      case 'alert':
        return this.#shown([{ event: 'alert', ...news.alert }], async () =>
          this.#reader.lines([], [news.alert]),
        );
      case 'line':
        this.#beside(news.isOpen ? 'connected' : 'disconnected');
        return;
      case 'put-off': {
        const { code: problem } = news.error;
        if (problem === 'client.unreachable') this.#beside('disconnected');
        else this.#beside('put-off', { problem });
        return;
      }
      case 'freed':
      case 'gone':
        this.#beside(news.kind);
    }
  }

  async #shown(told: readonly object[], words: () => Promise<readonly string[]>): Promise<void> {
    const { terminal, json } = this.invocation;
    const lines = json ? told.map((one) => JSON.stringify(one)) : await words();
    for (const line of lines) writeLine(terminal.output, line);
  }

  #beside(event: keyof typeof TEXTS, facts: { readonly problem?: string } = {}): void {
    const { terminal, json, language } = this.invocation;
    const said = JSON.stringify({ event, threadId: this.#threadId, ...facts });
    if (said === this.#said) return;
    this.#said = said;
    if (json) writeLine(terminal.output, said);
    else writeLine(terminal.errors, fillText(TEXTS[event][language], facts));
  }
}
