import type { StateCode } from '../states.js';

/**
 * Somebody of the demo, as the browser of this machine takes him in: a certified device of his own, with its keys in
 * clear. The person is invented, and the server that knows the keys is the visitor's own.
 */
export interface DemoPersona {
  readonly v: 1;
  readonly slug: string;
  readonly name: string;
  readonly title: { readonly es: string; readonly en: string };
  readonly state: StateCode;
  readonly personId: string;
  readonly deviceId: string;
  /** Wire of the certificate of the device. */
  readonly deviceCert: string;
  /** `trust-store.json`, byte for byte. */
  readonly trustStore: string;
  /** Base64url of 32 bytes each. */
  readonly identitySeed: string;
  readonly signSeed: string;
  readonly kemSeed: string;
  /** Opens the vault of the person: what the other devices read, this one reads too. */
  readonly rootKey: string;
}
