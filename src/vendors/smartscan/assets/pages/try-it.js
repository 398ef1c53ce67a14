// Reading a picture of one's own: the picture, what was read beside it, and the same as FHIR.
import { at, make, onSubmit, shown, table } from './dom.js';
import { viewer } from './fhir.js';
import { latestKey } from './keys.js';
import { marked } from './marks.js';
import { api, client } from './session.js';

let picture;

export function prepare() {
    at('image').addEventListener('change', () => show(at('image').files[0]));
    onSubmit(at('extraction'), at('fault'), async () => {
        const [image] = at('image').files;
        show(image);
        client.setApiKey(at('key').value.trim());
        const threshold = at('threshold').value;
        const options = {
            deviceType: at('device-type').value || undefined,
            confidenceThreshold: threshold === '' ? undefined : Number(threshold),
        };
        const { data } = await client.extractMedicalData(image, options);
        show(image, data);
    });
}

export async function load() {
    if (latestKey()) at('key').value = latestKey();
    if (at('device-type').options.length > 1) return;
    const { device_types } = await client.getDeviceTypes();
    at('device-type').append(...device_types.map(({ id, name }) => new Option(name, id)));
}

/** Shows the picture, and beside it what was read from it. */
function show(image, data) {
    if (picture) URL.revokeObjectURL(picture);
    picture = image && URL.createObjectURL(image);
    if (!image) {
        at('extracted').replaceChildren();
        return;
    }
    const shownPicture = make('img', { src: picture, alt: `The picture ${image.name}` });
    if (!data) {
        const quiet = make('p', { className: 'quiet' }, 'Not read yet.');
        at('extracted').replaceChildren(make('div', {}, shownPicture), quiet);
        return;
    }
    const { picture: withMarks, beside } = marked(shownPicture, data);
    at('extracted').replaceChildren(make('div', {}, withMarks), reading(data, beside));
}

function reading(data, beside) {
    const { width, height, format, size_bytes } = data.image_info;
    const confidence = data.confidence.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 });
    const fields = Object.entries(data.extracted_data);
    const isMarked = data.regions?.length > 0;
    const columns = ['Field', 'Value', ...(isMarked ? ['Box'] : [])];
    const line = ([name, value]) => [make('code', {}, name), value, ...(isMarked ? [beside(name)] : [])];
    return make(
        'div',
        { id: 'reading' },
        make('h2', {}, data.device_type),
        make('p', {}, `${confidence} sure, in ${shown(data.processing_time_ms)} ms`),
        table('What was read', columns, fields.map(line), 'No value was read.'),
        make('p', { className: 'quiet' }, `${format}, ${width} by ${height} pixels, ${shown(size_bytes)} bytes`),
        viewer(async () => (await api('GET', `api/extractions/${encodeURIComponent(data.task_id)}/fhir`)).bundle),
    );
}
