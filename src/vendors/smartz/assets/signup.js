import { at, onSubmit } from './dom.js';
import { signUp } from './session.js';

onSubmit(document.forms[0], at('fault'), async () => {
    await signUp(at('name').value, at('email').value, at('password').value);
    location.href = 'portal.html';
});
at('name').focus();
