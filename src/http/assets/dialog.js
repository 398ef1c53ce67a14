// The page's dialog: what is asked before something that cannot be undone, and what is shown once.
import { at, make, tell } from './dom.js';

/** Opens the dialog with a title and content. */
export function open(title, ...content) {
    at('dialog').replaceChildren(make('h2', { id: 'dialog-heading' }, title), ...content);
    // What was shown is not to stay in the page.
    at('dialog').addEventListener('close', () => at('dialog').replaceChildren(), { once: true });
    at('dialog').showModal();
}

/** Closes the dialog. */
export function close() {
    at('dialog').close();
}

/** Asks before something that cannot be undone; what goes wrong is told in `#fault`. */
export function ask(title, text, verb, act) {
    const yes = make('button', { type: 'button' }, verb);
    const no = make('button', { type: 'button', className: 'second' }, 'Cancel');
    yes.addEventListener('click', async () => {
        close();
        tell(at('fault'), null);
        try {
            await act();
        } catch (error) {
            tell(at('fault'), error);
        }
    });
    no.addEventListener('click', close);
    open(title, make('p', {}, text), make('div', { className: 'buttons' }, yes, no));
    no.focus();
}

/** Shows a secret, this once, with a button that copies it. */
export function showSecret(title, warning, secret, id) {
    showSecrets(title, warning, [{ secret, id }]);
}

/** Shows secrets, this once, each with its name and a button that copies it. */
export function showSecrets(title, warning, secrets) {
    const told = make('span', { role: 'status' });
    const parts = secrets.flatMap(({ name, secret, id }) => {
        const code = make('code', { id, className: 'secret', tabIndex: 0 }, secret);
        return name ? [make('h3', {}, name), code] : [code];
    });
    const copies = secrets.map(({ name, secret, id }) => {
        const copy = make('button', { type: 'button' }, name ? `Copy ${name.toLowerCase()}` : 'Copy');
        copy.addEventListener('click', async () => {
            try {
                await navigator.clipboard.writeText(secret);
                told.textContent = 'Copied.';
            } catch {
                // Only pages that came by TLS, or from this machine, may write to the clipboard.
                getSelection().selectAllChildren(at(id));
                told.textContent = 'Selected: copy it with the keyboard.';
            }
        });
        return copy;
    });
    const done = make('button', { type: 'button', className: 'second' }, secrets.length > 1 ? 'I have them' : 'I have it');
    done.addEventListener('click', close);
    open(title, make('p', {}, warning), ...parts, make('div', { className: 'buttons' }, ...copies, done, told));
    copies[0].focus();
}
