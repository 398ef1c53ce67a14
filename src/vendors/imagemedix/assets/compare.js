// Another scan beside the one that is judged.
import { at, words } from './dom.js';
import { summary } from './finding.js';
import { api, below } from './session.js';
import { View } from './canvas.js';
import { guarded } from './shell.js';

/** Prepares the choice among the patient's other scans; `prepared` is told the second view once there is one. */
export async function prepareCompare(scan, view, prepared) {
    const query = new URLSearchParams({ patientId: scan.patientId, limit: 100 });
    const { scans } = scan.patientId ? await api('GET', `api/scans?${query}`) : { scans: [] };
    const others = scans.filter(({ _id, imageUrl }) => _id !== scan._id && imageUrl);
    const option = (one) => new Option(`${words(one.scanDate)}: ${one.result ? summary(one.result) : one.status}`, one._id);
    at('compare-with').replaceChildren(new Option(others.length > 0 ? 'none' : 'This patient has no other scan', ''), ...others.map(option));
    at('compare-with').disabled = others.length === 0;
    let second;
    at('compare-with').addEventListener('change', () =>
        guarded(async () => {
            const other = others.find(({ _id }) => _id === at('compare-with').value);
            at('other').hidden = !other;
            at('panes').classList.toggle('two', Boolean(other));
            if (!other) return;
            if (!second) {
                second = new View(at('other-picture'));
                link(view, second);
                prepared(second);
            }
            isFollowing = true;
            try {
                await second.load(below(other.imageUrl, '/uploads/'));
            } finally {
                isFollowing = false;
            }
            // The new one is seen as the one that is judged.
            view.changed(view);
            at('other-caption').textContent = `${words(other.scanDate)}: ${summary(other.result)}`;
        }),
    );
}

/** That a view moves because the other does, or is filled. */
let isFollowing = false;

/** Has two views follow one another, as long as that is wanted: by the part of the picture that is seen, whatever the sides are. */
function link(one, other) {
    const follow = (from, to, changed) => (view) => {
        changed(view);
        if (isFollowing || view.isResized || !at('linked').checked || !to.image || at('other').hidden) return;
        isFollowing = true;
        const centre = from.toPicture(from.canvas.clientWidth / 2, from.canvas.clientHeight / 2);
        const by = to.sides.width / from.sides.width;
        to.place = { ...to.place, scale: from.place.scale / by };
        to.centre({ x: centre.x * by, y: (centre.y / from.sides.height) * to.sides.height });
        to.through(from.window);
        isFollowing = false;
    };
    one.changed = follow(one, other, one.changed);
    other.changed = follow(other, one, other.changed);
}
