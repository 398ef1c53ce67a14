// Who is signed in, and the way to the API.
import { sessionOf } from './signed-in.js';

const session = sessionOf({
    name: 'smartz',
    ours: /^(?:portal|dashboard|ward)\.html(?:\?org=[\w.-]{1,64})?$/,
    first: 'portal.html',
    told: (answer) => answer?.message,
});

export { Refused } from './signed-in.js';
export const { base, isSignedIn, forget, next, askToSignIn, api } = session;

/** Signs somebody in. */
export async function signIn(email, password) {
    const { token } = await api('POST', 'dashboard/api/signin', { email, password });
    session.keep(token);
}

/** Opens an account, and signs it in. */
export async function signUp(name, email, password) {
    const { token } = await api('POST', 'portal/api/signup', { name, email, password });
    session.keep(token);
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
    return (await session.request('GET', path, { more, signal })).body;
}
