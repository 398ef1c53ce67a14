// The public keys of an organisation: shown, registered, revoked.
import { ask } from './dialog.js';
import { at, make, onSubmit, table, time } from './dom.js';
import { api } from './session.js';
import { run, say } from './shell.js';

async function load() {
    const keys = [];
    for (let after = ''; after !== null;) {
        const page = await api('GET', `keys${after && `?after=${encodeURIComponent(after)}`}`);
        keys.push(...page.keys);
        after = page.next ?? null;
    }
    const columns = ['Key ID', 'Algorithm', 'Issuer', 'Registered', 'Fingerprint (SHA-256)', 'State'];
    at('keys').replaceChildren(table('Keys of your organisation', columns, keys.map(row), 'No key is registered.'));
}

function row(key) {
    const { kid, alg, issuer, fingerprint, created_at: made, revoked_at: revoked } = key;
    return [kid, alg, issuer, time(made), make('code', {}, fingerprint), revoked ? make('span', {}, 'revoked ', time(revoked)) : revoke(kid)];
}

function revoke(kid) {
    const button = make('button', { type: 'button', className: 'second small', 'aria-label': `Revoke ${kid}` }, 'Revoke');
    const text = 'Tokens that are signed by it are refused at once. It cannot be taken back, and its ID stays taken.';
    button.addEventListener('click', () => ask(`Revoke ${kid}?`, text, 'Revoke', async () => {
        await api('DELETE', `keys/${encodeURIComponent(kid)}`);
        say(`The key ${kid} is revoked.`);
        await load();
    }));
    return button;
}

await run(async () => {
    onSubmit(at('register'), at('refused'), async () => {
        const wanted = {
            public_key: at('public-key').value,
            alg: at('algorithm').value,
            issuer: at('issuer').value,
            kid: at('kid').value.trim() || null,
        };
        const { kid } = await api('POST', 'keys', wanted);
        at('register').reset();
        at('new').open = false;
        say(`The key ${kid} is registered.`);
        await load();
    });
    await load();
});
