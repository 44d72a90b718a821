"""What is worked out from orbits: the only room that asks `satselect.orbits`, which may not be installed.

library      the way to it, or a clear error
reading      elements that were sent, checked
places       what is looked at, bounded
looking      what one satellite sees of it, or why nothing can be said
search       when satellites of a fleet see a place: a question, answered without storing anything
looks        the same as a product asks for it
ground_tracks  over which places satellites are
sky_tracks   how satellites go over the sky of stations
targets      those of tasks, checked and stored
ahead        for what time that is done before a fleet plans
working_out  the opportunities of targets
overhead     the passes over stations
"""
