import type { AuditScope, Role, StateCode } from '@enlace/contracts';
import type { Office } from '@enlace/trust';

/** What a persona is certified as. */
interface Certified {
  readonly roles: readonly Role[];
  readonly auditScope?: AuditScope;
  readonly office: Office['kind'];
}

/** A fictional person of the demo and of all tests. */
export interface Persona extends Certified {
  readonly slug: string;
  readonly name: string;
  readonly state: StateCode;
}

/** Authorities and their two registrars. Every name is invented. */
export const AUTHORITIES = [
  authority('CR', 'Fiscalía de Ejemplo, Costa Rica', ['Ana Castro Lobo', 'Mario Solano Paz']),
  authority('PA', 'Procuraduría de Ejemplo, Panamá', ['Elsa Batista Mora', 'Julio Cedeño Ríos']),
  authority('GT', 'Fiscalía de Ejemplo, Guatemala', ['Marta Ixcot Paz', 'Byron Salazar Cú']),
  authority('MX', 'Fiscalía Federal de Ejemplo, México', [
    'Sofía Marín Lugo',
    'Héctor Ochoa Vidal',
  ]),
  authority('US', 'Sample Prosecution Office, United States', ['Grace Hollis', 'Peter Lanning']),
  authority('XR', 'Secretaría Regional de Ejemplo', ['Clara Montes Irías', 'Noel Bautista Cruz']),
];

export const PERSONAS: readonly Persona[] = [
  persona('cr-rosa', 'Rosa Alpízar Mena', { office: 'specialised', roles: ['prosecutor'] }),
  persona('cr-esteban', 'Esteban Quirós Vela', { office: 'liaison', roles: ['liaison'] }),
  persona('cr-lucia', 'Lucía Herrera Soto', {
    office: 'cooperation',
    roles: ['cooperation-officer'],
  }),
  persona('cr-ines', 'Inés Rojas Fonseca', auditor('national')),
  persona('cr-daniel', 'Daniel Umaña Coto', chancellery()),
  persona('pa-omar', 'Omar Pinzón Arce', { office: 'liaison', roles: ['prosecutor', 'liaison'] }),
  persona('pa-yara', 'Yara Luna Barría', {
    office: 'central-authority',
    roles: ['central-authority'],
  }),
  persona('pa-nelva', 'Nelva Sosa Guerra', auditor('national')),
  persona('pa-hugo', 'Hugo Vega Tuñón', chancellery()),
  persona('gt-delia', 'Delia Tzoc Morán', { office: 'specialised', roles: ['prosecutor'] }),
  persona('gt-rene', 'René Ajú Solís', { office: 'liaison', roles: ['liaison'] }),
  persona('gt-aura', 'Aura Monzón Reyes', auditor('national')),
  persona('mx-ximena', 'Ximena Duarte León', { office: 'specialised', roles: ['prosecutor'] }),
  persona('mx-raul', 'Raúl Cota Ibarra', { office: 'liaison', roles: ['liaison'] }),
  persona('mx-olga', 'Olga Neri Campos', {
    office: 'cooperation',
    roles: ['cooperation-officer', 'central-authority'],
  }),
  persona('mx-ivan', 'Iván Luna Prado', auditor('national')),
  persona('us-dana', 'Dana Whitlock', { office: 'specialised', roles: ['prosecutor'] }),
  persona('us-marcus', 'Marcus Teller', {
    office: 'central-authority',
    roles: ['central-authority'],
  }),
  persona('us-joan', 'Joan Pruitt', auditor('national')),
  persona('xr-alma', 'Alma Peralta Gil', { office: 'registry', roles: ['secretariat'] }),
  persona('xr-saul', 'Saúl Ferrer Ponce', auditor('regional')),
  persona('xr-tania', 'Tania Robles Iriarte', { office: 'registry', roles: ['platform-operator'] }),
];

/** The persona of a slug. */
export function personaOf(slug: string): Persona {
  const found = PERSONAS.find((each) => each.slug === slug);
  if (found === undefined) throw new RangeError('no such persona');
  return found;
}

/** Where the regional offices of the personas stand (ISO 3166-2). */
export const LIAISON_REGIONS: Readonly<Partial<Record<StateCode, string>>> = {
  CR: 'CR-G',
  PA: 'PA-5',
  GT: 'GT-12',
  MX: 'MX-CHP',
};

function authority(state: StateCode, name: string, registrars: readonly [string, string]) {
  return { state, name, registrars } as const;
}

function auditor(auditScope: AuditScope): Certified {
  return { office: 'audit', roles: ['auditor'], auditScope };
}

function chancellery(): Certified {
  return { office: 'chancellery', roles: ['chancellery-approver'] };
}

function persona(slug: string, name: string, certified: Certified): Persona {
  const found = AUTHORITIES.find(({ state }) => state.toLowerCase() === slug.slice(0, 2));
  if (found === undefined) throw new RangeError('a persona belongs to an authority');
  return { slug, name, state: found.state, ...certified };
}
