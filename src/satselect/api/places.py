"""The places that this process has for questions, whichever route they come by."""

from django.conf import settings

from satselect.scheduling.explanation.questions import Places

PLACES = Places(most=settings.SATSELECT_MAX_QUESTIONS, of_user=settings.SATSELECT_MAX_QUESTIONS_OF_USER)
