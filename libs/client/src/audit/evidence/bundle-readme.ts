/** For whoever opens a bundle by hand; nobody trusts these texts, and `audit verify` does not read them. */
export const README_TEXTS = [
  {
    name: 'README.es.txt',
    text: `Evidencia del registro de accesos de Enlace
===========================================

Verifíquela sin red y sin confiar en quien la entregó:

    enlace audit verify ESTE-ARCHIVO --policy POLITICA --trust ALMACEN

POLITICA y ALMACEN son los de su autoridad, no los de este paquete. events.jsonl tiene un evento por línea; cada uno
lleva en proofs/ su prueba (C2SP tlog-proof), que termina en el sello de checkpoints/, firmado por el registro y
cofirmado por los testigos de los Estados. manifest.json enumera los archivos con su SHA-256 y lo firma un auditor.

Lo que no prueba: que todos los accesos estén aquí, que una persona haya mirado lo que recibió su dispositivo, ni que
lo dicho en un evento sea cierto; sí que no ha cambiado desde que se anotó.
`,
  },
  {
    name: 'README.en.txt',
    text: `Evidence from the access log of Enlace
======================================

Verify it without a network and without trusting whoever handed it to you:

    enlace audit verify THIS-FILE --policy POLICY --trust STORE

POLICY and STORE are those of your authority, not those of this bundle. events.jsonl has one event a line; each has its
proof in proofs/ (C2SP tlog-proof), which ends in the checkpoint of checkpoints/, signed by the log and cosigned by the
witnesses of the States. manifest.json lists the files with their SHA-256, and an auditor has signed it.

What it does not prove: that all accesses are here, that a person looked at what the device received, or that what an
event says is true; only that it has not changed since it was recorded.
`,
  },
] as const;
