import { IsString, MaxLength, MinLength } from 'class-validator';

import { RELEASE_NOTE_LIMIT_BYTES } from './web-release.js';

/** A release of the browser client, as the holders of the release keys signed it offline. */
export class WebReleaseRequest {
  @IsString()
  @MinLength(1)
  @MaxLength(RELEASE_NOTE_LIMIT_BYTES)
  readonly note: string;
}
