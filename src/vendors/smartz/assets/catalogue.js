// Manufacturers that the organisation works with, and their products.
import { below, chosen, none } from './chosen.js';
import { at, make, onSubmit, table } from './dom.js';
import { all, api } from './session.js';

export function prepare() {
    onSubmit(at('new-manufacturer'), at('fault'), async () => {
        const website = at('manufacturer-website').value.trim();
        await api('POST', below('manufacturers'), { name: at('manufacturer-name').value.trim(), ...(website && { website }) });
        at('new-manufacturer').reset();
        at('new-manufacturer-part').open = false;
        await load();
    });
    onSubmit(at('new-product'), at('fault'), async () => {
        const text = (name) => at(`product-${name}`).value.trim() || undefined;
        await api('POST', below('products'), {
            manufacturerId: at('product-manufacturer').value,
            name: text('name'),
            category: text('category'),
            absorbencyMl: text('absorbency') && Number(text('absorbency')),
            size: text('size'),
            sku: text('sku'),
        });
        at('new-product').reset();
        at('new-product-part').open = false;
        await load();
    });
}

export async function load() {
    if (!chosen()) {
        at('manufacturers').replaceChildren(none());
        at('products').replaceChildren();
        return;
    }
    const [makers, products] = await Promise.all([all(below('manufacturers')), all(below('products'))]);
    const names = new Map(makers.map(({ id, name }) => [id, name]));
    const website = (url) => (url ? make('a', { href: url, rel: 'noreferrer noopener', target: '_blank' }, url) : null);
    const rows = makers.map((one) => [one.name, website(one.website)]);
    at('manufacturers').replaceChildren(table('Manufacturers', ['Name', 'Website'], rows, 'No manufacturer yet.'));
    const cells = products.map((one) => [
        one.name,
        names.get(one.manufacturerId),
        one.category,
        one.absorbencyMl === null ? null : `${one.absorbencyMl} ml`,
        one.size,
        one.sku,
    ]);
    const columns = ['Product', 'Manufacturer', 'Category', 'Absorbency', 'Size', 'Article number'];
    at('products').replaceChildren(table('Products', columns, cells, 'No product yet.'));
    at('product-manufacturer').replaceChildren(...makers.map(({ id, name }) => new Option(name, id)));
}
