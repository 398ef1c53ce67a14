// Who is signed in, and the way to the API. The token is in this window's sessionStorage: it ends with the window, and no other has it.

const TOKEN = 'imagemedix-token';
const USER = 'imagemedix-user';
/** That this window has gone to Google, and so may come back with a token for a while: where to go on, and until when. */
const AWAY = 'imagemedix-away';
/** So long somebody may take at Google, as the server has it, in milliseconds. */
const PATIENCE = 10 * 60 * 1000;
/** What a page may send somebody back to after signing in. */
const OURS = /^(?:worklist|admin|viewer)\.html(?:\?id=[0-9a-f]{24})?$/;
const JWT = /^#token=([\w-]+\.[\w-]+\.[\w-]+)$/;

/** Where the API is: the folder of this page, whatever the mount. */
export const base = new URL('.', location.href).href;

/** How many requests this address may still send, and until when (in milliseconds); every answer tells. */
export const limits = { left: Infinity, until: 0 };

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
    return OURS.test(asked) ? asked : 'worklist.html';
}

/** Forgets who is signed in. */
export function forget() {
    for (const name of [TOKEN, USER, AWAY]) sessionStorage.removeItem(name);
}

/** Has somebody sign in, and come back to this page. */
export function askToSignIn(isExpired) {
    forget();
    const page = location.pathname.split('/').at(-1) + location.search;
    const to = OURS.test(page) ? `to=${encodeURIComponent(page)}` : '';
    location.replace(`login.html?${[isExpired ? 'expired' : '', to].filter(Boolean).join('&')}`);
}

/** Notes that this window goes to Google. */
export function goAway() {
    sessionStorage.setItem(AWAY, JSON.stringify({ to: next(), until: Date.now() + PATIENCE }));
}

/**
 * Takes the token that Google's way back ends with. One that this window did not go for is somebody else's, who would have a
 * person work under another name: it is dropped. Returns where to go on; nothing where there is no token.
 */
export function comeBack() {
    const token = JWT.exec(location.hash)?.[1];
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
    if (!token) return null;
    const mark = sessionStorage.getItem(AWAY);
    sessionStorage.removeItem(AWAY);
    const away = JSON.parse(mark);
    if (away === null || away.until < Date.now()) throw new Error('This window did not ask for the sign-in that it was sent. Please sign in here.');
    sessionStorage.removeItem(USER);
    sessionStorage.setItem(TOKEN, token);
    return away.to;
}

/** Signs somebody in. */
export async function signIn(email, password) {
    const { user, token } = await api('POST', 'api/auth/login', { email, password });
    sessionStorage.removeItem(AWAY);
    sessionStorage.setItem(TOKEN, token);
    sessionStorage.setItem(USER, JSON.stringify(user));
}

/** Who is signed in; asked for once a window. */
export async function me() {
    const known = sessionStorage.getItem(USER);
    if (known) return JSON.parse(known);
    const user = await api('GET', 'api/auth/me');
    sessionStorage.setItem(USER, JSON.stringify(user));
    return user;
}

/** An address below the mount, also where an answer tells it with another host: behind a proxy it may not know its own. */
export function below(address, folder) {
    const at = address.indexOf(folder);
    return new URL(at < 0 ? address : address.slice(at + 1), base).href;
}

function headers() {
    const token = sessionStorage.getItem(TOKEN);
    return token === null ? {} : { Authorization: `Bearer ${token}` };
}

function note(header) {
    const left = Number(header('X-RateLimit-Remaining') ?? Number.NaN);
    const seconds = Number(header('X-RateLimit-Reset') ?? Number.NaN);
    if (Number.isFinite(left)) limits.left = left;
    if (Number.isFinite(seconds)) limits.until = Date.now() + 1000 * seconds;
}

function judge(status, answer) {
    if (status === 401 && isSignedIn()) askToSignIn(true);
    throw new Refused(answer?.error ?? `The server answered ${status}`, status);
}

/** Sends a request; what was answered. */
export async function api(method, path, body) {
    const response = await fetch(new URL(path, base), {
        method,
        headers: { ...headers(), ...(body && { 'Content-Type': 'application/json' }) },
        body: body && JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
    });
    note((name) => response.headers.get(name));
    const answer = await response.json().catch(() => null);
    return response.ok ? answer : judge(response.status, answer);
}

/** Fetches a file. */
export async function file(address) {
    const response = await fetch(address, { headers: headers(), cache: 'no-store', credentials: 'omit', redirect: 'error' });
    if (!response.ok) throw new Refused(`The server answered ${response.status}`, response.status);
    return response.blob();
}

/** Sends a form; `progress` is told the part that has gone, from 0 to 1. `fetch` has no word for that. */
export function send(path, form, progress) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('POST', new URL(path, base));
        for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
        request.responseType = 'json';
        request.upload.addEventListener('progress', ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
        request.addEventListener('error', () => reject(new Error('The server cannot be reached')));
        request.addEventListener('load', () => {
            note((name) => request.getResponseHeader(name));
            if (request.status < 300) resolve(request.response);
            else {
                try {
                    judge(request.status, request.response);
                } catch (error) {
                    reject(error);
                }
            }
        });
        request.send(form);
    });
}
