"""What each figure means, in words that stand in figures.csv and in the report."""

from __future__ import annotations

DEFINITIONS = {
    "asked": "Cases in the sample that were not withdrawn.",
    "known": "Cases with a return that says the child or the family is known to the agency, "
    "returns still awaited among them.",
    "not_known": "Cases with a return that says not known, and none that says known.",
    "returned": "Cases with a submitted return on a child or a family known to the agency.",
    "awaited": "Cases asked about, less those not known and those returned.",
    "grade": "Returned cases whose lowest grade by the agency is {grade}.",
    "not_graded": "Returned cases without a grade.",
    "met_good": "Graded cases whose lowest grade by the agency is {grades}, "
    "of all cases that it graded.",
    "respondents": "Respondents ({unit}) with a submitted return, of all that were asked.",
    "yes_no": "Submitted returns on known cases that answer {answer} to “{question}”, "
    "of those that answer yes or no.",
    "choice": "Submitted returns on known cases that answer {answer} to “{question}”.",
    "option": "Submitted returns on known cases that answer {answer} to “{question}”, "
    "of those that answer it.",
    "missing": "Submitted returns on known cases that leave “{question}” blank.",
    "not_asked": "Submitted returns on known cases to which “{question}” does not apply.",
    "min": "The lowest answer to “{question}”, of the returns that answer it.",
    "median": "The middle answer to “{question}”, of the returns that answer it.",
    "max": "The highest answer to “{question}”, of the returns that answer it.",
    "earliest": "The earliest answer to “{question}”, of the returns that answer it.",
    "latest": "The latest answer to “{question}”, of the returns that answer it.",
}
