// Small pictures of fields, and fields that cells are cut out of.
import { make } from './dom.js';
import { picture } from './session.js';

/** So many fields are held at the same time. */
const HELD = 4;
const held = new Map();

/** The pixels of a field. */
export function bitmapOf(study, id) {
    const known = held.get(id);
    const bitmap = known ?? picture(`${study.path}/files/${id}`).then((blob) => createImageBitmap(blob));
    // The one that was used last comes last.
    held.delete(id);
    held.set(id, bitmap);
    if (held.size > HELD) {
        const [oldest] = held.keys();
        held.get(oldest).then((one) => one.close(), () => {});
        held.delete(oldest);
    }
    // What could not be read is asked for again.
    bitmap.catch(() => held.delete(id));
    return bitmap;
}

/** A button with a small picture of a field, which is fetched once it comes into view. */
export function thumbnail(study, file, open) {
    const image = make('img', { alt: '', width: 128, height: 96 });
    const name = file.name ?? file.file_id.slice(0, 16);
    const button = make('button', { type: 'button', title: name, 'aria-pressed': 'false', 'data-file': file.file_id }, image, make('span', {}, name));
    button.addEventListener('click', open);
    const watch = new IntersectionObserver(async ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        watch.disconnect();
        try {
            const address = URL.createObjectURL(await picture(`${study.path}/files/${file.file_id}?size=small`));
            image.addEventListener('load', () => URL.revokeObjectURL(address), { once: true });
            image.src = address;
        } catch {
            image.alt = 'no picture';
        }
    });
    watch.observe(button);
    return button;
}
