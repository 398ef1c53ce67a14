// Who is signed in, and the way to a mount's API. The token is in this window's sessionStorage: it ends with the window, and no other has it.

/** A refusal of the API. */
export class Refused extends Error {
    constructor(message, status) {
        super(message);
        this.status = status;
    }
}

/**
 * The session of a mount: `name` (of what is kept), `ours` (which pages somebody may be sent back to after signing in), `first` (the page where
 * they begin), `told` (the words of a refusal, from its answer).
 */
export function sessionOf({ name, ours, first, told }) {
    const key = `${name}-token`;
    /** Where the API is: the folder of this page, whatever the mount. */
    const base = new URL('.', location.href).href;
    const isSignedIn = () => sessionStorage.getItem(key) !== null;
    const keep = (token) => sessionStorage.setItem(key, token);
    const forget = () => sessionStorage.removeItem(key);

    /** Where the page that was asked for is, once somebody has signed in. */
    function next() {
        const asked = new URLSearchParams(location.search).get('to') ?? '';
        return ours.test(asked) ? asked : first;
    }

    /** Has somebody sign in, and come back to this page. */
    function askToSignIn(isExpired) {
        forget();
        const page = location.pathname.split('/').at(-1) + location.search;
        const to = ours.test(page) ? `to=${encodeURIComponent(page)}` : '';
        location.replace(`login.html?${[isExpired ? 'expired' : '', to].filter(Boolean).join('&')}`);
    }

    function headers(more = {}) {
        const token = sessionStorage.getItem(key);
        return token === null ? more : { Authorization: `Bearer ${token}`, ...more };
    }

    function refused(status, answer) {
        if (status === 401 && isSignedIn()) askToSignIn(true);
        return new Refused(told(answer) ?? `The server answered ${status}`, status);
    }

    /** Sends a request; the response, where it is no refusal. */
    async function request(method, path, { body, more, signal } = {}) {
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
        throw refused(response.status, await response.json().catch(() => null));
    }

    /** Sends a request; what was answered. */
    async function api(method, path, body) {
        const response = await request(method, path, { body });
        return response.status === 204 ? null : response.json();
    }

    /** Sends a file or a form; `progress` is told the part that has gone, from 0 to 1. `fetch` has no word for that. */
    function send(path, content, progress) {
        return new Promise((resolve, reject) => {
            const sent = new XMLHttpRequest();
            sent.open('POST', new URL(path, base));
            for (const [header, value] of Object.entries(headers())) sent.setRequestHeader(header, value);
            sent.responseType = 'json';
            sent.upload.addEventListener('progress', ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
            sent.addEventListener('error', () => reject(new Error('The server cannot be reached.')));
            sent.addEventListener('load', () => {
                if (sent.status < 300) resolve(sent.response);
                else reject(refused(sent.status, sent.response));
            });
            sent.send(content);
        });
    }

    return { base, isSignedIn, keep, forget, next, askToSignIn, request, api, send };
}
