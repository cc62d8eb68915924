"""An appeal from draft to remedy: states, rules, clocks, verification, rerun, deciding."""
