import { ROUTE_EVENTS } from '@enlace/contracts';
import { systemClock, systemRandom } from '@enlace/kernel';
import { aNoteSigner } from '@enlace/testing';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { DataSource } from 'typeorm';

import { AppModule } from '../../apps/api/src/app.module.js';
import {
  Access,
  Audited,
  DECLARED,
  NotAudited,
  Public,
} from '../../apps/api/src/platform/access/declarations.js';
import {
  gatewayFaults,
  inventoryFaults,
  listDeclarations,
} from '../../apps/api/src/platform/access/inventory.js';
import { readConfig } from '../../apps/api/src/platform/config/config.js';
import { Database } from '../../apps/api/src/platform/database/database.js';
import { LogKeyFiles, LogSigners } from '../../apps/api/src/platform/sequencer/log-signer.js';
import { createLog } from '../../apps/api/src/platform/logging/log.js';
import { SocketDoor } from '../../apps/api/src/platform/realtime/socket-door.js';
import { EventWriter } from '../../apps/api/src/platform/tlog/event-writer.js';
import { EchoFeature } from '../support/echo.feature.js';

/**
 * Every handler that is not audited, with the reason that was reviewed. A new one is a decision, not a line of code.
 */
const REVIEWED_NOT_AUDITED = {
  'GET /api/openapi.json': 'the description of the interface: impersonal, the same for everybody',
  'GET /audit/integrity': 'the integrity page: impersonal, the same for everybody',
  'GET /audit/log/:year/checkpoint': 'checkpoints: impersonal, the same for everybody',
  'GET /audit/log/:year/checkpoint/:which': 'checkpoints: impersonal, the same for everybody',
  'GET /audit/log/:year/tile/*':
    'tiles: impersonal; entries: parts under a ticket whose act is recorded',
  'GET /audit/logs': 'the list of logs: impersonal, the same for everybody',
  'GET /audit/me/events': 'own: everything that was done in the name of the person who asks',
  'GET /audit/policy': 'the policy of witnesses: impersonal, for comparison with one’s own',
  'GET /breakglass': 'break-glass acts: impersonal, signed by States, the same for everybody',
  'GET /deployment': 'deployment: no personal data, the same for everybody',
  'GET /devices': 'the own devices, which every client replicates in the statements log',
  'GET /directory/cards': 'person cards: every client replicates them beside the statements log',
  'GET /directory/log/checkpoint': 'checkpoints: impersonal, the same for everybody',
  'GET /directory/log/checkpoint/:which': 'checkpoints: impersonal, the same for everybody',
  'GET /directory/log/tile/*':
    'tiles and entries of the statements log: every client replicates all of it',
  'GET /directory/statements': 'the statements log: every client replicates all of it',
  'GET /health/live': 'liveness: no personal data, no case data',
  'GET /health/ready': 'readiness: no personal data, no case data',
  'GET /problems/:code': 'problem pages: impersonal text, the same for everybody',
  'GET /sessions': 'own: the live sessions of the person who asks',
  'GET /devices/links/:id': 'an offer of keys, before a certificate that is recorded',
  'POST /devices/links':
    'a device that nobody knows offers its keys; the certificate that follows is recorded',
  'POST /devices/links/:id':
    'words between two devices of one person, beside a certificate that is recorded',
  'POST /devices/links/status': 'the device of an offer asks what was answered to it',
  'GET /threads/:id/attachments/:attachmentId/content':
    'parts of a download under a ticket: each leaves an event of its own behind',
  'HEAD /threads/:id/attachments/:attachmentId/content':
    'own: where an upload under a ticket stands, a number alone',
  'PUT /threads/:id/attachments/:attachmentId/content':
    'parts of an upload under a ticket: reserved and completed on record',
  'GET /threads/:id/entries/pages':
    'further pages of one read: parts under a ticket whose act is recorded',
  'GET /threads/heads': 'own: where the logs of the own threads end, numbers alone',
  'PUT /threads/:id/beacon': 'liveness: how far a device has read, in its own signed words',
  beacon: 'liveness: how far a device has read, in its own signed words',
  'entry.received':
    'liveness: how far a device has got; what of it was pushed is recorded in batches',
  signal: 'liveness: a sealed sign of life that is passed on and never stored',
  'POST /devices/options':
    'before a certificate: a number for passkeys, answered by an act that is recorded',
  'POST /people/invitations/claim/options':
    'before a claim: a number for its passkeys, the same for everybody',
  'POST /audit/log/:year/cosignatures':
    'cosignatures of witnesses: each would grow the log and so call for the next',
  'POST /audit/me/receipts':
    'own: an event for checking a receipt would give a receipt to check, for ever',
  'POST /directory/log/cosignatures':
    'cosignatures of witnesses: each would grow the log and so call for the next',
  'POST /people/invitations/claim/status': 'the device of a claim asks how far its own ceremony is',
  'POST /sessions/challenges': 'before a session: a sign-in challenge, the same for everybody',
  'POST /sessions/socket-tickets':
    'before a socket: the ticket is spent by a proof that is recorded',
  'POST /sessions/step-up/challenges':
    'before a step-up: a challenge, answered by an act that is recorded',
};

/** Every handler that is audited. */
const REVIEWED_AUDITED: readonly string[] = [
  'DELETE /people/invitations/:id',
  'DELETE /sessions',
  'DELETE /sessions/:id',
  'DELETE /sessions/current',
  'GET /cases',
  'GET /cases/:id',
  'GET /requests',
  'GET /requests/:id',
  'POST /requests',
  'POST /requests/:id/status',
  'PUT /requests/:id/reminder',
  'GET /threads/:id/blobs/:sha256',
  'GET /threads/:id/entries',
  'POST /cases',
  'POST /cases/:id/states',
  'DELETE /cases/:id/states/:stateCode',
  'POST /cases/:id/members',
  'DELETE /cases/:id/members/:memberId',
  'POST /cases/:id/report-up',
  'PATCH /cases/:id',
  'GET /cases/statistics',
  'POST /cases/:id/closing',
  'POST /cases/:id/reopening',
  'POST /cases/:id/hold',
  'DELETE /cases/:id/hold',
  'POST /threads',
  'GET /threads',
  'POST /threads/:id/consultations',
  'POST /threads/:id/attachments',
  'POST /threads/:id/attachments/:attachmentId/complete',
  'POST /threads/:id/attachments/:attachmentId/tickets',
  'POST /threads/:id/entries',
  'POST /threads/:id/exports',
  'PUT /threads/:id/blobs/:sha256',
  'GET /audit/events/:id',
  'GET /audit/events/:id/proof',
  'GET /audit/exports/:id/content',
  'GET /audit/manifests',
  'GET /audit/views/:view',
  'GET /directory/contacts',
  'GET /audit/alerts',
  'GET /directory/people/:id',
  'GET /people',
  'GET /people/invitations',
  'GET /vault',
  'GET /vault/items/:itemId',
  'POST /audit/alerts/:id/transitions',
  'POST /audit/client-events',
  'POST /audit/exports',
  'POST /audit/exports/:id/approval',
  'POST /audit/disclosures',
  'POST /audit/disclosures/:id/approval',
  'POST /audit/scopes',
  'POST /audit/scopes/:id/approval',
  'DELETE /audit/scopes/:id',
  'POST /audit/erasures',
  'POST /audit/erasures/:id/approval',
  'POST /audit/me/disputes',
  'POST /audit/mirrors',
  'POST /audit/searches',
  'POST /audit/timestamps',
  'POST /authorities/founding/invitations',
  'POST /authorities/founding/invitations/:id/approval',
  'POST /authorities/founding/invitations/:id/certificate',
  'POST /authorities/founding/releases',
  'POST /authorities/founding/statements',
  'POST /authorities/registrars/:id/revocation',
  'POST /authorities/statements',
  'POST /breakglass',
  'POST /breakglass/:nonce/review',
  'POST /declarations',
  'POST /devices',
  'POST /devices/:id/revocation',
  'POST /directory/cards/:card/erasure',
  'POST /directory/cards/:card/erasure/approval',
  'POST /directory/contacts',
  'POST /directory/contacts/:id/approval',
  'POST /directory/contacts/:id/confirmation',
  'POST /directory/contacts/:id/rejection',
  'POST /directory/institutions',
  'POST /directory/search',
  'POST /facts',
  'POST /offices',
  'POST /people/:id/certificate',
  'POST /people/:id/reentry-codes',
  'POST /people/:id/reentry-codes/approval',
  'POST /people/:id/revocation',
  'POST /people/:id/unfreeze',
  'POST /people/activation',
  'POST /releases',
  'POST /people/invitations',
  'POST /people/invitations/:id/approval',
  'POST /people/invitations/:id/certificate',
  'POST /people/invitations/claim',
  'POST /people/invitations/claim/device',
  'POST /people/me/freeze',
  'POST /sessions',
  'POST /sessions/recovery',
  'POST /sessions/step-up',
  'POST /witnesses/:name/tokens',
  'entry.append',
  'session.prove',
  'PUT /vault',
];

/** Every handler that nobody has to sign in for. */
const REVIEWED_PUBLIC: readonly string[] = [
  'GET /api/openapi.json',
  'GET /deployment',
  'GET /health/live',
  'GET /health/ready',
  'GET /problems/:code',
  'POST /audit/log/:year/cosignatures',
  'POST /authorities/founding/invitations',
  'POST /authorities/founding/invitations/:id/approval',
  'POST /authorities/founding/invitations/:id/certificate',
  'POST /authorities/founding/releases',
  'POST /authorities/founding/statements',
  'POST /devices/links',
  'POST /devices/links/status',
  'POST /directory/log/cosignatures',
  'POST /people/invitations/claim',
  'POST /people/invitations/claim/device',
  'POST /people/invitations/claim/options',
  'POST /people/invitations/claim/status',
  'POST /sessions',
  'POST /sessions/challenges',
  'POST /sessions/recovery',
];

/** Builds the modules as the server does; the database is never asked for a handler. */
async function takeStock(...features: readonly Type[]) {
  const database = new Database(new DataSource({ type: 'postgres' }), { random: systemRandom });
  const module = AppModule.on({
    config: readConfig({}, []),
    log: createLog('error'),
    foundation: {
      appUrl: 'postgres://nobody@localhost:1/none',
      backup: null,
      database,
      denials: database,
      watch: database,
      sequencer: database,
      auditor: database,
      delivery: database,
      writer: new EventWriter({ clock: systemClock, random: systemRandom, node: database.nodeId }),
      keys: {
        signers: new LogSigners(new LogKeyFiles('', systemRandom)),
        files: new LogKeyFiles('', systemRandom),
        logs: [],
        directory: aNoteSigner('directory.localhost'),
        receipts: aNoteSigner('receipts.localhost'),
      },
    },
    trustStore: null,
    clock: systemClock,
    rates: {},
    features,
  });
  const context = await NestFactory.createApplicationContext(module, { logger: false });
  const discovery = context.get(DiscoveryService);
  const declarations = listDeclarations(discovery);
  return {
    declarations,
    faults: [...inventoryFaults(declarations), ...gatewayFaults(discovery)],
    end: async () => context.close(),
  };
}

const AuditedAnyhow = (...types: readonly string[]) => SetMetadata(DECLARED.audited, types);

@Controller('planted')
class PlantedController {
  @Get('undeclared')
  undeclared(): void {}

  @Get('without-audit')
  @Public()
  withoutAudit(): void {}

  @Get('without-access')
  @NotAudited('a reason that is long enough to be read')
  withoutAccess(): void {}

  @Post('both')
  @Access('case.create')
  @Audited('case.created')
  @NotAudited('a reason that is long enough to be read')
  both(): void {}

  @Post('short-reason')
  @Public()
  @NotAudited('because')
  shortReason(): void {}

  @Post('unknown-event')
  @Access('case.create')
  @AuditedAnyhow('case.made-up')
  unknownEvent(): void {}

  @Post('sound')
  @Access('case.create')
  @Audited('case.created', 'case.listed')
  sound(): void {}
}

@SocketDoor()
class PlantedGateway {
  @SubscribeMessage('planted.undeclared')
  undeclared(): void {}
}

@WebSocketGateway()
class PlantedDeafGateway {}

@WebSocketGateway({ namespace: 'planted' })
class PlantedStrayGateway {}

@Module({
  controllers: [PlantedController],
  providers: [PlantedGateway, PlantedDeafGateway, PlantedStrayGateway],
})
class PlantedFeature {}

describe('the inventory of handlers', () => {
  it('has every route and event of the server, each with its access and its audit', async () => {
    const { declarations, faults, end } = await takeStock();
    await end();
    expect(faults).toEqual([]);
    expect(declarations.map(({ name }) => name)).toEqual(
      [...Object.keys(REVIEWED_NOT_AUDITED), ...REVIEWED_AUDITED].toSorted(),
    );
  });

  it('is what clients expect to find on record for their requests', async () => {
    const { declarations, end } = await takeStock();
    await end();
    const declared = new Map(declarations.map(({ name, audited }) => [name, audited]));
    for (const [name, types] of Object.entries(ROUTE_EVENTS)) {
      expect([name, types]).toEqual([name, declared.get(name)]);
    }
    // A socket event has no receipt that is asked about; a State that is being founded has no session.
    const comparable = REVIEWED_AUDITED.filter(
      (name) => name.includes(' /') && !name.includes('/founding/'),
    );
    expect(Object.keys(ROUTE_EVENTS).toSorted()).toEqual(comparable.toSorted());
  });

  it('knows the reviewed reason of everything that is not audited, and all that is public', async () => {
    const { declarations, end } = await takeStock();
    await end();
    const unaudited = declarations.filter(({ notAudited }) => notAudited !== null);
    expect(Object.fromEntries(unaudited.map(({ name, notAudited }) => [name, notAudited]))).toEqual(
      REVIEWED_NOT_AUDITED,
    );
    expect(
      declarations.filter(({ access }) => access === 'public').map(({ name }) => name),
    ).toEqual(REVIEWED_PUBLIC);
  });

  it('finds every planted handler that does not declare itself, and no sound one', async () => {
    const { faults, end } = await takeStock(PlantedFeature, EchoFeature);
    await end();
    expect(faults.map((fault) => fault.replace(/ declares | is a /, ': ')).toSorted()).toEqual([
      'PlantedController.both (POST /planted/both): both @Audited and @NotAudited',
      'PlantedController.shortReason (POST /planted/short-reason): a @NotAudited reason shorter than 20 characters',
      'PlantedController.undeclared (GET /planted/undeclared): neither @Access(action) nor @Public()',
      'PlantedController.undeclared (GET /planted/undeclared): neither @Audited(...types) nor @NotAudited(reason)',
      "PlantedController.unknownEvent (POST /planted/unknown-event): @Audited('case.made-up'), which is no audit event",
      'PlantedController.withoutAccess (GET /planted/without-access): neither @Access(action) nor @Public()',
      'PlantedController.withoutAudit (GET /planted/without-audit): neither @Audited(...types) nor @NotAudited(reason)',
      'PlantedDeafGateway: gateway without @SocketDoor(), or with options',
      'PlantedGateway.undeclared (planted.undeclared): neither @Access(action) nor @Public()',
      'PlantedGateway.undeclared (planted.undeclared): neither @Audited(...types) nor @NotAudited(reason)',
      'PlantedStrayGateway: gateway without @SocketDoor(), or with options',
    ]);
  });

  it('has the names of routes and events as clients use them', async () => {
    const { declarations, end } = await takeStock(EchoFeature);
    await end();
    expect(declarations).toContainEqual(
      expect.objectContaining({
        transport: 'http',
        name: 'POST /test/echo',
        handler: 'EchoController.echo',
        access: 'public',
        audited: [],
      }),
    );
    expect(declarations).toContainEqual(
      expect.objectContaining({ transport: 'socket', name: 'test.echo' }),
    );
  });
});
