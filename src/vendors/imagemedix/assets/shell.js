// What every page for people who are signed in has: who they are, the way out, and one place for what goes wrong.
import { at } from './dom.js';
import { guarded } from './page.js';
import { askToSignIn, forget, isSignedIn, me } from './session.js';

export { guarded, say } from './page.js';

/** Runs a page for who is signed in; `page` is told the user. */
export async function run(page) {
    if (!isSignedIn()) {
        askToSignIn(false);
        return;
    }
    at('logout').addEventListener('click', () => {
        forget();
        location.href = 'login.html';
    });
    for (const link of document.querySelectorAll('nav a')) {
        if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    }
    await guarded(async () => {
        const user = await me();
        at('greeting').textContent = user.name;
        at('to-admin').hidden = user.role !== 'admin';
        await page(user);
    });
}
