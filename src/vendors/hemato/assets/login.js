// Signing in.
import { at, onSubmit } from './dom.js';
import { isSignedIn, next, signIn } from './session.js';

if (isSignedIn()) location.replace(next());
if (new URLSearchParams(location.search).has('expired')) {
    at('notice').textContent = 'Your session has ended. Please sign in again.';
    at('notice').hidden = false;
}
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
