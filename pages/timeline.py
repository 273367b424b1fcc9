"""Interest timeline: how did the taste move, and what moved it?"""

from recengine.ui import frame, journey

journey.draw(frame.open_page("timeline"))
