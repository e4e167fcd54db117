import { changeCase } from '@enlace/client';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { findText, readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withSessionHome } from '../home/session-home.js';
import { tellCase } from './tell-case.js';

/** `enlace case change`: other codes for what begins in the case from now on; threads keep theirs. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options } = invocation;
  const caseId = readArgumentId<CaseId>(argument, 'CASE');
  const caseType = findText(options, 'type');
  const legalBasis = findText(options, 'legal-basis');
  if (caseType === null && legalBasis === null) {
    throw new CliError('usage.missing-option', { option: '--type, --legal-basis' });
  }
  const codes = {
    ...(caseType === null ? {} : { caseType }),
    ...(legalBasis === null ? {} : { legalBasis }),
  };
  return withSessionHome(invocation, async (_home, session) => {
    tellCase(invocation, 'case-changed', await changeCase(session, caseId, codes));
    return EXIT.done;
  });
}
