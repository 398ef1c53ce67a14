// Signing in, with a password or with Google.
import { at, onSubmit, tell } from './dom.js';
import { api, comeBack, goAway, isSignedIn, next, signIn } from './session.js';

async function offerGoogle() {
    const { google } = await api('GET', 'api/auth/methods');
    at('others').hidden = !google;
}

function open() {
    if (new URLSearchParams(location.search).has('expired')) {
        at('notice').textContent = 'Your session has ended. Please sign in again.';
        at('notice').hidden = false;
    }
    at('google').addEventListener('click', goAway);
    onSubmit(document.forms[0], at('fault'), async () => {
        try {
            await signIn(at('email').value, at('password').value);
        } catch (error) {
            at('password').select();
            throw error;
        }
        location.href = next();
    });
    at('email').focus();
    // Without an answer there is the password.
    offerGoogle().catch(() => {});
}

try {
    const to = comeBack();
    if (to !== null || isSignedIn()) location.replace(to ?? next());
    else open();
} catch (error) {
    open();
    tell(at('fault'), error);
}
