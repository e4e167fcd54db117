import { isProblemCode } from '@enlace/contracts';
import { isDomainError, type DomainError } from '@enlace/kernel';
import { CliError } from './command-line/cli-error.js';
import { programHelp, usage, verbHelp } from './command-line/help.js';
import { languageOfLocale, type Language } from './command-line/language.js';
import { readPreferences, readRequest, VERBS } from './command-line/read-arguments.js';
import { writeLine, type Terminal } from './command-line/terminal.js';
import { isInThisBuild, type Verb } from './command-line/verb.js';
import { EXIT } from './exit-codes.js';
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
    const failure = error instanceof CliError ? error : unforeseen(error);
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
      inThisBuild: isInThisBuild(each),
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

/** What a library or the server refused, as the command line tells it; the code of the problem is kept. */
function refusalOf(error: DomainError): CliError {
  const problem = error.code;
  const facts = { ...error.facts, problem };
  if (problem === 'client.unreachable') {
    return new CliError('server.unreachable', {}, { cause: error });
  }
  if (isProblemCode(problem) || problem.startsWith('client.')) {
    return new CliError('server.answered', facts, { cause: error });
  }
  return new CliError('integrity.failed', facts, { cause: error, exitCode: EXIT.alert });
}

/** Failures of the machine (a folder that cannot be read, no process to be had), in its own words. */
function unforeseen(cause: unknown): CliError {
  if (isDomainError(cause)) return refusalOf(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CliError('io.failed', { reason }, { cause });
}
