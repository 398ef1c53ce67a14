// What every page for people who are signed in has: who they are, in which region, and the way out.
import { at } from './dom.js';
import { guarded } from './page.js';
import { api, askToSignIn, forget, isSignedIn } from './session.js';

export { guarded, say, sections } from './page.js';

/** Runs a page for who is signed in. */
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
        if (!link.hash && link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    }
    await guarded(async () => {
        const { user, region } = await api('GET', 'auth/hello');
        at('greeting').textContent = `${user.screen_name}, region ${region}`;
        await page();
    });
}
