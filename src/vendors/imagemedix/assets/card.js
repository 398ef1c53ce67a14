// The card of a model: what it was made of, how good it is, and what it cannot do. It is written in a small part of Markdown.
import { at, make, table, tell } from './dom.js';
import { base, file } from './session.js';

const MODEL = /^[a-z0-9-]+$/;

/** Text with **strong** parts and `code` in it. */
function inline(text) {
    return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
        if (part.startsWith('**')) return make('strong', {}, part.slice(2, -2));
        return part.startsWith('`') ? make('code', {}, part.slice(1, -1)) : part;
    });
}

/** The parts of a text between empty lines, each as an element. */
function elements(text) {
    return text.split(/\n{2,}/).filter(Boolean).map((block) => {
        const lines = block.split('\n');
        const heading = /^(#{1,3}) (.*)/.exec(block);
        if (heading) return make(`h${heading[1].length}`, {}, ...inline(heading[2]));
        if (lines[0].startsWith('|')) return grid(lines);
        if (lines[0].startsWith('- ')) {
            const points = block.slice(2).split(/\n- /).map((point) => make('li', {}, ...inline(point.replaceAll('\n', ' '))));
            return make('ul', {}, ...points);
        }
        return make('p', {}, ...inline(lines.join(' ')));
    });
}

function grid(lines) {
    const cells = (line) => line.replace(/^\||\|$/g, '').split('|').map((cell) => make('span', {}, ...inline(cell.trim())));
    const [head, , ...rows] = lines;
    return table('Figures', cells(head), rows.map(cells));
}

try {
    const model = new URLSearchParams(location.search).get('model') ?? '';
    if (!MODEL.test(model)) throw new Error('There is no such model card.');
    const text = await (await file(new URL(`models/${model}.md`, base))).text();
    at('card').replaceChildren(...elements(text.trim()));
    document.title = `${model} - ImageMedix`;
} catch (error) {
    tell(at('fault'), error);
}
