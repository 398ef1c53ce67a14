// What there is to subscribe to, how to begin, and the definitions of the APIs.
import { at, make } from './dom.js';
import { api, base } from './session.js';
import { guarded } from './shell.js';

export async function load() {
    const { items } = await api('GET', 'portal/api/products');
    const shown = (product) => make(
        'div',
        { className: 'wide' },
        make('h2', {}, product.name),
        make('p', {}, `${product.apis.map(({ name }) => name).join(' and ')}, with one subscription.`),
        make('a', { href: '#subscriptions' }, 'Subscribe'),
    );
    at('products').replaceChildren(...items.map(shown));
    at('definitions').replaceChildren(...items.flatMap(({ apis }) => apis).map(download));
    at('example').textContent = [
        `curl ${base}v1/token -H "x-sub-key: $KEY" -d grant_type=client_credentials \\`,
        '  -d client_id=$APP_ID -d client_secret=$APP_KEY',
        `curl ${base}v1/organisations -H "x-sub-key: $KEY" -H "Authorization: Bearer $TOKEN"`,
    ].join('\n');
}

/** A button that downloads the definition of an API. */
function download({ id, name }) {
    const button = make('button', { type: 'button', className: 'second' }, `Download the definition of the ${name}`);
    button.addEventListener('click', () => guarded(async () => {
        const definition = await api('GET', `portal/api/apis/${id}/definition`);
        const file = new Blob([JSON.stringify(definition, null, 2)], { type: 'application/json' });
        const link = make('a', { href: URL.createObjectURL(file), download: `${id}.json` });
        link.click();
        URL.revokeObjectURL(link.href);
    }));
    return button;
}
