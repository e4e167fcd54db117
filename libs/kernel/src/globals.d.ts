// The few globals that browsers, workers and Node share and that the kernel wraps once for all libraries.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare const crypto: { getRandomValues<T extends Uint8Array>(target: T): T };
