import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256, systemClock, toBase64Url } from '@enlace/kernel';
import { InventedAuthority, nodeTlogCrypto } from '@enlace/testing';
import { openCheckpoint, parseVkey } from '@enlace/tlog';

import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { openTimeStamp } from '../../../apps/cli/src/timestamp/open-token.js';
import { WAITING_SQL } from '../../support/log/witnessed-server.js';
import {
  CommandStage,
  enrolByCommand,
  foundByCommand,
} from '../../support/people/command-stage.js';
import { until } from '../../support/until.js';

const STORY_MS = 360_000;

describe('the time of the log, asked for by an auditor on the command line', () => {
  let stage: CommandStage;
  let authority: InventedAuthority;
  let tsa: Server;
  let asked = 0;

  beforeAll(async () => {
    authority = new InventedAuthority(systemClock.nowMs());
    tsa = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked += 1;
        response.setHeader('content-type', 'application/timestamp-reply');
        response.end(authority.answer(Buffer.concat(chunks)));
      });
    });
    await new Promise<void>((done) => void tsa.listen(0, '127.0.0.1', done));
    stage = await CommandStage.begin({ pinsAudit: true });
    await foundByCommand(stage);
    await enrolByCommand(stage, 'ines', 'auditor');
    writeFileSync(stage.at('root.pem'), authority.root.pem);
  }, STORY_MS);
  afterAll(async () => {
    await new Promise((done) => void tsa.close(done));
    await stage.close();
  });

  const audit = async () => {
    const logs = await stage.here.server.server.app.get(PublishedLogs).list();
    const found = logs.find(({ stream }) => stream === 'audit');
    if (found === undefined) throw new Error('no log of accesses');
    return found;
  };

  async function stamp(out: string) {
    const address = tsa.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const by = ['--tsa', `http://127.0.0.1:${port}/`, '--tsa-ca', stage.at('root.pem')];
    const home = ['--home', stage.at('ines')];
    return stage.enlace('audit', 'timestamp', ...by, '--out', stage.at(out), ...home);
  }

  /** The witness has seen what was recorded so far. */
  async function cosigned(): Promise<void> {
    const { server, witness } = stage.here;
    witness.witness.trustLogs([(await audit()).vkey]);
    await until(async () => {
      const [row] = await server.database.asAdmin(WAITING_SQL);
      return row?.['waiting'] === 0 && row['unsigned'] === 0;
    });
    await server.server.app.get(WitnessRounds).round('audit');
  }

  it(
    'is that of the newest checkpoint that witnesses cosigned, which is fetched in the session',
    async () => {
      expect(await stamp('early')).toMatchObject({
        code: expect.any(Number),
        lines: [{ code: 'timestamp.no-checkpoint' }],
      });
      expect(asked).toBe(0);
      await cosigned();
      const told = await stamp('checkpoint.txt');
      expect(told).toMatchObject({
        code: 0,
        lines: [{ event: 'timestamped', authority: 'CN=Invented stamps' }],
      });
      expect(asked).toBe(1);
      const { origin, vkey } = await audit();
      const note = readFileSync(stage.at('checkpoint.txt'));
      const { size, cosignatures } = openCheckpoint(nodeTlogCrypto, note, {
        origin,
        logKeys: [parseVkey(nodeTlogCrypto, vkey)],
        witnessKeys: [parseVkey(nodeTlogCrypto, stage.here.witness.vkey)],
      });
      expect(size).toBeGreaterThan(0);
      expect(cosignatures).toHaveLength(1);
      const token = readFileSync(stage.at('checkpoint.txt.tsr'));
      const authorities = [new X509Certificate(authority.root.pem)];
      const { atMs } = openTimeStamp(token, { file: note, nonce: null, authorities });
      expect(new Date(atMs).toISOString()).toBe(told.lines[0]?.['time']);
      const recorded = await stage.here.server.database.asAdmin(
        `SELECT e.object_id, cardinality(e.states) AS states, convert_from(s.body, 'UTF8')::jsonb AS what
           FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
          WHERE e.type = 'audit.timestamped'`,
      );
      const tokenHash = toBase64Url(sha256(token));
      expect(recorded).toMatchObject([
        { object_id: origin, states: 12, what: { size, tsaName: 'CN=Invented stamps', tokenHash } },
      ]);
    },
    STORY_MS,
  );
});
