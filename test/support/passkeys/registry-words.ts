import en from '../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };

const INVITEE = 'María José Ñúñez Brenes';

/** What the screens say, by what a test does with it: from the catalogues, which have tests of their own. */
function wordsOf(said: typeof es, own: { readonly state: string; readonly office: string }) {
  const about = (act: string): string =>
    said['act.about'].replace('{act}', act).replace('{name}', INVITEE);
  return {
    language: said['language.name'],
    vouched: said['vouching.chain'].slice(-40),
    people: said['frame.registry'],
    title: said['registry.title'],
    keyFile: said['key.file'],
    keyPhrase: said['key.passphrase'],
    openKey: said['key.act'],
    keyIsOpen: said['key.open'],
    review: said['invite.review'],
    missing: said['invite.missing'],
    name: said['invite.name'],
    titleEs: said['invite.titleEs'],
    titleEn: said['invite.titleEn'],
    office: said['vouching.office'],
    officeName: own.office,
    stateName: own.state,
    role: said['role.prosecutor'],
    sign: said['invite.sign.act'],
    kept: said['paper.kept'],
    own: said['step.proposed.own'],
    approve: said['approve.open'],
    approveTitle: said['approve.title'],
    approveOpen: about(said['approve.open']),
    proposed: said['step.proposed'],
    approved: said['step.approved'],
    typed: said['enrol.invitation.label'],
    check: said['enrol.invitation.act'],
    main: said['enrol.passkey.act'],
    spare: said['enrol.spare.act'],
    remake: said['enrol.claim.remake'],
    show: said['enrol.kit.show'],
    code: said['enrol.kit.label'],
    checkCode: said['enrol.kit.act'],
    ask: said['enrol.waiting.act'],
    done: said['enrol.enrolled.act'],
    enter: said['sign-in.act'],
    readAgain: said['registry.again'],
    certifyOpen: about(said['certify.open']),
    certify: said['certify.act'],
    digits: said['certify.digits'],
    digitsDiffer: said['problem.ceremony.refused.digits'],
    certifiedOwn: said['step.claimed.own'],
    certifiedByOther: said['step.claimed.second'],
    certifiedByTwo: said['step.certified'],
    active: said['people.active'],
    revokeOpen: about(said['revoke.open']),
    revoke: said['revoke.act'],
    locked: said['locked.title'],
    unlock: said['locked.act'],
    takenAway: said['rule.person-revoked'],
  } as const;
}

/** By language. */
export const WORDS = {
  es: wordsOf(es, { state: 'Fiscalía de Ejemplo', office: 'Registro' }),
  en: wordsOf(en, { state: 'Sample Prosecution Office', office: 'Registry' }),
};

export type Words = ReturnType<typeof wordsOf>;
