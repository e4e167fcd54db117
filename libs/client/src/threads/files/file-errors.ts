import { DomainError } from '@enlace/kernel';

/** The file changed while it was read: what was sealed of it is thrown away. */
export class FileChanged extends DomainError {
  override readonly code = 'file.changed';
  override readonly kind = 'conflict';

  constructor() {
    super('the file has another size than when it was looked at');
  }
}

/** The entry names no such file, or names several; `facts.files` says how many it names. */
export class FileNotNamed extends DomainError {
  override readonly code = 'file.not-named';
  override readonly kind = 'absent';

  constructor(files: number) {
    super('no entry that was read names exactly this file', { facts: { files } });
  }
}

/** The server took each part of a file and says that it has none of them. */
export class TransferStuck extends DomainError {
  override readonly code = 'file.stuck';
  override readonly kind = 'integrity';

  constructor() {
    super('the server moves the file no further');
  }
}
