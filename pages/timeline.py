"""Interest timeline: how did the taste move, where is it going, and what moved it?"""

from recengine.ui import frame
from recengine.ui.timeline import page

page.draw(frame.open_page("timeline"))
