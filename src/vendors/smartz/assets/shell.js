// What every page for people who are signed in has: who they are, the way out, and one place for what goes wrong.
import { at } from './dom.js';
import { guarded } from './page.js';
import { api, askToSignIn, forget, isSignedIn } from './session.js';

export { guarded, say, sections } from './page.js';

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
