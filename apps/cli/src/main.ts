import type { CliError } from './command-line/cli-error.js';
import { programHelp, usage, verbHelp } from './command-line/help.js';
import { languageOfLocale, type Language } from './command-line/language.js';
import { readPreferences, readRequest, VERBS } from './command-line/read-arguments.js';
import { writeLine, type Terminal } from './command-line/terminal.js';
import type { Verb } from './command-line/verb.js';
import { EXIT } from './exit-codes.js';
import { failureOf } from './failure.js';
import { version } from './version.js';

/**
 * Runs one command line to its end and resolves to its exit code; never rejects. With `--json`, `terminal.output`
 * gets JSON lines only, errors among them; without it, errors go to `terminal.errors` alone.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, language: asked } = readPreferences(args);
  const language = asked ?? languageOfLocale(terminal.environment);
  const say = (text: string, object: object) =>
    writeLine(terminal.output, json ? JSON.stringify(object) : text);
  try {
    const request = readRequest(args);
    switch (request.kind) {
      case 'version':
        say(version(), { version: version() });
        return EXIT.done;
      case 'help':
        say(helpText(request.verb, language), helpObject(request.verb, language));
        return EXIT.done;
      case 'run': {
        const command = await request.load();
        return await command.run({ ...request, language, json, terminal });
      }
    }
  } catch (error) {
    const failure = failureOf(error);
    const report = json ? reportAsJson : reportAsText;
    report(failure, { args, language, terminal });
    return failure.exitCode;
  }
}

function helpText(verb: Verb | null, language: Language): string {
  return verb === null ? programHelp(language) : verbHelp(verb, language);
}

/** The verbs for a script: what there is, and what this build can run. */
function helpObject(verb: Verb | null, language: Language): object {
  return {
    verbs: (verb === null ? VERBS : [verb]).map((each) => ({
      verb: each.name,
      purpose: each.purpose[language],
      commands: each.commands.map(({ words, options, load }) => ({
        words,
        options: Object.keys(options),
        inThisBuild: load !== null,
      })),
    })),
  };
}

interface Audience {
  readonly args: readonly string[];
  readonly language: Language;
  readonly terminal: Terminal;
}

/** One object, one line: `code` is stable, `message` is for people. */
function reportAsJson(error: CliError, { language, terminal }: Audience): void {
  const { code, facts, reasons } = error;
  const line = { event: 'error', code, message: error.text(language), facts };
  writeLine(terminal.output, JSON.stringify(reasons.length === 0 ? line : { ...line, reasons }));
}

function reportAsText(error: CliError, { args, language, terminal }: Audience): void {
  writeLine(terminal.errors, `enlace: ${error.text(language)}`);
  if (error.isUsage) {
    const verb = VERBS.find(({ name }) => args.includes(name)) ?? null;
    writeLine(terminal.errors, usage(verb, language));
  }
}
