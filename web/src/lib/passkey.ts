// Passkeys as browsers have them, with their bytes as base64url for the server.

const encode = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function decode(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (it) => it.charCodeAt(0)).buffer;
}

/** Whether this browser has them for this address: they are for names, and only where nobody listens in. */
export function hasPasskeys(): boolean {
  const isBare = /^[\d.]+$|^\[/.test(window.location.hostname);
  return typeof PublicKeyCredential === "function" && window.isSecureContext && !isBare;
}

interface Question {
  challenge: string;
  rpId: string;
  expiresIn: number;
}

interface NewQuestion extends Question {
  userHandle: string;
  userName: string;
  userDisplayName: string;
  exclude: string[];
}

/** Has a device make a key. */
export async function makePasskey(asked: NewQuestion) {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: decode(asked.challenge),
      rp: { id: asked.rpId, name: "Tailorbird" },
      user: { id: decode(asked.userHandle), name: asked.userName, displayName: asked.userDisplayName },
      // ECDSA with P-256, Ed25519, RSA with SHA-256.
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: asked.exclude.map((id) => ({ type: "public-key", id: decode(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: asked.expiresIn * 1000,
    },
  });
  const response = (made as PublicKeyCredential).response as AuthenticatorAttestationResponse;
  return {
    clientData: encode(response.clientDataJSON),
    authenticatorData: encode(response.getAuthenticatorData()),
    publicKey: encode(response.getPublicKey() ?? new ArrayBuffer(0)),
  };
}

/** Has a device sign. */
export async function signWithPasskey(asked: Question) {
  const got = await navigator.credentials.get({
    publicKey: { challenge: decode(asked.challenge), rpId: asked.rpId, userVerification: "required", timeout: asked.expiresIn * 1000 },
  });
  const credential = got as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credential: encode(credential.rawId),
    clientData: encode(response.clientDataJSON),
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
  };
}

/** Somebody closed the device's question, or let it wait. */
export const wasLeft = (error: unknown) => error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
