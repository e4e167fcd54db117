import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';

import { BEACON_BYTES } from '../beacon.js';
import { DELIVERY_LIMITS } from '../delivery-limits.js';
import type { BeaconShown, EntriesReceived, EntriesSent, SignalShown } from './delivery-wire.js';
import { AppendEntriesRequest } from './threads.dto.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BASE64URL = /^[\w-]+$/;
const charactersOf = (bytes: number): number => Math.ceil((bytes * 4) / 3);

/** Entries of one device for the thread, in their order. */
export class SendEntriesEvent extends AppendEntriesRequest implements EntriesSent {
  @IsUUID()
  @Matches(UUID)
  readonly threadId: string;
}

/** How far a device has got. What is inside a cursor is looked at by whoever reads it. */
export class EntriesReceivedEvent implements EntriesReceived {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(DELIVERY_LIMITS.cursors)
  @IsArray({ each: true })
  readonly cursors: [string, number][];
}

/** A beacon, whole. */
export class BeaconRequest implements BeaconShown {
  @IsString()
  @MaxLength(charactersOf(BEACON_BYTES))
  @Matches(BASE64URL)
  readonly beacon: string;
}

/** A signal for the others in a thread. */
export class SignalEvent implements SignalShown {
  @IsUUID()
  @Matches(UUID)
  readonly threadId: string;

  @IsString()
  @MaxLength(charactersOf(DELIVERY_LIMITS.signalBytes))
  @Matches(BASE64URL)
  readonly signal: string;
}
