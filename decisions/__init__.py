"""Products, policy versions, applications, decisions, reasons, notices, reruns and the book."""
