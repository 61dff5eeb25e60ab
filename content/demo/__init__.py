"""The texts of the demo site: a folder per language, a file per page, the same name in each.

``tree.py`` says which page stands where; ``reader.py`` says how a file is written.
"""
