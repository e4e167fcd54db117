import { IsIn, IsString, Matches, MaxLength } from 'class-validator';

import { DEVICE_LINK_LIMITS, DEVICE_LINK_PARTS, type DeviceLinkPart } from './device-links.js';

/** What a certified device says: a signed acceptance, 32 bytes, or a sealed box in base64url. */
export class DeviceLinkPartRequest {
  @IsIn(DEVICE_LINK_PARTS)
  readonly part: DeviceLinkPart;

  @IsString()
  @MaxLength(DEVICE_LINK_LIMITS.boxCharacters)
  @Matches(/^(?:[\w-]+|\{"body":"[\w-]+","sigs":\[[\w":,{}-]+\]\})$/)
  readonly content: string;
}
