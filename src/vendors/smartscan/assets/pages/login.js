import { at, onSubmit } from './dom.js';
import { client } from './session.js';

if (client.isAuthenticated()) location.replace('dashboard.html');
if (location.search === '?expired') {
    at('notice').textContent = 'Your session has ended. Please sign in again.';
    at('notice').hidden = false;
}

onSubmit(document.forms[0], at('fault'), async () => {
    try {
        await client.login(at('email').value, at('password').value);
    } catch (error) {
        at('password').select();
        if (error.status === 401) throw new Error('Invalid e-mail address or password.');
        throw error;
    }
    location.href = 'dashboard.html';
});
at('email').focus();
