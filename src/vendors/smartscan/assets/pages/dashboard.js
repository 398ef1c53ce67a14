// The dashboard: one section at a time, each loaded when it is opened.
import { at, tell } from './dom.js';
import * as keys from './keys.js';
import * as overview from './overview.js';
import * as projects from './projects.js';
import * as scans from './scans.js';
import { client } from './session.js';
import * as tryIt from './try-it.js';

const SECTIONS = { overview, projects, keys, try: tryIt, scans };
const prepared = new Set();

/** Shows the section that the address names. */
async function open() {
    const asked = location.hash.slice(1);
    const name = Object.hasOwn(SECTIONS, asked) ? asked : 'overview';
    for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== name;
    for (const link of document.querySelectorAll('nav a')) {
        if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    }
    tell(at('fault'), null);
    try {
        if (!prepared.has(name)) {
            prepared.add(name);
            SECTIONS[name].prepare?.();
        }
        await SECTIONS[name].load();
        // What a person waits for, for who measures how long.
        performance.mark('loaded', { detail: name });
    } catch (error) {
        tell(at('fault'), error);
    }
}

if (!client.isAuthenticated()) {
    location.replace('login.html');
} else {
    at('logout').addEventListener('click', () => {
        client.logout();
        location.href = 'login.html';
    });
    addEventListener('hashchange', open);
    client.getMe().then(
        ({ user }) => (at('greeting').textContent = user.email),
        (error) => tell(at('fault'), error),
    );
    open();
}
