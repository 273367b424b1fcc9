"""The page Timeline, one question a file.

page      which of the four views            marks     where one stands: the event, the stretch
controls  how the picture is drawn           person    one person: all of the below
stream    how the taste moved and will       way       its way across the map
turns     which events turned it             ahead     what they would see in two weeks
then      a stretch, and the list of then    pair      two people, or two interests
groups    how a group drifts
"""
