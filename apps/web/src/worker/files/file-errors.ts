import { DomainError } from '@enlace/kernel';

/** Somebody asked to stop here; what was moved stays. */
export class FilePaused extends DomainError {
  override readonly code = 'file.paused';
  override readonly kind = 'conflict';

  constructor() {
    super('paused');
  }
}

/** More than a page can hold of one file before it is saved. */
export class FileTooLargeHere extends DomainError {
  override readonly code = 'file.too-large-here';
  override readonly kind = 'too-large';

  constructor(mebibytes: number) {
    super('this browser cannot hold the file', { facts: { mebibytes } });
  }
}
