import type { AuditScope, Role, StateCode } from '@enlace/contracts';
import type { Office } from '@enlace/trust';

import type { Text } from '../../command-line/language.js';

type OfficeKind = Office['kind'];

/** Somebody of the demo. Every name is invented. */
export interface Player {
  /** Name of the folder, and of the person in commands. */
  readonly slug: string;
  readonly name: string;
  readonly title: Text;
}

/** A person who is certified by the two registrars of the authority. */
export interface Persona extends Player {
  readonly state: StateCode;
  readonly office: OfficeKind;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
}

/** A State, or the regional body, with those who vouch for its people. */
export interface DemoAuthority {
  readonly state: StateCode;
  readonly names: Text;
  readonly zone: string;
  readonly registrars: readonly [Player, Player];
  /** Place and region (ISO 3166-2) of the regional office, where there is one. */
  readonly liaison: { readonly place: string; readonly region: string } | null;
}

const text = (es: string, en: string): Text => ({ es, en });

const REGISTRAR_HER = text('Registradora', 'Registrar');
const REGISTRAR_HIM = text('Registrador', 'Registrar');
const her = (slug: string, name: string): Player => ({ slug, name, title: REGISTRAR_HER });
const him = (slug: string, name: string): Player => ({ slug, name, title: REGISTRAR_HIM });

export const AUTHORITIES: readonly DemoAuthority[] = [
  {
    state: 'CR',
    names: text('Fiscalía de Ejemplo, Costa Rica', 'Sample Prosecution Office, Costa Rica'),
    zone: 'America/Costa_Rica',
    registrars: [her('cr-ana', 'Ana Castro Lobo'), him('cr-mario', 'Mario Solano Paz')],
    liaison: { place: 'La Cruz', region: 'CR-G' },
  },
  {
    state: 'PA',
    names: text('Procuraduría de Ejemplo, Panamá', 'Sample Prosecution Office, Panama'),
    zone: 'America/Panama',
    registrars: [her('pa-elsa', 'Elsa Batista Mora'), him('pa-julio', 'Julio Cedeño Ríos')],
    liaison: { place: 'Metetí', region: 'PA-5' },
  },
  {
    state: 'GT',
    names: text('Fiscalía de Ejemplo, Guatemala', 'Sample Prosecution Office, Guatemala'),
    zone: 'America/Guatemala',
    registrars: [her('gt-marta', 'Marta Ixcot Paz'), him('gt-byron', 'Byron Salazar Cú')],
    liaison: { place: 'Tecún Umán', region: 'GT-12' },
  },
  {
    state: 'MX',
    names: text('Fiscalía Federal de Ejemplo, México', 'Sample Federal Prosecution Office, Mexico'),
    zone: 'America/Mexico_City',
    registrars: [her('mx-sofia', 'Sofía Marín Lugo'), him('mx-hector', 'Héctor Ochoa Vidal')],
    liaison: { place: 'Tapachula', region: 'MX-CHP' },
  },
  {
    state: 'US',
    names: text('Fiscalía de Ejemplo, Estados Unidos', 'Sample Prosecution Office, United States'),
    zone: 'America/New_York',
    registrars: [her('us-grace', 'Grace Hollis'), him('us-peter', 'Peter Lanning')],
    liaison: null,
  },
  {
    state: 'XR',
    names: text('Secretaría Regional de Ejemplo', 'Sample Regional Secretariat'),
    zone: 'America/Costa_Rica',
    registrars: [her('xr-clara', 'Clara Montes Irías'), him('xr-noel', 'Noel Bautista Cruz')],
    liaison: null,
  },
];

/** The title of a person, and what it is certified as. */
type Post = Pick<Persona, 'title' | 'office' | 'roles' | 'auditScope'>;

function post(title: Text, office: OfficeKind, ...roles: readonly Role[]): Post {
  return { title, office, roles, auditScope: null };
}

function auditor(title: Text, auditScope: AuditScope): Post {
  return { title, office: 'audit', roles: ['auditor'], auditScope };
}

const PROSECUTOR = text('Fiscal especializada', 'Specialised prosecutor');
const PROSECUTION = post(PROSECUTOR, 'specialised', 'prosecutor');
const LIAISON = post(text('Fiscal de enlace', 'Liaison prosecutor'), 'liaison', 'liaison');
const CENTRAL = text('Autoridad central', 'Central authority official');
const CHANCELLERY = post(
  text('Aprobador de Cancillería', 'Foreign Ministry approver'),
  'chancellery',
  'chancellery-approver',
);
const AUDITOR_HER = auditor(text('Auditora nacional', 'National auditor'), 'national');
const AUDITOR_HIM = auditor(text('Auditor nacional', 'National auditor'), 'national');

export const PERSONAS: readonly Persona[] = [
  persona('cr-rosa', 'Rosa Alpízar Mena', PROSECUTION),
  persona('cr-esteban', 'Esteban Quirós Vela', LIAISON),
  persona(
    'cr-lucia',
    'Lucía Herrera Soto',
    post(
      text('Oficial de cooperación', 'Cooperation officer'),
      'cooperation',
      'cooperation-officer',
    ),
  ),
  persona('cr-ines', 'Inés Rojas Fonseca', AUDITOR_HER),
  persona('cr-daniel', 'Daniel Umaña Coto', CHANCELLERY),
  persona(
    'pa-omar',
    'Omar Pinzón Arce',
    post(
      text('Fiscal especializado y de enlace', 'Specialised and liaison prosecutor'),
      'liaison',
      'prosecutor',
      'liaison',
    ),
  ),
  persona('pa-yara', 'Yara Luna Barría', post(CENTRAL, 'central-authority', 'central-authority')),
  persona('pa-nelva', 'Nelva Sosa Guerra', AUDITOR_HER),
  persona('pa-hugo', 'Hugo Vega Tuñón', CHANCELLERY),
  persona('gt-delia', 'Delia Tzoc Morán', PROSECUTION),
  persona('gt-rene', 'René Ajú Solís', LIAISON),
  persona('gt-aura', 'Aura Monzón Reyes', AUDITOR_HER),
  persona('mx-ximena', 'Ximena Duarte León', PROSECUTION),
  persona('mx-raul', 'Raúl Cota Ibarra', LIAISON),
  persona(
    'mx-olga',
    'Olga Neri Campos',
    post(
      text(
        'Oficial de cooperación y autoridad central',
        'Cooperation officer and central authority',
      ),
      'cooperation',
      'cooperation-officer',
      'central-authority',
    ),
  ),
  persona('mx-ivan', 'Iván Luna Prado', AUDITOR_HIM),
  persona('us-dana', 'Dana Whitlock', PROSECUTION),
  persona('us-marcus', 'Marcus Teller', post(CENTRAL, 'central-authority', 'central-authority')),
  persona('us-joan', 'Joan Pruitt', AUDITOR_HER),
  persona(
    'xr-alma',
    'Alma Peralta Gil',
    post(text('Secretaría regional', 'Regional secretariat'), 'registry', 'secretariat'),
  ),
  persona(
    'xr-saul',
    'Saúl Ferrer Ponce',
    auditor(text('Auditor regional', 'Regional auditor'), 'regional'),
  ),
  persona(
    'xr-tania',
    'Tania Robles Iriarte',
    post(text('Operadora de la plataforma', 'Platform operator'), 'registry', 'platform-operator'),
  ),
];

/** The people whom the registrars of an authority certify. */
export function peopleOf({ state }: DemoAuthority): readonly Persona[] {
  return PERSONAS.filter((each) => each.state === state);
}

function persona(slug: string, name: string, certified: Post): Persona {
  const found = AUTHORITIES.find(({ state }) => state.toLowerCase() === slug.slice(0, 2));
  if (found === undefined) throw new RangeError('a persona belongs to an authority');
  return { slug, name, state: found.state, ...certified };
}
