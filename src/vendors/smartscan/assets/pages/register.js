import { at, onSubmit } from './dom.js';
import { client } from './session.js';

onSubmit(document.forms[0], at('fault'), async () => {
    const [email, password] = [at('email').value, at('password').value];
    await client.register(email, password, at('name').value);
    await client.login(email, password);
    location.href = 'dashboard.html';
});
at('name').focus();
