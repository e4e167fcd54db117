import type { Handling } from '@enlace/contracts';

/** Who works on the case of the demo, by slug: two talk, and a third is invited. */
export const CASE_CAST = {
  steward: 'cr-esteban',
  member: 'pa-omar',
  invited: 'mx-raul',
} as const;

/** What the case and its thread are opened with. */
export const CASE_CODES = {
  caseType: 'migrant-smuggling',
  legalBasis: 'UNTOC-18',
  states: ['PA', 'MX'],
} as const;
export const THREAD_TITLE = 'Furgones con doble fondo, Paso Canoas';
export const INVITATION_DAYS = 30;

const EN1: Handling = 'EN1';

/** What they say to each other before the third is invited. Places are real; everything that happened is invented. */
export const TALK = [
  {
    by: 'steward',
    handling: EN1,
    text: [
      'Buenas, Omar. El 14 detuvimos en Paso Canoas un furgón con doble fondo y catorce ',
      'personas adentro. El conductor dice que lo cargaron del lado panameño. ¿Tienen algo ',
      'de ese vehículo?',
    ].join(''),
  },
  {
    by: 'member',
    handling: EN1,
    text: [
      'Buenas, Esteban. Aparece en dos pasos de noviembre, de madrugada y con otra placa. ',
      'Busco los registros. Por ahora úselo solo como información.',
    ].join(''),
  },
] as const;

/** The message with the file, and the file. */
export const RECORD = {
  handling: EN1,
  text: 'Va el acta de la inspección, sin nombres ni datos de las víctimas.',
  name: 'acta-de-inspeccion.txt',
  mediaType: 'text/plain',
  content: [
    'ACTA DE INSPECCIÓN (demostración: nada de esto ocurrió)',
    '',
    'Lugar: puesto de Paso Canoas, carril de carga.',
    'Vehículo: furgón blanco de 8 m, placa ilegible; número de motor EJEMPLO-0001.',
    'Hallazgo: doble fondo de 1,20 m detrás de la carga, con ventilación improvisada.',
    'Personas: catorce, atendidas y trasladadas; sus datos constan por separado.',
    '',
  ].join('\n'),
} as const;

/** The first that the invited one can read. */
export const WELCOME = {
  handling: EN1,
  text: [
    'Invité a Raúl Cota, de México: el mismo número de motor salió de Tapachula en ',
    'octubre. Raúl, lo que se diga desde aquí lo puede leer.',
  ].join(''),
} as const;
