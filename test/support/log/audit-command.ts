import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { main } from '../../../apps/cli/src/main.js';

export interface VerifyReport {
  readonly exit: number;
  readonly result: string;
  readonly logs: readonly {
    readonly origin: string;
    readonly size: number;
    readonly seen: number | null;
    readonly quorum: boolean;
    readonly witnesses: readonly { readonly name: string }[];
  }[];
  readonly problems: readonly {
    readonly code: string;
    readonly file: string;
    readonly index?: number;
    readonly lastIndex?: number;
    readonly detail: string;
  }[];
}

/** A folder of somebody who verifies: a policy, a token, and what was seen. */
export class Verifier {
  private constructor(
    readonly folder: string,
    private readonly fixed: readonly string[],
  ) {}

  static async with(policy: string, token: string): Promise<Verifier> {
    const folder = await mkdtemp(join(tmpdir(), 'enlace-verify-'));
    const files = { policy: join(folder, 'policy.txt'), token: join(folder, 'token') };
    await writeFile(files.policy, policy);
    await writeFile(files.token, `${token}\n`);
    return new Verifier(folder, ['--policy', files.policy, '--token-file', files.token]);
  }

  get stateFile(): string {
    return join(this.folder, 'seen.json');
  }

  /** `enlace audit verify`, as a script runs it. */
  async verify(
    url: string,
    ...more: readonly string[]
  ): Promise<{ exit: number; report: VerifyReport }> {
    const { exit, output } = await this.run(url, '--json', ...more);
    return { exit, report: JSON.parse(output) };
  }

  async run(url: string, ...more: readonly string[]): Promise<{ exit: number; output: string }> {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const terminal = { input: new PassThrough(), output, errors, environment: { LANG: 'en_US' } };
    const args = ['audit', 'verify', '--url', url, ...this.fixed, ...more];
    const exit = await main(args, terminal);
    return { exit, output: `${output.read() ?? ''}` };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
