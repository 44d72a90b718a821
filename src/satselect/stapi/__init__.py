"""STAPI: the tasking API from which the clients of others order products of fleets."""
