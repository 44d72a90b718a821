"""What is worked out from orbits: the only room that asks `satselect.orbits`, which may not be installed.

library      the way to it, or a clear error
reading      elements that were sent, checked
places       what is looked at, bounded
sights       what one satellite sees of it, or why nothing can be said
details      what is told of that
fleet_search  when satellites of a fleet see a place: a question, answered without storing anything
product_opportunities  the same as a product asks for it
tracks       where satellites go: over which places, and over the sky of stations
targets      those of tasks, checked and stored
ahead        for what time that is done before a fleet plans
by_portions  how that is bounded, and gone on with
working_out  the opportunities of targets
overhead     the passes over stations
"""
