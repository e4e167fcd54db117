import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { PROBLEMS } from '@enlace/contracts';
import { isDomainError, systemRandom, type JsonValue } from '@enlace/kernel';

import * as door from './index.js';
import { RETRY_DELAY_MS, retryDelayMs, serverProblem, UNKNOWN_PROBLEM } from './index.js';

describe('a refusal of the server', () => {
  it('becomes an error of its code and kind, with its facts and places', () => {
    const errors = [{ pointer: '/name', code: 'isString', detail: 'must be text' }];
    const problem = serverProblem({ code: 'rate.limited', facts: { limit: 30 }, errors });
    expect(isDomainError(problem, 'rate.limited')).toBe(true);
    expect(problem).toMatchObject({ kind: 'limit', facts: { limit: 30 }, errors });
  });

  it('is known for every code of the catalogue', () => {
    for (const code of Object.keys(PROBLEMS)) expect(serverProblem({ code }).code).toBe(code);
  });

  it('drops what has another type', () => {
    const problem = serverProblem({
      code: 'access.denied',
      facts: { ruleId: 'R-000', nested: { a: 1 } },
      errors: [1, { pointer: '/a' }],
    });
    expect(problem.facts).toEqual({ ruleId: 'R-000' });
    expect(problem.errors).toEqual([]);
  });

  it('is never worse than unknown, whatever the server sends', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(serverProblem(body as JsonValue).code).toBe(UNKNOWN_PROBLEM);
      }),
    );
    expect(serverProblem({ code: 'toString' }).code).toBe(UNKNOWN_PROBLEM);
  });
});

describe('the wait between two tries', () => {
  const highest = { bytes: (length: number) => new Uint8Array(length).fill(255) };

  it('doubles from one second and ends at thirty', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => retryDelayMs(attempt, highest));
    expect(bounds).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is spread over the whole range', () => {
    const waits = Array.from({ length: 500 }, () => retryDelayMs(9, systemRandom));
    expect(Math.min(...waits)).toBeLessThan(RETRY_DELAY_MS.longest / 10);
    expect(Math.max(...waits)).toBeGreaterThan(RETRY_DELAY_MS.longest * 0.9);
  });
});

it('the client library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'AnswerMalformed',
    'AuditExports',
    'AuditQuestions',
    'CeremonyRefused',
    'ClientStatements',
    'Consents',
    'DeviceApproval',
    'DeviceCounter',
    'DirectoryRefused',
    'DirectoryReplica',
    'EventProofs',
    'FOCAL_POINT_DUTY',
    'HttpTransport',
    'ITEM_LIST_LIMITS',
    'Information',
    'KeptReceipts',
    'LogHeads',
    'NOTHING_ASKED',
    'NO_SESSION_YET',
    'NewDeviceLink',
    'OriginMalformed',
    'REQUEST_RECORD',
    'RETRY_DELAY_MS',
    'ROUTE',
    'ReceiptChecks',
    'RecordAbsent',
    'RequestOpinions',
    'RequestRecords',
    'RequestSources',
    'RequestSteps',
    'RequestUnprotected',
    'RequestWaivers',
    'STAGE_ROLES',
    'SealedStore',
    'ServerProblem',
    'ServerUnreachable',
    'Session',
    'StoreDamaged',
    'TASKS',
    'ThreadRecord',
    'Threads',
    'UNKNOWN_PROBLEM',
    'UNLOCK_LIMITS',
    'UnconnectedSession',
    'Vault',
    'VaultIncomplete',
    'activatePerson',
    'addCaseMember',
    'addStateToCase',
    'approveContact',
    'approveHolding',
    'approveInvitation',
    'approveLife',
    'approveReentry',
    'askForHeads',
    'askForPasskeys',
    'askToSignIn',
    'askedIn',
    'auditTrustOf',
    'believedPolicy',
    'cancelInvitation',
    'carryInSession',
    'carryWhileFounding',
    'certifyPerson',
    'changeCase',
    'changeItems',
    'citedThreads',
    'claimDigits',
    'claimInvitation',
    'claimWithPasskeys',
    'closeCase',
    'completeNextCertificate',
    'completeOffice',
    'confirmContact',
    'confirmFact',
    'confirmedFactsOf',
    'contactsOf',
    'cookieFetch',
    'countCases',
    'createRequest',
    'custodyIn',
    'declarePurpose',
    'directoryOf',
    'draftFact',
    'draftNextCertificate',
    'draftOffice',
    'enrolClaimedDevice',
    'fetchVault',
    'findAsked',
    'findCustody',
    'focalPointsOf',
    'grantedBody',
    'halvesOf',
    'handInCertificate',
    'handInRegistrarRevocation',
    'handInRelease',
    'heldDrafts',
    'heldItems',
    'heldRequests',
    'isDraft',
    'isRefusalOfTheAct',
    'keepAsked',
    'keepBeginning',
    'leftIn',
    'limitTries',
    'listAlerts',
    'listAsked',
    'listCases',
    'listContactProposals',
    'listInvitations',
    'listOwnEvents',
    'listPeople',
    'listRequests',
    'makeVaultKeys',
    'moveAlert',
    'moveRequest',
    'newCaseId',
    'newItemId',
    'newRequestId',
    'openCase',
    'openCaseOnce',
    'openRootKey',
    'parseThreadBundle',
    'passkeySalts',
    'personItems',
    'platformProofKey',
    'pollClaim',
    'previewOf',
    'proposeContact',
    'proposeInvitation',
    'proposeReentry',
    'reachContact',
    'readAsking',
    'readChallenge',
    'readIntegrity',
    'readLifeApproval',
    'readLosses',
    'readOpenInvitation',
    'readPersonCards',
    'readPersonItems',
    'recordSeal',
    'recordTransfer',
    'recordedVaultCounter',
    'recoverByCode',
    'rejectContact',
    'remindOfRequest',
    'remindedRequests',
    'removeCaseMember',
    'removeStateFromCase',
    'reopenCase',
    'reportCase',
    'requestIdIn',
    'requestIn',
    'retryDelayMs',
    'revokeDeviceOf',
    'revokeOwnDevice',
    'revokePerson',
    'serverProblem',
    'setCaseHold',
    'settleBeginning',
    'showCase',
    'showRequest',
    'signClaim',
    'signClaimedDevice',
    'signIn',
    'signInWithPasskey',
    'signStated',
    'socketDial',
    'softwarePresence',
    'softwareProofKey',
    'submitStatement',
    'takeExport',
    'toldIn',
    'unfreezePerson',
    'vaultSignKeys',
    'verifyOwnChain',
    'verifyThreadBundle',
    'wireRequest',
  ]);
});
