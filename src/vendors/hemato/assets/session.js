// Who is signed in, and the way to the API of this region.
import { sessionOf } from './signed-in.js';

const session = sessionOf({
    name: 'hemato',
    ours: /^(?:studies|keys|study)\.html(?:\?id=[0-9a-f-]{36})?$/,
    first: 'studies.html',
    told: (answer) => answer?.user_message || undefined,
});

export { Refused } from './signed-in.js';
export const { base, isSignedIn, forget, next, askToSignIn } = session;

/** Sends a request; its results. */
export async function api(method, path, body) {
    return (await session.api(method, path, body)).results;
}

/** Sends a file; `progress` is told the part that has gone, from 0 to 1. */
export async function send(path, file, progress) {
    return (await session.send(path, file, progress)).results;
}

/** Fetches a picture. */
export async function picture(path) {
    return (await session.request('GET', path)).blob();
}

/** Signs somebody in. The API takes no password, but its SHA-256. */
export async function signIn(user, password) {
    if (!globalThis.crypto?.subtle) throw new Error('Signing in needs an encrypted connection (https).');
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(password));
    const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const { token } = await api('POST', 'auth/login', { user, pass_hash: hash });
    session.keep(token.HY_APP_AUTH_v1);
}
