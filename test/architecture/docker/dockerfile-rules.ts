import { DockerfileParser, type Dockerfile, type From, type Instruction } from 'dockerfile-ast';

import { readJson } from '../house.js';

/** Says of a Dockerfile whether the rule holds. */
type Rule = (dockerfile: Dockerfile) => boolean;

/** Major, minor and patch: a tag that cannot move to another release. */
export const EXACT_VERSION = /(?:^|[^\d.])\d+\.\d+\.\d+(?:[^\d.]|$)/u;

/** Names of settings whose value is a secret. */
export const SECRET_NAME =
  /PASSW|SECRET|TOKEN|(?:^|_)KEY$|CREDENTIAL|(?:DATABASE|MIGRATION|BUS)_URL/iu;

/** All that follows the keyword, flags included. */
const argumentsOf = (instruction: Instruction): string =>
  instruction.getTextContent().slice(instruction.getKeyword().length).trim();

const all = (dockerfile: Dockerfile, keyword: string): readonly Instruction[] =>
  dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);

const lineOf = (instruction: Instruction | undefined): number =>
  instruction?.getRange()?.start.line ?? 0;

/** The instructions of the stage that becomes the image. */
function lastStage(dockerfile: Dockerfile, keyword: string): readonly Instruction[] {
  const start = lineOf(dockerfile.getFROMs().at(-1));
  return all(dockerfile, keyword).filter((instruction) => lineOf(instruction) > start);
}

/** Base images; stages that build on an earlier stage are none. */
function baseImages(dockerfile: Dockerfile): readonly From[] {
  const stages = dockerfile.getFROMs().map((from) => from.getBuildStage());
  return dockerfile.getFROMs().filter((from) => !stages.includes(from.getImage()));
}

const pinnedNode = (): string =>
  readJson<{ devDependencies: { node: string } }>('package.json').devDependencies.node;

const isExecForm = (instruction: Instruction): boolean =>
  /(?:^|\s)\[\s*"[^\]]+\]$/u.test(argumentsOf(instruction).trim());

export const DOCKERFILE_RULES: Readonly<Record<string, Rule>> = {
  'every base image has an exact version': (dockerfile) =>
    baseImages(dockerfile).every((from) => EXACT_VERSION.test(`:${from.getImageTag() ?? ''}`)),

  'every stage runs the pinned Node': (dockerfile) =>
    baseImages(dockerfile).every(
      (from) =>
        from.getImageName() === 'node' &&
        from.getImageTag()?.startsWith(`${pinnedNode()}-`) === true,
    ),

  'the image runs as a numbered user that is not root': (dockerfile) =>
    /^[1-9]\d*:[1-9]\d*$/u.test(argumentsOfLast(lastStage(dockerfile, 'USER'))),

  'the image checks its own health without a shell or curl': (dockerfile) => {
    const checks = lastStage(dockerfile, 'HEALTHCHECK');
    return (
      checks.length === 1 && checks.every((check) => /CMD \["node", /u.test(argumentsOf(check)))
    );
  },

  'the program is the first process and gets the signals': (dockerfile) => {
    const commands = [...lastStage(dockerfile, 'CMD'), ...lastStage(dockerfile, 'ENTRYPOINT')];
    return commands.length === 1 && commands.every(isExecForm);
  },

  'packages come from the lock file and run no script': (dockerfile) =>
    all(dockerfile, 'RUN')
      .flatMap((run) => argumentsOf(run).split(/&&|;|\|/u))
      .filter((command) => /^\s*(?:npm (?:i|ci|install)|npx|yarn|pnpm)\b/u.test(command))
      .every((command) => /npm ci .*--ignore-scripts/u.test(command)),

  'the image has no development dependency': (dockerfile) => {
    const sources = lastStage(dockerfile, 'COPY').filter((copy) =>
      argumentsOf(copy).includes('node_modules'),
    );
    return (
      sources.length === 1 &&
      sources.every((copy) => argumentsOf(copy).includes('--from=dependencies ')) &&
      /npm ci --omit=dev /u.test(runsOfStage(dockerfile, 'dependencies'))
    );
  },

  'the image takes nothing but what the stages made': (dockerfile) =>
    all(dockerfile, 'ADD').length === 0 &&
    lastStage(dockerfile, 'COPY').every((copy) => argumentsOf(copy).startsWith('--from=')),

  'no secret is in the environment or an argument': (dockerfile) =>
    [...all(dockerfile, 'ENV'), ...all(dockerfile, 'ARG')].every(
      (instruction) => !SECRET_NAME.test(argumentsOf(instruction)),
    ),
};

/** The names of the rules that the Dockerfile breaks. */
export function brokenDockerfileRules(text: string): readonly string[] {
  const dockerfile = DockerfileParser.parse(text);
  return Object.entries(DOCKERFILE_RULES).flatMap(([name, holds]) =>
    holds(dockerfile) ? [] : [name],
  );
}

function argumentsOfLast(instructions: readonly Instruction[]): string {
  const last = instructions.at(-1);
  return last === undefined ? '' : argumentsOf(last);
}

function runsOfStage(dockerfile: Dockerfile, stage: string): string {
  const froms = dockerfile.getFROMs();
  const index = froms.findIndex((from) => from.getBuildStage() === stage);
  const start = lineOf(froms[index]);
  const end = index + 1 < froms.length ? lineOf(froms[index + 1]) : Infinity;
  return all(dockerfile, 'RUN')
    .filter((run) => lineOf(run) > start && lineOf(run) < end)
    .map(argumentsOf)
    .join('\n');
}
