import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { rememberTables, WAITING_SQL } from '../../support/log/witnessed-server.js';
import { aRegistrar } from '../../support/people/callers.js';
import { CommandStage, foundByCommand, type Told } from '../../support/people/command-stage.js';
import { until } from '../../support/until.js';

const STORY_MS = 240_000;

describe('a log that lost entries, on the command line', () => {
  let stage: CommandStage;
  let origin: string;

  beforeAll(async () => {
    stage = await CommandStage.begin({ pinsAudit: true });
    await foundByCommand(stage);
    origin = (await logs())[0]?.origin ?? '';
  }, STORY_MS);
  afterAll(async () => stage.close());

  const logs = async () => {
    const all = await stage.here.server.server.app.get(PublishedLogs).list();
    return all.filter(({ stream }) => stream === 'audit');
  };
  const settled = async () =>
    until(async () => {
      const [row] = await stage.here.server.database.asAdmin(WAITING_SQL);
      return row?.['waiting'] === 0 && row['unsigned'] === 0;
    });
  const signIn = async () => stage.enlace('device', 'sign-in', '--home', stage.at('registrar-1'));
  const draft = async (out: string) => {
    const asked = ['--checkpoint', stage.at('head'), '--reason', 'The disk was restored'];
    const at = ['--out', stage.at(out), '--home', stage.at('registrar-1')];
    return stage.enlace('audit', 'continue-log', ...asked, ...at);
  };
  const sign = async (number: 1 | 2, from: string, to: string) => {
    const files = ['--in', stage.at(from), '--out', stage.at(to), '--yes'];
    const key = ['--key', stage.at(`registrar-${number}.key`)];
    return stage.enlace('authority', 'breakglass', ...files, ...key);
  };
  const handIn = async (act: string) =>
    stage.registrar(1, 'audit', 'continue-log', '--act', stage.at(act));
  const only = ({ lines }: Told) => lines[0] ?? {};

  async function verify(): Promise<Told> {
    const { server, witness } = stage.here;
    const registrar = await aRegistrar(server.database, 'CR', 1);
    const act = registrar.act('witness.issue-token', witness.name, 'witness.token-issued');
    const { token } = await server.server.app.get(IssuedTokens).issue(act, witness.name);
    writeFileSync(stage.at('token'), `${token}\n`);
    const [first] = await logs();
    const named = [first?.vkey, JSON.parse(stage.here.trustStore).directory.vkey];
    const lines = named.map((vkey) => `log ${vkey}\n`).join('');
    const cosigned = `witness w0 ${witness.vkey}\nquorum w0\n`;
    writeFileSync(stage.at('policy.txt'), `${lines}${cosigned}`);
    const files = ['--policy', stage.at('policy.txt'), '--trust', stage.at('trust-store.json')];
    const by = ['--token-file', stage.at('token')];
    return stage.enlace('audit', 'verify', '--url', stage.url, ...files, ...by);
  }

  it(
    'goes on by the file of a node and what the State signed, and names what is gone',
    async () => {
      await signIn();
      await settled();
      const setBack = await rememberTables(stage.here.server);
      const left = (await logs())[0]?.size ?? 0;
      await signIn();
      await signIn();
      const head = `${origin.replaceAll('/', '_')}.checkpoint`;
      const keepHead = () => {
        copyFileSync(join(stage.here.dataDir, 'log-heads', head), stage.at('head'));
      };
      keepHead();
      expect(only(await draft('early'))).toMatchObject({ code: 'log.not-halted' });
      // What is lost is everything that the node has signed: nothing may be signed after its head was kept.
      await settled();
      const held = (await logs())[0]?.size ?? 0;
      expect(held).toBeGreaterThan(left);
      keepHead();

      await setBack();
      await signIn();
      await until(async () => (await logs())[0]?.state === 'halted');
      const drafted = await draft('draft');
      const lost = { from: left, to: held - 1, origin, next: `${origin}-2` };
      expect(drafted).toMatchObject({ code: 0, lines: [{ event: 'drafted', ...lost }] });

      // One registrar does not speak for a State.
      expect((await sign(1, 'draft', 'half')).code).toBe(0);
      expect(Object(only(await handIn('half'))['facts']).problem).toBe('statement.refused');
      expect((await logs()).map(({ state }) => state)).toEqual(['halted']);

      expect((await sign(2, 'half', 'act')).code).toBe(0);
      const continued = await handIn('act');
      expect(continued).toMatchObject({
        code: 0,
        lines: [{ event: 'continued', next: `${origin}-2` }],
      });
      const { code, lines } = await verify();
      expect(code).toBe(6);
      const problems: unknown = lines[0]?.['problems'];
      expect(problems).toContainEqual({
        code: 'log.continued-after-loss',
        file: `${origin}-2`,
        detail: `${origin} ${left}-${held - 1} (CR: The disk was restored)`,
      });
      expect((await signIn()).code).toBe(0);
    },
    STORY_MS,
  );
});
