import { AnswerMalformed, ServerProblem, ServerUnreachable } from '@enlace/client';
import { VaultNotOpened } from '@enlace/e2ee';
import { ChainRefused, VaultHeadRefused } from '@enlace/trust';
import { describe, expect, it } from '@jest/globals';

import { CliError } from './command-line/cli-error.js';
import { EXIT } from './exit-codes.js';
import { failureOf } from './failure.js';

const told = (error: unknown) => {
  const { code, exitCode, facts } = failureOf(error);
  return [code, exitCode, facts['problem'] ?? null];
};

describe('what ended a command', () => {
  it('is a refusal where the server answered so, whatever the code', () => {
    for (const problem of ['vault.head-refused', 'chain.refused', 'access.denied'] as const) {
      expect(told(new ServerProblem(problem))).toEqual([
        'server.answered',
        EXIT.cannotRun,
        problem,
      ]);
    }
    expect(told(new AnswerMalformed('vault'))).toContain('server.answered');
    expect(told(new ServerUnreachable('no answer'))).toContain('server.unreachable');
  });

  it('is an alarm where this program found out, though the server has the same code', () => {
    const alarm = (problem: string) => ['integrity.failed', EXIT.alert, problem];
    expect(told(new VaultHeadRefused('item'))).toEqual(alarm('vault.head-refused'));
    expect(told(new ChainRefused('device-revoked'))).toEqual(alarm('chain.refused'));
  });

  it('is no alarm where a secret opens nothing: somebody may have mistyped it', () => {
    expect(told(new VaultNotOpened('no wrap opens'))).toEqual([
      'vault.not-opened',
      EXIT.cannotRun,
      null,
    ]);
  });

  it('is itself where the command line refused, and of the machine where no code says more', () => {
    const own = new CliError('claim.over', { step: 'expired' });
    expect(failureOf(own)).toBe(own);
    expect(told(new Error('no such folder'))).toContain('io.failed');
  });
});
