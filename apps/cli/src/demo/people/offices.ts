import type { OfficeContent } from '@enlace/client';
import type { Office } from '@enlace/trust';

import type { Text } from '../../command-line/language.js';
import type { DemoAuthority } from './cast.js';

/** What an office says of itself; its parent is known once that has an id. */
export type PlannedOffice = Omit<OfficeContent, 'parent' | 'officeId'>;

const NAMES: Readonly<Record<Exclude<Office['kind'], 'liaison'>, Text>> = {
  specialised: {
    es: 'Fiscalía Especializada contra el Tráfico Ilícito de Migrantes',
    en: 'Specialised Prosecution Office against Migrant Smuggling',
  },
  cooperation: { es: 'Unidad de Cooperación Internacional', en: 'International Cooperation Unit' },
  'central-authority': { es: 'Autoridad Central', en: 'Central Authority' },
  registry: { es: 'Registro', en: 'Registry' },
  chancellery: { es: 'Cancillería', en: 'Foreign Ministry' },
  audit: { es: 'Auditoría', en: 'Audit Office' },
};

/** What the regional body has: it prosecutes nobody (it certifies no prosecutor either). */
const REGIONAL_KINDS = ['registry', 'audit'] as const;
const NATIONAL_KINDS = [
  'specialised',
  'cooperation',
  'central-authority',
  'registry',
  'chancellery',
  'audit',
] as const;

/** The offices of an authority, one of a kind; the specialised one, above the regional one, comes first. */
export function officesOf({ state, zone, liaison }: DemoAuthority): readonly PlannedOffice[] {
  const kinds = state === 'XR' ? REGIONAL_KINDS : NATIONAL_KINDS;
  const common = { zone, closed: false } as const;
  const national = kinds.map((kind) => ({
    ...common,
    kind,
    names: { ...NAMES[kind] },
    regions: [],
    duties: kind === 'specialised' ? ['focal-point-smuggling'] : [],
  }));
  if (liaison === null) return national;
  const { place, region } = liaison;
  const names = {
    es: `Enlace regional de ${place}`,
    en: `Regional liaison office, ${place}`,
  };
  const regional = { ...common, names, regions: [region], duties: ['borders'] };
  return [...national, { ...regional, kind: 'liaison' }];
}
