"""What is worked out from orbits: the only room that asks `satselect.orbits`, which may not be installed.

library   the way to it, or a clear error
reading   elements that were sent, checked
looks     when satellites see a place
"""
