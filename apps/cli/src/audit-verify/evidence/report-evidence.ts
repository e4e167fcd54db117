import { cryptoReady } from '@enlace/trust';
import { requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { evidencePage } from './evidence-page.js';
import { evidenceExit, evidenceObject, evidenceText } from './evidence-report.js';
import { verifyFile } from './verify-evidence.js';

/**
 * `enlace audit report BUNDLE --policy FILE [--trust FILE] --out FILE`: verifies a bundle and writes what was proven as
 * a page for people. The exit is that of the verification, which stands at the top of the page.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options, terminal, json, language } = invocation;
  const path = requireText(options, 'out');
  assertAbsent([path]);
  const report = verifyFile(argument, options);
  writeNewFiles([{ path, text: evidencePage(report, language), isSecret: true }]);
  terminal.output.write(
    json ? `${JSON.stringify(evidenceObject(report))}\n` : evidenceText(report, language),
  );
  return evidenceExit(report);
}
