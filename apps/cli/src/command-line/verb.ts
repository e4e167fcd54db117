import type { Language, Text } from './language.js';
import type { Terminal } from './terminal.js';

/** An option of a command; `value` names the argument it takes, absent for a switch. */
export interface Option {
  readonly value?: string;
  readonly short?: string;
  readonly purpose: Text;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** What a person or a script asked for, checked against the options of the command. */
export interface Invocation {
  /** Given options by name; a switch is `true`. Nothing is in here that the command does not declare. */
  readonly options: ReadonlyMap<string, string | true>;
  /** Empty for a command that takes none. */
  readonly argument: string;
  /** What follows it, for a command that takes more than one thing. */
  readonly more: readonly string[];
  readonly language: Language;
  /** Standard output carries JSON lines only. */
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** The one export of a verb's file that `main` calls; resolves to the exit code, rejects with a `CliError`. */
export interface CommandModule {
  run(invocation: Invocation): Promise<number>;
}

/** One thing to run: `words` follow the verb on the command line, none for the verb itself. */
export interface Command {
  readonly words: readonly string[];
  readonly purpose: Text;
  readonly options: OptionTable;
  /** The name of the one argument that the command takes; in brackets when it can do without. */
  readonly argument?: string;
  /** What else it takes: the name of one, and how many of them there may be. */
  readonly more?: { readonly name: string; readonly least: number; readonly most: number };
  readonly load: () => Promise<CommandModule>;
}

export interface Verb {
  readonly name: string;
  readonly purpose: Text;
  readonly commands: readonly Command[];
}

/** The options of all commands of the verb; an option has the same form in each, value or none. */
export function optionsOf(verb: Verb): OptionTable {
  return Object.fromEntries(verb.commands.flatMap(({ options }) => Object.entries(options)));
}
