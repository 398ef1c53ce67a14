// What every page for people who are signed in has: who they are, the way out, and one place for what goes wrong.
import { at, tell } from './dom.js';
import { api, askToSignIn, forget, isSignedIn } from './session.js';

/** Runs a page for who is signed in; `page` is told the person. */
export async function run(page) {
    if (!isSignedIn()) {
        askToSignIn(false);
        return;
    }
    at('logout').addEventListener('click', () => {
        forget();
        location.href = 'login.html';
    });
    await guarded(async () => {
        const person = await api('GET', 'dashboard/api/me');
        at('greeting').textContent = person.name ?? person.email;
        await page(person);
    });
}

/** Does something, and tells what goes wrong. */
export async function guarded(work) {
    try {
        tell(at('fault'), null);
        await work();
    } catch (error) {
        tell(at('fault'), error);
    }
}

/** Tells people who do not see the page what has changed on it. */
export function say(text) {
    at('said').textContent = text;
}

/** One section at a time, which the address names; each is loaded when it is opened. */
export function sections(all, first) {
    const prepared = new Set();
    const open = () => guarded(async () => {
        const asked = location.hash.slice(1);
        const name = Object.hasOwn(all, asked) ? asked : first;
        for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== name;
        for (const link of document.querySelectorAll('nav a[href^="#"]')) {
            if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
            else link.removeAttribute('aria-current');
        }
        if (!prepared.has(name)) {
            prepared.add(name);
            all[name].prepare?.();
        }
        await all[name].load();
    });
    addEventListener('hashchange', open);
    return open();
}
