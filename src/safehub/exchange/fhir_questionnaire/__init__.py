"""Audit tools as FHIR R4 Questionnaires, out and in."""

from safehub.exchange.fhir_questionnaire.reading import read_questionnaire
from safehub.exchange.fhir_questionnaire.writing import write_questionnaire

__all__ = ["read_questionnaire", "write_questionnaire"]
