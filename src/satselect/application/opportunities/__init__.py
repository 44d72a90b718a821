"""What is worked out from orbits: the only room that asks `satselect.orbits`, which may not be installed.

library   the way to it, or a clear error
reading   elements that were sent, checked
places    places that were sent, and how much of them is looked at
search    when satellites of a fleet see a place
looks     the same as a product asks for it
"""
