// Who is signed in, and the way to the API. The token is in this window's sessionStorage: it ends with the window, and no other has it.

const TOKEN = 'smartz-token';
/** What a page may send somebody back to after signing in. */
const OURS = /^(?:portal|dashboard|ward)\.html(?:\?org=[\w.-]{1,64})?$/;

/** Where the API is: the folder of this page, whatever the mount. */
export const base = new URL('.', location.href).href;

export const isSignedIn = () => sessionStorage.getItem(TOKEN) !== null;

/** A refusal of the API. */
export class Refused extends Error {
    constructor(message, status) {
        super(message);
        this.status = status;
    }
}

/** Where the page that was asked for is, once somebody has signed in. */
export function next() {
    const asked = new URLSearchParams(location.search).get('to') ?? '';
    return OURS.test(asked) ? asked : 'portal.html';
}

/** Forgets who is signed in. */
export function forget() {
    sessionStorage.removeItem(TOKEN);
}

/** Has somebody sign in, and come back to this page. */
export function askToSignIn(isExpired) {
    forget();
    const page = location.pathname.split('/').at(-1) + location.search;
    const to = OURS.test(page) ? `to=${encodeURIComponent(page)}` : '';
    location.replace(`login.html?${[isExpired ? 'expired' : '', to].filter(Boolean).join('&')}`);
}

/** Signs somebody in. */
export async function signIn(email, password) {
    const { token } = await api('POST', 'dashboard/api/signin', { email, password });
    sessionStorage.setItem(TOKEN, token);
}

/** Opens an account, and signs it in. */
export async function signUp(name, email, password) {
    const { token } = await api('POST', 'portal/api/signup', { name, email, password });
    sessionStorage.setItem(TOKEN, token);
}

function headers(more = {}) {
    const token = sessionStorage.getItem(TOKEN);
    return token === null ? more : { Authorization: `Bearer ${token}`, ...more };
}

/** Sends a request; the response, where it is no refusal. */
async function send(method, path, { body, more, signal } = {}) {
    const response = await fetch(new URL(path, base), {
        method,
        headers: headers({ ...(body && { 'Content-Type': 'application/json' }), ...more }),
        body: body && JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal,
    });
    if (response.ok) return response;
    if (response.status === 401 && isSignedIn()) askToSignIn(true);
    const answer = await response.json().catch(() => null);
    throw new Refused(answer?.message ?? `The server answered ${response.status}`, response.status);
}

/** Sends a request; what was answered. */
export async function api(method, path, body) {
    const response = await send(method, path, { body });
    return response.status === 204 ? null : response.json();
}

/** All objects of a list, page by page. */
export async function all(path) {
    const items = [];
    for (let page = 1; ; page += 1) {
        const part = await api('GET', `${path}${path.includes('?') ? '&' : '?'}pageSize=200&page=${page}`);
        items.push(...part.items);
        if (part.items.length === 0 || items.length >= part.total) return items;
    }
}

/** Opens a stream of events, from the one after `last` on; its body. */
export async function stream(path, last, signal) {
    const more = { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) };
    return (await send('GET', path, { more, signal })).body;
}
