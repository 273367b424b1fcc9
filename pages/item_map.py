"""Item map: how does the catalogue look to this person now?"""

from recengine.ui import atlas, frame

atlas.draw(frame.open_page("item_map"))
