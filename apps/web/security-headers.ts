/**
 * The headers of every static answer, worker scripts included: a worker takes its policy from its own response. This
 * is the one place where they are written; the build copies them into `web-manifest.json` and the server sends what
 * stands there.
 *
 * `{api}` is the one thing that differs between deployments: empty where the API serves the files, else the API's
 * `https:` and `wss:` origins.
 */

/** The one constant `<style>` of react-aria-components 1.22.1; an upgrade that changes it fails the browser tests. */
const REACT_ARIA_STYLE = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='";

// No nonce, since the files are static. No report endpoint: a report carries samples of the page.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  `style-src 'self' ${REACT_ARIA_STYLE}`,
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self' {api}",
  "manifest-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types enlace-script-url ProseMirrorClipboard',
].join('; ');

const DENIED_FEATURES =
  `accelerometer autoplay camera clipboard-read display-capture encrypted-media fullscreen
  geolocation gyroscope hid idle-detection magnetometer microphone midi payment screen-wake-lock serial usb
  xr-spatial-tracking`.split(/\s+/);
const OWN_FEATURES = [
  'clipboard-write',
  'publickey-credentials-create',
  'publickey-credentials-get',
];

const PERMISSIONS_POLICY = [
  ...DENIED_FEATURES.map((feature) => `${feature}=()`),
  ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
]
  .toSorted()
  .join(', ');

/** By lower-case name. `strict-transport-security` is sent over TLS only (RFC 6797, section 7.2). */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': PERMISSIONS_POLICY,
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-robots-tag': 'noindex',
};
