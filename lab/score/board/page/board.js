const packed = Uint8Array.from(atob(document.querySelector('#data').textContent.trim()), (char) =>
  char.charCodeAt(0),
);
const unpacked = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
const { board, families, stages, article, meanings, said } = await unpacked.json();
const { programs, detectors } = board;
const main = detectors.filter(({ axis, runtime }) => axis === 'plain' && !/^node-(?!24\.)/.test(runtime));

const $ = (selector) => document.querySelector(selector);
const keyOf = ({ name, runtime, axis }) => `${name} ${runtime} ${axis}`;
const titleOf = ({ title, runtime, axis }) =>
  `${title}${runtime.startsWith('node-24.') ? '' : ` (${runtime})`}${axis === 'plain' ? '' : `, ${axis}`}`;
/** Returns a short title, as many of them stand side by side. */
const columnOf = ({ name, runtime, axis }) =>
  [name, /^node-(?!24\.)\d+/.exec(runtime)?.[0], axis === 'plain' ? undefined : axis]
    .filter((part) => part !== undefined)
    .join(' ');
const whole = (share) => (share === null ? '' : `${Math.round(share * 100)}%`);

/** Creates an element with its attributes and children; text goes in as text. */
function el(name, attributes = {}, ...children) {
  const isSvg = ['svg', 'g', 'line', 'circle', 'text', 'rect', 'title'].includes(name);
  const element = isSvg
    ? document.createElementNS('http://www.w3.org/2000/svg', name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function intro() {
  const count = (role) => programs.filter((program) => program.role === role).length;
  $('#intro').textContent =
    `Results of today's leak detectors on ${count('pattern')} pairs of a program that leaks and the same program fixed, ` +
    `${count('decoy')} decoys that look as if they leaked, and ${count('wrong-fix')} fixes that still leak. ` +
    'Every tool in its best documented configuration, every program in its own process.';
}

function ranking() {
  const rate = ({ k, n, rate: share, low, high }, isLong) =>
    n === 0
      ? el('td')
      : el(
          'td',
          { title: `${k} of ${n}` },
          whole(share),
          ...(isLong ? [el('small', {}, ` (${whole(low)} to ${whole(high)})`)] : []),
        );
  const heads = [
    '',
    'pair rate',
    'recall',
    'right kind',
    'exact line',
    'or near',
    'false alarms, fixes',
    'decoys',
    'wrong fixes',
    'J',
    'J, mean of families',
    'no answer',
    'stable',
    'cost',
  ];
  const rows = main.map((each) => {
    const { all, macroJ, stability, cost, hasLines, hasTypes } = each;
    return el(
      'tr',
      {},
      el('td', { title: `${each.configuration}` }, titleOf(each), ' ', el('small', {}, each.version)),
      rate(all.pairRate, true),
      rate(all.recall),
      hasTypes ? rate(all.kindRight) : el('td', {}, el('small', {}, 'names none')),
      hasLines ? rate(all.exactLine) : el('td', {}, el('small', {}, 'names none')),
      hasLines ? rate(all.nearLine) : el('td'),
      rate(all.falseAlarmsOnFixes),
      rate(all.falseAlarmsOnDecoys),
      rate(all.wrongFixesCaught),
      el('td', {}, all.youdensJ === null ? '' : all.youdensJ.toFixed(2)),
      el('td', {}, macroJ === null ? '' : macroJ.toFixed(2)),
      el('td', {}, String(all.noAnswer.k)),
      el('td', {}, stability.n === 0 ? '' : `${stability.k}/${stability.n}`),
      el('td', {}, cost === null ? '' : `${cost.toFixed(1)}×`),
    );
  });
  $('#ranking').replaceChildren(
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', {}, head)))),
      el('tbody', {}, ...rows),
    ),
  );
}

function scatter() {
  const [width, height, left, top, right, bottom] = [860, 560, 60, 20, 250, 50];
  const x = (share) => left + share * (width - left - right);
  const y = (share) => height - bottom - share * (height - top - bottom);
  const svg = el('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': 'recall against false alarms',
  });
  for (let tenth = 0; tenth <= 10; tenth += 2) {
    const share = tenth / 10;
    svg.append(
      el('line', { class: 'grid', x1: x(share), x2: x(share), y1: y(0), y2: y(1) }),
      el('line', { class: 'grid', x1: x(0), x2: x(1), y1: y(share), y2: y(share) }),
      el('text', { class: 'quiet', x: x(share), y: y(0) + 18, 'text-anchor': 'middle' }, whole(share)),
      el('text', { class: 'quiet', x: x(0) - 8, y: y(share) + 4, 'text-anchor': 'end' }, whole(share)),
    );
  }
  svg.append(
    el('line', { class: 'guess', x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    el('text', { class: 'quiet', x: x(0.62), y: y(0.62) + 22 }, 'guessing'),
    el(
      'text',
      { class: 'quiet', x: x(0.5), y: height - 8, 'text-anchor': 'middle' },
      'false alarms (on fixes and decoys)',
    ),
    el(
      'text',
      { class: 'quiet', x: 16, y: y(0.5), transform: `rotate(-90 16 ${y(0.5)})`, 'text-anchor': 'middle' },
      'leaks caught',
    ),
  );
  const points = main
    .map((each) => {
      const { recall, falseAlarmsOnFixes: fixes, falseAlarmsOnDecoys: decoys } = each.all;
      const alarms = (fixes.k + decoys.k) / Math.max(1, fixes.n + decoys.n);
      return { each, alarms, recall: recall.rate ?? 0 };
    })
    .toSorted((a, b) => b.recall - a.recall);
  // labels stand in a column at the right, in the order of the points, and never on one another
  let last = -Infinity;
  for (const { each, alarms, recall } of points) {
    const [px, py] = [x(alarms), y(recall)];
    const ly = Math.max(py, last + 17);
    last = ly;
    const lx = x(1) + 20;
    svg.append(
      el('line', { class: 'lead', x1: px, y1: py, x2: lx - 4, y2: ly }),
      el(
        'circle',
        { class: 'dot', cx: px, cy: py, r: 6 },
        el('title', {}, `${titleOf(each)}: recall ${whole(recall)}, false alarms ${whole(alarms)}`),
      ),
      el('text', { x: lx, y: ly + 4 }, short(titleOf(each))),
    );
  }
  svg.setAttribute('viewBox', `0 0 ${width} ${Math.max(height, last + 20)}`);
  $('#scatter').replaceChildren(svg);
}

const short = (text) => (text.length > 34 ? `${text.slice(0, 32)}…` : text);

function heat() {
  const [by, metric] = [$('#by').value, $('#metric').value];
  const all =
    by === 'byFamily'
      ? families
      : by === 'byStage'
        ? stages
        : [...new Set(programs.flatMap(({ channel }) => channel ?? []))];
  const keys = all.filter((key) => main.some((each) => each[by][key]?.pairRate.n > 0));
  const size = (key) => Math.max(...main.map((each) => each[by][key]?.[metric].n ?? 0));
  const rows = main.map((each) =>
    el(
      'tr',
      {},
      el('td', {}, titleOf(each)),
      ...keys.map((key) => {
        const rate = each[by][key]?.[metric];
        if (!rate || rate.rate === null) return el('td', { class: 'heat' });
        const isClaimed = by !== 'byChannel' || each.sees.includes(key);
        const tone = metric.startsWith('falseAlarms') ? 'var(--hot-bad)' : 'var(--hot)';
        const strength = Math.round(rate.rate * 100);
        return el(
          'td',
          {
            class: `heat${isClaimed ? '' : ' unclaimed'}`,
            style: `background: color-mix(in oklab, ${tone} ${Math.round(strength * 0.8)}%, transparent)`,
            title: `${rate.k} of ${rate.n}${isClaimed ? '' : '; it does not claim to see these'}`,
          },
          String(strength),
        );
      }),
    ),
  );
  $('#heat-note').textContent =
    by === 'byChannel'
      ? 'In percent. A dashed frame: the tool does not claim to see leaks that only this channel shows.'
      : 'In percent; the head has the number of pairs.';
  const head = el(
    'tr',
    {},
    el('th'),
    ...keys.map((key) => el('th', {}, key, ' ', el('small', {}, `${size(key)}`))),
  );
  $('#heat').replaceChildren(el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows)));
}

function byStage() {
  const groups = [
    ...main.map((each) => ({
      title: titleOf(each),
      shares: stages.map((stage) => each.byStage[stage]?.recall.rate ?? 0),
    })),
    { title: 'the article, its own detector', shares: stages.map((stage) => article[stage]), isOthers: true },
  ];
  const [width, rowHeight, left] = [860, 46, 300];
  const x = (share) => left + share * (width - left - 60);
  const svg = el('svg', {
    viewBox: `0 0 ${width} ${groups.length * rowHeight + 10}`,
    role: 'img',
    'aria-label': 'recall by stage',
  });
  for (const [index, { title, shares, isOthers }] of groups.entries()) {
    const top = index * rowHeight + 6;
    if (isOthers) svg.append(el('line', { class: 'guess', x1: 0, x2: width, y1: top - 4, y2: top - 4 }));
    svg.append(el('text', { x: left - 70, y: top + 22, 'text-anchor': 'end' }, short(title)));
    for (const [at, share] of shares.entries()) {
      const y = top + at * 12;
      svg.append(
        el(
          'text',
          { class: 'quiet', x: left - 6, y: y + 9, 'text-anchor': 'end', 'font-size': 10 },
          stages[at],
        ),
        el('rect', {
          x: left,
          y,
          width: Math.max(0, x(share) - left),
          height: 9,
          fill: isOthers ? 'var(--quiet)' : 'var(--accent)',
          opacity: 1 - at * 0.25,
        }),
        el('text', { class: 'quiet', x: x(share) + 5, y: y + 9, 'font-size': 10 }, whole(share)),
      );
    }
  }
  $('#stages').replaceChildren(svg);
}

const classes = {
  x: 'l-x',
  n: 'l-n',
  c: 'l-c',
  '-': 'l-missed',
  '.': 'l-silent',
  '!': 'l-alarm',
  '?': 'l-noanswer',
};
const classOf = (letter) => classes[letter.toLowerCase()] ?? '';

function legend() {
  const order = ['X', 'x', 'N', 'n', 'C', 'c', '-', '.', '!', '?'];
  $('#legend').replaceChildren(
    ...order.map((letter) =>
      el('span', { class: 'legend' }, el('span', { class: classOf(letter) }, letter), meanings[letter]),
    ),
  );
}

function matrix() {
  const [family, role, name] = [$('#family').value, $('#role').value, $('#name').value.trim().toLowerCase()];
  const shown = programs.flatMap((program, index) =>
    (family === '' || program.family === family) &&
    (role === '' || program.role === role) &&
    program.path.includes(name)
      ? [{ program, index }]
      : [],
  );
  $('#count').textContent = `${shown.length} of ${programs.length} programs`;
  const head = el(
    'tr',
    {},
    el('th'),
    ...detectors.map((each) => el('th', { title: titleOf(each) }, el('span', {}, columnOf(each)))),
  );
  const rows = shown.map(({ program, index }) =>
    el(
      'tr',
      {},
      el(
        'td',
        { title: `${program.stage ?? ''} ${program.channel ?? ''}`.trim() },
        program.path.replace(/\.ts$/, ''),
      ),
      ...detectors.map((each, column) => {
        const letter = each.cells[index] ?? ' ';
        const more = said[keyOf(each)]?.[program.path] !== undefined;
        return el(
          'td',
          {
            class: `cell ${classOf(letter)}${more ? ' more' : ''}`,
            title: meanings[letter],
            ...(more && { 'data-program': index, 'data-detector': column, tabindex: 0, role: 'button' }),
          },
          letter,
        );
      }),
    ),
  );
  $('#matrix').replaceChildren(el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows)));
}

function show(target) {
  const cell = target.closest?.('[data-program]');
  if (!cell) return;
  const program = programs[cell.dataset.program];
  const detector = detectors[cell.dataset.detector];
  const dialog = $('#said');
  dialog.querySelector('h3').textContent = program.path;
  dialog.querySelector('p').textContent =
    `${titleOf(detector)}: ${meanings[detector.cells[cell.dataset.program]]}`;
  dialog.querySelector('pre').textContent = said[keyOf(detector)][program.path];
  dialog.showModal();
}

for (const family of families)
  if (programs.some((program) => program.family === family)) $('#family').append(el('option', {}, family));
intro();
ranking();
scatter();
heat();
byStage();
legend();
matrix();
$('#hint').hidden = Object.keys(said).length === 0;
for (const id of ['#by', '#metric']) $(id).addEventListener('change', heat);
for (const id of ['#family', '#role', '#name']) $(id).addEventListener('input', matrix);
$('#matrix').addEventListener('click', ({ target }) => show(target));
$('#matrix').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') show(event.target);
});
document.documentElement.dataset.ready = 'true';
