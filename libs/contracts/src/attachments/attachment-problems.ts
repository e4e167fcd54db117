/** The part of the problem catalogue that is about attached files. */
export const ATTACHMENT_PROBLEMS = {
  'attachment.conflict': {
    kind: 'conflict',
    title: {
      es: 'Otro archivo tiene ese identificador',
      en: 'Another file has that id',
    },
  },
  'attachment.hash': {
    kind: 'integrity',
    title: {
      es: 'El archivo recibido no es el que se envió',
      en: 'The file that was received is not the one that was sent',
    },
  },
  'attachment.incomplete': {
    kind: 'conflict',
    title: {
      es: 'Faltan partes del archivo',
      en: 'Parts of the file are missing',
    },
  },
  'attachment.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe ese archivo',
      en: 'There is no such file',
    },
  },
  'attachment.offset': {
    kind: 'conflict',
    title: {
      es: 'La parte no sigue a lo que ya se recibió',
      en: 'The part does not follow what was received',
    },
  },
  'attachment.quota': {
    kind: 'too-large',
    title: {
      es: 'El archivo no cabe en lo que está permitido',
      en: 'The file is more than is allowed',
    },
  },
  'attachment.range': {
    kind: 'malformed',
    title: {
      es: 'Esa parte del archivo no existe',
      en: 'There is no such part of the file',
    },
  },
  'attachment.unknown': {
    kind: 'invalid',
    title: {
      es: 'La entrada nombra un archivo que no está completo aquí',
      en: 'The entry names a file that is not complete here',
    },
  },
} as const;
