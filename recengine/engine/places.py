class Places: pass
def open_places(*a): return None
