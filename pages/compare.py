"""Compare: which ranker, which person, which context?"""

from recengine.ui import compare, frame

view = frame.open_page("compare")

compare.draw(view)
compare.draw_training(view)
