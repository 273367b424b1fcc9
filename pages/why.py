"""Why this?: why is this item here, and what would change it?"""

from recengine.ui import frame, why

why.draw(frame.open_page("why"))
