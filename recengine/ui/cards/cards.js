// Cards keep their element as long as their item is listed, so that a change of order can be
// seen as movement. All text is set as text, never as markup.

const GLIDE = { duration: 480, easing: "cubic-bezier(.2,.8,.2,1)" };
const APPEAR = { duration: 320, easing: "ease-out" };

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function bar(card) {
  const track = element("div", "bar");
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", card.said);
  for (const part of card.parts.filter((part) => !part.against)) {
    const segment = element("span");
    segment.style.width = `${100 * part.width}%`;
    segment.style.background = part.colour;
    segment.title = part.label;
    track.append(segment);
  }
  for (const part of card.parts.filter((part) => part.against)) {
    const segment = element("span", "against");
    segment.style.width = `${100 * part.width}%`;
    segment.style.marginInlineStart = `-${100 * part.width}%`;
    segment.style.setProperty("--colour", part.colour);
    segment.title = part.label;
    track.append(segment);
  }
  return track;
}

// What can be said about an item: verdict, what it means, its word, whether the ranker must learn.
const VERDICTS = [
  ["more", "More like this", "More", true],
  ["less", "Less like this", "Less", true],
  ["not-now", "Not now", "Not now", false],
];

function sayings(card, say) {
  const group = element("div", "say");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Tell it about ${card.title}`);
  for (const [verdict, meaning, word, needsLearning] of VERDICTS) {
    const pressed = card.verdict === verdict;
    const button = element("button", `verdict ${verdict}`, word);
    button.type = "button";
    button.dataset.verdict = verdict;
    button.disabled = needsLearning && !card.learns;
    const back = pressed ? " (press again to take it back)" : "";
    button.title = button.disabled ? `${meaning}: this ranker cannot learn it` : meaning + back;
    button.setAttribute("aria-label", `${meaning}: ${card.title}`);
    button.setAttribute("aria-pressed", String(pressed));
    button.onclick = () => say({ id: card.id, verdict });
    group.append(button);
  }
  return group;
}

function fill(node, card, ask, say) {
  const place = element("div", "place");
  place.append(element("span", "rank", card.rank));
  if (card.move.kind) {
    const move = element("span", `move ${card.move.kind}`, card.move.text);
    move.title = card.move.said;
    move.setAttribute("aria-label", card.move.said);
    place.append(move);
  }
  const heading = element("div", "heading");
  heading.append(element("span", "title", card.title), element("span", "year", card.year));
  heading.firstChild.title = card.title;
  const chips = element("div", "chips");
  for (const chip of card.chips) {
    const shown = element("span", "chip", chip.name);
    const dot = element("i");
    dot.style.background = chip.colour;
    shown.prepend(dot);
    chips.append(shown);
  }
  const weight = element("div", "weight");
  const part = element("span", "share", card.share);
  part.title = "Share of the best score in the list";
  weight.append(bar(card), part);
  const foot = element("div", "foot");
  const why = element("button", "why", "Why?");
  why.type = "button";
  why.setAttribute("aria-label", `Why is ${card.title} here?`);
  why.onclick = () => ask(card.id);
  const hands = element("div", "hands");
  hands.append(sayings(card, say), why);
  foot.append(element("span", "reason", card.reason), hands);
  foot.firstChild.title = card.reason;
  const body = element("div", "body");
  body.append(heading, chips, weight, foot);
  node.replaceChildren(place, body);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".cards");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const present = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const places = new Map([...present].map(([id, node]) => [id, node.getBoundingClientRect()]));
  const nodes = data.cards.map((card) => {
    const node = present.get(card.id) ?? element("li", "card");
    node.dataset.id = card.id;
    fill(node, card, (id) => setTriggerValue("ask", id), (said) => setTriggerValue("say", said));
    return node;
  });
  list.replaceChildren(...nodes);
  if (calm || places.size === 0) return;
  for (const node of nodes) {
    const from = places.get(node.dataset.id);
    const to = node.getBoundingClientRect();
    if (!from) {
      node.animate([{ opacity: 0, transform: "translateY(10px)" }, { opacity: 1 }], APPEAR);
    } else if (from.left !== to.left || from.top !== to.top) {
      const start = `translate(${from.left - to.left}px, ${from.top - to.top}px)`;
      node.animate([{ transform: start }, { transform: "none" }], GLIDE);
    }
  }
}
