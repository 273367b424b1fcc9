"""The shelf labels of the simulated shop: what it sells and in which words.

A title is "{adjective} {noun}, {finish}"; a description is the noun's sentence, then the
adjective's. Every brand is invented. Adjectives fit all nouns of their shelf.
"""

from typing import NamedTuple


class Product(NamedTuple):
    """One kind of thing.

    `price` is typical, in euros; `also` is a second category it stands in, if any; `finishes`
    are its own if those of its shelf do not fit.
    """

    noun: str
    price: float
    purpose: str
    also: str = ""
    finishes: tuple[str, ...] = ()


class Shelf(NamedTuple):
    """One category: its brands, and the words its titles are made of."""

    name: str
    brands: tuple[str, str, str]
    adjectives: dict[str, str]
    finishes: tuple[str, ...]
    products: tuple[Product, ...]


_COLOURS = ("slate", "moss green", "navy", "sand", "brick red", "mustard")
_METALS = ("black", "white", "steel", "copper", "cream", "sage green")
_PACKS = ("single pack", "two-pack", "family pack", "trial size", "gift tin", "refill bag")
_SIZES = ("size S", "size M", "size L", "size XL", "charcoal", "sky blue")
_BINDINGS = ("paperback", "hardback", "large print", "gift edition", "audio book", "second edition")
_EDITIONS = ("classic edition", "deluxe edition", "mini edition", "in a tin", "new edition", "XXL")
_CLOTHS = ("cream", "mint", "peach", "dove grey", "striped", "star print")

SHELVES = (
    Shelf(
        "Rain gear",
        ("Drizzleworth", "Nimbus & Daughters", "Puddle"),
        {
            "Foldable": "Packs down to the size of a water bottle.",
            "Windproof": "Tested in gusts that defeat others.",
            "Reflective": "Bands of silver keep it visible after dark.",
            "Featherlight": "So light that it lives in the bag all year.",
            "Heavy-duty": "For coast and mountain, year after year.",
            "City": "Plain enough for the office.",
        },
        _COLOURS,
        (
            Product("storm umbrella", 35, "An umbrella for days when the rain comes sideways."),
            Product("rain jacket", 110, "A waterproof jacket with taped seams and a deep hood."),
            Product("rubber boots", 55, "Boots that walk through puddles and stay dry inside."),
            Product("rain poncho", 25, "A poncho that goes over coat and backpack in one move."),
            Product("rain hat", 30, "A brimmed hat that sheds water like a roof."),
            Product("bike rain cape", 60, "A cape that covers rider and handlebar.", "Cycling"),
            Product("rain trousers", 50, "Over-trousers that zip on without taking shoes off."),
            Product("dry bag", 28, "A roll-top bag that keeps what is in it dry.", "Camping"),
        ),
    ),
    Shelf(
        "Garden",
        ("Fernlea", "Old Spade", "Greenhow"),
        {
            "Handmade": "From a workshop with eight people and one dog.",
            "Sturdy": "Made for many seasons outdoors.",
            "Balcony": "Sized for four floors up and one square metre.",
            "Heritage": "Made the way grandparents knew it.",
            "Beginner's": "Everything a first season needs.",
            "Bee-friendly": "Part of the price goes to a meadow.",
        },
        ("small", "medium", "large", "terracotta", "anthracite", "forest green"),
        (
            Product("watering can", 24, "A can that pours like a soft shower."),
            Product("herb seeds", 6, "Basil, thyme and parsley for the window.", "Kitchen", _PACKS),
            Product("pruning shears", 32, "Shears with a clean bite for roses and twigs."),
            Product("tomato trellis", 22, "A frame that holds up a heavy harvest."),
            Product("raised bed", 120, "A bed at hip height for vegetables and flowers."),
            Product("bird feeder", 27, "A feeder that brings robins to the window.", "Pets"),
            Product("wildflower mix", 7, "A meadow in a paper bag.", finishes=_PACKS),
            Product("compost bin", 75, "Turns peelings into black soil by spring."),
        ),
    ),
    Shelf(
        "Kitchen",
        ("Ladle & Co", "Saltmarsh", "Brightpan"),
        {
            "Solid": "Built to outlive two kitchens.",
            "Easy-clean": "Wipes clean with a cloth.",
            "Chef's": "Made for hours of daily work.",
            "Compact": "Fits the smallest of cupboards.",
            "Handmade": "No two are quite alike.",
            "Everyday": "The one that never goes back on the shelf.",
        },
        _METALS,
        (
            Product("frying pan", 48, "A pan for pancakes, steaks and everything between."),
            Product("paring knife", 26, "A short blade for peeling and fine work."),
            Product("soup pot", 70, "A deep pot for stews that feed a table of six."),
            Product("bread tin", 19, "A tin for loaves with a proper crust."),
            Product("spice rack", 38, "Order for twenty jars beside the stove."),
            Product("salad spinner", 23, "Dry leaves in ten turns."),
            Product("lunch box", 21, "Three compartments that do not leak.", "Desk & office"),
            Product("camp cook set", 65, "A nesting pot and pan for the small flame.", "Camping"),
        ),
    ),
    Shelf(
        "Coffee & tea",
        ("Kettle Row", "Third Crack", "Leafmore"),
        {
            "Sunday": "For mornings without a clock.",
            "Small-batch": "Made in a hundred pieces, then the next hundred.",
            "Favourite": "Voted best of its kind by our customers.",
            "Travel": "Made for trains and early starts.",
            "Barista's": "What stands behind the counter, now at home.",
            "Fair": "Bought directly from those who made it.",
        },
        _METALS,
        (
            Product("pour-over dripper", 29, "A cone that makes one clear, bright cup."),
            Product("coffee grinder", 130, "Even grounds from coarse to fine."),
            Product("espresso beans", 14, "Notes of cocoa and hazelnut.", finishes=_PACKS),
            Product("green tea", 11, "Steamed leaves, grassy and light.", finishes=_PACKS),
            Product("milk frother", 45, "Foam for cappuccino in half a minute."),
            Product("teapot", 42, "A pot with a wide strainer for loose leaves."),
            Product("insulated mug", 27, "A mug that does not spill in a bag.", "Desk & office"),
            Product("camp coffee press", 39, "A press that survives a backpack.", "Camping"),
        ),
    ),
    Shelf(
        "Running",
        ("Stride North", "Kilometre Club", "Lacewing"),
        {
            "Long-distance": "Proven by people who run before breakfast.",
            "Trail": "At home on mud, roots and gravel.",
            "Race-day": "Nothing on it that is not needed.",
            "Night": "Seen from far at dusk and dawn.",
            "Beginner's": "For the first kilometre and the tenth.",
            "Recycled": "Made from bottles and old nets.",
        },
        _SIZES,
        (
            Product("running shoes", 125, "Shoes from the first park lap to a marathon."),
            Product("running socks", 15, "Socks that prevent blisters at heel and toe."),
            Product("running shorts", 38, "Light shorts with a pocket for a key."),
            Product("running rain shell", 95, "A thin shell against showers.", "Rain gear"),
            Product("hydration vest", 85, "Two soft flasks close to the body."),
            Product("head torch", 44, "A beam for dark paths.", "Camping", _COLOURS),
            Product("foam roller", 25, "Eases tired calves.", finishes=_COLOURS),
            Product("training diary", 18, "Sixteen weeks to ten kilometres.", "Books", _BINDINGS),
        ),
    ),
    Shelf(
        "Cycling",
        ("Spoke & Bell", "Tailwind", "Chainring"),
        {
            "Commuter": "For the daily way in traffic.",
            "Touring": "Ready for panniers and passes.",
            "Racing": "Slips through the headwind.",
            "Classic": "Looks as it did in 1965, works as it should today.",
            "All-weather": "Salt, sleet and sun leave it cold.",
            "Quick-fit": "On and off in a second.",
        },
        ("black", "silver", "red", "olive", "white", "petrol"),
        (
            Product("bike helmet", 79, "A helmet with vents, a dial and a clip-on light."),
            Product("bike lights", 42, "Front and rear lights that charge by cable."),
            Product("pannier bag", 88, "A bag that clicks onto any rack.", "Camping"),
            Product("floor pump", 46, "Full tyres in twenty strokes."),
            Product("puncture kit", 9, "Patches, levers and glue in a tin."),
            Product("bike lock", 58, "A lock of hardened links in a fabric sleeve."),
            Product("cycling gloves", 29, "Padded palms for rough roads."),
            Product("child bike seat", 105, "A seat that turns errands into rides.", "Baby"),
        ),
    ),
    Shelf(
        "Books",
        ("Lantern Press", "Harbour Books", "Inkwell"),
        {
            "Slow-burning": "Takes its time and is worth it.",
            "Prize-winning": "The jury was unanimous.",
            "Illustrated": "Drawings on every other page.",
            "Pocket": "Fits a coat and a commute.",
            "Annotated": "Notes that open a second story.",
            "Collected": "All parts in one volume.",
        },
        _BINDINGS,
        (
            Product("sea novel", 19, "A voyage, a storm and a secret below deck."),
            Product("detective story", 16, "A quiet village and a missing painter."),
            Product("space saga", 22, "Three generations aboard a slow ship to another star."),
            Product("history of maps", 34, "How people drew the world before they knew it."),
            Product("poetry book", 14, "Short poems for long evenings."),
            Product("bird guide", 28, "Plumage, song and season at a glance.", "Garden"),
            Product("bedtime book", 17, "Five minutes each, to be read aloud.", "Baby"),
            Product("soup cookbook", 27, "A bowl for every week of the year.", "Kitchen"),
        ),
    ),
    Shelf(
        "Board games",
        ("Meeple Lane", "Fox & Dice", "Tabletop Bureau"),
        {
            "Cooperative": "Everybody wins or nobody does.",
            "Two-player": "Made for couples and rivals.",
            "Family": "From seven to ninety-nine years.",
            "Travel": "Magnetic pieces, small box.",
            "Strategic": "An evening of hard choices.",
            "Party": "Loud, quick and silly.",
        },
        _EDITIONS,
        (
            Product("railway game", 46, "Lay tracks across a continent before the others do."),
            Product("island game", 42, "Settle an island, trade wool, watch the volcano."),
            Product("word game", 28, "Build words from tiles and bluff a little."),
            Product("dice game", 15, "Push your luck, or stop in time."),
            Product("mystery game", 24, "Solve a case with a deck of clues."),
            Product("puzzle", 21, "Many pieces and a rainy weekend."),
            Product("memory game", 18, "Pairs of animals for young players.", "Baby"),
            Product("lawn game", 36, "Rings, pegs and a bit of grass.", "Garden"),
        ),
    ),
    Shelf(
        "Desk & office",
        ("Paperlane", "Desk Dept.", "Quiet Hours"),
        {
            "Ergonomic": "Shoulders and wrists will notice.",
            "Oak": "With oiled wood and a visible grain.",
            "Minimal": "Nothing on it that could distract.",
            "Adjustable": "Set it once and forget it.",
            "Recycled": "Made from what was something else.",
            "Home-office": "Looks good behind you in a call.",
        },
        ("white", "black", "natural", "walnut", "light grey", "dark green"),
        (
            Product("desk lamp", 59, "Warm light that does not blind the screen."),
            Product("notebook set", 13, "Thick paper that likes fountain pens."),
            Product("laptop stand", 49, "Raises the screen to eye level."),
            Product("office chair", 240, "A chair for eight hours and a straight back."),
            Product("wall planner", 17, "A year at a glance with room for birthdays."),
            Product("keyboard", 95, "Keys with a soft, sure stop."),
            Product("desk planter", 24, "A green companion on little light.", "Garden"),
            Product("book stand", 31, "Keeps the page while hands type.", "Books"),
        ),
    ),
    Shelf(
        "Baby",
        ("Little Heron", "Pram & Pear", "Moonmilk"),
        {
            "Organic": "Grown and made without harsh chemicals.",
            "Washable": "Good as new after every wash.",
            "First-year": "Goes along from newborn to first steps.",
            "Soft": "No hard edge where skin is thin.",
            "Travel": "One hand is enough, the other being busy.",
            "Gift": "Comes wrapped, with a card.",
        },
        _CLOTHS,
        (
            Product("baby carrier", 115, "Carries close to the chest, weight on the hips."),
            Product("baby sleeping bag", 49, "Warm nights without a blanket to kick off."),
            Product("baby bottle", 12, "A bottle with a slow, calm flow."),
            Product("teething ring", 9, "Something safe to bite on."),
            Product("night light", 33, "A glow that does not wake anybody."),
            Product("stacking blocks", 26, "Build up, knock down, again."),
            Product("pram rain cover", 29, "Keeps the pram dry, with a window.", "Rain gear"),
            Product("running pram", 390, "Three big wheels for parents who run.", "Running"),
        ),
    ),
    Shelf(
        "Pets",
        ("Whisker & Tail", "Good Fetch", "Pawsome Yard"),
        {
            "Long-lasting": "Survives the first week and the next hundred.",
            "Natural": "Nothing in it that needs explaining.",
            "Favourite": "Chosen by nine of ten noses.",
            "Senior": "Easy on old joints and teeth.",
            "Young": "For the months of growing and nonsense.",
            "Indoor": "Made for a life behind windows.",
        },
        ("small", "medium", "large", "grey", "beige", "dark blue"),
        (
            Product("dog bed", 65, "A raised rim to rest the chin on."),
            Product("cat tree", 85, "Three levels and a scratching post."),
            Product("dog lead", 22, "A soft handle and a strong clip."),
            Product("cat food", 16, "Small bites with a lot of fish.", finishes=_PACKS),
            Product("dog treats", 8, "Training treats the size of a pea.", finishes=_PACKS),
            Product("litter box", 48, "A lid, a filter and no sand on the floor."),
            Product("dog raincoat", 37, "A coat that keeps the walk dry.", "Rain gear"),
            Product("dog bike trailer", 210, "A trailer with a view for tired paws.", "Cycling"),
        ),
    ),
    Shelf(
        "Camping",
        ("Tarn & Fell", "Ember Field", "Northstar"),
        {
            "Two-person": "Enough for two and their boots.",
            "Ultralight": "Every gram was argued about.",
            "Four-season": "Warm in snow, airy in June.",
            "Family": "Enough for everybody and the dog.",
            "Expedition": "Has been where the map ends.",
            "Compact": "Goes in where nothing else would.",
        },
        ("green", "orange", "grey", "ochre", "glacier blue", "rust"),
        (
            Product("dome tent", 280, "A tent that stands by itself on any ground."),
            Product("sleeping mat", 75, "A mat between you and the roots."),
            Product("down sleeping bag", 230, "Warm down to frost, small in the pack."),
            Product("camping chair", 49, "A chair that unfolds beside the fire."),
            Product("gas lantern", 43, "Light for cards after sunset."),
            Product("water filter", 52, "Clear water from any stream."),
            Product("hammock", 58, "Two trees and an afternoon."),
            Product("trekking poles", 82, "Four legs on the way down.", "Running"),
        ),
    ),
)  # fmt: skip

CATEGORY_NAMES = tuple(shelf.name for shelf in SHELVES)
