//! Assessment: findings, incidents, exposure, coverage and one verdict from the tables of a case.
