import type { Schema } from "./client.js";

/** Passkeys (WebAuthn): the API's options to the browser and its answer back. The API writes bytes in base64url. */
export async function makePasskey(
  options: Schema<"PasskeyRegistration">,
  name: string,
): Promise<Schema<"PasskeyCreate"> | undefined> {
  const made = await orNone(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(options.challenge),
        rp: { id: options.rp_id, name: options.rp_name },
        user: { id: bytesOf(options.user_id), name: options.user_name, displayName: options.user_display_name },
        pubKeyCredParams: options.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: listed(options.exclude_credentials),
        authenticatorSelection: { userVerification: options.user_verification as UserVerificationRequirement },
      },
    }),
  );
  if (made === undefined) {
    return undefined;
  }
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    registration_id: options.id,
    name,
    client_data_json: textOf(response.clientDataJSON),
    attestation_object: textOf(response.attestationObject),
  };
}

export async function usePasskey(options: Schema<"PasskeyChallenge">): Promise<Schema<"PasskeyProof"> | undefined> {
  const signed = await orNone(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(options.challenge),
        rpId: options.rp_id,
        allowCredentials: listed(options.allow_credentials),
        userVerification: options.user_verification as UserVerificationRequirement,
      },
    }),
  );
  if (signed === undefined) {
    return undefined;
  }
  const response = signed.response as AuthenticatorAssertionResponse;
  return {
    challenge_id: options.id,
    credential_id: textOf(signed.rawId),
    client_data_json: textOf(response.clientDataJSON),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
  };
}

/** Undefined if the browser gives none, whatever the reason: `noPasskey` says so. */
async function orNone(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | undefined> {
  try {
    return ((await ask()) as PublicKeyCredential | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function listed(ids: readonly string[]): PublicKeyCredentialDescriptor[] {
  return ids.map((id) => ({ type: "public-key", id: bytesOf(id) }));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function textOf(content: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(content)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
