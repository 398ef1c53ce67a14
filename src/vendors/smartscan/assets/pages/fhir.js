// A FHIR Bundle, resource by resource.
import { make, tell } from './dom.js';

/** Something to open, which fetches a Bundle the first time. */
export function viewer(fetchBundle) {
    const fault = make('p', { className: 'fault', role: 'alert', hidden: true });
    const place = make('div', {}, make('p', { className: 'quiet' }, 'Loading…'));
    const details = make('details', { className: 'fhir' }, make('summary', {}, 'As FHIR R4'), fault, place);
    let isAsked = false;
    details.addEventListener('toggle', async () => {
        if (!details.open || isAsked) return;
        isAsked = true;
        try {
            const { entry = [] } = await fetchBundle();
            place.replaceChildren(...entry.map(({ resource }) => shownResource(resource)));
        } catch (error) {
            // It may be asked again.
            isAsked = false;
            place.replaceChildren();
            tell(fault, error);
        }
    });
    return details;
}

function shownResource(resource) {
    const coded = resource.code?.text ?? resource.code?.coding?.[0]?.display ?? '';
    const title = [resource.resourceType, coded].filter(Boolean).join(': ');
    const json = make('pre', { tabIndex: 0, role: 'region', 'aria-label': title }, JSON.stringify(resource, null, 2));
    return make('details', {}, make('summary', {}, title), json);
}
