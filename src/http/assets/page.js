// What every page for people who are signed in has: one place for what goes wrong, one for what has changed, sections.
import { at, tell } from './dom.js';

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
